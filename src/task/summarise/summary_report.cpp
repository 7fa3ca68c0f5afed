#include "task/summarise/summary_report.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "base/error.h"
#include "task/summarise/rouge/rouge_words.h"
#include "text/bytes.h"
#include "text/sentences.h"

namespace recura {
namespace {

std::string in_lines(const std::string& text) {
  const std::vector<Token> sentences = cut_sentences(text);
  std::vector<std::size_t> all(sentences.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return text.find('\n') == std::string::npos ? joined_sentences(text, sentences, all) : text;
}

/// What is counted of one summary.
struct WordCounts {
  double given = 0, wanted = 0, copied = 0, runs = 0, repeated = 0;
};

WordCounts count_words(const SummaryRow& row, const std::string& given) {
  const std::vector<std::string> words = rouge_words(given), source = rouge_words(row.text);
  const std::unordered_set<std::string> there(source.begin(), source.end());
  WordCounts counts{.given = static_cast<double>(words.size())};
  for (const std::string& summary : row.summaries)
    counts.wanted += static_cast<double>(rouge_words(summary).size()) / static_cast<double>(row.summaries.size());
  counts.copied =
      static_cast<double>(std::ranges::count_if(words, [&](const auto& word) { return there.contains(word); }));
  std::unordered_set<std::string> runs;
  for (std::size_t i = 0; i + 3 <= words.size(); ++i) {
    const bool is_new = runs.insert(words[i] + ' ' + words[i + 1] + ' ' + words[i + 2]).second;
    counts.repeated += is_new ? 0 : 1;
    ++counts.runs;
  }
  return counts;
}

}  // namespace

std::string joined_sentences(std::string_view text, std::span<const Token> sentences,
                             std::span<const std::size_t> chosen) {
  std::string lines;
  for (const std::size_t i : chosen) {
    if (!lines.empty()) lines += '\n';
    std::string sentence(bytes_of(text, sentences[i]));
    std::ranges::replace(sentence, '\n', ' ');
    lines += sentence;
  }
  return lines;
}

SummaryReport summary_report(std::span<const SummaryRow> rows, std::span<const std::string> given,
                             const RougeOptions& options, Executor& executor) {
  if (rows.size() != given.size())
    throw ArgumentError("summary_report: {} summaries for {} texts", given.size(), rows.size());
  std::vector<RougeScores> scores(rows.size());
  std::vector<WordCounts> counts(rows.size());
  executor.run(static_cast<int>(rows.size()), [&](int part) {
    const auto i = static_cast<std::size_t>(part);
    std::vector<std::string> references;
    for (const std::string& summary : rows[i].summaries) references.push_back(in_lines(summary));
    scores[i] = rouge(references, given[i], options);
    counts[i] = count_words(rows[i], given[i]);
  });
  WordCounts sum;
  for (const WordCounts& one : counts) {
    sum.given += one.given;
    sum.wanted += one.wanted;
    sum.copied += one.copied;
    sum.runs += one.runs;
    sum.repeated += one.repeated;
  }
  return {rouge_report(scores), ratio(sum.given, sum.wanted), ratio(sum.copied, sum.given),
          ratio(sum.repeated, sum.runs)};
}

}  // namespace recura
