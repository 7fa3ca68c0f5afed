#include "fluency.h"

#include <fmt/format.h>

#include "option_set.h"
#include "show/terminal.h"

namespace recura::cli {

CLI::Option* add_fluency(CLI::App& verb, std::string& fluency) {
  return verb
      .add_option("--fluency", fluency,
                  "of a model that leaves words out: keep what this language model finds usual, too")
      ->type_name("MODEL");
}

void use_fluency(const Flags& flags, AnyModel& model, const std::string& fluency, std::int64_t threads) {
  const std::string verb = flags.verb().get_name();
  if (fluency.empty()) {
    if (!flags.given("fluency-weight").empty())
      throw ArgumentError(verb + ": --fluency-weight does nothing without --fluency");
    return;
  }
  if (option_set_of(model) != "compress") throw ArgumentError(verb + ": --fluency is for models that leave words out");
  AnyModel judge = load_model(fluency, static_cast<int>(threads));
  auto* const language_model = std::get_if<LanguageModel>(&judge);
  if (language_model == nullptr) {
    throw ArgumentError(fmt::format("{}: --fluency {}: expected a language model, got one of the task {}", verb,
                                    printable(fluency), task_of(judge)));
  }
  try {
    std::get<Summarizer>(model).judge_by(std::move(*language_model));
  } catch (const ArgumentError& error) {
    throw ArgumentError(fmt::format("{}: --fluency {}: {}", verb, printable(fluency), error.what()));
  }
}

}  // namespace recura::cli
