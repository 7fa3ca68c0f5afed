#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layer/crf.h"
#include "layer/layers.h"
#include "layer/recurrent.h"
#include "task/tag/features/token_features.h"

namespace recura {

/// Vectors for one feature of each token, which has `slots` of them side by side ("the word before and the word
/// after"), all from one table.
struct ChannelSpec {
  std::string name;
  Index vocabulary = 0;
  Index size = 0;
  Index slots = 1;
  /// Share of vectors that training drops whole.
  double dropout = 0;
};

/// How the characters of a token become a vector: of a convolution over three of them (dos Santos & Zadrozny 2014), or
/// of an LSTM in both directions (Lample et al. 2016).
enum class CharacterEncoder { none, convolution, lstm };

struct CharacterSpec {
  CharacterEncoder encoder = CharacterEncoder::none;
  Index vocabulary = 0;
  Index size = 0;
  Index hidden = 0;
};

/// A tagger as one writes it down: what a model file stores.
struct TagNetworkSpec {
  std::vector<ChannelSpec> channels;
  CharacterSpec characters;
  kernel::Cell cell = kernel::Cell::lstm;
  kernel::Activation activation = kernel::Activation::tanh;
  Index hidden = 0;
  Index layers = 1;
  bool bidirectional = true;
  RecurrentInit init = RecurrentInit::keras;
  /// Dropout of what the first recurrent layer reads, and behind each of them; one mask for a whole text.
  double input_dropout = 0;
  double dropout = 0;
  double recurrent_dropout = 0;  // as in `RecurrentOptions`
  Index tags = 0;
  /// A conditional random field over the tags; else each token's tag is a softmax of its own, and only decoding keeps
  /// to legal sequences.
  bool crf = true;
  /// Classes of the whole text, such as intents; 0: none.
  Index labels = 0;
};

std::string to_json(const TagNetworkSpec& spec);
/// @throws DataError  if it is no such description: a key too many or too few, a value out of range.
TagNetworkSpec tag_network_from_json(const std::string& json);

/// How many weights such a network has; in floating point, so that sizes from a hostile file cannot overflow.
double weight_count(const TagNetworkSpec& spec);

struct TagOutput {
  /// A score for each tag, [N, K], and for each class of the text, [B, L], if there are any.
  Sequence emissions;
  Var labels;
};

/// Features of tokens to scores of tags (Huang et al. 2015, Lample et al. 2016): vectors of all channels and of the
/// characters side by side, recurrent layers, a dense layer.
///
/// Weights: "CHANNEL.table", "characters.table", "characters.rnn.forward.w", …, "rnn0.forward.w", …, "dense.w",
/// "label.w", "crf.transitions", …
class TagNetwork : public Module {
 public:
  /// Weights start by random numbers, or at zero if `rng` is null: to be read from a file.
  /// @throws ArgumentError  if an extent is out of range.
  TagNetwork(TagNetworkSpec spec, TagRules rules, Rng* rng);

  TagOutput forward(Tape& tape, const TokenBatch& batch) const;
  /// Mean over the texts of -ln p(tags), without a CRF over the tokens of which something is known; `tags` [N] in the
  /// rows' order.
  Var tag_loss(const TagOutput& output, const kernel::KnownTags& tags) const;

  const TagNetworkSpec& spec() const { return spec_; }
  const Crf& crf() const { return *crf_; }
  /// The table of a channel's vectors; null if there is no such channel.
  Parameter* table(const std::string& channel);

  /// Adds to the score of one tag, everywhere: to its bias.
  void shift_tag(Index tag, double by);

 private:
  Index add_channels(Rng* rng);
  Index add_characters(Rng* rng);
  void add_layers(Index columns, Rng* rng);
  Var of_characters(Tape& tape, const TokenBatch& batch) const;

  TagNetworkSpec spec_;
  std::vector<std::unique_ptr<Embedding>> channels_;
  std::unique_ptr<Embedding> characters_;
  std::unique_ptr<Recurrent> character_rnn_;
  std::unique_ptr<Dense> convolution_;
  std::vector<std::unique_ptr<Recurrent>> layers_;
  std::unique_ptr<Dense> dense_, label_;
  std::unique_ptr<Crf> crf_;
};

}  // namespace recura
