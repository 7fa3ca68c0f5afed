#include "option_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
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

/// As far as names and `--format` tell before anything is read.
bool are_lines(const Flags& flags, const std::vector<std::string>& texts) {
  const std::string format = flags.given("format");
  const auto is_text = [](const std::string& file) { return std::filesystem::path(file).extension() == ".txt"; };
  return !texts.empty() && (format.empty() ? std::ranges::all_of(texts, is_text) : format == "lines");
}

}  // namespace

AnyModel load_before_texts(const std::string& path, std::int64_t threads) {
  try {
    return load_model(path, static_cast<int>(threads));
  } catch (const DataError& error) {
    const std::string what = error.what();
    if (path.ends_with(".recura") || what.find("not a Recura model") == std::string::npos) throw;
    throw DataError(what + "; the model comes first, then texts");
  }
}

std::string option_set_of(const AnyModel& model) {
  const auto* const summarizer = std::get_if<Summarizer>(&model);
  if (summarizer == nullptr) return task_of(model);
  return summarizer->info().kind;
}

void apply_options(Flags& flags, const AnyModel& model, const std::string& set, const std::vector<std::string>& texts) {
  std::string said;
  for (const auto& [name, value] : flags.apply(set, fields_of(model)))
    said += fmt::format("{}--{} {}", said.empty() ? "" : " ", name, value);
  if (!said.empty() && !are_lines(flags, texts)) say("note: rows are read as in training, by {}\n", printable(said));
}

}  // namespace recura::cli
