#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "layer/recurrent.h"

namespace recura {

// One description of a spec serves both ways: `visit(key, field)` writes the field as JSON or reads it.

template <typename Enum>
using FieldNames = std::span<const std::pair<const char*, Enum>>;

FieldNames<kernel::Cell> cell_names();
FieldNames<kernel::Activation> activation_names();
FieldNames<RecurrentInit> init_names();

struct FieldWriter {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();

  template <typename T>
  void operator()(const char* key, T& field) {
    json[key] = field;
  }
  template <typename Enum>
  void choice(const char* key, Enum& field, FieldNames<Enum> names) {
    for (const auto& [name, value] : names) {
      if (value == field) json[key] = name;
    }
  }
};

/// @throws DataError              for a number out of range or an unknown name.
/// @throws nlohmann::json::exception  for a key that is missing, or a value of another kind.
struct FieldReader {
  const nlohmann::ordered_json& json;
  /// How many keys were read; if there are more, some are unknown.
  std::size_t read = 0;

  template <typename T>
  void operator()(const char* key, T& field) {
    const nlohmann::ordered_json& value = json.at(key);
    if constexpr (std::is_same_v<T, Index>) {
      constexpr std::uint64_t kMost = std::numeric_limits<Index>::max();
      if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMost)
        throw DataError("network: {} must be a whole number from 0 on", key);
    }
    if constexpr (std::is_same_v<T, double>) {
      if (!value.is_number()) throw DataError("network: {} must be a number", key);
    }
    value.get_to(field);
    ++read;
  }
  template <typename Enum>
  void choice(const char* key, Enum& field, FieldNames<Enum> names) {
    const auto wanted = json.at(key).get<std::string>();
    ++read;
    for (const auto& [name, value] : names) {
      if (wanted == name) {
        field = value;
        return;
      }
    }
    throw DataError("network: unknown {} \"{}\"", key, wanted);
  }
  /// @throws DataError  if a key was not read.
  void finish(const std::string& what) const {
    if (read != json.size()) throw DataError("network: a {} has {} keys too many", what, json.size() - read);
  }
};

}  // namespace recura
