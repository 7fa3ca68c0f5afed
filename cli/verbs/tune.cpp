#include <fmt/format.h>
#include <recura/model.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "flags.h"
#include "paths.h"
#include "show/data_summary.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct TuneArguments {
  std::string data, model, task = "detect";
  double minutes = 30;
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

/// Goes through the choices one by one, each time from the best options so far, until all are tried or time is up.
template <typename Model, typename Options, typename Callbacks>
class Search {
 public:
  using Train = Model (*)(const std::string&, const Options&, const Callbacks&);

  Search(Train train, std::string data, Options options, const Flags& flags, double minutes)
      : train_(train),
        data_(std::move(data)),
        options_(std::move(options)),
        given_(options_),
        flags_(flags),
        end_(Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(60 * minutes))) {}

  /// @throws ArgumentError  if there is no dev part, or no epoch was done in time.
  void run() {
    try_options(options_, "as they are");
    if (!model_)
      throw ArgumentError(std::string("tune: the first training gave no model") +
                          (interrupted() ? "" : ", as no epoch was done in time: give more --minutes"));
    for (const auto& [name, values] : choices(options_)) {
      if (is_settled(name)) continue;
      for (const char* const value : values) {
        if (stopped()) return;
        Options changed = options_;
        const Option option = option_of(describe(changed), name);
        option.set(value);
        if (std::ranges::count(tried_, text_of(changed)) > 0) continue;
        try_options(changed, fmt::format("--{} {}", name, value));
      }
    }
  }

  const Model& model() const { return *model_; }

  /// The flags that lead from what was given to the best.
  std::string changes() const {
    Options best = options_, given = given_;
    std::string flags;
    const std::vector<Option> before = describe(given);
    for (const Option& option : describe(best)) {
      if (option.get() != option_of(before, option.name).get())
        flags += fmt::format(" --{} {}", option.name, option.get());
    }
    return flags;
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// By somebody, or because time is up.
  bool stopped() const { return interrupted() || Clock::now() >= end_; }

  /// Whoever gives an option has chosen it; vectors bring their size.
  bool is_settled(const std::string& name) {
    Options given = given_, usual;
    const auto value = [&](Options& of, const std::string& option) { return option_of(describe(of), option).get(); };
    return !flags_.given(name).empty() || value(given, name) != value(usual, name) ||
           (name == "embedding" && !value(given, "vectors").empty());
  }

  static std::string text_of(Options options) {
    std::string text;
    for (const Option& option : describe(options)) text += option.get() + '\n';
    return text;
  }

  void try_options(const Options& options, const std::string& what) {
    const auto start = Clock::now();
    Progress best;
    bool is_scored = false;
    Callbacks callbacks;
    callbacks.data = [&](const auto& data) { begin(data); };
    callbacks.progress = [&](const Progress& p) {
      if (!p.epoch_ended || !p.best) return;
      best = p;
      is_scored = true;
    };
    callbacks.should_stop = [&] { return stopped(); };
    ++trials_;
    tried_.push_back(text_of(options));
    try {
      Model model = train_(data_, options, callbacks);
      const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
      const bool is_best = is_scored && (!model_ || is_better(best));
      say("trial {:2}  {:26}  {}{:5.0f} s\n", trials_, what,
          is_scored ? fmt::format("dev loss {:.4f}  dev {} {:.4f}{}", best.dev_loss, score_name_, best.dev_score,
                                  is_best ? " *" : "  ")
                    : "no epoch was done in time",
          seconds);
      if (!is_best) return;
      model_.emplace(std::move(model));
      options_ = options;
      best_ = best;
    } catch (const ArgumentError&) {
      if (!model_) throw;
      --trials_;  // a choice that does not go with what was given, such as the size of a model to begin with
    } catch (const DivergenceError& error) {
      say("trial {:2}  {:26}  {}\n", trials_, what, printable(error.what()));
    }
  }

  template <typename Data>
  void begin(const Data& data) {
    if (trials_ > 1) return;
    if (dev_rows(data) == 0) throw ArgumentError("tune: there are no dev texts to choose by; --dev names a file");
    if constexpr (requires { data.score_name; }) score_name_ = data.score_name;
    catch_interrupts();
    print_summary(data_, data);
  }

  bool is_better(const Progress& p) const {
    if (options_.best_by == Options::BestBy::loss) return p.dev_loss < best_.dev_loss;
    return p.dev_score > best_.dev_score || (p.dev_score == best_.dev_score && p.dev_loss < best_.dev_loss);
  }

  Train train_;
  std::string data_;
  Options options_, given_;
  const Flags& flags_;
  std::vector<std::string> tried_;
  Clock::time_point end_;
  int trials_ = 0;
  std::string score_name_ = "F1";
  std::optional<Model> model_;
  Progress best_;
};

template <typename Model, typename Options, typename Callbacks>
int tune(const TuneArguments& arguments, Model (*train)(const std::string&, const Options&, const Callbacks&),
         Options options, const Flags& flags) {
  if (arguments.data == "-")
    throw ArgumentError("tune: the texts are read once for each trial, they must be in a file");
  const std::string model = arguments.model.empty() ? default_model("tune", arguments.data) : arguments.model;
  for (const auto& [path, what] : inputs_of({arguments.data}, flags.config(), describe(options)))
    refuse_overwriting("tune", model, "-o", path, what);
  check_model_path(model);
  const ModelLock lock(model);
  Search<Model, Options, Callbacks> search(train, arguments.data, options, flags, arguments.minutes);
  search.run();
  search.model().save(model);
  const std::string changes = search.changes();
  say("best options: {}\nmodel: {}\n", changes.empty() ? "as they are" : printable(changes.substr(1)),
      printable(model));
  return interrupted() ? kInterrupted : 0;
}

int run(Flags& flags, const TuneArguments& arguments) {
  flags.read({"task"});
  if (arguments.data.empty()) throw ArgumentError("tune: expected a file of texts");
  if (!(arguments.minutes > 0))
    throw ArgumentError(fmt::format("tune: --minutes must be above 0, it is {}", arguments.minutes));
  const std::string task =
      arguments.task == "detect" ? detect_task(arguments.data, flags.given("format")) : arguments.task;
  if (task == "summarise") throw ArgumentError("tune: options of summarizers are not searched");
  flags.apply(task);
  if (task == "tag") return tune(arguments, Tagger::train, arguments.tag, flags);
  return tune(arguments, Classifier::train, arguments.classify, flags);
}

/// A search is not gone on with: it keeps no checkpoints.
std::vector<Option> without_checkpoints(std::vector<Option> options) {
  std::erase_if(options, [](const Option& option) { return option.group == "Interruptions"; });
  return options;
}

}  // namespace

Verb add_tune(CLI::App& app) {
  const auto arguments = std::make_shared<TuneArguments>();
  app.add_option("data", arguments->data, "texts with labels or with marked spans, as for `recura train`")
      ->type_name("DATA");
  app.add_option("-o,--model", arguments->model, "file of the best model; without it, the data's name with .recura")
      ->type_name("MODEL");
  app.add_option("--minutes", arguments->minutes, "time to search in")->type_name("a number > 0")->default_str("30");
  add_choice(app, "--task", arguments->task, {"detect", "classify", "tag"},
             "what to learn: a label for each text, or spans in it");
  show_usage(app, "DATA");
  app.footer(
      "Tries one change of an option after the other and keeps those that are better on the dev texts; options that\n"
      "are given stay.\n\nExample:\n  recura tune reviews.jsonl --dev dev.jsonl --minutes 60");
  const auto flags = std::make_shared<Flags>(
      app, std::vector<OptionSet>{{"classify", without_checkpoints(describe(arguments->classify))},
                                  {"tag", without_checkpoints(describe(arguments->tag))}});
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
