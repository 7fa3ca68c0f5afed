#include "task/summarise/compress/report.h"

#include <numeric>

#include "task/summarise/compress/choose.h"
#include "task/summarise/compress/words.h"

namespace recura {

CompressReport compress_report(const Compressor& compressor, std::span<const SummaryRow> rows,
                               const SummaryLimits& limits, const RougeOptions& options, Executor& executor) {
  const std::vector<ReadText> read = predict(compressor.model, rows, compressor.judges(), executor);
  std::vector<std::vector<std::size_t>> chosen, first, right, free;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    right.push_back(numbers_of(rows[i].keep));
    free.push_back(read[i].kept(read[i].likeliest()));
    SummaryLimits own = limits;
    if (!limits.any()) own.sentences = std::ssize(right.back());
    chosen.push_back(choose_words(rows[i].text, rows[i].sentences, read[i], own));
    first.emplace_back(chosen.back().size());
    std::iota(first.back().begin(), first.back().end(), std::size_t{0});
    while (!first.back().empty() && !is_within(rows[i].text, rows[i].sentences, first.back(), own))
      first.back().pop_back();
  }
  make_fluent(compressor, rows, read, limits, chosen, executor);
  make_fluent(compressor, rows, read, {}, free, executor);
  const auto report_of = [&](const std::vector<std::vector<std::size_t>>& kept, double& of_all) {
    std::vector<std::string> given;
    for (std::size_t i = 0; i < rows.size(); ++i)
      given.push_back(joined_words(rows[i].text, rows[i].sentences, kept[i]));
    of_all = perplexity(compressor, given, executor);
    return selection_report(rows, kept, given, options, executor);
  };
  CompressReport report;
  report.model = report_of(chosen, report.perplexity.model);
  report.lead = report_of(first, report.perplexity.lead);
  report.oracle = report_of(right, report.perplexity.oracle);
  report.free = report_of(free, report.perplexity.free);
  return report;
}

}  // namespace recura
