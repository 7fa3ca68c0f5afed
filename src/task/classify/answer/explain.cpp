#include "task/classify/answer/explain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "grad/ops.h"
#include "task/classify/answer/piece_logits.h"
#include "text/windows.h"

namespace recura {
namespace {

constexpr Index kSteps = 32;
/// Rows of a text's copies that are read together: those of a thousand tokens at all points of the line.
constexpr Index kMostRows = (kSteps + 2) * 1024;

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

/// One window, read at some points of the line together.
class Line {
 public:
  Line(const Network& network, std::span<const std::int32_t> ids, std::span<const real> line, Executor& executor)
      : network_(network), ids_(ids), copies_(std::ssize(line)), tape_(Mode::trace, Rng(0), &executor) {
    words_ = network.embedding()(tape_, ids).value();
    reading_.ids = ids;
    reading_.packing = std::make_shared<const Packing>(std::vector<Index>(line.size(), std::ssize(ids)));
    reading_.words = tape_.constant(scaled_copies(words_, line), true);
    if (const Ngrams* const ngrams = network.ngrams()) {
      const Var mean = (*ngrams)(tape_, ids, std::make_shared<const Packing>(alone_of(ids)));
      reading_.ngrams = tape_.constant(scaled_copies(mean.value(), line), true);
    }
    logits_ = network.forward(tape_, reading_);
  }

  /// [copies, K]
  ConstTensorView logits() const { return logits_.value(); }

  /// Adds what each token adds to the sum of slopes times logits.
  void add_weights(TokenWeights& result, std::size_t first, std::span<const real> slopes) {
    if (ids_.empty()) return;
    const Gradients gradients = tape_.backward(weighted_sum(logits_, slopes));
    const Tensor of_words = sum_of_copies(gradients.of(reading_.words).values, copies_);
    for (std::size_t token = 0; token < ids_.size(); ++token) {
      const real* const slope = of_words.row(static_cast<Index>(token));
      result.weights[first + token] += static_cast<double>(
          std::inner_product(slope, slope + words_.shape.columns(), words_.row(static_cast<Index>(token)), real{0}));
    }
    if (reading_.ngrams) add_ngrams(gradients, result, first);
  }

  /// Adds `share` of how much each token is looked at, if the network attends: at the last point.
  void add_attention(TokenWeights& result, std::size_t first, double share) const {
    if (reading_.attention.data == nullptr) return;
    result.attention.resize(result.weights.size());
    for (std::size_t token = 0; token < ids_.size(); ++token)
      result.attention[first + token] +=
          share * static_cast<double>(reading_.attention.data[(static_cast<Index>(token) + 1) * copies_ - 1]);
  }

 private:
  static Packing alone_of(std::span<const std::int32_t> ids) { return Packing(std::vector<Index>{std::ssize(ids)}); }

  void add_ngrams(const Gradients& gradients, TokenWeights& result, std::size_t first) const {
    const Tensor of_ngrams = sum_of_copies(gradients.of(reading_.ngrams).values, copies_);
    const std::vector<real> shares = network_.ngrams()->contributions(ids_, alone_of(ids_), of_ngrams);
    for (std::size_t token = 0; token < ids_.size(); ++token)
      result.weights[first + token] += static_cast<double>(shares[token]);
  }

  const Network& network_;
  std::span<const std::int32_t> ids_;
  Index copies_;
  Tape tape_;
  TextReading reading_;
  ConstTensorView words_;
  Var logits_;
};

/// What is read at once: a window at some points of the line.
struct Part {
  TokenWindow window;
  std::size_t first_point, points;
};

/// Windows at all points, of which the longest are read at a few points at a time.
std::vector<Part> parts_of(const std::vector<TokenWindow>& windows, std::size_t points) {
  std::vector<Part> parts;
  for (const TokenWindow& window : windows) {
    const auto most = static_cast<std::size_t>(std::max<Index>(kMostRows / std::max<Index>(window.length(), 1), 1));
    for (std::size_t first = 0; first < points; first += most)
      parts.push_back({window, first, std::min(most, points - first)});
  }
  return parts;
}

/// Reads a text in parts.
class TextParts {
 public:
  TextParts(const Network& network, std::span<const std::int32_t> ids, const std::vector<TokenWindow>& windows,
            Executor& executor)
      : network_(network), ids_(ids), executor_(executor), parts_(parts_of(windows, line_.size())) {}

  const std::vector<Part>& parts() const { return parts_; }
  std::size_t points() const { return line_.size(); }
  Line read(const Part& part) const {
    return {network_, part_of(ids_, part.window), std::span(line_).subspan(part.first_point, part.points), executor_};
  }

  /// At each point of the line the mean of the windows' logits, [points, K].
  Tensor mean_logits() const {
    std::vector<MeanLogits> means(line_.size());
    for (const Part& part : parts_) {
      const Line line = read(part);
      const ConstTensorView logits = line.logits();
      for (std::size_t i = 0; i < part.points; ++i) {
        const real* const row = logits.row(static_cast<Index>(i));
        means[part.first_point + i].add({row, row + logits.shape.columns()}, part.window.length());
      }
    }
    Tensor result({std::ssize(means), network_.outputs()});
    for (std::size_t i = 0; i < means.size(); ++i)
      std::ranges::transform(means[i].values(), result.row(static_cast<Index>(i)),
                             [](double mean) { return static_cast<real>(mean); });
    return result;
  }

 private:
  const Network& network_;
  std::span<const std::int32_t> ids_;
  Executor& executor_;
  std::vector<real> line_ = scales();
  std::vector<Part> parts_;
};

}  // namespace

TokenWeights explain(const Network& network, const Decision& decision, std::span<const std::int32_t> ids,
                     std::size_t label, Executor& executor, TextPieces pieces) {
  const std::vector<TokenWindow> windows = cut_windows(std::ssize(ids), pieces.stream ? 0 : pieces.length);
  const TextParts text(network, ids, windows, executor);
  const bool at_once = text.parts().size() == 1;
  double tokens = 0;
  for (const TokenWindow& one : windows) tokens += static_cast<double>(one.length());
  std::vector<real> slopes;
  TokenWeights result{std::vector<double>(ids.size()), 0, 0, {}};
  const auto set_odds = [&](ConstTensorView logits) {
    const std::vector<double> odds = odds_along(logits, label, decision, slopes);
    result.log_odds = odds.back();
    result.without = odds.front();
  };
  // The slopes of a mean are known when all parts are read, so more than one are read twice.
  if (!at_once) set_odds(text.mean_logits());
  for (const Part& part : text.parts()) {
    Line line = text.read(part);
    if (at_once) set_odds(line.logits());
    const double share = windows.size() == 1 ? 1 : static_cast<double>(part.window.length()) / tokens;
    const std::size_t columns = slopes.size() / text.points();
    std::vector<real> own(slopes.begin() + static_cast<std::ptrdiff_t>(part.first_point * columns),
                          slopes.begin() + static_cast<std::ptrdiff_t>((part.first_point + part.points) * columns));
    for (real& slope : own) slope *= static_cast<real>(share);
    const auto first = static_cast<std::size_t>(part.window.begin);
    line.add_weights(result, first, own);
    if (part.first_point + part.points == text.points()) line.add_attention(result, first, share);
  }
  return result;
}

}  // namespace recura
