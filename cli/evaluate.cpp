#include <recura/model.h>

#include <memory>

#include "flags.h"
#include "json_text.h"
#include "label_view.h"
#include "span_report.h"
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
};

template <typename AnyEvaluation>
void print(Output& out, const std::string& file, const AnyEvaluation& evaluation, bool json) {
  if (json) {
    out.write(json_text(to_json(file, evaluation)) + "\n");
  } else {
    print_table(out, file, evaluation);
  }
}

int compare(Flags& flags, const Arguments& arguments) {
  if (arguments.gold.empty() || arguments.predicted.empty() || !arguments.model.empty())
    throw ArgumentError("evaluate: expected a model and a file, or --gold FILE and --predicted FILE alone");
  flags.apply("tag");
  Output out;
  print(out, arguments.predicted, compare_spans(arguments.gold, arguments.predicted, arguments.tag), arguments.json);
  out.flush();
  return 0;
}

int run(Flags& flags, const Arguments& arguments) {
  refuse_extras(flags.verb());
  if (!arguments.gold.empty() || !arguments.predicted.empty()) return compare(flags, arguments);
  if (arguments.model.empty() || arguments.files.empty())
    throw ArgumentError("evaluate: expected a model and a file of texts with labels or spans");
  const AnyModel model = load_model(arguments.model, static_cast<int>(arguments.threads));
  const bool is_tagger = std::holds_alternative<Tagger>(model);
  flags.apply(is_tagger ? "tag" : "classify");
  std::visit(
      [](const auto& one) {
        for (const std::string& note : one.info().notes) say("note: {}\n", printable(note));
      },
      model);
  Output out;
  for (const std::string& file : arguments.files) {
    if (is_tagger) {
      print(out, file, std::get<Tagger>(model).evaluate(file, arguments.tag), arguments.json);
    } else {
      print(out, file, std::get<Classifier>(model).evaluate(file, arguments.input), arguments.json);
    }
  }
  out.flush();
  return 0;
}

}  // namespace

Verb add_evaluate(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_option("files", arguments->files, "texts with labels or marked spans")->type_name("DATA");
  app.add_flag("--json", arguments->json, "one JSON object for each file");
  app.add_option("--gold", arguments->gold, "without a model: the right spans")->type_name("FILE");
  app.add_option("--predicted", arguments->predicted, "the spans that somebody gave")->type_name("FILE");
  add_threads(app, arguments->threads);
  show_usage(app, "MODEL DATA...");
  app.footer(
      "Examples:\n  recura evaluate reviews.recura test.jsonl\n  recura evaluate names.recura test.conll --train "
      "train.conll\n  recura evaluate --gold test.conll --predicted answers.conll");
  const auto flags = std::make_shared<Flags>(
      app, std::vector<OptionSet>{{"classify", describe(arguments->input)}, {"tag", describe(arguments->tag)}});
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
