#include "option_set.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "show/terminal.h"

namespace recura::cli {
namespace {

/// Where training found what it read in its rows, by the names of the options that say so. A library may have made a
/// model without any.
std::map<std::string, std::string> fields_of(const AnyModel& model) {
  const std::string options = std::visit([](const auto& one) { return one.info().options; }, model);
  const auto json = nlohmann::json::parse(options, nullptr, false);
  std::map<std::string, std::string> fields;
  if (!json.is_object()) return fields;
  for (const auto& [name, value] : json.items()) {
    if (is_of_rows(name) && value.is_string()) fields.emplace(name, value);
  }
  return fields;
}

}  // namespace

std::string option_set_of(const AnyModel& model) {
  const auto* const summarizer = std::get_if<Summarizer>(&model);
  if (summarizer == nullptr) return task_of(model);
  return summarizer->info().kind;
}

void apply_options(Flags& flags, const AnyModel& model, const std::string& set) {
  std::string said;
  for (const auto& [name, value] : flags.apply(set, fields_of(model)))
    said += fmt::format("{}--{} {}", said.empty() ? "" : " ", name, value);
  if (!said.empty()) say("note: rows are read as in training, by {}\n", printable(said));
}

}  // namespace recura::cli
