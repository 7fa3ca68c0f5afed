#include "label_view.h"

#include <fmt/format.h>

#include <algorithm>

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The log loss is that of rows whose label the model knows: there may be none.
bool has_log_loss(const Evaluation& e) { return e.rows > e.unseen_rows; }

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

}  // namespace

Json to_json(const LabelRates& rates) {
  return {{"precision", rates.precision}, {"recall", rates.recall}, {"f1", rates.f1}, {"rows", rates.rows}};
}

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

void rates_head(Output& out, std::size_t width, const char* what, const char* counted) {
  out.write(fmt::format("{}  {:>9}  {:>9}  {:>9}  {:>9}\n", padded(what, width), "precision", "recall", "F1", counted));
}

void rates_row(Output& out, std::size_t width, const LabelRates& rates) {
  out.write(fmt::format("{}  {:>9.4f}  {:>9.4f}  {:>9.4f}  {:>9}\n", padded(printable(rates.label), width),
                        rates.precision, rates.recall, rates.f1, rates.rows));
}

void print_table(Output& out, const std::string& file, const Evaluation& e) {
  out.write(fmt::format("{}: {}, {} rows\n", printable(file), e.format, e.rows));
  if (e.bad_rows > 0) out.write(fmt::format("left out: {} bad rows, such as\n", e.bad_rows));
  for (const std::string& problem : e.problems) out.write(fmt::format("  {}\n", printable(problem)));
  if (e.unseen_rows > 0) {
    out.write(fmt::format("labels that the model does not know, in {} rows, which count as wrong:", e.unseen_rows));
    for (std::size_t i = 0; i < std::min<std::size_t>(e.unseen_labels.size(), 5); ++i)
      out.write(fmt::format(" {}", printable(e.unseen_labels[i])));
    out.write("\n");
  }
  out.write(fmt::format("accuracy {:.4f}   log loss {}   the most frequent label alone {:.4f}\n\n", e.accuracy,
                        has_log_loss(e) ? fmt::format("{:.4f}", e.log_loss) : "n/a", e.majority));
  std::size_t width = 5;
  for (const LabelRates& label : e.labels) width = std::max(width, display_width(printable(label.label)) + 3);
  rates_head(out, width, "label", "rows");
  for (const LabelRates& label : e.labels) rates_row(out, width, label);
  rates_row(out, width, e.micro);
  rates_row(out, width, e.macro);
  print_confusion(out, width, e);
}

}  // namespace recura::cli
