#include "task/language/likelihood.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/floating_state.h"
#include "data/batches.h"
#include "task/classify/predict.h"
#include "task/precision_recall.h"

namespace recura {
namespace {

/// Adds the guesses of one direction to the pieces whose they are.
void add(const std::vector<double>& log_probabilities, std::span<const Index> pieces, const Packing& packing,
         double Likelihood::* sum, std::vector<Likelihood>& result) {
  std::size_t at = 0;
  for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
    Likelihood& one = result[static_cast<std::size_t>(pieces[piece])];
    one.guesses = packing.length(static_cast<Index>(piece)) - 1;
    for (std::int64_t guess = 0; guess < one.guesses; ++guess) one.*sum += log_probabilities[at++];
  }
}

}  // namespace

void Likelihood::add(const Likelihood& other) {
  guesses += other.guesses;
  unknown += other.unknown;
  forward += other.forward;
  backward += other.backward;
  both = other.both;
}

double Likelihood::loss() const {
  return -ratio(forward + backward, static_cast<double>(guesses) * (both ? 2 : 1));
}

std::vector<Likelihood> likelihoods(const LanguageNetwork& network, const Pieces& pieces, Executor& executor) {
  const FloatingState state;
  std::vector<Likelihood> result(pieces.size());
  std::vector<Index> lengths;
  for (const auto& piece : pieces) lengths.push_back(std::ssize(piece));
  for (const std::vector<Index>& rows : batches_by_length(lengths)) {
    Tape tape(Mode::infer, Rng(0), &executor);
    const LanguageBatch batch = make_batch(pieces, rows);
    const LanguageStates states = network.read(tape, batch.ids, batch.packing);
    const auto guess = [&](Var x, const LanguageBatch::Guesses& guesses) {
      return network.output().log_probabilities(take_rows(x, guesses.rows), guesses.right);
    };
    add(guess(states.forward, batch.forward), rows, *batch.packing, &Likelihood::forward, result);
    if (states.backward)
      add(guess(states.backward, batch.backward), rows, *batch.packing, &Likelihood::backward, result);
  }
  for (Likelihood& one : result) one.both = network.spec().bidirectional;
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
    if (!std::isfinite(result[text].loss()))
      throw DataError("the network gives a text no finite number: its weights are too large");
  }
  return result;
}

}  // namespace recura
