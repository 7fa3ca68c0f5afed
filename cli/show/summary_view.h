#pragma once

#include <recura/offsets.h>
#include <recura/summarizer.h>

#include <nlohmann/json.hpp>
#include <string>

#include "show/terminal.h"

namespace recura::cli {

nlohmann::ordered_json to_json(const std::string& file, const SummaryEvaluation& evaluation);
void print_table(Output& out, const std::string& file, const SummaryEvaluation& evaluation);

/// How an answer is told.
struct AnswerView {
  /// What the pieces are called that a summary consists of.
  std::string pieces;
  bool has_keyphrases = false;
  Offsets unit = Offsets::code_points;
};

/// A summarizer's answer to one row, with the end of its line: its fields, the summary, where its `pieces` stand, and
/// the keyphrases with their places.
std::string json_line(const SummaryRowAnswer& row, const std::vector<SummarySentence>& pieces, const AnswerView& view);
/// The same of a writer: its fields, the summary, its score, words that are to be checked; how many words of the text
/// were not read, if any; other summaries if there are; `tells`: where each word comes from.
std::string written_line(const SummaryRowAnswer& row, Offsets unit, bool tells);
/// The summaries of a writer with their scores, and the text.
std::string tsv_line(const SummaryRowAnswer& row, std::size_t best);
/// The summaries alone, on one line; behind a tab the keyphrases if there are any.
std::string text_line(const SummaryRowAnswer& row);

}  // namespace recura::cli
