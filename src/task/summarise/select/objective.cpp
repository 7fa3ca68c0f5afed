#include "task/summarise/select/objective.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "grad/ops.h"
#include "task/precision_recall.h"
#include "task/summarise/select/choose.h"
#include "task/summarise/select/predict.h"

namespace recura {

SelectObjective::SelectObjective(SelectNetwork& network, const LabelledDocuments& train, const LabelledDocuments& dev)
    : network_(network), train_(train), dev_(dev) {
  for (const Document& document : train.documents) lengths_.push_back(document.tokens);
}

Var SelectObjective::loss(Tape& tape, std::span<const Index> rows) const {
  const std::vector<SentencePlace> places = places_of(train_.documents, rows);
  const DocumentBatch batch = make_document_batch(train_.documents, rows);
  const Var vectors = network_.sentence_vectors(tape, make_batch(train_.documents, places));
  std::vector<real> targets;
  for (const std::int32_t place : batch.rows) {
    const SentencePlace& from = places[static_cast<std::size_t>(place)];
    const auto& keep = train_.keep[static_cast<std::size_t>(from.document)];
    targets.push_back(keep[static_cast<std::size_t>(from.sentence)] ? real{1} : real{0});
  }
  return sigmoid_cross_entropy(network_.logits(vectors, batch), targets);
}

std::optional<Objective::DevScore> SelectObjective::dev_score(Executor& executor) const {
  if (dev_.documents.empty()) return std::nullopt;
  std::vector<std::vector<double>> scores;
  try {
    scores = predict(network_, dev_.documents, executor);
  } catch (const DataError&) {  // of a network that diverged
    return DevScore{0, std::numeric_limits<double>::quiet_NaN()};
  }
  double loss = 0, sentences = 0, wanted = 0, right = 0;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    const std::vector<bool>& keep = dev_.keep[row];
    for (std::size_t i = 0; i < keep.size(); ++i) {
      const double p = keep[i] ? scores[row][i] : 1 - scores[row][i];
      loss -= std::log(std::max(p, 1e-15));
    }
    const auto count = std::ranges::count(keep, true);
    for (const std::size_t i : choose_best(scores[row], static_cast<std::size_t>(count))) right += keep[i] ? 1 : 0;
    wanted += static_cast<double>(count);
    sentences += static_cast<double>(keep.size());
  }
  return DevScore{ratio(right, wanted), ratio(loss, sentences)};
}

}  // namespace recura
