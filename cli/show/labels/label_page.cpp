#include "show/labels/label_page.h"

#include <fmt/format.h>
#include <recura/error.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "show/html.h"
#include "show/labels/chart.h"
#include "show/labels/label_view.h"

namespace recura::cli {
namespace {

constexpr std::string_view kPageStyle = R"(body { max-width: 60em; margin: 2em auto; padding: 0 1em;
  font: 1em/1.6 system-ui, sans-serif; background: #fff; color: #1a1a1a }
h1 { font-size: 1.4em } h2 { font-size: 1.2em; margin-top: 2em } h3 { font-size: 1em; margin: 1.5em 0 .3em }
table { border-collapse: collapse; font-size: .9em } th, td { padding: .1em .7em; text-align: right }
th:first-child, td:first-child { text-align: left } tr:nth-child(even) { background: #f4f4f4 }
.wide { overflow-x: auto } .charts { display: flex; flex-wrap: wrap; gap: 1em } figure { margin: 0; flex: 1 1 24em }
svg text { font-size: 11px } svg .axis { fill: none; stroke: #888 } q, td.text { white-space: pre-wrap }
td.text { text-align: left }
)";

double number_at(const nlohmann::json& object, const std::string& key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : std::nan("");
}

/// What the model's file says of each epoch; nobody has checked it.
Curve curve_of(const nlohmann::json& epochs, const std::string& key, const std::string& name) {
  Curve curve{name, {}, {}, false};
  for (const nlohmann::json& epoch : epochs) {
    curve.x.push_back(number_at(epoch, "epoch"));
    curve.y.push_back(number_at(epoch, key));
  }
  return curve;
}

std::string figure(const char* title, const Chart& chart) {
  return fmt::format("<figure><h3>{}</h3>\n{}</figure>\n", title, svg(chart));
}

/// Of each recurrent layer after one epoch, by the distance from a text's last step.
void add_flow(const nlohmann::json& epoch, Chart& chart) {
  const nlohmann::json flow = epoch.value("gradient_flow", nlohmann::json::array());
  for (std::size_t layer = 0; flow.is_array() && layer < flow.size(); ++layer) {
    Curve curve{fmt::format("layer {}, epoch {:.0f}", layer + 1, number_at(epoch, "epoch")), {}, {}, false};
    for (const nlohmann::json& norm : flow[layer]) {
      curve.x.push_back(static_cast<double>(curve.x.size()));
      curve.y.push_back(norm.is_number() ? std::log10(norm.get<double>()) : std::nan(""));
    }
    chart.curves.push_back(std::move(curve));
  }
}

/// How far gradients reached at the beginning and at the end; nothing if it was not recorded.
std::string gradient_flow(const nlohmann::json& epochs) {
  Chart chart{"steps before the text's last one", "log10 of the gradient's norm", {}};
  if (!epochs.empty()) add_flow(epochs.front(), chart);
  if (epochs.size() > 1) add_flow(epochs.back(), chart);
  return chart.curves.empty() ? "" : figure("How far gradients reach back", chart);
}

std::string learning_curves(const ModelInfo& info) {
  const nlohmann::json training = nlohmann::json::parse(info.training, nullptr, false);
  if (!training.is_object() || !training.contains("epochs")) return "";
  nlohmann::json epochs = training["epochs"];
  if (!epochs.is_array() || !std::ranges::all_of(epochs, &nlohmann::json::is_object)) return "";
  const std::string score = info.several ? "micro_f1" : "accuracy";
  const bool has_dev =
      std::ranges::any_of(epochs, [](const nlohmann::json& epoch) { return epoch.contains("dev_loss"); });
  Chart loss{"epoch", "loss", {curve_of(epochs, "loss", "training")}};
  if (has_dev) loss.curves.push_back(curve_of(epochs, "dev_loss", "dev"));
  std::string charts = "<div class=\"charts\">\n" + figure("Loss while training", loss);
  if (has_dev)
    charts += figure("Dev score while training", {"epoch", score, {curve_of(epochs, "dev_" + score, "dev")}});
  return charts + gradient_flow(epochs) + "</div>\n";
}

std::string calibration(const Evaluation& e) {
  Curve curve{"", {}, {}, true};
  for (const ConfidenceBin& bin : e.calibration) {
    curve.x.push_back(bin.confidence);
    curve.y.push_back(bin.accuracy);
  }
  return figure(
      e.several ? "How often a label is there, by its probability" : "How often an answer is right, by its probability",
      {.x_title = "probability", .y_title = "share", .curves = {curve}, .unit_square = true});
}

std::string row(std::initializer_list<std::pair<const char*, std::string>> cells) {
  std::string line = "<tr>";
  for (const auto& [tag, cell] : cells)
    line += fmt::format("<{}>{}</{}>", tag, cell, std::string_view(tag).substr(0, 2));
  return line + "</tr>\n";
}

std::string score(double value) { return std::isnan(value) ? "n/a" : fmt::format("{:.4f}", value); }

std::string scores(const Evaluation& e) {
  const auto interval = [](double value, const ScoreInterval& i) {
    return fmt::format("{:.4f} ({:.4f} … {:.4f})", value, i.low, i.high);
  };
  std::string table = "<table>\n";
  table += e.several ? row({{"td", "all labels of a row right"}, {"td", score(e.accuracy)}}) +
                           row({{"td", "micro F1 (95 % interval)"}, {"td", interval(e.micro.f1, e.micro_interval)}})
                     : row({{"td", "accuracy (95 % interval)"}, {"td", interval(e.accuracy, e.micro_interval)}}) +
                           row({{"td", "the most frequent label alone"}, {"td", score(e.majority)}}) +
                           row({{"td", "Matthews correlation"}, {"td", score(e.matthews)}});
  table += row({{"td", "macro F1 (95 % interval)"}, {"td", interval(e.macro.f1, e.macro_interval)}});
  table += row({{"td", "ROC-AUC"}, {"td", score(e.roc_auc)}}) + row({{"td", "log loss"}, {"td", score(e.log_loss)}}) +
           row({{"td", "expected calibration error"}, {"td", score(e.calibration_error)}});
  for (const RatesAtK& at : told_ranks(e))
    table += e.several
                 ? row({{"td", fmt::format("precision, recall of the {} likeliest", at.k)},
                        {"td", fmt::format("{:.4f}, {:.4f}", at.precision, at.recall)}})
                 : row({{"td", fmt::format("right label among the {} likeliest", at.k)}, {"td", score(at.recall)}});
  if (e.abstain > 0)
    table += row({{"td", fmt::format("of a probability of {} at least: share of rows, accuracy", e.abstain)},
                  {"td", fmt::format("{:.4f}, {:.4f}", e.coverage, e.answered_accuracy)}});
  return table + "</table>\n";
}

std::string label_table(const Evaluation& e) {
  std::string table = "<h3>Labels</h3>\n<table>\n" +
                      row({{"th", "label"}, {"th", "precision"}, {"th", "recall"}, {"th", "F1"}, {"th", "rows"}});
  const auto add = [&](const LabelRates& rates) {
    table += row({{"td", escaped(rates.label)},
                  {"td", score(rates.precision)},
                  {"td", score(rates.recall)},
                  {"td", score(rates.f1)},
                  {"td", std::to_string(rates.rows)}});
  };
  std::ranges::for_each(e.labels, add);
  for (const LabelRates& mean : {e.micro, e.macro, e.weighted}) add(mean);
  return table + "</table>\n";
}

/// Rows of the right label, columns of the one given; the darker, the larger its share of the row.
std::string confusion(const Evaluation& e) {
  constexpr std::size_t kMost = 50;
  if (e.confusion.empty() || e.labels.size() > kMost) return "";
  std::string table =
      "<h3>Confusion: right label by row, given one by column</h3>\n<div class=\"wide\"><table>\n<tr><th></th>";
  for (const LabelRates& label : e.labels) table += "<th>" + escaped(label.label) + "</th>";
  table += "</tr>\n";
  for (std::size_t k = 0; k < e.labels.size(); ++k) {
    table += "<tr><th>" + escaped(e.labels[k].label) + "</th>";
    for (const std::int64_t count : e.confusion[k]) {
      const double share =
          static_cast<double>(count) / static_cast<double>(std::max<std::int64_t>(e.labels[k].rows, 1));
      table += fmt::format("<td style=\"background: rgb(11 98 168 / {:.0f}%)\">{}</td>", 60 * share, count);
    }
    table += "</tr>\n";
  }
  return table + "</table></div>\n";
}

std::string names(const std::vector<std::string>& labels) {
  std::string all;
  for (const std::string& label : labels) all += (all.empty() ? "" : ", ") + escaped(label);
  return all.empty() ? "none" : all;
}

std::string errors(const Evaluation& e) {
  if (e.errors.empty()) return "";
  std::string table = "<h3>Wrong answers that the model was surest of</h3>\n<table>\n" +
                      row({{"th", "line"}, {"th", "given"}, {"th", "right"}, {"th", "probability"}, {"th", "text"}});
  for (const LabelError& error : e.errors)
    table += row({{"td", std::to_string(error.line)},
                  {"td", names(error.given)},
                  {"td", names(error.right)},
                  {"td", score(error.score)},
                  {"td class=\"text\" dir=\"auto\"", escaped(error.text)}});
  return table + "</table>\n";
}

}  // namespace

LabelPage::LabelPage(const std::string& model, const std::vector<std::string>& companions, const ModelInfo& info)
    : page_(
          html_head(model, kPageStyle) +
          (companions.empty() ? "" : fmt::format("<p>Answers together with {}; of itself:</p>\n", names(companions))) +
          fmt::format("<p>{} labels{}, {} weights ({}), digest {}</p>\n", info.labels.size(),
                      info.several ? ", of which a text may have several" : "", info.weights, escaped(info.precision),
                      escaped(info.digest)) +
          learning_curves(info)) {}

void LabelPage::add(const std::string& file, const Evaluation& e) {
  page_ += fmt::format("<h2>{}</h2>\n<p>{}, {} rows; left out: {}; of labels that the model does not know: {}</p>\n",
                       escaped(file), escaped(e.format), e.rows, e.bad_rows, e.unseen_rows);
  page_ += "<div class=\"charts\">\n<div>" + scores(e) + "</div>\n" + calibration(e) + "</div>\n";
  page_ += label_table(e) + confusion(e) + errors(e);
}

void LabelPage::add(const std::string& file, const std::string& against, const Comparison& c) {
  page_ += fmt::format("<h3>{}: against {}</h3>\n<table>\n", escaped(file), escaped(against));
  page_ += row({{"td", "rows that both have right"}, {"td", std::to_string(c.both)}}) +
           row({{"td", "only this model"}, {"td", std::to_string(c.only_first)}}) +
           row({{"td", "only the other"}, {"td", std::to_string(c.only_second)}}) +
           row({{"td", "neither"}, {"td", std::to_string(c.neither)}}) +
           row({{"td", "difference (95 % interval)"},
                {"td", fmt::format("{:+.4f} ({:+.4f} … {:+.4f})", c.difference, c.interval.low, c.interval.high)}}) +
           row({{"td", "McNemar's exact test: p"}, {"td", fmt::format("{:.4g}", c.p_value)}});
  page_ += "</table>\n";
}

void LabelPage::save(const std::string& path) const {
  // A page that is there stays until the new one is whole.
  const std::string part = path + ".part";
  std::ofstream out(part, std::ios::binary);
  out << page_ << "</body>\n</html>\n" << std::flush;
  if (out && std::rename(part.c_str(), path.c_str()) == 0) return;
  const int reason = errno;
  std::remove(part.c_str());
  throw SystemError(fmt::format("{}: the report cannot be written: {}", path, std::strerror(reason)));
}

}  // namespace recura::cli
