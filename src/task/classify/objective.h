#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "data/batches.h"
#include "layer/network.h"
#include "task/classify/adversarial.h"
#include "task/classify/answer/decision.h"
#include "task/start_pace.h"
#include "text/windows.h"
#include "train/trainer.h"

namespace recura {

/// Texts as ids, each with the numbers of its labels.
struct LabelledIds {
  std::vector<std::vector<std::int32_t>> ids;
  std::vector<LabelSet> labels;
  /// How much each text counts in training; empty: 1 each.
  std::vector<double> weights = {};
  /// How longer texts are read; in training always in windows, each from its own beginning.
  TextPieces pieces = {};
};

/// What is asked of answers in training besides that they are right.
struct ClassificationLoss {
  /// What each label counts; empty: 1 each. Where texts have several, that a text has the label counts so much, that it
  /// has it not counts 1.
  std::vector<double> label_weights = {};
  /// The share of each target that is spread over all labels (of several or of two: over yes and no).
  double smoothing = 0;
  /// Not 0: the loss is the mean of that of each text and that behind an `adversarial_step` of this size.
  double adversarial = 0;
  /// Not 0: to it is added how far answers go behind a `virtual_step` of this size, of the batch's texts and of as many
  /// without a label, drawn at random.
  double virtual_adversarial = 0;
  /// Texts, or windows of them, which must outlive what uses them.
  std::vector<IdSpan> unlabelled = {};
};

/// Each number as a set of its own.
std::vector<LabelSet> one_each(std::span<const std::int32_t> labels);
/// The single number of each set.
/// @throws ArgumentError  if a set has none or more than one.
std::vector<std::int32_t> only_ones(std::span<const LabelSet> labels);

/// Training of a classifier, each text counting by its weight times that of its label (the mean of all being made 1, so
/// that weights do not change the size of steps). One label a text: cross-entropy (binary for a single output, else
/// categorical), and accuracy on the dev rows. Several: the sum of all labels' binary cross-entropy, and the micro F1
/// of labels whose probability is 0.5 at least.
///
/// A row is a window of a text, or a text that is no longer. The windows of a text have its labels and share its weight
/// by their lengths, so it counts once. Their loss is no lower than that of the text's answer, which is made of the
/// mean of their logits: it is convex in these.
class ClassificationObjective : public Objective {
 public:
  /// `dev` may be empty. The network and both parts must outlive this object.
  /// @throws ArgumentError  if ids and labels are not of one size, a label number has no output (-1 may stand in
  /// `dev`), or a text has not exactly one label where there are not `several`.
  ClassificationObjective(Network& network, const LabelledIds& train, const LabelledIds& dev, bool several = false,
                          const ClassificationLoss& settings = {});

  std::vector<Parameter*> parameters() override { return parameters_; }
  std::span<const Index> lengths() const override { return lengths_; }
  Var loss(Tape& tape, std::span<const Index> rows) const override;
  std::optional<DevScore> dev_score(Executor& executor) const override;
  GradientFlow gradient_flow(Executor& executor) const override;
  double rate_share(const Parameter& parameter, int epoch) const override {
    return pace_.share_of(parameter.name(), epoch);
  }
  /// Leaves a weight as it is.
  void freeze(const Parameter* parameter) { std::erase(parameters_, parameter); }
  /// Lets weights that came from a start move as it says.
  void set_pace(const StartPace& pace) { pace_ = pace; }

 private:
  /// A window of a text.
  struct Row {
    std::size_t text = 0;
    TokenWindow window;
  };

  IdSpan ids_of(Index row) const;
  const LabelSet& labels_of(Index row) const { return train_.labels[rows_[static_cast<std::size_t>(row)].text]; }
  PackedIds pack_rows(std::span<const Index> rows) const;
  void add_windows(std::vector<double> weights);
  Var loss_of(Var logits, std::span<const Index> rows) const;
  Var loss_behind(const Tensor& step, Tape& tape, const PackedIds& batch, const LogitLoss& loss) const;
  Var virtual_loss(Tape& tape, std::span<const Index> rows) const;
  Var binary_loss(Var logits, std::span<const Index> rows) const;

  Network& network_;
  std::vector<Parameter*> parameters_;
  const LabelledIds& train_;
  const LabelledIds& dev_;
  bool several_;
  ClassificationLoss settings_;
  StartPace pace_;
  std::vector<Row> rows_;
  std::vector<double> weights_;  // of rows, their mean being 1; none: 1 each
  std::vector<Index> lengths_;
};

}  // namespace recura
