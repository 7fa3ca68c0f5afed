#include "label_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "json_text.h"
#include "span_view.h"
#include "terminal.h"
#include "why_view.h"

namespace recura::cli {

std::string json_line(const ExtractedRow& row, const LabelView& view) {
  constexpr std::array<std::string_view, 6> kTaken{"label", "score", "labels", "why", "error", "line"};
  std::string line = "{" + own_fields(row.fields, kTaken);
  const auto add = [&](const std::string& field) { line += (line.size() > 1 ? "," : "") + field; };
  if (!row.error.empty()) {
    add(fmt::format("\"error\":{},\"line\":{}", json_string(row.error), row.line));
    return line + "}\n";
  }
  add(fmt::format("\"label\":{},\"score\":{:.6g}", json_string(row.answer.label), row.answer.score));
  if (view.top_k > 0) {
    std::string labels;
    for (std::size_t k = 0; k < std::min(view.top_k, row.answer.scores.size()); ++k) {
      labels += fmt::format("{}{{\"label\":{},\"score\":{:.6g}}}", k == 0 ? "" : ",",
                            json_string(row.answer.scores[k].first), row.answer.scores[k].second);
    }
    add("\"labels\":[" + labels + "]");
  }
  if (view.why != nullptr) add("\"why\":" + why_json(row.text, *view.why, view.offsets));
  return line + "}\n";
}

std::string tsv_line(const ExtractedRow& row, const LabelView& view) {
  const std::size_t columns = std::max<std::size_t>(view.top_k, 1);
  std::string line;
  for (std::size_t k = 0; k < std::min(columns, row.answer.scores.size()); ++k) {
    line += fmt::format("{}\t{:.6g}\t", printable(row.answer.scores[k].first), row.answer.scores[k].second);
  }
  if (!row.error.empty()) line = fmt::format("error: {}\t\t", printable(row.error));
  return line + printable(row.text) + "\n";
}

std::string text_line(const ExtractedRow& row, const LabelView& view) {
  if (!row.error.empty()) return fmt::format("error: line {}: {}\n", row.line, printable(row.error));
  std::string line = printable(row.answer.label);
  for (std::size_t k = 1; k < std::min(view.top_k, row.answer.scores.size()); ++k)
    line += ", " + printable(row.answer.scores[k].first);
  if (view.why != nullptr) line += "\t" + why_text(row.text, *view.why, colours_wanted());
  return line + "\n";
}

LabelLine label_rows(const std::string& output) {
  if (output == "jsonl") return json_line;
  return output == "tsv" ? tsv_line : text_line;
}

}  // namespace recura::cli
