#include <recura/classifier.h>

#include <algorithm>

#include "api/classify/state.h"
#include "base/error.h"
#include "base/floating_state.h"
#include "task/classify/answer/predict.h"

namespace recura {
namespace {

/// Adds [B, K] numbers of one model to those of another, each to the label that it is of.
void add(std::span<const double> numbers, const std::vector<std::size_t>& places, std::vector<double>& sums) {
  const std::size_t labels = places.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) sums[i - i % labels + places[i % labels]] += numbers[i];
}

void divide(std::vector<double>& sums, std::size_t models) {
  if (models == 1) return;
  for (double& sum : sums) sum /= static_cast<double>(models);
}

}  // namespace

std::vector<std::size_t> places_in(const std::vector<std::string>& labels, const std::vector<std::string>& own) {
  std::vector<std::size_t> places;
  for (const std::string& label : own) {
    const auto found = std::ranges::find(labels, label);
    if (found == labels.end()) throw ArgumentError("one model has the label {:?}, the other has not", label);
    places.push_back(static_cast<std::size_t>(found - labels.begin()));
  }
  if (own.size() != labels.size())
    throw ArgumentError("one model has {} labels, the other {}", labels.size(), own.size());
  return places;
}

std::vector<double> Classifier::State::probabilities(std::span<const std::string> texts) const {
  const FloatingState state;
  std::vector<double> sums = predict(model, texts, *executor);
  for (const Companion& other : companions) add(predict(other.model, texts, *executor), other.places, sums);
  divide(sums, companions.size() + 1);
  return sums;
}

std::vector<double> Classifier::State::thresholds() const {
  const FloatingState state;
  std::vector<double> sums = model.decision.thresholds;
  for (const Companion& other : companions) add(other.model.decision.thresholds, other.places, sums);
  divide(sums, companions.size() + 1);
  return sums;
}

void Classifier::answer_with(Classifier other) {
  ClassifierModel& model = other.state_->model;
  if (model.decision.several != state_->model.decision.several)
    throw ArgumentError("one model gives one label a text, the other several: they do not answer the same question");
  const std::vector<std::size_t> places = places_in(state_->model.labels, model.labels);
  state_->companions.push_back({std::move(model), places});
  for (Companion& own : other.state_->companions) {
    for (std::size_t& place : own.places) place = places[place];
    state_->companions.push_back(std::move(own));
  }
}

}  // namespace recura
