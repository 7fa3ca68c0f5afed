#include "task/classify/explain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "grad/ops.h"

namespace recura {
namespace {

constexpr Index kSteps = 32;

/// The log-odds of a label, and how they change with each logit.
struct LogOdds {
  double value = 0;
  std::vector<real> slopes;
};

LogOdds log_odds(std::span<const real> logits, std::size_t label, const Decision& decision) {
  if (decision.several) {
    LogOdds result{static_cast<double>(logits[label]), std::vector<real>(logits.size())};
    result.slopes[label] = 1;
    return result;
  }
  const double t = decision.temperature;
  if (logits.size() == 1) {  // of the second label
    const double sign = label == 1 ? 1 : -1;
    return {sign * static_cast<double>(logits[0]) / t, {static_cast<real>(sign / t)}};
  }
  std::vector<double> others(logits.begin(), logits.end());
  for (double& other : others) other /= t;
  LogOdds result{others[label], std::vector<real>(logits.size())};
  others[label] = -std::numeric_limits<double>::infinity();
  const double most = std::ranges::max(others);
  double sum = 0;
  for (double& other : others) sum += other = std::exp(other - most);
  for (std::size_t k = 0; k < others.size(); ++k)
    result.slopes[k] = static_cast<real>(((k == label ? 1 : 0) - others[k] / sum) / t);
  result.value -= most + std::log(sum);
  return result;
}

/// From nothing to the text: both ends, and between them the middles of the steps.
std::vector<real> scales() {
  std::vector<real> result{0};
  for (Index step = 0; step < kSteps; ++step)
    result.push_back((static_cast<real>(step) + real{0.5}) / static_cast<real>(kSteps));
  result.push_back(1);
  return result;
}

/// Of each row as many copies as there are scales, one after the other, times these: rows of texts of equal length.
Tensor scaled_copies(ConstTensorView rows, std::span<const real> scales) {
  const Index copies = std::ssize(scales), columns = rows.shape.columns();
  Tensor result({rows.shape.rows() * copies, columns});
  for (Index row = 0; row < result.shape().rows(); ++row) {
    const real scale = scales[static_cast<std::size_t>(row % copies)];
    std::transform(rows.row(row / copies), rows.row(row / copies) + columns, result.row(row),
                   [scale](real x) { return x * scale; });
  }
  return result;
}

/// The sum over the copies of each row: what `scaled_copies` undoes.
Tensor sum_of_copies(ConstTensorView copied, Index copies) {
  Tensor sum({copied.shape.rows() / copies, copied.shape.columns()});
  for (Index row = 0; row < copied.shape.rows(); ++row) {
    for (Index j = 0; j < copied.shape.columns(); ++j) sum.row(row / copies)[j] += copied.row(row)[j];
  }
  return sum;
}

/// The log-odds at all points of the line; `slopes` of their mean over the steps with each logit.
std::vector<double> odds_along(ConstTensorView logits, std::size_t label, const Decision& decision,
                               std::vector<real>& slopes) {
  const auto columns = static_cast<std::size_t>(logits.shape.columns());
  std::vector<double> values;
  for (Index row = 0; row < logits.shape.rows(); ++row) {
    const LogOdds odds = log_odds({logits.row(row), columns}, label, decision);
    const bool is_end = row == 0 || row == logits.shape.rows() - 1;
    for (const real slope : odds.slopes) slopes.push_back(is_end ? 0 : slope / static_cast<real>(kSteps));
    values.push_back(odds.value);
  }
  return values;
}

}  // namespace

TokenWeights explain(const Network& network, const Decision& decision, std::span<const std::int32_t> ids,
                     std::size_t label, Executor& executor) {
  // All points of the line are read together.
  const std::vector<real> line = scales();
  const Index copies = std::ssize(line), length = std::ssize(ids);
  const Packing alone(std::vector<Index>{length});
  Tape tape(Mode::trace, Rng(0), &executor);
  const ConstTensorView words = network.embedding()(tape, ids).value();
  TextReading reading{.ids = ids,
                      .packing = std::make_shared<const Packing>(std::vector<Index>(line.size(), length)),
                      .words = tape.constant(scaled_copies(words, line), true)};
  if (const Ngrams* const ngrams = network.ngrams()) {
    const Var mean = (*ngrams)(tape, ids, std::make_shared<const Packing>(alone));
    reading.ngrams = tape.constant(scaled_copies(mean.value(), line), true);
  }
  const Var logits = network.forward(tape, reading);
  std::vector<real> slopes;
  const std::vector<double> odds = odds_along(logits.value(), label, decision, slopes);
  TokenWeights result{std::vector<double>(ids.size()), odds.back(), odds.front(), {}};
  if (length == 0) return result;

  const Gradients gradients = tape.backward(weighted_sum(logits, slopes));
  const Tensor of_words = sum_of_copies(gradients.of(reading.words).values, copies);
  for (Index token = 0; token < length; ++token) {
    const real* const slope = of_words.row(token);
    result.weights[static_cast<std::size_t>(token)] =
        static_cast<double>(std::inner_product(slope, slope + words.shape.columns(), words.row(token), real{0}));
  }
  if (reading.ngrams) {
    const Tensor of_ngrams = sum_of_copies(gradients.of(reading.ngrams).values, copies);
    const std::vector<real> shares = network.ngrams()->contributions(ids, alone, of_ngrams);
    for (std::size_t token = 0; token < ids.size(); ++token)
      result.weights[token] += static_cast<double>(shares[token]);
  }
  for (Index token = 0; token < length && reading.attention.data != nullptr; ++token)
    result.attention.push_back(static_cast<double>(reading.attention.data[(token + 1) * copies - 1]));
  return result;
}

}  // namespace recura
