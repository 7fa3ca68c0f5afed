#include "task/language/likelihood.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/floating_state.h"
#include "data/batches.h"
#include "task/encode.h"
#include "task/precision_recall.h"

namespace recura {
namespace {

/// Adds the guesses of one direction up, those of each piece in its order.
double sum_of(const std::vector<double>& log_probabilities, const Packing& packing, Index piece) {
  double sum = 0;
  for (Index step = 0; step < packing.length(piece); ++step)
    sum += log_probabilities[static_cast<std::size_t>(packing.row(piece, step))];
  return sum;
}

}  // namespace

void Likelihood::add(const Likelihood& other) {
  guesses += other.guesses;
  unknown += other.unknown;
  forward += other.forward;
  backward += other.backward;
  both = other.both;
}

double Likelihood::loss() const { return -ratio(log_probability(), static_cast<double>(guesses)); }

std::vector<Likelihood> likelihoods(const LanguageNetwork& network, const Pieces& pieces, Executor& executor) {
  const FloatingState state;
  std::vector<Likelihood> result(pieces.size());
  std::vector<Index> lengths;
  for (const auto& piece : pieces) lengths.push_back(std::ssize(piece));
  for (const std::vector<Index>& rows : batches_by_length(lengths)) {
    Tape tape(Mode::infer, Rng(0), &executor);
    const LanguageBatch batch = make_batch(pieces, rows);
    const LanguageStates states = network.read(tape, batch.ids, batch.packing);
    const auto forward = network.output().log_probabilities(states.forward, batch.next);
    const bool both = static_cast<bool>(states.backward);
    const auto backward =
        both ? network.output().log_probabilities(states.backward, batch.before) : std::vector<double>();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto piece = static_cast<Index>(i);
      Likelihood& one = result[static_cast<std::size_t>(rows[i])];
      one = {
          .guesses = batch.packing->length(piece) - 1, .forward = sum_of(forward, *batch.packing, piece), .both = both};
      if (both) one.backward = sum_of(backward, *batch.packing, piece);
    }
  }
  return result;
}

std::vector<Likelihood> likelihoods(const LanguageModelParts& model, const std::vector<std::string>& texts,
                                    Executor& executor) {
  const EncodedTexts encoded = encode(model.encoder, texts, executor);
  Pieces pieces;
  std::vector<std::size_t> texts_of;
  for (std::size_t text = 0; text < texts.size(); ++text) {
    add_pieces(encoded.ids[text], model.network->boundary(), model.piece, pieces);
    texts_of.resize(pieces.size(), text);
  }
  const std::vector<Likelihood> of_pieces = likelihoods(*model.network, pieces, executor);
  std::vector<Likelihood> result(texts.size());
  for (std::size_t i = 0; i < pieces.size(); ++i) result[texts_of[i]].add(of_pieces[i]);
  for (std::size_t text = 0; text < texts.size(); ++text) {
    result[text].unknown = std::ranges::count(encoded.ids[text], Vocabulary::kUnknown);
    const auto guesses = static_cast<double>(result[text].guesses);
    if (!std::isfinite(std::exp(-std::min(result[text].forward, result[text].backward) / guesses)))
      throw DataError("the network gives a text no finite number: its weights are too large");
  }
  return result;
}

}  // namespace recura
