#include "task/classify/report/quality.h"

#include <algorithm>

#include "base/error.h"
#include "task/classify/report/set_report.h"

namespace recura {
namespace {

constexpr std::size_t kShownErrors = 20;

std::int64_t common(const LabelSet& a, const LabelSet& b) {
  return std::ranges::count_if(a, [&](std::int32_t k) { return k != kUnseenLabel && std::ranges::count(b, k) > 0; });
}

double micro_f1(std::span<const LabelSet> gold, std::span<const LabelSet> given, std::span<const std::uint32_t> rows) {
  std::int64_t hits = 0, answered = 0, present = 0;
  for (const std::uint32_t row : rows) {
    hits += common(gold[row], given[row]);
    answered += std::ssize(given[row]);
    present += std::ssize(gold[row]);
  }
  return rates(static_cast<double>(hits), static_cast<double>(answered), static_cast<double>(present)).f1;
}

double macro_f1(const LabelledAnswers& answers, std::span<const std::uint32_t> rows) {
  std::vector<std::int64_t> hits(answers.labels), given(answers.labels), present(answers.labels);
  for (const std::uint32_t row : rows) {
    const LabelSet& gold = answers.gold[row];
    for (const std::int32_t k : gold) {
      if (k != kUnseenLabel) ++present[static_cast<std::size_t>(k)];
    }
    for (const std::int32_t k : answers.given[row]) {
      ++given[static_cast<std::size_t>(k)];
      hits[static_cast<std::size_t>(k)] += std::ranges::count(gold, k) > 0 ? 1 : 0;
    }
  }
  std::vector<PrecisionRecall> each;
  for (std::size_t k = 0; k < answers.labels; ++k)
    each.push_back(rates(static_cast<double>(hits[k]), static_cast<double>(given[k]), static_cast<double>(present[k])));
  return macro_mean(each, present, given).f1;
}

std::optional<double> mean_auc(const LabelledAnswers& answers) {
  double sum = 0, counted = 0;
  std::vector<double> scores(answers.gold.size());
  std::vector<bool> has(answers.gold.size());
  for (std::size_t k = 0; k < answers.labels; ++k) {
    for (std::size_t row = 0; row < scores.size(); ++row) {
      scores[row] = answers.probabilities[row * answers.labels + k];
      has[row] = std::ranges::count(answers.gold[row], static_cast<std::int32_t>(k)) > 0;
    }
    const auto area = roc_auc(scores, has);
    sum += area.value_or(0);
    counted += area ? 1 : 0;
  }
  if (counted == 0) return std::nullopt;
  return sum / counted;
}

std::vector<CalibrationBin> calibration_of(const LabelledAnswers& answers) {
  std::vector<double> confidence;
  std::vector<bool> right;
  for (std::size_t row = 0; row < answers.gold.size(); ++row) {
    const auto scores = answers.probabilities.subspan(row * answers.labels, answers.labels);
    if (!answers.several) {
      confidence.push_back(*std::ranges::max_element(scores));
      right.push_back(answers.gold[row] == answers.given[row]);
      continue;
    }
    for (std::size_t k = 0; k < answers.labels; ++k) {
      confidence.push_back(scores[k]);
      right.push_back(std::ranges::count(answers.gold[row], static_cast<std::int32_t>(k)) > 0);
    }
  }
  return calibration_bins(confidence, right);
}

/// The probability of what is wrong: of a label that was given but is not there, or the other way round.
double surest_error(const LabelledAnswers& answers, std::size_t row) {
  const LabelSet &gold = answers.gold[row], &given = answers.given[row];
  const auto scores = answers.probabilities.subspan(row * answers.labels, answers.labels);
  if (!answers.several) return scores[static_cast<std::size_t>(given.front())];
  double surest = 0;
  for (std::size_t k = 0; k < answers.labels; ++k) {
    const auto label = static_cast<std::int32_t>(k);
    const bool is_given = std::ranges::count(given, label) > 0, is_right = std::ranges::count(gold, label) > 0;
    if (is_given != is_right) surest = std::max(surest, is_given ? scores[k] : 1 - scores[k]);
  }
  return surest;
}

}  // namespace

Quality quality(const LabelledAnswers& answers, Rng rng) {
  Quality result;
  result.roc_auc = mean_auc(answers);
  result.calibration = calibration_of(answers);
  const std::size_t rows = answers.gold.size();
  result.micro = bootstrap(rows, rng, [&](auto drawn) { return micro_f1(answers.gold, answers.given, drawn); });
  result.macro = bootstrap(rows, rng, [&](auto drawn) { return macro_f1(answers, drawn); });
  for (std::size_t row = 0; row < rows; ++row) {
    if (answers.gold[row] != answers.given[row]) result.errors.emplace_back(row, surest_error(answers, row));
  }
  const auto surer = [](const auto& a, const auto& b) { return a.second > b.second; };
  std::ranges::stable_sort(result.errors, surer);
  result.errors.resize(std::min(result.errors.size(), kShownErrors));
  return result;
}

AnswerComparison compare_answers(std::span<const LabelSet> first_gold, std::span<const LabelSet> first_given,
                                 std::span<const LabelSet> second_gold, std::span<const LabelSet> second_given,
                                 Rng rng) {
  const std::size_t rows = first_gold.size();
  if (first_given.size() != rows || second_gold.size() != rows || second_given.size() != rows)
    throw ArgumentError("compare_answers: rows of different numbers");
  AnswerComparison result;
  std::vector<std::uint32_t> all;
  for (std::size_t row = 0; row < rows; ++row) {
    all.push_back(static_cast<std::uint32_t>(row));
    const bool first = first_given[row] == first_gold[row], second = second_given[row] == second_gold[row];
    ++(first ? (second ? result.both : result.only_first) : (second ? result.only_second : result.neither));
  }
  const auto difference = [&](std::span<const std::uint32_t> drawn) {
    return micro_f1(first_gold, first_given, drawn) - micro_f1(second_gold, second_given, drawn);
  };
  result.p_value = mcnemar(result.only_first, result.only_second);
  result.difference = difference(all);
  result.interval = bootstrap(rows, rng, difference);
  return result;
}

}  // namespace recura
