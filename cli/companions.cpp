#include "companions.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "show/terminal.h"

namespace recura::cli {

void add_companions(CLI::App& verb, std::string& companions) {
  verb.add_option("--with", companions,
                  "of a model that gives labels: answer by the mean of its probabilities and those of these models")
      ->type_name("MODEL,...");
}

std::vector<std::string> paths_of(const std::string& companions) {
  std::vector<std::string> paths;
  std::istringstream list(companions);
  for (std::string path; std::getline(list, path, ',');) paths.push_back(path);
  if (companions.ends_with(',') || std::ranges::count(paths, "") > 0)
    throw ArgumentError("--with: expected model files with commas between them, got \"" + printable(companions) + "\"");
  return paths;
}

void use_companions(const std::string& verb, AnyModel& model, const std::string& companions, std::int64_t threads) {
  for (const std::string& path : paths_of(companions)) {
    AnyModel other = load_model(path, static_cast<int>(threads));
    if (!std::holds_alternative<Classifier>(model) || !std::holds_alternative<Classifier>(other))
      throw ArgumentError(fmt::format("{}: --with {}: both models must give labels", verb, printable(path)));
    try {
      std::get<Classifier>(model).answer_with(std::get<Classifier>(std::move(other)));
    } catch (const ArgumentError& error) {
      throw ArgumentError(fmt::format("{}: --with {}: {}", verb, printable(path), error.what()));
    }
  }
  if (!companions.empty()) say("note: answers are the means of {} models\n", paths_of(companions).size() + 1);
}

}  // namespace recura::cli
