#include "task/classify/objective.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "data/batches.h"
#include "grad/ops.h"
#include "task/classify/predict.h"
#include "task/classify/report.h"

namespace recura {
namespace {

std::size_t label_count(const Network& network) {
  return static_cast<std::size_t>(std::max<Index>(network.outputs(), 2));
}

void check(const LabelledIds& rows, std::int32_t least, std::size_t labels) {
  if (rows.ids.size() != rows.labels.size()) {
    throw ArgumentError("classification: {} texts, but {} labels", rows.ids.size(), rows.labels.size());
  }
  for (const std::int32_t label : rows.labels) {
    if (label < least || (label >= 0 && static_cast<std::size_t>(label) >= labels))
      throw ArgumentError("classification: label {} is not in 0 … {}", label, labels - 1);
  }
}

}  // namespace

ClassificationObjective::ClassificationObjective(Network& network, const LabelledIds& train, const LabelledIds& dev)
    : network_(network), parameters_(network.parameters()), train_(train), dev_(dev) {
  if (!network.reduces())
    throw ArgumentError("classification: the network gives a result for every token, not for every text");
  check(train, 0, label_count(network));
  check(dev, kUnseenLabel, label_count(network));
  for (const auto& text : train.ids) lengths_.push_back(static_cast<Index>(text.size()));
}

Var ClassificationObjective::loss(Tape& tape, std::span<const Index> rows) const {
  const PackedIds batch = pack(train_.ids, rows);
  const Var logits = network_.forward(tape, batch.ids, batch.packing);
  const auto label = [&](Index row) { return train_.labels[static_cast<std::size_t>(row)]; };
  if (network_.outputs() == 1) {
    std::vector<real> targets;
    for (const Index row : rows) targets.push_back(static_cast<real>(label(row)));
    return sigmoid_cross_entropy(logits, targets);
  }
  std::vector<std::int32_t> classes;
  for (const Index row : rows) classes.push_back(label(row));
  return softmax_cross_entropy(logits, classes);
}

std::optional<Objective::DevScore> ClassificationObjective::dev_score(Executor& executor) const {
  if (dev_.ids.empty()) return std::nullopt;
  const std::size_t labels = label_count(network_);
  try {
    const auto report = classification_report(dev_.labels, predict(network_, dev_.ids, labels, executor), labels);
    return DevScore{report.accuracy, report.log_loss};
  } catch (const DataError&) {  // of a network that diverged
    return DevScore{0, std::numeric_limits<double>::quiet_NaN()};
  }
}

}  // namespace recura
