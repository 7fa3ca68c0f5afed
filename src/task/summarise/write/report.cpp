#include "task/summarise/write/report.h"

#include <algorithm>

#include "task/summarise/rouge/rouge_words.h"

namespace recura {

double mean_f1(const SummaryReport& report) {
  const RougeScores& mean = report.rouge.mean;
  return (mean.rouge1.f1 + mean.rouge2.f1 + mean.rouge_l.f1) / 3;
}

std::vector<std::string> lead_of(std::span<const SummaryRow> rows) {
  const Tokenizer tokenizer{TextRule{}};
  std::vector<std::string> leads;
  for (const SummaryRow& row : rows) {
    const std::string_view text = row.text;
    const std::size_t wanted = rouge_words(row.summaries.front()).size();
    std::size_t words = 0, end = 0;
    for (const Token token : tokenizer.cut(text)) {
      if (words >= wanted) break;
      words += rouge_words(text.substr(token.begin, token.end - token.begin)).size();
      end = token.end;
    }
    leads.emplace_back(text.substr(0, end));
  }
  return leads;
}

WriteReport write_report(const WriteModel& model, std::span<const SummaryRow> rows, const BeamOptions& options,
                         const RougeOptions& rouge, Executor& executor) {
  std::vector<std::string> texts, given;
  for (const SummaryRow& row : rows) texts.push_back(row.text);
  double with_new = 0;
  for (const WrittenSummaries& one : write_summaries(model, texts, options, 1, 0, executor)) {
    given.emplace_back();
    if (one.summaries.empty()) continue;
    given.back() = one.summaries.front().text;
    with_new += std::ranges::any_of(one.summaries.front().words, &WrittenWord::is_new) ? 1 : 0;
  }
  return {summary_report(rows, given, rouge, executor), summary_report(rows, lead_of(rows), rouge, executor),
          ratio(with_new, static_cast<double>(rows.size()))};
}

}  // namespace recura
