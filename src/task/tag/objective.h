#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "task/start_pace.h"
#include "task/tag/answer/predict.h"
#include "task/tag/answer/report.h"
#include "task/tag/model.h"
#include "train/trainer.h"

namespace recura {

/// Texts as features, with what is to be found in them.
struct TaggedFeatures {
  TextFeatures features;
  /// What is known of each token's tag: `kernel::KnownTags`, with the sets of all texts. The number of each text's
  /// class, -1 for an unknown one.
  std::vector<std::vector<std::int32_t>> tags;
  std::vector<std::vector<std::uint8_t>> sets;
  std::vector<std::int32_t> labels;
  /// Of dev texts: what is right, with types that no tag may have.
  std::vector<TaggedText> texts;
};

/// Texts as a model reads them, with what stands in them. Of a type that no tag has, nothing is said of its tokens, and
/// `unseen` counts the span. A token in no span may be part of one of a type that its text was not searched for.
TaggedFeatures tagged_features(const TaggerModel& model, std::vector<TaggedText> texts, bool keep_texts,
                               std::int64_t& unseen, Executor& executor);

/// A score of what was predicted for dev texts.
using TagScore = std::function<double(std::span<const TaggedText> texts, std::span<const PredictedSpans> predicted)>;

/// F1 of spans, as `span_report` has it.
double span_f1(std::span<const TaggedText> texts, std::span<const PredictedSpans> predicted);

/// Training of a tagger: the CRF's negative log-likelihood, and the cross-entropy of the texts' classes beside it if
/// there are any; a score of the likeliest tags on the dev texts.
class TagObjective : public Objective {
 public:
  /// `dev` may be empty. All must outlive this object.
  TagObjective(TagNetwork& network, const TagSet& tags, const TaggedFeatures& train, const TaggedFeatures& dev,
               TagScore score = span_f1);

  std::vector<Parameter*> parameters() override { return parameters_; }
  std::span<const Index> lengths() const override { return lengths_; }
  Var loss(Tape& tape, std::span<const Index> rows) const override;
  std::optional<DevScore> dev_score(Executor& executor) const override;
  double rate_share(const Parameter& parameter, int epoch) const override {
    return pace_.share_of(parameter.name(), epoch);
  }
  /// Lets weights that came from a start move as it says.
  void set_pace(const StartPace& pace) { pace_ = pace; }
  /// A weight that training leaves as it is.
  void freeze(const Parameter* parameter);

 private:
  TagNetwork& network_;
  const TagSet& tags_;
  const TaggedFeatures& train_;
  const TaggedFeatures& dev_;
  TagScore score_;
  StartPace pace_;
  std::vector<Parameter*> parameters_;
  std::vector<Index> lengths_, slots_;
};

}  // namespace recura
