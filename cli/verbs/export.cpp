#include <fmt/format.h>
#include <recura/model.h>

#include <memory>

#include "flags.h"
#include "option_set.h"
#include "paths.h"
#include "show/terminal.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct ExportArguments {
  std::string model, output;
  std::int64_t threads = 0;
  ExportOptions classify, language;
  TaggerExportOptions tag;
  SummarizerExportOptions summarise;
};

template <typename Model, typename Options>
int export_model(Model& model, const ExportArguments& arguments, Options options, const Flags& flags) {
  const std::string reading = flags.first_given("Input");
  if (options.dev.empty() && !reading.empty())
    throw ArgumentError(fmt::format("--{}: does nothing without --dev", reading));
  refuse_overwriting("export", arguments.output, "-o", options.dev, "the dev rows");
  const PrecisionReport report = model.set_precision(options);
  model.save(arguments.output);
  if (report.bad_rows > 0) say("left out: {} bad rows, such as\n", report.bad_rows);
  for (const std::string& problem : report.problems) say("  {}\n", printable(problem));
  if (report.unseen_rows > 0)
    say("labels or spans that the model does not know: {}; they count as wrong\n", report.unseen_rows);
  if (report.from == report.to && !options.dev.empty()) say("note: nothing was rounded, so that --dev was not read\n");
  say("{}model: {}\n", words_of(report), printable(arguments.output));
  return 0;
}

int run(Flags& flags, ExportArguments& arguments) {
  flags.read();
  if (arguments.model.empty() || arguments.output.empty())
    throw ArgumentError("export: expected a model, and a name for the new one: -o MODEL");
  refuse_overwriting("export", arguments.output, "-o", arguments.model, "the model, whose lost digits never come back");
  refuse_overwriting("export", arguments.output, "-o", flags.config(), "the options");
  check_model_path(arguments.output);
  AnyModel model = load_model(arguments.model, static_cast<int>(arguments.threads));
  apply_options(flags, model, option_set_of(model));
  if (auto* tagger = std::get_if<Tagger>(&model)) return export_model(*tagger, arguments, arguments.tag, flags);
  if (auto* summarizer = std::get_if<Summarizer>(&model))
    return export_model(*summarizer, arguments, arguments.summarise, flags);
  if (auto* language = std::get_if<LanguageModel>(&model))
    return export_model(*language, arguments, arguments.language, flags);
  return export_model(std::get<Classifier>(model), arguments, arguments.classify, flags);
}

}  // namespace

std::string words_of(const PrecisionReport& report) {
  if (report.from == report.to) return fmt::format("weights: {} already\n", report.to);
  if (report.rows == 0) return fmt::format("weights: {} instead of {}\n", report.to, report.from);
  return fmt::format("weights: {}, dev {} {:.4f}, loss {:.4f} ({} rows; {}: {:.4f}, {:.4f})\n", report.to,
                     report.score_name, report.score, report.loss, report.rows, report.from, report.score_before,
                     report.loss_before);
}

Verb add_export(CLI::App& app) {
  const auto arguments = std::make_shared<ExportArguments>();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_option("-o,--output", arguments->output, "file of the new model")->type_name("MODEL");
  add_threads(app, arguments->threads);
  show_usage(app, "MODEL -o MODEL");
  app.footer("Example:\n  recura export reviews.recura -o small.recura --precision int8 --dev dev.jsonl");
  const auto flags = std::make_shared<Flags>(
      app, std::vector<OptionSet>{{"classify", describe(arguments->classify)},
                                  {"tag", describe(arguments->tag)},
                                  {"select", describe(arguments->summarise)},
                                  {"compress", describe_for_compressor(arguments->summarise)},
                                  {"write", describe(arguments->summarise)},
                                  {"language-model", describe_unlabelled(arguments->language)}});
  flags->show_fields_of_model();
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
