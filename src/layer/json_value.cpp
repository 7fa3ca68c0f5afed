#include "layer/json_value.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace recura {
namespace {

class TreeBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit TreeBuilder(std::string_view what) : what_(what) {}

  JsonValue take() { return std::move(root_); }

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put({value}); }
  bool number_integer(number_integer_t value) override { return put({static_cast<double>(value)}); }
  bool number_unsigned(number_unsigned_t value) override { return put({std::uint64_t{value}}); }
  bool number_float(number_float_t value, const string_t&) override { return put({value}); }
  bool string(string_t& value) override { return put({std::move(value)}); }
  bool start_object(std::size_t) override { return open({JsonValue::Object()}); }
  bool start_array(std::size_t) override { return open({JsonValue::List()}); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool binary(binary_t&) override { throw DataError("{}: binary data", what_); }
  bool key(string_t& key) override {
    if (std::get<JsonValue::Object>(open_.back()->value).contains(key))
      throw DataError("{}: the key {:?} stands twice", what_, key);
    key_ = std::move(key);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    throw DataError("{}: not JSON at byte {}", what_, position);
  }

 private:
  bool put(JsonValue value) {
    place() = std::move(value);
    return true;
  }
  bool open(JsonValue value) {
    constexpr std::size_t kDeepest = 4;  // trees are destroyed by recursion
    if (open_.size() == kDeepest) throw DataError("{}: nested more than {} deep", what_, kDeepest);
    JsonValue& own = place();
    own = std::move(value);
    open_.push_back(&own);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  /// Where the next value belongs. What is open moves no more: only the innermost grows.
  JsonValue& place() {
    if (open_.empty()) return root_;
    if (auto* const list = std::get_if<JsonValue::List>(&open_.back()->value)) return list->emplace_back();
    return std::get<JsonValue::Object>(open_.back()->value)[key_];
  }

  std::string_view what_;
  JsonValue root_;
  std::vector<JsonValue*> open_;
  std::string key_;
};

}  // namespace

JsonValue parse_json(std::string_view what, std::string_view text, std::size_t most) {
  if (text.size() > most) throw DataError("{}: it has {} bytes at most, got {}", what, most, text.size());
  // The parser takes a NUL for the end of its input, and would not see what follows.
  if (const auto at = text.find('\0'); at != text.npos) throw DataError("{}: a NUL at byte {}", what, at + 1);
  TreeBuilder builder(what);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take();
}

}  // namespace recura
