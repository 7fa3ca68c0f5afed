#include "summary_view.h"

#include <fmt/format.h>

#include <array>

#include "json_text.h"
#include "label_view.h"

namespace recura::cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const RougeRates& rates) {
  return {{"precision", rates.precision},
          {"recall", rates.recall},
          {"f1", rates.f1},
          {"f1_interval", {rates.f1_low, rates.f1_high}}};
}

bool is_known(const SummaryScores& scores) { return scores.sentences.rows > 0; }

Json to_json(const SummaryScores& scores) {
  const auto known = [&](double rate) { return is_known(scores) ? Json(rate) : Json(); };
  return {{"rouge1", to_json(scores.rouge1)},
          {"rouge2", to_json(scores.rouge2)},
          {"rougeL", to_json(scores.rouge_l)},
          {"rougeLsum", to_json(scores.rouge_lsum)},
          {"length_ratio", scores.length_ratio},
          {"copied", scores.copied},
          {"repeated", scores.repeated},
          {"sentence_f1", known(scores.sentences.f1)},
          {"sentence_recall", known(scores.sentences.recall)}};
}

void print_scores(Output& out, const char* what, const SummaryScores& scores) {
  const std::string sentences = is_known(scores) ? fmt::format("{:.4f}", scores.sentences.f1) : "n/a";
  out.write(fmt::format("{}  {:>9.4f}  {:>9.4f}  {:>9.4f}  {:>9.4f}  {:>9}  {:>8.2f}\n", padded(what, 9),
                        scores.rouge1.f1, scores.rouge2.f1, scores.rouge_l.f1, scores.rouge_lsum.f1, sentences,
                        scores.length_ratio));
}

}  // namespace

Json to_json(const std::string& file, const SummaryEvaluation& e) {
  Json json{{"file", file}, {"format", e.format}, {"texts", e.texts}, {"bad_rows", e.bad_rows}};
  if (is_known(e.scores)) json["as_many_as_reference"] = e.as_many;
  json.update(to_json(e.scores));
  if (is_known(e.lead)) json["lead"] = to_json(e.lead);
  if (is_known(e.oracle)) json["oracle"] = to_json(e.oracle);
  return json;
}

void print_table(Output& out, const std::string& file, const SummaryEvaluation& e) {
  out.write(fmt::format("{}: {}, {} texts\n", printable(file), e.format, e.texts));
  if (e.bad_rows > 0) out.write(fmt::format("left out: {} bad rows, such as\n", e.bad_rows));
  for (const std::string& problem : e.problems) out.write(fmt::format("  {}\n", printable(problem)));
  if (e.as_many) out.write("chosen: as many sentences as the reference has\n");
  out.write(fmt::format("{}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>8}\n", padded("F1", 9), "ROUGE-1", "ROUGE-2",
                        "ROUGE-L", "ROUGE-Ls", "sentences", "length"));
  print_scores(out, "model", e.scores);
  if (is_known(e.lead)) print_scores(out, "lead", e.lead);
  if (is_known(e.oracle)) print_scores(out, "oracle", e.oracle);
  out.write(fmt::format("95 %: ROUGE-1 {:.4f} to {:.4f}, ROUGE-2 {:.4f} to {:.4f}, ROUGE-L {:.4f} to {:.4f}\n",
                        e.scores.rouge1.f1_low, e.scores.rouge1.f1_high, e.scores.rouge2.f1_low,
                        e.scores.rouge2.f1_high, e.scores.rouge_l.f1_low, e.scores.rouge_l.f1_high));
  out.write(fmt::format("words copied from the text {:.4f}, runs of three repeated {:.4f}\n", e.scores.copied,
                        e.scores.repeated));
}

std::string json_line(const SummaryRowAnswer& row, Offsets unit) {
  constexpr std::array<std::string_view, 4> kTaken{"summary", "sentences", "error", "line"};
  std::string line = "{" + own_fields(row.fields, kTaken);
  if (line.size() > 1) line += ",";
  if (!row.error.empty()) return fmt::format("{}\"error\":{},\"line\":{}}}\n", line, json_string(row.error), row.line);
  const auto offsets = offsets_of(row.text, row.answer.sentences, unit);
  std::string sentences;
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    sentences += fmt::format(R"({}{{"start":{},"end":{},"score":{:.6g}}})", i == 0 ? "" : ",", offsets[i].first,
                             offsets[i].second, row.answer.sentences[i].score);
  }
  return fmt::format("{}\"summary\":{},\"sentences\":[{}]}}\n", line, json_string(row.answer.text), sentences);
}

std::string text_line(const SummaryRowAnswer& row) {
  if (!row.error.empty()) return fmt::format("error: line {}: {}\n", row.line, printable(row.error));
  return printable(row.answer.text) + "\n";
}

}  // namespace recura::cli
