#include "task/text_json.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

template <typename Enum, std::size_t N>
Enum choice(const Json& json, const char* key, const char* const (&names)[N]) {
  const auto wanted = json.at(key).get<std::string>();
  for (std::size_t i = 0; i < N; ++i) {
    if (wanted == names[i]) return static_cast<Enum>(i);
  }
  throw DataError("text rule: unknown {} {:?}", key, wanted);
}

// In the order of the enums.
constexpr const char* kUnits[] = {"word", "character"};
constexpr const char* kNormalizations[] = {"nfc", "nfkc"};
constexpr const char* kKeeps[] = {"head", "tail", "both"};

}  // namespace

std::string to_json(const TextSettings& settings) {
  const TextRule& rule = settings.rule;
  return Json{{"unit", kUnits[static_cast<int>(rule.unit)]},
              {"normalization", kNormalizations[static_cast<int>(rule.normalization)]},
              {"lower_case", rule.lower_case},
              {"dictionary", rule.dictionary},
              {"drop_html", rule.drop_html},
              {"max_length", settings.max_length},
              {"keep", kKeeps[static_cast<int>(settings.keep)]}}
      .dump();
}

TextSettings text_settings_from_json(const std::string& text) {
  constexpr std::size_t kMost = 1 << 12;  // of so few bytes no reader takes long, whatever stands in them
  if (text.size() > kMost) throw DataError("text rule: it has {} bytes at most, got {}", kMost, text.size());
  try {
    const Json json = Json::parse(text);
    constexpr std::size_t kKeys = 7;
    if (!json.is_object() || json.size() != kKeys)
      throw DataError("text rule: expected an object of {} keys, got {}", kKeys, json.size());
    TextSettings settings;
    settings.rule.unit = choice<Unit>(json, "unit", kUnits);
    settings.rule.normalization = choice<Normalization>(json, "normalization", kNormalizations);
    json.at("lower_case").get_to(settings.rule.lower_case);
    json.at("dictionary").get_to(settings.rule.dictionary);
    json.at("drop_html").get_to(settings.rule.drop_html);
    const Json& length = json.at("max_length");
    constexpr std::uint64_t kLongest = std::numeric_limits<std::int64_t>::max();
    if (!length.is_number_unsigned() || length.get<std::uint64_t>() > kLongest)
      throw DataError("text rule: max_length must be a whole number from 0 on");
    length.get_to(settings.max_length);
    settings.keep = choice<Keep>(json, "keep", kKeeps);
    return settings;
  } catch (const Json::exception& error) {
    throw DataError("text rule: {}", error.what());
  }
}

}  // namespace recura
