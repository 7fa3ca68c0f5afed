#include "task/text_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "layer/json_fields.h"

namespace recura {
namespace {

constexpr std::array<std::pair<const char*, Unit>, 3> kUnits{
    {{"word", Unit::word}, {"character", Unit::character}, {"subword", Unit::subword}}};
constexpr std::array<std::pair<const char*, Normalization>, 2> kNormalizations{
    {{"nfc", Normalization::nfc}, {"nfkc", Normalization::nfkc}}};
constexpr std::array<std::pair<const char*, Keep>, 5> kKeeps{{{"head", Keep::head},
                                                              {"tail", Keep::tail},
                                                              {"both", Keep::both},
                                                              {"windows", Keep::windows},
                                                              {"stream", Keep::stream}}};

template <typename Visitor>
void describe(TextSettings& settings, Visitor& visit) {
  TextRule& rule = settings.rule;
  visit.choice("unit", rule.unit, FieldNames<Unit>(kUnits));
  visit.choice("normalization", rule.normalization, FieldNames<Normalization>(kNormalizations));
  visit("lower_case", rule.lower_case);
  visit("dictionary", rule.dictionary);
  visit("drop_html", rule.drop_html);
  visit("max_length", settings.max_length);
  visit.choice("keep", settings.keep, FieldNames<Keep>(kKeeps));
}

constexpr auto kDescribe = [](auto& fields, auto& visit) { describe(fields, visit); };

}  // namespace

std::string to_json(const TextSettings& settings) { return fields_to_json(settings, kDescribe); }

std::string shown_json(const TextSettings& settings) {
  auto json = nlohmann::ordered_json::parse(to_json(settings));
  if (settings.rule.splitter) json["segmenter"] = settings.rule.splitter->digest();
  return json.dump();
}

TextSettings text_settings_from_json(const std::string& text) {
  return fields_from_json<TextSettings>("text rule", "it", text, kDescribe);
}

TextSettings text_settings_without_windows(const std::string& json) {
  const TextSettings settings = text_settings_from_json(json);
  if (settings.keep == Keep::windows || settings.keep == Keep::stream)
    throw DataError("text rule: keep is {:?}, as which a classifier alone reads texts; expected head, tail or both",
                    settings.keep == Keep::stream ? "stream" : "windows");
  return settings;
}

TextSettings text_settings_of_words(const std::string& json) {
  const TextSettings settings = text_settings_without_windows(json);
  if (settings.rule.unit == Unit::subword)
    throw DataError("text rule: unit is \"subword\", which classifiers, language models and writers alone read");
  return settings;
}

}  // namespace recura
