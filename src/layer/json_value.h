#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace recura {

/// A JSON text as a tree. Unlike a tree of the library's it takes no memory when it goes away, which is when there may
/// be none; and no key of an object stands twice.
struct JsonValue {
  using List = std::vector<JsonValue>;
  using Object = std::map<std::string, JsonValue, std::less<>>;

  /// A number is whole if it is written so and lies in 0 … 2^64 - 1, else a double.
  std::variant<std::nullptr_t, bool, std::uint64_t, double, std::string, List, Object> value = nullptr;

  const List* list() const { return std::get_if<List>(&value); }
  const Object* object() const { return std::get_if<Object>(&value); }
};

/// `what` stands in messages.
/// @throws DataError  if it is no JSON, has more bytes than `most`, is nested deeper than descriptions are, or an
/// object has a key twice.
JsonValue parse_json(std::string_view what, std::string_view text, std::size_t most);

}  // namespace recura
