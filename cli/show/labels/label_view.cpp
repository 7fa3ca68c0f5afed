#include "show/labels/label_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The log loss is that of rows whose label the model knows: there may be none.
bool has_log_loss(const Evaluation& e) { return e.has_probabilities && (e.several || e.rows > e.unseen_rows); }

Json number(double value) { return std::isnan(value) ? Json() : Json(value); }

void print_confusion(Output& out, std::size_t width, const Evaluation& e) {
  constexpr std::size_t kWidest = 20;
  if (e.labels.size() > kWidest || e.confusion.empty()) return;
  out.write("\nright label \\ given label\n" + std::string(width, ' '));
  for (std::size_t k = 0; k < e.labels.size(); ++k) out.write(fmt::format("  {:>6}", k + 1));
  out.write("\n");
  for (std::size_t k = 0; k < e.labels.size(); ++k) {
    out.write(padded(fmt::format("{} {}", k + 1, printable(e.labels[k].label)), width));
    for (const std::int64_t count : e.confusion[k]) out.write(fmt::format("  {:>6}", count));
    out.write("\n");
  }
}

void print_scores(Output& out, const Evaluation& e) {
  const std::string log_loss = has_log_loss(e) ? fmt::format("{:.4f}", e.log_loss) : "n/a";
  if (!e.several) {
    out.write(fmt::format("accuracy {:.4f}   log loss {}   the most frequent label alone {:.4f}\n", e.accuracy,
                          log_loss, e.majority));
    for (const RatesAtK& at : told_ranks(e))
      out.write(fmt::format("right label among the {} likeliest {:.4f}\n", at.k, at.recall));
    out.write("\n");
    return;
  }
  out.write(fmt::format("all labels of a row right {:.4f}   log loss of a label {}\n", e.accuracy, log_loss));
  for (const RatesAtK& at : e.at)
    out.write(
        fmt::format("of the {} likeliest labels: precision {:.4f}, recall {:.4f}\n", at.k, at.precision, at.recall));
  out.write("\n");
}

void print_quality(Output& out, const Evaluation& e) {
  const std::string area = std::isnan(e.roc_auc) ? "n/a" : fmt::format("{:.4f}", e.roc_auc);
  out.write("\n");
  if (e.has_probabilities)
    out.write(fmt::format("ROC-AUC {}   calibration error {:.4f}   ", area, e.calibration_error));
  if (!e.several) out.write(fmt::format("Matthews correlation {:.4f}", e.matthews));
  out.write(fmt::format("\n95 % intervals: {} {:.4f} … {:.4f}, macro F1 {:.4f} … {:.4f}\n",
                        e.several ? "micro F1" : "accuracy", e.micro_interval.low, e.micro_interval.high,
                        e.macro_interval.low, e.macro_interval.high));
  if (e.abstain > 0)
    out.write(fmt::format("of a probability of {} at least: {:.1f} % of the rows, accuracy {:.4f}\n", e.abstain,
                          100 * e.coverage, e.answered_accuracy));
}

std::string joined(const std::vector<std::string>& labels) {
  std::string all;
  for (const std::string& label : labels) all += (all.empty() ? "" : ", ") + printable(label);
  return all.empty() ? "-" : all;
}

void print_errors(Output& out, const Evaluation& e) {
  constexpr std::size_t kShown = 5, kTextWidth = 70;
  if (e.errors.empty()) return;
  out.write(e.has_probabilities ? "\nwrong answers that it was surest of\n" : "\nwrong answers\n");
  for (std::size_t i = 0; i < std::min(e.errors.size(), kShown); ++i) {
    const LabelError& error = e.errors[i];
    out.write(fmt::format("  line {}: {}, right is {}{}: {}\n", error.line, joined(error.given), joined(error.right),
                          e.has_probabilities ? fmt::format(", {:.4f}", error.score) : "",
                          beginning(printable(error.text), kTextWidth)));
  }
}

}  // namespace

std::vector<RatesAtK> told_ranks(const Evaluation& e) {
  std::vector<RatesAtK> ranks = e.at;
  if (!e.several) std::erase_if(ranks, [&](const RatesAtK& at) { return at.k == 1 || at.k == std::ssize(e.labels); });
  return ranks;
}

Json to_json(const LabelRates& rates) {
  return {{"precision", rates.precision}, {"recall", rates.recall}, {"f1", rates.f1}, {"rows", rates.rows}};
}

Json to_json(const std::string& file, const Evaluation& e) {
  Json json{{"file", file},
            {"format", e.format},
            {"rows", e.rows},
            {"bad_rows", e.bad_rows},
            {"unseen_rows", e.unseen_rows},
            {"unseen_labels", e.unseen_labels},
            {e.several ? "subset_accuracy" : "accuracy", e.accuracy},
            {"log_loss", has_log_loss(e) ? Json(e.log_loss) : Json()}};
  if (!e.several) json["majority"] = e.majority;
  for (const LabelRates& rates : {e.micro, e.macro, e.weighted})
    json.update({{rates.label + "_f1", rates.f1},
                 {rates.label + "_precision", rates.precision},
                 {rates.label + "_recall", rates.recall}});
  for (const RatesAtK& at : e.at)
    json.update({{fmt::format("precision_at_{}", at.k), at.precision}, {fmt::format("recall_at_{}", at.k), at.recall}});
  if (!e.several) json["matthews"] = e.matthews;
  json["roc_auc"] = number(e.roc_auc);
  json["calibration_error"] = number(e.calibration_error);
  json["micro_f1_interval"] = {e.micro_interval.low, e.micro_interval.high};
  json["macro_f1_interval"] = {e.macro_interval.low, e.macro_interval.high};
  if (e.abstain > 0)
    json.update({{"abstain", e.abstain}, {"coverage", e.coverage}, {"answered_accuracy", e.answered_accuracy}});
  json["errors"] = Json::array();
  for (const LabelError& error : e.errors)
    json["errors"].push_back({{"line", error.line},
                              {"text", error.text},
                              {"right", error.right},
                              {"given", error.given},
                              {"score", error.score}});
  json["per_label"] = Json::object();
  auto& rates = json["per_label"].get_ref<Json::object_t&>();
  // By its key, each would be searched for among all those before.
  for (const LabelRates& label : e.labels) rates.emplace_back(label.label, to_json(label));
  if (!e.several) json["confusion"] = e.confusion;
  return json;
}

Json to_json(const std::string& file, const Comparison& c) {
  return {{"file", file},
          {"rows", c.rows},
          {"both_right", c.both},
          {"only_first_right", c.only_first},
          {"only_second_right", c.only_second},
          {"both_wrong", c.neither},
          {"mcnemar_p", c.p_value},
          {"difference", c.difference},
          {"difference_interval", {c.interval.low, c.interval.high}}};
}

void print_comparison(Output& out, const std::string& first, const std::string& second, const Comparison& c) {
  out.write(fmt::format("\n{} against {}, rows right: both {}, only the first {}, only the second {}, neither {}\n",
                        printable(first), printable(second), c.both, c.only_first, c.only_second, c.neither));
  out.write(fmt::format("difference {:+.4f}, 95 % interval {:+.4f} … {:+.4f}; McNemar's exact test: p = {:.4g}\n",
                        c.difference, c.interval.low, c.interval.high, c.p_value));
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
    const std::vector<std::string>& all = e.unseen_labels;
    constexpr std::ptrdiff_t kShown = 5;
    const std::vector<std::string> shown(all.begin(), all.begin() + std::min(std::ssize(all), kShown));
    out.write(fmt::format(
        "labels that the model does not know, in {} rows, which count as wrong (log loss: of the others): {}{}\n",
        e.unseen_rows, joined(shown), std::ssize(all) > kShown ? fmt::format(", … {} in all", all.size()) : ""));
  }
  print_scores(out, e);
  std::size_t width = 8;
  for (const LabelRates& label : e.labels) width = std::max(width, display_width(printable(label.label)) + 3);
  rates_head(out, width, "label", "rows");
  for (const LabelRates& label : e.labels) rates_row(out, width, label);
  rates_row(out, width, e.micro);
  rates_row(out, width, e.macro);
  rates_row(out, width, e.weighted);
  print_quality(out, e);
  print_confusion(out, width, e);
  print_errors(out, e);
}

}  // namespace recura::cli
