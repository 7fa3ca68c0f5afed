#pragma once

#include <memory>
#include <string>

#include "layer/layers.h"
#include "layer/recurrent.h"
#include "task/summarise/select/document.h"

namespace recura {

/// A chooser of sentences as one writes it down: what a model file stores.
struct SelectNetworkSpec {
  Index vocabulary = 0;
  Index embedding = 0;
  kernel::Cell cell = kernel::Cell::lstm;
  kernel::Activation activation = kernel::Activation::tanh;
  /// Units, in each direction, of what reads a sentence's words and of what reads a text's sentences.
  Index hidden = 0;
  Index document_hidden = 0;
  RecurrentInit init = RecurrentInit::keras;
  double word_dropout = 0;
  double dropout = 0;
};

std::string to_json(const SelectNetworkSpec& spec);
/// @throws DataError  if it is no such description: a key too many or too few, a value out of range.
SelectNetworkSpec select_network_from_json(const std::string& json);

/// How many weights such a network has; in floating point, so that sizes from a hostile file cannot overflow.
double weight_count(const SelectNetworkSpec& spec);

/// A text's sentences to a score each (after Cheng & Lapata 2016, Nallapati et al. 2017): a recurrent layer of both
/// directions reads each sentence's words, beside their vectors their `kTokenFeatures`; its states' mean and maximum
/// are the sentence's vector. Another one reads a text's sentences, beside their vectors their `kSentenceFeatures`; a
/// dense layer makes a logit of its state, the vector and the features.
///
/// Weights: "embedding.table", "sentence.forward.w", …, "document.forward.w", …, "dense.w", "dense.b".
class SelectNetwork : public Module {
 public:
  /// Weights start by random numbers, or at zero if `rng` is null: to be read from a file.
  /// @throws ArgumentError  if an extent is out of range.
  SelectNetwork(const SelectNetworkSpec& spec, Rng* rng);

  /// Vectors of the sentences of a batch, [S, vector_columns()].
  Var sentence_vectors(Tape& tape, const SentenceBatch& batch) const;
  /// Logits [S, 1] in the batch's rows; `vectors` in the order of places.
  Var logits(Var vectors, const DocumentBatch& batch) const;

  Index vector_columns() const { return 2 * sentence_->columns(); }
  const SelectNetworkSpec& spec() const { return spec_; }
  Parameter& table() { return *embedding_->parameters().front(); }

 private:
  SelectNetworkSpec spec_;
  std::unique_ptr<Embedding> embedding_;
  std::unique_ptr<Recurrent> sentence_, document_;
  std::unique_ptr<Dense> dense_;
};

}  // namespace recura
