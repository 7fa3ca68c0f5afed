#include "task/summarise/select/report.h"

#include <algorithm>

#include "task/summarise/select/predict.h"
#include "task/summarise/select/train.h"

namespace recura {
namespace {

SelectionReport report_of(std::span<const SummaryRow> rows, const std::vector<std::vector<std::size_t>>& chosen,
                          const RougeOptions& options, Executor& executor) {
  std::vector<std::string> given;
  for (std::size_t i = 0; i < rows.size(); ++i)
    given.push_back(joined_sentences(rows[i].text, rows[i].sentences, chosen[i]));
  return selection_report(rows, chosen, given, options, executor);
}

}  // namespace

SelectionReport selection_report(std::span<const SummaryRow> rows, std::span<const std::vector<std::size_t>> chosen,
                                 std::span<const std::string> given, const RougeOptions& options, Executor& executor) {
  double right = 0, predicted = 0, present = 0, all = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::size_t sentence : chosen[i]) right += rows[i].keep[sentence] ? 1 : 0;
    predicted += static_cast<double>(chosen[i].size());
    present += static_cast<double>(std::ranges::count(rows[i].keep, true));
    all += static_cast<double>(rows[i].keep.size());
  }
  return {summary_report(rows, given, options, executor), rates(right, predicted, present), ratio(predicted, all)};
}

std::vector<std::size_t> numbers_of(const std::vector<bool>& keep) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < keep.size(); ++i) {
    if (keep[i]) numbers.push_back(i);
  }
  return numbers;
}

SelectReport select_report(const SelectModel& model, std::span<const SummaryRow> rows, const SummaryLimits& limits,
                           const RougeOptions& options, Executor& executor) {
  const auto scores = predict(*model.network, make_documents(model.encoder, rows, executor), executor);
  std::vector<std::vector<std::size_t>> chosen, first, right;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::vector<bool>& keep = rows[i].keep;
    SummaryLimits own = limits;
    if (!limits.any()) own.sentences = std::ranges::count(keep, true);
    const auto choose_by = [&](const std::vector<double>& by) {
      return choose(rows[i].text, rows[i].sentences, by, own);
    };
    chosen.push_back(choose_by(scores[i]));
    first.push_back(choose_by(std::vector<double>(keep.size())));  // of equals the first ones are chosen
    right.push_back(choose_by({keep.begin(), keep.end()}));
  }
  return {report_of(rows, chosen, options, executor), report_of(rows, first, options, executor),
          report_of(rows, right, options, executor)};
}

}  // namespace recura
