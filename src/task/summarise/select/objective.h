#pragma once

#include <vector>

#include "task/start_pace.h"
#include "task/summarise/select/document.h"
#include "task/summarise/select/select_network.h"
#include "train/trainer.h"

namespace recura {

/// Documents, with the sentences that their summaries consist of.
struct LabelledDocuments {
  std::vector<Document> documents;
  std::vector<std::vector<bool>> keep;
};

/// Training of a chooser of sentences: binary cross-entropy; on the dev documents the share of right ones among as many
/// sentences as each summary has.
class SelectObjective : public Objective {
 public:
  /// `dev` may be empty. All must outlive this object.
  SelectObjective(SelectNetwork& network, const LabelledDocuments& train, const LabelledDocuments& dev);

  std::vector<Parameter*> parameters() override { return network_.parameters(); }
  std::span<const Index> lengths() const override { return lengths_; }
  Var loss(Tape& tape, std::span<const Index> rows) const override;
  std::optional<DevScore> dev_score(Executor& executor) const override;
  double rate_share(const Parameter& parameter, int epoch) const override {
    return pace_.share_of(parameter.name(), epoch);
  }
  /// Lets weights that came from a start move as it says.
  void set_pace(const StartPace& pace) { pace_ = pace; }

 private:
  SelectNetwork& network_;
  const LabelledDocuments& train_;
  const LabelledDocuments& dev_;
  StartPace pace_;
  std::vector<Index> lengths_;
};

}  // namespace recura
