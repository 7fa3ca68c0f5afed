#include "task/classify/objective.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"
#include "data/batches.h"
#include "grad/ops.h"
#include "task/classify/answer/piece_logits.h"
#include "task/classify/answer/predict.h"
#include "task/classify/gradient_flow.h"
#include "task/classify/report/report.h"
#include "task/classify/report/set_report.h"
#include "task/precision_recall.h"

namespace recura {
namespace {

std::size_t label_count(const Network& network, bool several) {
  return static_cast<std::size_t>(std::max<Index>(network.outputs(), several ? 1 : 2));
}

void check(const LabelledIds& rows, std::int32_t least, std::size_t labels, bool several) {
  if (rows.ids.size() != rows.labels.size()) {
    throw ArgumentError("classification: {} texts, but {} labels", rows.ids.size(), rows.labels.size());
  }
  if (!rows.weights.empty() && rows.weights.size() != rows.labels.size())
    throw ArgumentError("classification: {} texts, but {} weights", rows.labels.size(), rows.weights.size());
  for (const LabelSet& set : rows.labels) {
    if (!several && set.size() != 1)
      throw ArgumentError("classification: a text has {} labels, expected 1", set.size());
    for (const std::int32_t label : set) {
      if (label < least || (label >= 0 && static_cast<std::size_t>(label) >= labels))
        throw ArgumentError("classification: label {} is not in 0 … {}", label, labels - 1);
    }
  }
}

void make_mean_one(std::vector<double>& weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!(sum > 0) || !std::isfinite(sum)) throw DataError("the weights of all rows sum up to {}", sum);
  for (double& weight : weights) weight *= static_cast<double>(weights.size()) / sum;
}

/// Each text's weight, times that of its label; none: 1 each.
std::vector<double> text_weights(const LabelledIds& rows, const std::vector<double>& of_labels) {
  if (rows.weights.empty() && of_labels.empty()) return {};
  std::vector<double> weights = rows.weights;
  weights.resize(rows.labels.size(), 1);
  for (std::size_t row = 0; !of_labels.empty() && row < weights.size(); ++row)
    weights[row] *= of_labels.at(static_cast<std::size_t>(rows.labels[row].front()));
  return weights;
}

}  // namespace

std::vector<LabelSet> one_each(std::span<const std::int32_t> labels) {
  std::vector<LabelSet> sets;
  for (const std::int32_t label : labels) sets.push_back({label});
  return sets;
}

std::vector<std::int32_t> only_ones(std::span<const LabelSet> sets) {
  std::vector<std::int32_t> labels;
  for (const LabelSet& set : sets) {
    if (set.size() != 1) throw ArgumentError("a text has {} labels, expected 1", set.size());
    labels.push_back(set.front());
  }
  return labels;
}

ClassificationObjective::ClassificationObjective(Network& network, const LabelledIds& train, const LabelledIds& dev,
                                                 bool several, const ClassificationLoss& settings)
    : network_(network),
      parameters_(network.parameters()),
      train_(train),
      dev_(dev),
      several_(several),
      settings_(settings) {
  if (!network.reduces())
    throw ArgumentError("classification: the network gives a result for every token, not for every text");
  check(train, 0, label_count(network, several), several);
  check(dev, kUnseenLabel, label_count(network, several), several);
  if (!settings.label_weights.empty() && settings.label_weights.size() != label_count(network, several))
    throw ArgumentError("classification: {} labels, but {} weights", label_count(network, several),
                        settings.label_weights.size());
  add_windows(text_weights(train, several ? std::vector<double>() : settings.label_weights));
}

void ClassificationObjective::add_windows(std::vector<double> weights) {
  const auto is_long = [this](const auto& ids) {
    return train_.pieces.length > 0 && std::ssize(ids) > train_.pieces.length;
  };
  if (weights.empty() && std::ranges::any_of(train_.ids, is_long)) weights.resize(train_.ids.size(), 1);
  for (std::size_t text = 0; text < train_.ids.size(); ++text) {
    const auto windows = cut_windows(std::ssize(train_.ids[text]), train_.pieces.length);
    Index read = 0;
    for (const TokenWindow& window : windows) read += window.length();
    for (const TokenWindow& window : windows) {
      rows_.push_back({text, window});
      lengths_.push_back(window.length());
      if (!weights.empty())
        weights_.push_back(weights[text] * (windows.size() == 1 ? 1 : share(window.length(), read)));
    }
  }
  if (!weights_.empty()) make_mean_one(weights_);
}

IdSpan ClassificationObjective::ids_of(Index row) const {
  const auto& [text, window] = rows_[static_cast<std::size_t>(row)];
  return part_of(train_.ids[text], window);
}

PackedIds ClassificationObjective::pack_rows(std::span<const Index> rows) const {
  std::vector<IdSpan> ids;
  for (const Index row : rows) ids.push_back(ids_of(row));
  return pack(ids);
}

/// Of each row a target for each output, and how much it counts.
Var ClassificationObjective::binary_loss(Var logits, std::span<const Index> rows) const {
  const auto outputs = static_cast<std::size_t>(network_.outputs());
  const auto smoothing = static_cast<real>(settings_.smoothing);
  const bool of_labels = several_ && !settings_.label_weights.empty();
  std::vector<real> targets(rows.size() * outputs, smoothing / 2), weights;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);
    const double weight = weights_.empty() ? 1 : weights_[row];
    if (of_labels || !weights_.empty()) weights.resize(weights.size() + outputs, static_cast<real>(weight));
    for (const std::int32_t label : labels_of(rows[i])) {
      const auto k = static_cast<std::size_t>(label);
      const std::size_t at = i * outputs + (several_ ? k : 0);
      if (several_ || label == 1) targets[at] = 1 - smoothing / 2;
      if (of_labels) weights[at] *= static_cast<real>(settings_.label_weights[k]);
    }
  }
  const Var mean = sigmoid_cross_entropy(logits, targets, weights);
  const real of_a_row[] = {static_cast<real>(outputs)};
  return outputs == 1 ? mean : weighted_sum(mean, of_a_row);
}

Var ClassificationObjective::loss(Tape& tape, std::span<const Index> rows) const {
  const PackedIds batch = pack_rows(rows);
  TextReading reading{.ids = batch.ids, .packing = batch.packing};
  Var loss = loss_of(network_.forward(tape, reading), rows);
  if (settings_.adversarial > 0) {
    const auto of_rows = [&](Var logits) { return loss_of(logits, rows); };
    const Tensor step = adversarial_step(network_, batch, of_rows, settings_.adversarial, tape.executor());
    constexpr std::array kHalf{real{0.5}};
    loss = weighted_sum(add(loss, loss_behind(step, tape, batch, of_rows)), kHalf);
  }
  return settings_.virtual_adversarial > 0 ? add(loss, virtual_loss(tape, rows)) : loss;
}

Var ClassificationObjective::loss_behind(const Tensor& step, Tape& tape, const PackedIds& batch,
                                         const LogitLoss& loss) const {
  const Var words = add(network_.embedding()(tape, batch.ids), tape.constant(step));
  TextReading moved{.ids = batch.ids, .packing = batch.packing, .words = words};
  return loss(network_.forward(tape, moved));
}

Var ClassificationObjective::virtual_loss(Tape& tape, std::span<const Index> rows) const {
  Rng rng = tape.next_rng();
  std::vector<IdSpan> texts;
  for (const Index row : rows) texts.push_back(ids_of(row));
  const std::vector<IdSpan>& others = settings_.unlabelled;
  for (std::size_t i = 0; i < rows.size() && !others.empty(); ++i) texts.push_back(others[rng.below(others.size())]);
  const PackedIds batch = pack(texts);
  const bool softmax = !several_ && network_.outputs() > 1;
  const LogitLoss divergence = divergence_from_now(network_, batch, softmax, tape.executor());
  Tensor direction({batch.packing->rows(), network_.embedding().dimensions()});
  for (real& value : direction.values()) value = static_cast<real>(rng.uniform(-1, 1));
  const Tensor step =
      virtual_step(network_, batch, divergence, settings_.virtual_adversarial, std::move(direction), tape.executor());
  return loss_behind(step, tape, batch, divergence);
}

Var ClassificationObjective::loss_of(Var logits, std::span<const Index> rows) const {
  if (several_ || network_.outputs() == 1) return binary_loss(logits, rows);
  std::vector<std::int32_t> classes;
  std::vector<real> weights;
  for (const Index row : rows) {
    classes.push_back(labels_of(row).front());
    if (!weights_.empty()) weights.push_back(static_cast<real>(weights_[static_cast<std::size_t>(row)]));
  }
  return softmax_cross_entropy(logits, classes, weights, static_cast<real>(settings_.smoothing));
}

std::optional<Objective::DevScore> ClassificationObjective::dev_score(Executor& executor) const {
  if (dev_.ids.empty()) return std::nullopt;
  const std::size_t labels = label_count(network_, several_);
  try {
    const auto probabilities = predict(network_, dev_.ids, labels, executor, {.several = several_}, dev_.pieces);
    if (several_) {
      const auto report = set_report(dev_.labels, probabilities, std::vector<double>(labels, kMiddle));
      return DevScore{report.micro.f1, report.log_loss * static_cast<double>(labels)};
    }
    const auto report = classification_report(only_ones(dev_.labels), probabilities, labels);
    return DevScore{report.accuracy, report.log_loss};
  } catch (const DataError&) {  // of a network that diverged
    return DevScore{0, std::numeric_limits<double>::quiet_NaN()};
  }
}

GradientFlow ClassificationObjective::gradient_flow(Executor& executor) const {
  constexpr Index kTexts = 64;
  const Index texts = std::ssize(rows_), count = std::min(texts, kTexts);
  std::vector<Index> rows;
  for (Index i = 0; i < count; ++i) rows.push_back(i * texts / count);
  return recura::gradient_flow(network_, pack_rows(rows), [&](Var logits) { return loss_of(logits, rows); }, executor);
}

}  // namespace recura
