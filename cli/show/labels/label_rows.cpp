#include "show/labels/label_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "show/json_text.h"
#include "show/labels/why_view.h"
#include "show/spans/span_view.h"
#include "show/terminal.h"

namespace recura::cli {

namespace {

using Scores = std::vector<std::pair<std::string, double>>;

/// [{"label":"pos","score":0.98}]
std::string json_list(const Scores& scores) {
  std::string list;
  for (const auto& [label, score] : scores)
    list += fmt::format("{}{{\"label\":{},\"score\":{:.6g}}}", list.empty() ? "" : ",", json_string(label), score);
  return "[" + list + "]";
}

std::string names(const Scores& scores, const char* separator) {
  std::string all;
  for (std::size_t i = 0; i < scores.size(); ++i) all += (i == 0 ? "" : separator) + printable(scores[i].first);
  return all;
}

/// "a|b"; "|" and "\\" that belong to a label stand behind a backslash.
std::string list_cell(const Scores& labels) {
  std::string cell;
  for (const auto& [label, score] : labels) {
    if (!cell.empty()) cell += '|';
    for (const char c : printable(label)) {
      if (c == '|' || c == '\\') cell += '\\';
      cell += c;
    }
  }
  return cell;
}

/// "pos", "a, b", or "-" for none.
std::string answer_of(const ExtractedRow& row) {
  return row.answer.labels.empty() ? "-" : names(row.answer.labels, ", ");
}

Scores first(const Scores& scores, std::size_t count) {
  return {scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(std::min(count, scores.size()))};
}

}  // namespace

std::string json_line(const ExtractedRow& row, const LabelView& view) {
  constexpr std::array<std::string_view, 7> kTaken{"label", "score", "labels", "top", "why", "error", "line"};
  std::string line = "{" + own_fields(row.fields, kTaken);
  const auto add = [&](const std::string& field) { line += (line.size() > 1 ? "," : "") + field; };
  if (!row.error.empty()) {
    add(fmt::format("\"error\":{},\"line\":{}", json_string(row.error), row.line));
    return line + "}\n";
  }
  const std::string top = json_list(first(row.answer.scores, view.top_k));
  if (view.several) {
    add("\"labels\":" + json_list(row.answer.labels));
    if (view.top_k > 0) add("\"top\":" + top);
  } else {
    const std::string label = row.answer.labels.empty() ? "null" : json_string(row.answer.label);
    add(fmt::format("\"label\":{},\"score\":{:.6g}", label, row.answer.score));
    if (view.top_k > 0) add("\"labels\":" + top);
  }
  if (view.why != nullptr) add("\"why\":" + why_json(row.text, *view.why, view.offsets));
  return line + "}\n";
}

std::string tsv_line(const ExtractedRow& row, const LabelView& view) {
  const std::string own_cell = view.several ? "" : "\t";  // of the score
  if (!row.error.empty())
    return fmt::format("error: line {}: {}{}{:\t>{}}\t\n", row.line, printable(row.error), own_cell, "",
                       2 * view.top_k);
  std::string line = view.several ? list_cell(row.answer.labels) : answer_of(row);
  if (!view.several) line += fmt::format("\t{:.6g}", row.answer.score);
  for (const auto& [label, score] : first(row.answer.scores, view.top_k))
    line += fmt::format("\t{}\t{:.6g}", printable(label), score);
  return line + "\t" + printable(row.text) + "\n";
}

std::string text_line(const ExtractedRow& row, const LabelView& view) {
  if (!row.error.empty()) return fmt::format("error: line {}: {}\n", row.line, printable(row.error));
  std::string line = answer_of(row);
  if (view.top_k > 0) line += "\t" + names(first(row.answer.scores, view.top_k), ", ");
  if (view.why != nullptr) line += "\t" + why_text(row.text, *view.why, colours_wanted());
  return line + "\n";
}

LabelLine label_rows(const std::string& output) {
  if (output == "jsonl") return json_line;
  if (output == "tsv") return tsv_line;
  return text_line;
}

}  // namespace recura::cli
