#include <fmt/format.h>
#include <fmt/ranges.h>
#include <recura/model.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "flags.h"
#include "paths.h"
#include "show/data_summary.h"
#include "show/progress.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct TrainArguments {
  std::vector<std::string> files;
  std::string model, log, task = "detect", kind = "select";
  bool quiet = false;
  TrainOptions classify;
  TaggerOptions tag;
  SummarizerOptions summarise;
  CompressorOptions compress;
  WriterOptions write;
  LanguageOptions language;
};

/// Refuses to write over what is read, before anything is touched.
void check_paths(const std::string& model, const std::string& checkpoint, const TrainArguments& arguments,
                 const std::vector<Input>& inputs) {
  for (const auto& [path, what] : inputs) {
    refuse_overwriting("train", model, "-o", path, what);
    refuse_overwriting("train", arguments.log, "--log-json", path, what);
    refuse_overwriting("train", checkpoint, "--checkpoint", path, what);
  }
  refuse_overwriting("train", arguments.log, "--log-json", model, "the model");
  refuse_overwriting("train", checkpoint, "--checkpoint", model, "the model");
  refuse_overwriting("train", arguments.log, "--log-json", checkpoint, "the checkpoint");
}

bool exists(const std::string& path) {
  std::error_code unknown;
  return !path.empty() && std::filesystem::exists(path, unknown);
}

void remove(const std::string& checkpoint) {
  std::error_code unknown;
  if (!checkpoint.empty()) std::filesystem::remove(checkpoint, unknown);
}

std::string checkpoint_of(const std::string& option, const std::string& model) {
  return option.empty() ? model + ".checkpoint" : option == "none" ? "" : option;
}

/// Keeps what a stopped training left from being overwritten unasked, and what is no checkpoint from it anyway.
void check_unfinished(const CheckpointOptions& options, bool is_told_whether) {
  if (options.checkpoint.empty()) {
    if (options.resume) throw ArgumentError("train: --resume goes on from a checkpoint, --checkpoint none keeps none");
    return;
  }
  check_checkpoint_path(options.checkpoint);
  if (exists(options.checkpoint) && !options.resume && !is_told_whether) {
    throw ArgumentError(fmt::format(
        "train: {} is of a training that was stopped: --resume goes on, --no-resume begins anew", options.checkpoint));
  }
}

/// What was chosen on dev rows besides the weights.
std::string words_of_decision(const ModelInfo& info) {
  if (!info.several && info.decision_rows == 0)
    return "temperature: 1, as another takes 100 dev rows of labels that it knows, of two at least";
  if (!info.several)
    return fmt::format("temperature: {:.3f}, for honest probabilities on {} dev rows", info.temperature,
                       info.decision_rows);
  if (info.decision_rows == 0) return "thresholds of labels: 0.5, as there are no dev rows to choose them on";
  const auto [least, most] = std::ranges::minmax(info.thresholds);
  return fmt::format("thresholds of labels: {:.2f} to {:.2f}, for the highest F1 of each on {} dev rows", least, most,
                     info.decision_rows);
}

/// Saves the model, unless an interrupt came before there was one better than what chance gives.
template <typename Model>
void finish(const Model& trained, const std::string& model, const std::string& checkpoint,
            const ProgressPrinter& printer, bool is_scored, bool quiet) {
  const bool can_go_on = trained.interrupted() && exists(checkpoint);
  const std::string resume = can_go_on ? "; the same command with --resume goes on" : "";
  if (trained.interrupted() && is_scored && printer.best_epoch() == 0) {
    say("interrupted before the first epoch was done; {} {}{}\n", printable(model),
        exists(model) ? "is left as it was" : "is not written", resume);
    return;
  }
  trained.save(model);
  if (!trained.interrupted()) remove(checkpoint);
  if (quiet) return;
  if (trained.interrupted()) say("interrupted; the best weights so far are kept{}\n", resume);
  if constexpr (requires { trained.info().thresholds; }) {
    say("{}\n", words_of_decision(trained.info()));
  }
  if (printer.best_epoch() > 0)
    say("best epoch {}: dev {} {:.4f}\n", printer.best_epoch(), printer.score_name(), printer.best_score());
  say("model: {}\n", printable(model));
}

/// The first line of a log.
template <typename Options>
nlohmann::ordered_json log_of(Options options) {
  nlohmann::ordered_json line{{"options", nlohmann::ordered_json::object()}};
  for (const Option& option : describe(options)) line["options"][option.name] = option.get();
  return line;
}

/// A training that diverged leaves no checkpoint: it would only lead there again.
template <typename Train, typename Options, typename Callbacks>
auto train_model(const Train& train, const std::string& data, const Options& options, const Callbacks& callbacks) {
  try {
    return train(data, options, callbacks);
  } catch (const DivergenceError&) {
    remove(options.checkpoint.checkpoint);
    throw;
  }
}

std::string shown(std::vector<std::string> files) {
  std::ranges::replace(files, "-", "standard input");
  return fmt::format("{}", fmt::join(files, ", "));
}

/// Trains a model of any task by `train_one(path, options, callbacks)`.
template <typename Train, typename Options, typename Callbacks>
int train(const TrainArguments& arguments, const Train& train_one, Options options, Callbacks callbacks,
          const std::string& score, const Flags& flags) {
  const std::string model = arguments.model.empty() ? default_model("train", arguments.files.front()) : arguments.model;
  const std::string checkpoint = checkpoint_of(options.checkpoint.checkpoint, model);
  options.checkpoint.checkpoint = checkpoint;
  check_paths(model, checkpoint, arguments, inputs_of(arguments.files, flags.config(), describe(options)));
  check_model_path(model);
  const ModelLock lock(model);
  check_unfinished(options.checkpoint, !flags.given("resume").empty());
  ProgressPrinter printer(arguments.quiet, score);
  bool is_scored = false;
  callbacks.data = [&](const auto& data) {
    is_scored = dev_rows(data) > 0;
    if constexpr (requires { data.score_name; }) printer.set_score(data.score_name);
    if (!arguments.log.empty()) printer.open_log(arguments.log);  // not before: the old one stays if there is no data
    printer.log(log_of(options));
    catch_interrupts();  // before, there is nothing to keep
    if (!arguments.quiet) print_summary(shown(arguments.files), data);
  };
  callbacks.progress = [&](const Progress& progress) { printer.show(progress); };
  PrecisionReport rounded;
  callbacks.rounded = [&](const PrecisionReport& report) { rounded = report; };
  std::string balanced;
  if constexpr (requires { callbacks.balanced; }) {
    callbacks.balanced = [&](double shift, double f1) {
      balanced = fmt::format("score of being in no span: {:+.2f}, dev F1 {:.4f}\n", shift, f1);
    };
  }
  callbacks.should_stop = interrupted;
  callbacks.note = [&](const std::string& text) { printer.note(text); };
  const auto trained = train_model(train_one, arguments.files.front(), options, callbacks);
  printer.finish();
  finish(trained, model, checkpoint, printer, is_scored, arguments.quiet);
  printer.log({{"model", model},
               {"interrupted", trained.interrupted()},
               {"training", nlohmann::ordered_json::parse(trained.info().training)}});
  if (!arguments.quiet) say("{}", balanced);
  if (!arguments.quiet && !rounded.to.empty()) say("{}", words_of(rounded));
  return trained.interrupted() ? kInterrupted : 0;
}

int run(Flags& flags, TrainArguments& arguments) {
  flags.read({"task", "kind"});
  if (arguments.files.empty()) throw ArgumentError("train: expected a file of texts, or - for standard input");
  const std::string& kind = arguments.kind;
  const bool has_kind = flags.verb().count("--kind") > 0;
  const bool of_summaries = has_kind || !flags.given("summary-field").empty();
  const std::string task =
      arguments.task != "detect" ? arguments.task
      : of_summaries             ? "summarise"
                     : detect_task(arguments.files.front(), flags.given("format"), flags.given("label-field"));
  if (has_kind && task != "summarise")
    throw ArgumentError(fmt::format("train: --kind {} is for the task summarise, this is {}", kind, task));
  if (arguments.files.size() > 1 && task != "tag")
    throw ArgumentError(fmt::format("train: only a tagger learns from several files of data, got {} for the task {}",
                                    arguments.files.size(), task));
  flags.apply(task == "summarise" ? kind : task);
  if (task == "classify")
    return train(arguments, Classifier::train, arguments.classify, TrainCallbacks(), "accuracy", flags);
  const auto train_tagger = [&](const std::string&, const TaggerOptions& options, const TaggerCallbacks& callbacks) {
    return Tagger::train_on(arguments.files, options, callbacks);
  };
  if (task == "tag") return train(arguments, train_tagger, arguments.tag, TaggerCallbacks(), "F1", flags);
  if (task == "language-model")
    return train(arguments, LanguageModel::train, arguments.language, LanguageModelCallbacks(), "probability", flags);
  if (kind == "compress")
    return train(arguments, Summarizer::train_compressor, arguments.compress, SummarizerCallbacks(), "F1", flags);
  if (kind == "write")
    return train(arguments, Summarizer::train_writer, arguments.write, SummarizerCallbacks(), "ROUGE", flags);
  return train(arguments, Summarizer::train, arguments.summarise, SummarizerCallbacks(), "F1", flags);
}

}  // namespace

Verb add_train(CLI::App& app) {
  const auto arguments = std::make_shared<TrainArguments>();
  app.add_option(
         "data", arguments->files,
         "texts with labels (JSON Lines, CSV, TSV, fastText), with marked spans (CoNLL, segmented lines, JSON Lines, "
         "BRAT; several files too) or with summaries (JSON Lines, CSV, TSV); gzip too; - is standard input")
      ->type_name("DATA");
  app.add_option("-o,--model", arguments->model, "file of the model; without it, the data's name with .recura")
      ->type_name("MODEL");
  add_choice(app, "--task", arguments->task, {"detect", "classify", "tag", "summarise", "language-model"},
             "what to learn: a label for each text, spans in it, its summary, or which words follow on which");
  add_choice(app, "--kind", arguments->kind, {"select", "compress", "write"},
             "of summaries: to select the best sentences, to leave words out, or to write new ones");
  app.add_flag("-q,--quiet", arguments->quiet, "print errors alone");
  app.add_option("--log-json", arguments->log, "also write options, epochs, notes and the result as lines of JSON")
      ->type_name("FILE");
  app.footer(
      "With --task or --kind beside it, --help shows the options of that one alone.\n\nExamples:\n  recura train "
      "reviews.jsonl\n  recura train names.conll --dev dev.conll\n  recura train titles.csv "
      "--text-field title --label-field topic --dev "
      "dev.csv -o titles.recura");
  const auto flags =
      std::make_shared<Flags>(app, std::vector<OptionSet>{{"classify", describe(arguments->classify)},
                                                          {"tag", describe(arguments->tag)},
                                                          {"select", describe(arguments->summarise)},
                                                          {"compress", describe(arguments->compress)},
                                                          {"write", describe(arguments->write)},
                                                          {"language-model", describe(arguments->language)}});
  show_usage(app, "DATA...", [&app, arguments = arguments.get(), flags = flags.get()] {
    const std::string task = arguments->task == "detect" ? "" : arguments->task;
    const bool has_kind = app.count("--kind") > 0 && task.empty();
    flags->show_only(has_kind || task == "summarise" ? arguments->kind : task);
  });
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
