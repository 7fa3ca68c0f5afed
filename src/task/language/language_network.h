#pragma once

#include <memory>
#include <string>

#include "layer/adaptive_softmax.h"
#include "layer/network.h"
#include "layer/recurrent.h"

namespace recura {

/// A language model as one writes it down: what a model file stores.
struct LanguageNetworkSpec {
  /// Forms, the unknown one included.
  Index vocabulary = 0;
  Index embedding = 0;
  kernel::Cell cell = kernel::Cell::lstm;
  kernel::Activation activation = kernel::Activation::tanh;
  /// Units of each layer and direction. Of both directions there is one layer: the states of a second one would know
  /// the word that they should guess.
  Index hidden = 0, layers = 1;
  bool bidirectional = false;
  RecurrentInit init = RecurrentInit::keras;
  /// The most frequent forms, which the softmax has in its head.
  Index head = 0;
  double word_dropout = 0, dropout = 0;
  double recurrent_dropout = 0;  // as in `RecurrentOptions`
};

std::string to_json(const LanguageNetworkSpec& spec);
/// @throws DataError  if it is no such description: a key too many or too few, a value out of range.
LanguageNetworkSpec language_network_from_json(const std::string& json);

/// How many weights such a network has; in floating point, so that sizes from a hostile file cannot overflow.
double weight_count(const LanguageNetworkSpec& spec);

/// The embedding and the recurrent layers, as another network has them that begins with their weights.
std::vector<LayerSpec> first_layers(const LanguageNetworkSpec& spec);

/// What stands behind each word of some texts, and before it: states of all rows that they are guessed from, [N, H].
struct LanguageStates {
  Var forward;
  /// Nothing unless the network reads in both directions.
  Var backward;
};

/// Guesses each word of a text from those before it, and in the other direction from those behind it (as ELMo's layers
/// do, Peters et al. 2018); both directions share the embedding and the softmax.
///
/// Weights: "embedding.table" [V + 1, D], whose last row begins and ends a text, "rnn0.…" as in `Network`, "output.…"
/// as in `AdaptiveSoftmax`, whose last class is the end.
class LanguageNetwork : public Module {
 public:
  /// Weights start by random numbers, or at zero if `rng` is null: to be read from a file.
  /// @throws ArgumentError  if an extent or a rate is out of range.
  LanguageNetwork(const LanguageNetworkSpec& spec, Rng* rng);

  LanguageStates read(Tape& tape, std::span<const std::int32_t> ids, const PackingPtr& packing) const;
  const AdaptiveSoftmax& output() const { return *output_; }
  const Parameter& table() const { return *embedding_->parameters().front(); }
  Parameter& table() { return *embedding_->parameters().front(); }

  /// The id that stands before the first word of a text and behind its last one.
  std::int32_t boundary() const { return static_cast<std::int32_t>(spec_.vocabulary); }
  const LanguageNetworkSpec& spec() const { return spec_; }

 private:
  LanguageNetworkSpec spec_;
  std::unique_ptr<Embedding> embedding_;
  std::vector<std::unique_ptr<Recurrent>> layers_;
  std::unique_ptr<AdaptiveSoftmax> output_;
};

}  // namespace recura
