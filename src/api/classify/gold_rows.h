#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/input.h"
#include "task/classify/model.h"

namespace recura {

/// Rows to score a classifier on: their labels as the model numbers them.
struct GoldRows {
  std::vector<LabelSet> labels;
  /// Labels that the model does not know, the rows that have one, and how many labels it does know.
  std::set<std::string> unseen;
  std::int64_t unseen_rows = 0, known = 0;
};

GoldRows gold_rows(const LabelledData& data, const std::vector<std::string>& names);

/// @throws ArgumentError  if it is no probability below 1, or a model that gives several labels is to abstain.
void check_abstain(const ClassifierModel& model, double abstain);

/// How rows with right answers are read for a model: with as many labels as it gives.
ReadOptions read_options(const InputOptions& input, const ClassifierModel& model);

}  // namespace recura
