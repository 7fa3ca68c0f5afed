#include "task/summarise/select/predict.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/floating_state.h"
#include "data/batches.h"

namespace recura {
namespace {

/// The vectors of all sentences of some documents: a few thousand tokens are read at a time, each on a tape that is
/// then dropped.
Tensor sentence_vectors(const SelectNetwork& network, std::span<const Document> documents,
                        std::span<const SentencePlace> places, Executor* executor) {
  Tensor vectors = Tensor::uninitialised({std::ssize(places), network.vector_columns()});
  std::vector<Index> lengths;
  for (const SentencePlace& place : places) {
    const Document& document = documents[static_cast<std::size_t>(place.document)];
    lengths.push_back(std::ssize(document.ids[static_cast<std::size_t>(place.sentence)]));
  }
  for (const std::vector<Index>& some : batches_by_length(lengths)) {
    Tape tape(Mode::infer, Rng(0), executor);
    std::vector<SentencePlace> read;
    for (const Index i : some) read.push_back(places[static_cast<std::size_t>(i)]);
    const TensorView found = network.sentence_vectors(tape, make_batch(documents, read)).value();
    for (std::size_t i = 0; i < some.size(); ++i)
      std::copy_n(found.row(static_cast<Index>(i)), network.vector_columns(), vectors.row(some[i]));
  }
  return vectors;
}

}  // namespace

std::vector<std::vector<double>> predict(const SelectNetwork& network, std::span<const Document> documents,
                                         Executor& executor) {
  const FloatingState state;
  std::vector<std::vector<double>> result(documents.size());
  std::vector<Index> lengths;
  for (const Document& document : documents) lengths.push_back(document.tokens);
  const auto batches = batches_by_length(lengths);
  // A single batch has the threads for itself; of several, each has one.
  Executor* const inside = batches.size() == 1 ? &executor : nullptr;
  const auto read = [&](const std::vector<Index>& rows) {
    const std::vector<SentencePlace> places = places_of(documents, rows);
    if (places.empty()) return;
    const Tensor vectors = sentence_vectors(network, documents, places, inside);
    Tape tape(Mode::infer, Rng(0), inside);
    const DocumentBatch batch = make_document_batch(documents, rows);
    const TensorView logits = network.logits(tape.constant(vectors), batch).value();
    for (Index text = 0; text < batch.packing->texts(); ++text) {
      std::vector<double>& own = result[static_cast<std::size_t>(rows[static_cast<std::size_t>(text)])];
      for (Index step = 0; step < batch.packing->length(text); ++step)
        own.push_back(1 / (1 + std::exp(-static_cast<double>(logits.data[batch.packing->row(text, step)]))));
    }
  };
  const auto read_batch = [&](int index) { read(batches[static_cast<std::size_t>(index)]); };
  if (inside != nullptr) {
    read_batch(0);
  } else {
    executor.run(static_cast<int>(batches.size()), read_batch);
  }
  const auto is_finite = [](const std::vector<double>& scores) {
    return std::ranges::all_of(scores, [](double score) { return std::isfinite(score); });
  };
  if (!std::ranges::all_of(result, is_finite))
    throw DataError("the network gives a sentence no finite number: its weights are too large");
  return result;
}

}  // namespace recura
