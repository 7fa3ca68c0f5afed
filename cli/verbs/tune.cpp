#include <fmt/format.h>
#include <fmt/ranges.h>
#include <recura/model.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <type_traits>

#include "flags.h"
#include "paths.h"
#include "show/data_summary.h"
#include "show/progress.h"
#include "show/terminal.h"
#include "verbs/trial.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct TuneArguments {
  std::vector<std::string> files;
  std::string model, log, task = "detect";
  double minutes = 30;
  bool quiet = false;
  TrainOptions classify;
  TaggerOptions tag;
};

/// An option that is searched, and the values that are tried.
struct Choice {
  const char* option;
  std::vector<const char*> values;
};

/// In the order in which they are tried, as time may end before the last: what changed dev scores most, in
/// docs/results.md, comes first.
const std::vector<Choice>& choices(const TrainOptions&) {
  static const std::vector<Choice> all{{"pooling", {"attention", "mean-max"}},
                                       {"learning-rate", {"0.001", "0.006"}},
                                       {"dropout", {"0.3", "0.6"}},
                                       {"hidden", {"128", "32"}},
                                       {"word-dropout", {"0.2", "0.6"}},
                                       {"ngrams", {"3", "1"}},
                                       {"virtual-adversarial", {"0.1"}},
                                       {"label-smoothing", {"0.1"}},
                                       {"embedding", {"64", "256"}},
                                       {"layers", {"2"}},
                                       {"cell", {"gru", "sru"}},
                                       {"min-count", {"2"}}};
  return all;
}

const std::vector<Choice>& choices(const TaggerOptions&) {
  static const std::vector<Choice> all{{"learning-rate", {"0.001", "0.004"}},
                                       {"dropout", {"0.3", "0.6"}},
                                       {"input-dropout", {"0.2", "0.5"}},
                                       {"hidden", {"100", "300"}},
                                       {"batch-size", {"8", "32"}},
                                       {"word-dropout", {"0", "0.1", "0.3"}},
                                       {"layers", {"2"}},
                                       {"embedding", {"50", "200"}},
                                       {"cell", {"gru"}}};
  return all;
}

Option option_of(const std::vector<Option>& options, const std::string& name) {
  return *std::ranges::find(options, name, &Option::name);
}

template <typename Options>
nlohmann::ordered_json keys_of(Options options) {
  nlohmann::ordered_json keys = nlohmann::ordered_json::object();
  for (const Option& option : describe(options)) keys[option.name] = option.get();
  return keys;
}

std::string flags_of(const nlohmann::ordered_json& keys) {
  std::string flags;
  for (const auto& [name, value] : keys.items())
    flags += fmt::format("{}--{} {}", flags.empty() ? "" : " ", name, value.get<std::string>());
  return flags;
}

using SearchClock = std::chrono::steady_clock;

/// As a number, since a time point has no room for the end of a search that is given very long.
double seconds_since(SearchClock::time_point start) {
  return std::chrono::duration<double>(SearchClock::now() - start).count();
}

/// Goes through the choices one by one, each time from the best options so far, until all are tried or time is up. Each
/// model that is the best so far is saved at once.
template <typename Callbacks, typename Options, typename Train>
class Search {
 public:
  /// Trains by `train(options, callbacks)`.
  Search(const TuneArguments& arguments, const Flags& flags, Train train, Options options)
      : arguments_(arguments),
        flags_(flags),
        train_(std::move(train)),
        options_(std::move(options)),
        given_(options_),
        printer_(arguments.quiet, "F1") {}

  /// @throws ArgumentError  if there is no dev part, or no epoch was done in time.
  /// @throws Error  of the first trial, whatever it is; of later ones SystemError alone, as when a model is not saved.
  void run() {
    try_options(options_, "as they are");
    if (!best_ && !interrupted())
      throw ArgumentError("tune: the first training gave no model, as no epoch was done in time: give more --minutes");
    for (const auto& [name, values] : choices(options_)) {
      if (is_settled(name)) continue;
      for (const char* const value : values) {
        if (stopped()) return;
        Options changed = options_;
        const Option option = option_of(describe(changed), name);
        option.set(value);
        if (std::ranges::count(tried_, keys_of(changed)) > 0) continue;
        try_options(changed, fmt::format("--{} {}", name, value));
      }
    }
  }

  /// Tells which options are the best.
  void finish() {
    if (!best_) return say("interrupted before the first epoch was done: there is no model\n");
    const nlohmann::ordered_json changes = changes_of(options_);
    printer_.log({{"model", arguments_.model}, {"interrupted", interrupted()}, {"changes", changes}});
    if (arguments_.quiet) return;
    say("best options: {}\nmodel: {}\n", changes.empty() ? "as they are" : printable(flags_of(changes)),
        printable(arguments_.model));
  }

 private:
  /// By somebody, or because time is up.
  bool stopped() const { return interrupted() || seconds_since(start_) >= 60 * arguments_.minutes; }

  /// What leads from what was given to these options.
  nlohmann::ordered_json changes_of(const Options& options) const {
    nlohmann::ordered_json changes = keys_of(options);
    const nlohmann::ordered_json given = keys_of(given_);
    for (const auto& [name, value] : given.items()) {
      if (changes[name] == value) changes.erase(name);
    }
    return changes;
  }

  /// Whoever gives an option has chosen it; vectors bring their size.
  bool is_settled(const std::string& name) const {
    const nlohmann::ordered_json given = keys_of(given_), usual = keys_of(Options());
    return !flags_.given(name).empty() || given[name] != usual[name] ||
           (name == "embedding" && !given["vectors"].get<std::string>().empty());
  }

  void try_options(const Options& options, const std::string& what) {
    Trial trial{.what = what, .changes = changes_of(options)};
    tried_.push_back(keys_of(options));
    const auto start = SearchClock::now();
    std::optional<Model> model;
    try {
      model.emplace(train_(options, callbacks_of(trial)));
    } catch (...) {
      if (trials_ == 0) throw;
      trial.failure = reason_of_failure();
      if (trial.failure.empty()) return;  // a choice that does not go with what was given
    }
    trial.seconds = seconds_since(start);
    trial.is_best = model && trial.is_scored && (!best_ || is_better(trial.best));
    if (trial.is_best) {
      model->save(arguments_.model);
      options_ = options;
      best_ = trial.best;
    }
    show(trial);
  }

  Callbacks callbacks_of(Trial& trial) {
    Callbacks callbacks;
    callbacks.data = [this](const auto& data) { begin(data); };
    callbacks.progress = [&trial](const Progress& p) {
      if (!p.epoch_ended || !p.best) return;
      trial.best = p;
      trial.is_scored = true;
    };
    callbacks.should_stop = [this] { return stopped(); };
    return callbacks;
  }

  template <typename Data>
  void begin(const Data& data) {
    if (trials_ > 0) return;
    if (dev_rows(data) == 0) throw ArgumentError("tune: there are no dev texts to choose by; --dev names a file");
    if constexpr (requires { data.score_name; }) printer_.set_score(data.score_name);
    if (!arguments_.log.empty())
      printer_.open_log(arguments_.log);  // not before: the old one stays if there is no data
    printer_.log({{"options", keys_of(given_)}});
    catch_interrupts();
    if (!arguments_.quiet) print_summary(fmt::format("{}", fmt::join(arguments_.files, ", ")), data);
  }

  bool is_better(const Progress& p) const {
    if (options_.best_by == Options::BestBy::loss) return p.dev_loss < best_->dev_loss;
    return p.dev_score > best_->dev_score || (p.dev_score == best_->dev_score && p.dev_loss < best_->dev_loss);
  }

  void show(const Trial& trial) {
    ++trials_;
    printer_.log(line_of(trial, trials_));
    if (!arguments_.quiet)
      say("trial {:2}  {:26}  {}\n", trials_, trial.what, outcome_of(trial, printer_.score_name()));
  }

  using Model = std::invoke_result_t<Train, const Options&, const Callbacks&>;

  const TuneArguments& arguments_;
  const Flags& flags_;
  Train train_;
  Options options_, given_;
  ProgressPrinter printer_;
  SearchClock::time_point start_ = SearchClock::now();
  std::vector<nlohmann::ordered_json> tried_;
  /// Those that are done.
  int trials_ = 0;
  std::optional<Progress> best_;
};

template <typename Callbacks, typename Options, typename Train>
int tune(const TuneArguments& arguments, const Flags& flags, const Train& train, Options options) {
  for (const auto& [path, what] : inputs_of(arguments.files, flags.config(), describe(options))) {
    refuse_overwriting("tune", arguments.model, "-o", path, what);
    refuse_overwriting("tune", arguments.log, "--log-json", path, what);
  }
  refuse_overwriting("tune", arguments.log, "--log-json", arguments.model, "the model");
  check_model_path(arguments.model);
  const ModelLock lock(arguments.model);
  Search<Callbacks, Options, Train> search(arguments, flags, train, options);
  search.run();
  search.finish();
  return interrupted() ? kInterrupted : 0;
}

std::string task_to_tune(const TuneArguments& arguments, const Flags& flags) {
  const std::vector<std::string>& files = arguments.files;
  if (files.empty()) throw ArgumentError("tune: expected a file of texts");
  if (std::ranges::count(files, "-") > 0)
    throw ArgumentError("tune: the texts are read once for each trial, they must be in a file");
  const std::string task = arguments.task == "detect"
                               ? detect_task(files.front(), flags.given("format"), flags.given("label-field"))
                               : arguments.task;
  if (task == "summarise") throw ArgumentError("tune: options of summarizers are not searched");
  if (files.size() > 1 && task != "tag")
    throw ArgumentError(fmt::format("tune: only a tagger learns from several files of data, got {} for the task {}",
                                    files.size(), task));
  return task;
}

int run(Flags& flags, TuneArguments& arguments) {
  flags.read({"task"});
  const std::string task = task_to_tune(arguments, flags);
  flags.apply(task);
  const std::vector<std::string>& files = arguments.files;
  if (arguments.model.empty()) arguments.model = default_model("tune", files.front());
  if (task == "tag") {
    const auto train_tagger = [&](const auto& options, const auto& callbacks) {
      return Tagger::train_on(files, options, callbacks);
    };
    return tune<TaggerCallbacks>(arguments, flags, train_tagger, arguments.tag);
  }
  const auto train_classifier = [&](const auto& options, const auto& callbacks) {
    return Classifier::train(files.front(), options, callbacks);
  };
  return tune<TrainCallbacks>(arguments, flags, train_classifier, arguments.classify);
}

/// A search is not gone on with: it keeps no checkpoints.
std::vector<Option> without_checkpoints(std::vector<Option> options) {
  std::erase_if(options, [](const Option& option) { return option.group == "Interruptions"; });
  return options;
}

}  // namespace

Verb add_tune(CLI::App& app) {
  const auto arguments = std::make_shared<TuneArguments>();
  app.add_option("data", arguments->files,
                 "texts with labels, or with marked spans (several files too), as for `recura train`")
      ->type_name("DATA");
  app.add_option("-o,--model", arguments->model, "file of the best model; without it, the data's name with .recura")
      ->type_name("MODEL");
  add_number(
      app, "--minutes", arguments->minutes, "a number > 0", [](double minutes) { return minutes > 0; },
      "time to search in");
  add_choice(app, "--task", arguments->task, {"detect", "classify", "tag"},
             "what to learn: a label for each text, or spans in it");
  app.add_flag("-q,--quiet", arguments->quiet, "print errors alone");
  app.add_option("--log-json", arguments->log, "also write options, trials and the result as lines of JSON")
      ->type_name("FILE");
  show_usage(app, "DATA...");
  app.footer(
      "Tries one change of an option after the other and keeps those that are better on the dev texts; options that\n"
      "are given stay.\n\nExample:\n  recura tune reviews.jsonl --dev dev.jsonl --minutes 60");
  const auto flags = std::make_shared<Flags>(
      app, std::vector<OptionSet>{{"classify", without_checkpoints(describe(arguments->classify))},
                                  {"tag", without_checkpoints(describe(arguments->tag))}});
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
