#include "option_set.h"

#include <nlohmann/json.hpp>

namespace recura::cli {

std::string option_set_of(const AnyModel& model) {
  const auto* const summarizer = std::get_if<Summarizer>(&model);
  if (summarizer == nullptr) return task_of(model);
  const std::string kind = summarizer->info().kind;
  return kind == "select" ? "summarise" : kind;
}

std::map<std::string, std::string> fields_of(const AnyModel& model) {
  const std::string options = std::visit([](const auto& one) { return one.info().options; }, model);
  const auto json = nlohmann::json::parse(options, nullptr, false);  // of a model that a library made there may be none
  std::map<std::string, std::string> fields;
  if (!json.is_object()) return fields;
  for (const auto& [name, value] : json.items()) {
    if ((name.ends_with("-field") || name.ends_with("-column")) && value.is_string()) fields.emplace(name, value);
  }
  return fields;
}

}  // namespace recura::cli
