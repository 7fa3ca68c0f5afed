#include "selector.h"

#include <fmt/format.h>

#include "option_set.h"
#include "show/terminal.h"

namespace recura::cli {

CLI::Option* add_selector(CLI::App& verb, std::string& selector) {
  return verb
      .add_option("--select", selector,
                  "of a model that writes: read longer texts by the sentences that this model chooses")
      ->type_name("MODEL");
}

void use_selector(const std::string& verb, AnyModel& model, const std::string& selector, std::int64_t threads) {
  if (selector.empty()) return;
  if (option_set_of(model) != "write") throw ArgumentError(verb + ": --select is for models that write");
  AnyModel chooser = load_model(selector, static_cast<int>(threads));
  if (option_set_of(chooser) != "summarise") {
    throw ArgumentError(fmt::format("{}: --select {}: expected a model that chooses sentences, got one of kind {}",
                                    verb, printable(selector), option_set_of(chooser)));
  }
  std::get<Summarizer>(model).select_by(std::get<Summarizer>(std::move(chooser)));
}

}  // namespace recura::cli
