#include <fmt/format.h>
#include <recura/classifier.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "flags.h"
#include "json_text.h"
#include "terminal.h"
#include "verbs.h"

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  std::vector<std::string> files;
  bool json = false;
  std::int64_t threads = 0;
  InputOptions input;
};

Json to_json(const LabelRates& rates) {
  return {{"precision", rates.precision}, {"recall", rates.recall}, {"f1", rates.f1}, {"rows", rates.rows}};
}

/// The log loss is that of rows whose label the model knows: there may be none.
bool has_log_loss(const Evaluation& e) { return e.rows > e.unseen_rows; }

Json to_json(const std::string& file, const Evaluation& e) {
  Json json{{"file", file},
            {"format", e.format},
            {"rows", e.rows},
            {"bad_rows", e.bad_rows},
            {"unseen_rows", e.unseen_rows},
            {"accuracy", e.accuracy},
            {"log_loss", has_log_loss(e) ? Json(e.log_loss) : Json()},
            {"majority", e.majority},
            {"micro_f1", e.micro.f1},
            {"macro_f1", e.macro.f1},
            {"macro_precision", e.macro.precision},
            {"macro_recall", e.macro.recall}};
  json["per_label"] = Json::object();
  auto& rates = json["per_label"].get_ref<Json::object_t&>();
  // By its key, each would be searched for among all those before.
  for (const LabelRates& label : e.labels) rates.emplace_back(label.label, to_json(label));
  json["confusion"] = e.confusion;
  return json;
}

void table_row(Output& out, std::size_t width, const LabelRates& rates) {
  out.write(fmt::format("{}  {:>9.4f}  {:>9.4f}  {:>9.4f}  {:>9}\n", padded(printable(rates.label), width),
                        rates.precision, rates.recall, rates.f1, rates.rows));
}

void print_confusion(Output& out, std::size_t width, const Evaluation& e) {
  constexpr std::size_t kWidest = 20;
  if (e.labels.size() > kWidest) return;
  out.write("\nright label \\ given label\n" + std::string(width, ' '));
  for (std::size_t k = 0; k < e.labels.size(); ++k) out.write(fmt::format("  {:>6}", k + 1));
  out.write("\n");
  for (std::size_t k = 0; k < e.labels.size(); ++k) {
    out.write(padded(fmt::format("{} {}", k + 1, printable(e.labels[k].label)), width));
    for (const std::int64_t count : e.confusion[k]) out.write(fmt::format("  {:>6}", count));
    out.write("\n");
  }
}

void print_table(Output& out, const std::string& file, const Evaluation& e) {
  out.write(fmt::format("{}: {}, {} rows\n", printable(file), e.format, e.rows));
  if (e.bad_rows > 0) out.write(fmt::format("left out: {} bad rows, such as\n", e.bad_rows));
  for (const std::string& problem : e.problems) out.write(fmt::format("  {}\n", printable(problem)));
  if (e.unseen_rows > 0) {
    out.write(fmt::format("labels that the model does not know, in {} rows, which count as wrong:", e.unseen_rows));
    for (std::size_t i = 0; i < std::min<std::size_t>(e.unseen_labels.size(), 5); ++i)
      out.write(" " + printable(e.unseen_labels[i]));
    out.write("\n");
  }
  out.write(fmt::format("accuracy {:.4f}   log loss {}   the most frequent label alone {:.4f}\n\n", e.accuracy,
                        has_log_loss(e) ? fmt::format("{:.4f}", e.log_loss) : "n/a", e.majority));
  std::size_t width = 5;
  for (const LabelRates& label : e.labels) width = std::max(width, display_width(printable(label.label)) + 3);
  out.write(
      fmt::format("{}  {:>9}  {:>9}  {:>9}  {:>9}\n", padded("label", width), "precision", "recall", "F1", "rows"));
  for (const LabelRates& label : e.labels) table_row(out, width, label);
  table_row(out, width, e.micro);
  table_row(out, width, e.macro);
  print_confusion(out, width, e);
}

int run(Flags& flags, const Arguments& arguments) {
  flags.apply();
  if (arguments.model.empty() || arguments.files.empty())
    throw ArgumentError("evaluate: expected a model and a file of labelled texts");
  const Classifier classifier = Classifier::load(arguments.model, static_cast<int>(arguments.threads));
  for (const std::string& note : classifier.info().notes) say("note: {}\n", printable(note));
  Output out;
  for (const std::string& file : arguments.files) {
    const Evaluation evaluation = classifier.evaluate(file, arguments.input);
    if (arguments.json) {
      out.write(json_text(to_json(file, evaluation)) + "\n");
    } else {
      print_table(out, file, evaluation);
    }
  }
  out.flush();
  return 0;
}

}  // namespace

Verb add_evaluate(CLI::App& app) {
  const auto arguments = std::make_shared<Arguments>();
  app.add_option("model", arguments->model, "a model file")->type_name("MODEL");
  app.add_option("files", arguments->files, "labelled texts")->type_name("DATA");
  app.add_flag("--json", arguments->json, "one JSON object for each file");
  add_threads(app, arguments->threads);
  show_usage(app, "MODEL DATA...");
  app.footer("Example:\n  recura evaluate reviews.recura test.jsonl");
  const auto flags = std::make_shared<Flags>(app, describe(arguments->input));
  return [arguments, flags] { return run(*flags, *arguments); };
}

}  // namespace recura::cli
