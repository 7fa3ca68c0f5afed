#include <recura/model.h>

#include <memory>
#include <optional>
#include <set>
#include <type_traits>

#include "companions.h"
#include "flags.h"
#include "option_set.h"
#include "paths.h"
#include "show/json_text.h"
#include "show/labels/label_page.h"
#include "show/labels/label_view.h"
#include "show/likelihood_view.h"
#include "show/spans/span_report.h"
#include "show/summary_view.h"
#include "show/terminal.h"
#include "summary_helpers.h"
#include "verbs/verbs.h"

namespace recura::cli {
namespace {

struct EvaluateArguments {
  std::string model, gold, predicted;
  std::vector<std::string> files;
  bool json = false;
  std::int64_t threads = 0;
  std::string against, report, companions;
  SummaryHelpers helpers;
  LabelEvaluationOptions classify;
  TagEvaluationOptions tag;
  TaggingOptions tagging;
  SummaryEvaluationOptions summarise;
  InputOptions language;
};

template <typename AnyEvaluation>
void print(Output& out, const std::string& file, const AnyEvaluation& evaluation, bool json) {
  if (json) {
    out.write(json_text(to_json(file, evaluation)) + "\n");
  } else {
    print_table(out, file, evaluation);
  }
}

auto evaluate(const Classifier& model, const std::string& file, const EvaluateArguments& arguments) {
  return model.evaluate(file, arguments.classify);
}
auto evaluate(const Tagger& model, const std::string& file, const EvaluateArguments& arguments) {
  return model.evaluate(file, arguments.tag);
}
auto evaluate(const Summarizer& model, const std::string& file, const EvaluateArguments& arguments) {
  return model.evaluate(file, arguments.summarise);
}
auto evaluate(const LanguageModel& model, const std::string& file, const EvaluateArguments& arguments) {
  return model.evaluate(file, arguments.language);
}

/// The second classifier, if one is named.
std::optional<AnyModel> load_other(const AnyModel& first, const EvaluateArguments& arguments) {
  if (arguments.against.empty()) return std::nullopt;
  AnyModel other = load_model(arguments.against, static_cast<int>(arguments.threads));
  if (!std::holds_alternative<Classifier>(first) || !std::holds_alternative<Classifier>(other))
    throw ArgumentError("evaluate: --against is for two models that give labels");
  if (std::get<Classifier>(first).info().several != std::get<Classifier>(other).info().several)
    throw ArgumentError("evaluate: --against is for two models that both give one label, or both several");
  const auto labels_of = [](const AnyModel& model) {
    const std::vector<std::string> labels = std::get<Classifier>(model).info().labels;
    return std::set<std::string>(labels.begin(), labels.end());
  };
  if (labels_of(first) != labels_of(other))
    throw ArgumentError("evaluate: --against is for two models of the same labels");
  return other;
}

/// A second classifier beside the first, on the same rows; also on the page if there is one.
void compare_models(Output& out, const AnyModel& first, const AnyModel& second, const EvaluateArguments& arguments,
                    std::optional<LabelPage>& page) {
  for (const std::string& file : arguments.files) {
    const Comparison found =
        std::get<Classifier>(first).compare(std::get<Classifier>(second), file, arguments.classify.input);
    if (page) page->add(file, arguments.against, found);
    if (arguments.json) {
      out.write(json_text(to_json(file, found)) + "\n");
    } else {
      print_comparison(out, arguments.model, arguments.against, found);
    }
  }
}

/// How a model answers, which is asked for besides what it is scored on. Readings are not scored.
std::vector<Option> tagging_options(TaggingOptions& tagging) {
  std::vector<Option> options = describe(tagging);
  std::erase_if(options, [](const Option& option) { return option.name == "readings"; });
  return options;
}

void refuse_tagging(TaggingOptions tagging) {
  TaggingOptions usual;
  const std::vector<Option> given = tagging_options(tagging), defaults = tagging_options(usual);
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i].get() != defaults[i].get())
      throw ArgumentError(fmt::format("evaluate: --{} is how a model answers, there is none", given[i].name));
  }
}

/// What two files hold, one of which may be a pipe that does not say it.
std::string task_of_files(const Flags& flags, const EvaluateArguments& arguments) {
  if (!flags.given("summary-field").empty()) return "summarise";
  if (!flags.given("spans-field").empty()) return "tag";
  for (const std::string& file : {arguments.gold, arguments.predicted}) {
    const std::string task = detect_task(file, flags.given("format"), flags.given("label-field"));
    if (task != "classify") return task;
  }
  return "classify";
}

int compare(Flags& flags, const EvaluateArguments& arguments) {
  if (!arguments.helpers.selector.empty()) throw ArgumentError("evaluate: --select is for models that write");
  if (!arguments.helpers.fluency.empty()) throw ArgumentError("evaluate: --fluency is for models that leave words out");
  if (!arguments.companions.empty()) throw ArgumentError("evaluate: --with is for models that give labels");
  if (!arguments.report.empty()) throw ArgumentError("evaluate: --report is for models that give labels");
  if (arguments.threads != 0) throw ArgumentError("evaluate: --threads is for models, there is none");
  if (!arguments.against.empty()) throw ArgumentError("evaluate: --against is for two models that give labels");
  if (arguments.gold.empty() || arguments.predicted.empty() || !arguments.model.empty())
    throw ArgumentError("evaluate: expected a model and a file, or --gold FILE and --predicted FILE alone");
  const std::string task = task_of_files(flags, arguments);
  flags.apply(task == "summarise" ? "select" : task);
  Output out;
  const auto show = [&](const auto& evaluation) { print(out, arguments.predicted, evaluation, arguments.json); };
  if (task == "summarise") {
    show(compare_summaries(arguments.gold, arguments.predicted, arguments.summarise));
  } else if (task == "classify") {
    show(compare_labels(arguments.gold, arguments.predicted, arguments.classify));
  } else {
    refuse_tagging(arguments.tagging);
    show(compare_spans(arguments.gold, arguments.predicted, arguments.tag));
  }
  out.flush();
  return 0;
}

/// Refuses to write over what is read.
void check_report(const AnyModel& any, const EvaluateArguments& arguments, const std::string& config) {
  if (arguments.report.empty()) return;
  if (!std::holds_alternative<Classifier>(any))
    throw ArgumentError("evaluate: --report is for models that give labels");
  refuse_overwriting("evaluate", arguments.report, "--report", arguments.model, "the model");
  refuse_overwriting("evaluate", arguments.report, "--report", arguments.against, "the other model");
  for (const std::string& other : paths_of(arguments.companions))
    refuse_overwriting("evaluate", arguments.report, "--report", other, "the other model");
  for (const std::string& file : arguments.files)
    refuse_overwriting("evaluate", arguments.report, "--report", file, "the data");
  refuse_overwriting("evaluate", arguments.report, "--report", config, "the options");
  check_model_path(arguments.report);
}

/// Scores one file, and puts it on the page if there is one.
template <typename Model>
auto scored(const Model& model, const std::string& file, const EvaluateArguments& arguments,
            std::optional<LabelPage>& page) {
  auto evaluation = evaluate(model, file, arguments);
  if constexpr (std::is_same_v<Model, Classifier>) {
    if (page) page->add(file, evaluation);
  }
  return evaluation;
}

int run(Flags& flags, const EvaluateArguments& arguments) {
  flags.read();
  if (!arguments.gold.empty() || !arguments.predicted.empty()) return compare(flags, arguments);
  if (arguments.model.empty() || arguments.files.empty())
    throw ArgumentError("evaluate: expected a model and a file of texts with labels, spans or summaries");
  check_readable("evaluate", arguments.files);
  AnyModel any = load_before_texts(arguments.model, arguments.threads);
  apply_options(flags, any, option_set_of(any));
  use_summary_helpers("evaluate", any, arguments.helpers, arguments.summarise.length, arguments.threads);
  use_companions("evaluate", any, arguments.companions, arguments.threads);
  if (auto* const tagger = std::get_if<Tagger>(&any)) {
    for (const std::string& note : tagger->configure(arguments.tagging)) say("note: {}\n", printable(note));
  }
  check_report(any, arguments, flags.config());
  const std::optional<AnyModel> other = load_other(any, arguments);
  std::optional<LabelPage> page;
  if (!arguments.report.empty())
    page.emplace(arguments.model, paths_of(arguments.companions), std::get<Classifier>(any).info());
  Output out;
  std::visit(
      [&](const auto& model) {
        for (const std::string& note : model.info().notes) say("note: {}\n", printable(note));
        for (const std::string& file : arguments.files)
          print(out, file, scored(model, file, arguments, page), arguments.json);
      },
      any);
  if (other) compare_models(out, any, *other, arguments, page);
  if (page) page->save(arguments.report);
  out.flush();
  return 0;
}

}  // namespace

Verb add_evaluate(CLI::App& app) {
  const auto arguments = std::make_shared<EvaluateArguments>();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_option("files", arguments->files, "texts with labels, marked spans or summaries")->type_name("DATA");
  app.add_flag("--json", arguments->json, "one JSON object for each file, with --against one more behind them");
  app.add_option("--gold", arguments->gold, "without a model: the right labels, spans or summaries")->type_name("FILE");
  app.add_option("--predicted", arguments->predicted, "the labels, spans or summaries that somebody gave")
      ->type_name("FILE");
  app.add_option("--against", arguments->against, "a second classifier, compared with the first on the same rows")
      ->type_name("MODEL");
  app.add_option("--report", arguments->report, "of a classifier: also a page of HTML with charts and errors")
      ->type_name("FILE");
  add_summary_helpers(app, arguments->helpers);
  add_companions(app, arguments->companions);
  add_threads(app, arguments->threads);
  show_usage(app, "MODEL DATA...");
  app.footer(
      "Examples:\n  recura evaluate reviews.recura test.jsonl\n  recura evaluate names.recura test.conll --train "
      "train.conll\n  recura evaluate --gold test.conll --predicted answers.conll");
  std::vector<Option> tag = describe(arguments->tag), tagging = tagging_options(arguments->tagging);
  tag.insert(tag.end(), tagging.begin(), tagging.end());
  const auto flags = std::make_shared<Flags>(
      app, std::vector<OptionSet>{{"classify", describe(arguments->classify)},
                                  {"tag", std::move(tag)},
                                  {"select", describe(arguments->summarise)},
                                  {"compress", describe_for_compressor(arguments->summarise)},
                                  {"write", describe_for_writer(arguments->summarise)},
                                  {"language-model", describe_unlabelled(arguments->language)}});
  flags->show_fields_of_model();
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
