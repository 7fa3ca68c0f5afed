#include "task/summarise/write/report.h"

#include <algorithm>

#include "task/summarise/rouge/rouge_words.h"
#include "text/bytes.h"

namespace recura {
namespace {

/// The best summary of each text, an empty one of a text without words.
std::vector<WrittenSummary> best_summaries(const Writer& writer, std::span<const SummaryRow> rows,
                                           const BeamOptions& options, Executor& executor) {
  std::vector<std::string> texts;
  for (const SummaryRow& row : rows) texts.push_back(row.text);
  std::vector<WrittenSummary> best;
  for (WrittenSummaries& one : write_summaries(writer, texts, {.beam = options}, executor))
    best.push_back(one.summaries.empty() ? WrittenSummary() : std::move(one.summaries.front()));
  return best;
}

std::vector<std::string> texts_of(const std::vector<WrittenSummary>& summaries) {
  std::vector<std::string> texts;
  for (const WrittenSummary& one : summaries) texts.push_back(one.text);
  return texts;
}

}  // namespace

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
      words += rouge_words(bytes_of(text, token)).size();
      end = token.end;
    }
    leads.emplace_back(text.substr(0, end));
  }
  return leads;
}

double mean_rouge(const WriteModel& model, std::span<const SummaryRow> rows, Executor& executor) {
  const BeamOptions greedy{.beam = 1, .most = model.longest};
  return mean_f1(summary_report(rows, texts_of(best_summaries(model, rows, greedy, executor)), {}, executor));
}

WriteReport write_report(const Writer& writer, std::span<const SummaryRow> rows, const WriteReportOptions& options,
                         Executor& executor) {
  const auto best = best_summaries(writer, rows, options.beam, executor);
  const auto has_new = [](const WrittenSummary& one) { return std::ranges::any_of(one.words, &WrittenWord::is_new); };
  return {summary_report(rows, texts_of(best), options.rouge, executor),
          summary_report(rows, lead_of(rows), options.rouge, executor),
          ratio(static_cast<double>(std::ranges::count_if(best, has_new)), static_cast<double>(rows.size()))};
}

}  // namespace recura
