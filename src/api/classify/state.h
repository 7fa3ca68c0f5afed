#pragma once

#include <recura/classifier.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "task/classify/model.h"
#include "task/narrow.h"

namespace recura {

/// A model that answers beside another one, and where in that one's labels its own stand.
struct Companion {
  ClassifierModel model;
  std::vector<std::size_t> places;
};

struct Classifier::State {
  ClassifierModel model;
  std::unique_ptr<Executor> executor;
  bool interrupted = false;
  std::vector<Companion> companions = {};

  /// Of the model and its companions: the mean probabilities [B, K] of texts, and the mean thresholds.
  std::vector<double> probabilities(std::span<const std::string> texts) const;
  std::vector<double> thresholds() const;
};

/// Where each of a model's own labels stands among those of another.
/// @throws ArgumentError  if the labels are not the same ones, in whatever order.
std::vector<std::size_t> places_in(const std::vector<std::string>& labels, const std::vector<std::string>& own);

std::unique_ptr<Executor> make_executor(std::int64_t threads);
Precision precision_of(TrainOptions::Precision precision);
PrecisionReport report_of(const Narrowing& narrowing, const std::string& score);

}  // namespace recura
