#include <fmt/format.h>
#include <recura/classifier.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "flags.h"
#include "paths.h"
#include "progress.h"
#include "terminal.h"
#include "verbs.h"

namespace recura::cli {
namespace {

struct Arguments {
  std::string data, model, log;
  bool quiet = false;
  TrainOptions options;
};

/// "data/reviews.csv.gz" to "data/reviews.recura".
std::string default_model(std::string data) {
  if (data == "-") throw ArgumentError("train: reading standard input, the model needs a name: -o MODEL");
  if (data.ends_with(".gz")) data.resize(data.size() - 3);
  const std::size_t folder = data.find_last_of('/') + 1;  // 0 if there is none
  const std::size_t dot = data.find_last_of('.');
  if (dot != std::string::npos && dot > folder) data.resize(dot);
  return data + ".recura";
}

void print_summary(const std::string& path, const DataSummary& data) {
  say("{}: {}, {} rows to train on, {} to choose the best epoch by\n", printable(path), data.train_format,
      data.train_rows, data.dev_rows);
  if (data.bad_rows > 0) say("left out: {} bad rows, such as\n", data.bad_rows);
  for (const std::string& problem : data.problems) say("  {}\n", printable(problem));
  if (data.dev_bad_rows > 0) say("left out of the dev file: {} bad rows, such as\n", data.dev_bad_rows);
  for (const std::string& problem : data.dev_problems) say("  {}\n", printable(problem));
  say("labels:");
  constexpr std::size_t kShown = 12;
  for (std::size_t k = 0; k < std::min(data.rows_per_label.size(), kShown); ++k) {
    say(" {} {}{}", printable(data.rows_per_label[k].first), data.rows_per_label[k].second,
        k + 1 < data.rows_per_label.size() ? "," : "");
  }
  if (data.rows_per_label.size() > kShown) say(" … {} in all", data.rows_per_label.size());
  say("; the most frequent one alone scores {:.4f}\n", data.majority);
  say("tokens: {} read, {} forms known, unknown {:.1f} % (dev {:.1f} %), beyond the length read {:.1f} %\n",
      data.tokens, data.vocabulary, 100 * data.train_unknown, 100 * data.dev_unknown, 100 * data.dropped);
  for (const std::string& note : data.notes) say("note: {}\n", note);
  if (data.dev_rows_unseen > 0)
    say("dev rows with a label that no training row has: {}; they count as wrong\n", data.dev_rows_unseen);
}

/// Refuses to write over what is read, before anything is touched.
void check_paths(const std::string& model, const Arguments& arguments, const std::string& config) {
  const std::string data = arguments.data == "-" ? "/dev/stdin" : arguments.data;
  const std::pair<const char*, std::string> inputs[] = {
      {"the training data", data}, {"the dev rows", arguments.options.dev}, {"the configuration", config}};
  for (const auto& [what, path] : inputs) {
    refuse_overwriting("train", model, "-o", path, what);
    refuse_overwriting("train", arguments.log, "--log-json", path, what);
  }
  refuse_overwriting("train", arguments.log, "--log-json", model, "the model");
}

/// Saves the model, unless an interrupt came before there was one better than what chance gives.
void finish(const Classifier& classifier, const std::string& model, const ProgressPrinter& printer, bool is_scored,
            bool quiet) {
  if (classifier.interrupted() && is_scored && printer.best_epoch() == 0) {
    std::error_code unknown;
    say("interrupted before the first epoch was done; {} {}\n", printable(model),
        std::filesystem::exists(model, unknown) ? "is left as it was" : "is not written");
    return;
  }
  classifier.save(model);
  if (quiet) return;
  if (classifier.interrupted()) say("interrupted; the best weights so far are kept\n");
  if (printer.best_epoch() > 0)
    say("best epoch {}: dev accuracy {:.4f}\n", printer.best_epoch(), printer.best_accuracy());
  say("model: {}\n", printable(model));
}

int run(Flags& flags, Arguments& arguments) {
  flags.apply();
  if (arguments.data.empty()) throw ArgumentError("train: expected a file of labelled texts, or - for standard input");
  const std::string model = arguments.model.empty() ? default_model(arguments.data) : arguments.model;
  check_paths(model, arguments, flags.config());
  check_model_path(model);
  ProgressPrinter printer(arguments.quiet);
  bool is_scored = false;
  TrainCallbacks callbacks;
  callbacks.data = [&](const DataSummary& data) {
    is_scored = data.dev_rows > 0;
    if (!arguments.log.empty()) printer.open_log(arguments.log);  // not before: the old one stays if there is no data
    catch_interrupts();                                           // before, there is nothing to keep
    if (!arguments.quiet) print_summary(arguments.data, data);
  };
  callbacks.progress = [&](const Progress& progress) { printer.show(progress); };
  PrecisionReport rounded;
  callbacks.rounded = [&](const PrecisionReport& report) { rounded = report; };
  callbacks.should_stop = interrupted;
  const Classifier classifier = Classifier::train(arguments.data, arguments.options, callbacks);
  printer.finish();
  finish(classifier, model, printer, is_scored, arguments.quiet);
  if (!arguments.quiet && !rounded.to.empty()) say("{}", words_of(rounded));
  return classifier.interrupted() ? kInterrupted : 0;
}

}  // namespace

Verb add_train(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("data", arguments->data,
                 "labelled texts: JSON Lines, CSV, TSV, fastText; gzip too; - is standard input")
      ->type_name("DATA");
  app.add_option("-o,--model", arguments->model, "file of the model; without it, the data's name with .recura")
      ->type_name("MODEL");
  app.add_flag("-q,--quiet", arguments->quiet, "print errors alone");
  app.add_option("--log-json", arguments->log, "also write each epoch as a line of JSON")->type_name("FILE");
  show_usage(app, "DATA");
  app.footer(
      "Examples:\n  recura train reviews.jsonl\n  recura train titles.csv --text-field title --label-field topic --dev "
      "dev.csv -o titles.recura");
  const auto flags = std::make_shared<Flags>(app, describe(arguments->options));
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
