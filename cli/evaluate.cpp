#include <recura/model.h>

#include <memory>

#include "flags.h"
#include "json_text.h"
#include "label_view.h"
#include "span_report.h"
#include "summary_view.h"
#include "terminal.h"
#include "verbs.h"

namespace recura::cli {
namespace {

struct Arguments {
  std::string model, gold, predicted;
  std::vector<std::string> files;
  bool json = false;
  std::int64_t threads = 0;
  InputOptions input;
  TagEvaluationOptions tag;
  SummaryEvaluationOptions summarise;
};

template <typename AnyEvaluation>
void print(Output& out, const std::string& file, const AnyEvaluation& evaluation, bool json) {
  if (json) {
    out.write(json_text(to_json(file, evaluation)) + "\n");
  } else {
    print_table(out, file, evaluation);
  }
}

auto evaluate(const Classifier& model, const std::string& file, const Arguments& arguments) {
  return model.evaluate(file, arguments.input);
}
auto evaluate(const Tagger& model, const std::string& file, const Arguments& arguments) {
  return model.evaluate(file, arguments.tag);
}
auto evaluate(const Summarizer& model, const std::string& file, const Arguments& arguments) {
  return model.evaluate(file, arguments.summarise);
}

int compare(Flags& flags, const Arguments& arguments) {
  if (arguments.gold.empty() || arguments.predicted.empty() || !arguments.model.empty())
    throw ArgumentError("evaluate: expected a model and a file, or --gold FILE and --predicted FILE alone");
  const std::string task = detect_task(arguments.gold) == "summarise" ? "summarise" : "tag";
  flags.apply(task);
  Output out;
  if (task == "summarise") {
    print(out, arguments.predicted, compare_summaries(arguments.gold, arguments.predicted, arguments.summarise),
          arguments.json);
  } else {
    print(out, arguments.predicted, compare_spans(arguments.gold, arguments.predicted, arguments.tag), arguments.json);
  }
  out.flush();
  return 0;
}

int run(Flags& flags, const Arguments& arguments) {
  refuse_extras(flags.verb());
  if (!arguments.gold.empty() || !arguments.predicted.empty()) return compare(flags, arguments);
  if (arguments.model.empty() || arguments.files.empty())
    throw ArgumentError("evaluate: expected a model and a file of texts with labels, spans or summaries");
  const AnyModel any = load_model(arguments.model, static_cast<int>(arguments.threads));
  flags.apply(task_of(any));
  Output out;
  std::visit(
      [&](const auto& model) {
        for (const std::string& note : model.info().notes) say("note: {}\n", printable(note));
        for (const std::string& file : arguments.files)
          print(out, file, evaluate(model, file, arguments), arguments.json);
      },
      any);
  out.flush();
  return 0;
}

}  // namespace

Verb add_evaluate(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_option("files", arguments->files, "texts with labels, marked spans or summaries")->type_name("DATA");
  app.add_flag("--json", arguments->json, "one JSON object for each file");
  app.add_option("--gold", arguments->gold, "without a model: the right spans or summaries")->type_name("FILE");
  app.add_option("--predicted", arguments->predicted, "the spans or summaries that somebody gave")->type_name("FILE");
  add_threads(app, arguments->threads);
  show_usage(app, "MODEL DATA...");
  app.footer(
      "Examples:\n  recura evaluate reviews.recura test.jsonl\n  recura evaluate names.recura test.conll --train "
      "train.conll\n  recura evaluate --gold test.conll --predicted answers.conll");
  const auto flags =
      std::make_shared<Flags>(app, std::vector<OptionSet>{{"classify", describe(arguments->input)},
                                                          {"tag", describe(arguments->tag)},
                                                          {"summarise", describe(arguments->summarise)}});
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
