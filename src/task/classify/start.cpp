#include "task/classify/start.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "store/model_file.h"
#include "task/classify/model.h"
#include "task/language/model.h"
#include "task/take_rows.h"

namespace recura {
namespace {

Start start_of(LanguageModelParts model) {
  Start start;
  const TextEncoder& encoder = model.encoder;
  start.text = {encoder.tokenizer().rule(), model.piece, Keep::both};
  start.forms = encoder.vocabulary().forms();
  start.subwords = encoder.subwords();
  start.layers = first_layers(model.network->spec());
  start.digest = model.facts.digest;
  start.network = std::move(model.network);
  return start;
}

Start start_of(ClassifierModel model) {
  Start start;
  const TextEncoder& encoder = model.encoder;
  start.text = {encoder.tokenizer().rule(), encoder.max_length(), encoder.keep()};
  start.forms = encoder.vocabulary().forms();
  start.subwords = encoder.subwords();
  start.layers = model.network->layers();
  start.layers.pop_back();
  start.labels = std::move(model.labels);
  start.decision = std::move(model.decision);
  start.digest = model.facts.digest;
  start.network = std::move(model.network);
  return start;
}

/// The logit of each old label: columns of weights, and below them the biases. A single output is the difference of two
/// logits, of which each then has a half.
Tensor old_logits(const Start& start) {
  const auto old = start.network->parameters();
  const Tensor &w = old[old.size() - 2]->value(), &b = old.back()->value();
  const auto labels = std::ssize(start.labels);
  const bool is_single = b.size() < labels;
  Tensor logits({w.shape().rows() + 1, labels});
  for (Index row = 0; row < logits.shape().rows(); ++row) {
    const real* const from = row < w.shape().rows() ? w.row(row) : b.data();
    for (Index k = 0; k < labels; ++k)
      logits.row(row)[k] = is_single ? (k == 0 ? real{-0.5} : real{0.5}) * from[0] : from[k];
  }
  return logits;
}

/// The layer of the labels, each found by its name. Of one label a text, new ones begin as the mean of all old ones,
/// and improbable.
void take_labels_over(const Start& start, const std::vector<std::string>& labels, Tensor& w, Tensor& b) {
  constexpr real kImprobable{-2};
  const Tensor old = old_logits(start);
  const bool is_single = b.size() < std::ssize(labels);
  for (Index row = 0; row < old.shape().rows(); ++row) {
    real* const to = row < w.shape().rows() ? w.row(row) : b.data();
    const real* const from = old.row(row);
    if (is_single) {  // then the old ones are the same two
      to[0] = from[1] - from[0];
      continue;
    }
    const real mean =
        std::accumulate(from, from + old.shape().columns(), real{0}) / static_cast<real>(old.shape().columns());
    for (std::size_t k = 0; k < labels.size(); ++k) {
      const auto found = std::ranges::find(start.labels, labels[k]);
      if (found != start.labels.end()) {
        to[k] = from[found - start.labels.begin()];
      } else if (!start.decision.several) {
        to[k] = mean + (row < w.shape().rows() ? 0 : kImprobable);
      }
    }
  }
}

}  // namespace

Start read_start(const std::string& path) {
  const ModelFile file = ModelFile::open(path);
  const std::string* const task = file.find_text("task");
  if (task != nullptr && *task == kLanguageTask) return start_of(read_language_model(file));
  if (task != nullptr && (*task == "tag" || *task == "summarise"))
    throw DataError("{}: a classifier begins with a classifier or a language model, this is of the task {}", path,
                    *task);
  return start_of(read_classifier(file));
}

void take_over(const Start& start, const std::vector<std::string>& labels, Network& network) {
  const auto old = start.network->parameters();
  const auto own = network.parameters();
  const auto of_labels = [&](const Parameter* parameter) {
    return parameter == own[own.size() - 1] || parameter == own[own.size() - 2];
  };
  for (Parameter* parameter : own) {
    if (of_labels(parameter)) continue;
    const auto found = std::ranges::find(old, parameter->name(), &Parameter::name);
    if (found == old.end()) continue;
    const Tensor& from = (*found)->value();
    const bool is_table = parameter == own.front();
    const Index rows = is_table ? std::ssize(start.forms) + 1 : from.size() / from.shape().columns();
    if (!is_table && from.shape() != parameter->value().shape()) refuse_weight(**found, *parameter);
    take_first_rows(**found, rows, *parameter);
  }
  if (start.is_classifier()) take_labels_over(start, labels, own[own.size() - 2]->change(), own.back()->change());
}

}  // namespace recura
