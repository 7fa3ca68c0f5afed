#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "layer/json_value.h"
#include "layer/recurrent.h"

namespace recura {

// One description of a spec serves both ways: `visit(key, field)` writes the field as JSON or reads it. One that came
// later is written only where it is not as it was before: `visit.later(key, field)`.

template <typename Enum>
using FieldNames = std::span<const std::pair<const char*, Enum>>;

FieldNames<kernel::Cell> cell_names();
FieldNames<kernel::Activation> activation_names();
FieldNames<RecurrentInit> init_names();

/// Of texts that a model file holds: of so few bytes no reader takes long, whatever stands in them.
inline constexpr std::size_t kMostOfDescription = 1 << 12, kMostOfLists = 1 << 16;

class FieldWriter {
 public:
  /// A value that is JSON already.
  void raw(const char* key, std::string_view json) {
    text_ += fmt::format("{}\"{}\":{}", text_.empty() ? '{' : ',', key, json);
  }
  template <typename T>
  void operator()(const char* key, T& field) {
    raw(key, nlohmann::json(field).dump());
  }
  template <typename T>
  void later(const char* key, T& field) {
    if (field != T()) (*this)(key, field);
  }
  template <typename Enum>
  void choice(const char* key, Enum& field, FieldNames<Enum> names) {
    for (const auto& [name, value] : names) {
      if (value == field) raw(key, fmt::format("\"{}\"", name));
    }
  }
  std::string object() const { return text_ + "}"; }

 private:
  std::string text_;
};

/// @throws DataError  (all of it) for a key that is missing, a value of another kind or out of range, an unknown name.
class FieldReader {
 public:
  /// `what` stands in messages: "network"; `others`: how many keys others read.
  FieldReader(std::string_view what, const JsonValue& json, std::size_t others = 0)
      : what_(what), object_(json.object()), read_(others) {
    if (object_ == nullptr) throw DataError("{}: expected an object", what);
  }

  const JsonValue& at(const char* key) const {
    const auto found = object_->find(key);
    if (found == object_->end()) throw DataError("{}: {} is missing", what_, key);
    return found->second;
  }

  void operator()(const char* key, bool& field) { field = get<bool>(key, "true or false"); }
  void operator()(const char* key, std::string& field) { field = get<std::string>(key, "a string"); }
  void operator()(const char* key, std::int64_t& field) {
    constexpr const char* kExpected = "a whole number from 0 on";
    const auto number = get<std::uint64_t>(key, kExpected);
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (number > kMost) throw DataError("{}: {} must be {}, below 2^63", what_, key, kExpected);
    field = static_cast<std::int64_t>(number);
  }
  void operator()(const char* key, double& field) {
    const auto* const whole = std::get_if<std::uint64_t>(&at(key).value);
    field = whole != nullptr ? static_cast<double>(*whole) : get<double>(key, "a number");
    read_ += whole != nullptr ? 1 : 0;
  }
  template <typename T>
  void later(const char* key, T& field) {
    if (object_->contains(key)) (*this)(key, field);
  }
  template <typename Enum>
  void choice(const char* key, Enum& field, FieldNames<Enum> names) {
    const auto& wanted = get<std::string>(key, "a string");
    for (const auto& [name, value] : names) {
      if (wanted == name) {
        field = value;
        return;
      }
    }
    throw DataError("{}: unknown {} {:?}", what_, key, wanted);
  }
  /// @throws DataError  if a key was not read.
  void finish(std::string_view part) const {
    if (read_ != object_->size()) throw DataError("{}: {} has {} keys too many", what_, part, object_->size() - read_);
  }

 private:
  template <typename T>
  const T& get(const char* key, const char* expected) {
    const T* const found = std::get_if<T>(&at(key).value);
    if (found == nullptr) throw DataError("{}: {} must be {}", what_, key, expected);
    ++read_;
    return *found;
  }

  std::string_view what_;
  const JsonValue::Object* object_;
  std::size_t read_;
};

/// What `describe(spec, visitor)` says of a spec, as JSON.
template <typename Spec, typename Describe>
std::string fields_to_json(Spec spec, const Describe& describe) {
  FieldWriter writer;
  describe(spec, writer);
  return writer.object();
}

/// And back; `what` and `part` stand in messages.
/// @throws DataError  as `parse_json` and `FieldReader`.
template <typename Spec, typename Describe>
Spec fields_from_json(std::string_view what, std::string_view part, std::string_view text, const Describe& describe) {
  const JsonValue json = parse_json(what, text, kMostOfDescription);
  Spec spec;
  FieldReader reader(what, json);
  describe(spec, reader);
  reader.finish(part);
  return spec;
}

}  // namespace recura
