#include "summary_helpers.h"

#include <fmt/format.h>

#include "option_set.h"
#include "show/terminal.h"

namespace recura::cli {
namespace {

/// A flag that names a helper: the options of the models that it is for, what they do, and what the helper must be.
struct HelperFlag {
  const char *name, *options, *task, *expected;
};

constexpr HelperFlag kSelect{"--select", "write", "write", "a model that chooses sentences"};
constexpr HelperFlag kFluency{"--fluency", "compress", "leave words out", "a language model"};

}  // namespace

void add_summary_helpers(CLI::App& verb, SummaryHelpers& helpers) {
  verb.add_option(kSelect.name, helpers.selector,
                  "of a model that writes: read longer texts by the sentences that this model chooses")
      ->type_name("MODEL");
  verb.add_option(kFluency.name, helpers.fluency,
                  "of a model that leaves words out: keep what this language model finds usual, too")
      ->type_name("MODEL");
}

void use_summary_helpers(const std::string& verb, AnyModel& model, const SummaryHelpers& helpers,
                         const SummaryLength& length, std::int64_t threads) {
  const auto use = [&]<typename Helper>(const HelperFlag& flag, const std::string& path,
                                        void (Summarizer::*take)(Helper&&)) {
    if (path.empty()) return;
    if (option_set_of(model) != flag.options)
      throw ArgumentError(fmt::format("{}: {} is for models that {}", verb, flag.name, flag.task));
    const std::string named = fmt::format("{}: {} {}", verb, flag.name, printable(path));
    AnyModel helper = load_model(path, static_cast<int>(threads));
    if (!std::holds_alternative<Helper>(helper))
      throw ArgumentError(
          fmt::format("{}: expected {}, got one of the task {}", named, flag.expected, task_of(helper)));
    try {
      (std::get<Summarizer>(model).*take)(std::get<Helper>(std::move(helper)));
    } catch (const ArgumentError& error) {
      throw ArgumentError(fmt::format("{}: {}", named, error.what()));
    }
  };
  if (helpers.fluency.empty() && length.fluency_weight != SummaryLength().fluency_weight)
    throw ArgumentError(verb + ": --fluency-weight does nothing without --fluency");
  use(kSelect, helpers.selector, &Summarizer::select_by);
  use(kFluency, helpers.fluency, &Summarizer::judge_by);
}

}  // namespace recura::cli
