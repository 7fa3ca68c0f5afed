#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "grad/attention_op.h"
#include "kernel/matmul.h"
#include "layer/layers.h"
#include "layer/recurrent.h"

namespace recura {

/// A writer of summaries as one writes it down: what a model file stores.
struct WriteNetworkSpec {
  /// Forms that are read, the unknown one included, and how many of them, the first ones, can be written; in the place
  /// of the unknown one stands the end of a summary.
  Index vocabulary = 0, outputs = 0;
  Index embedding = 0;
  kernel::Cell cell = kernel::Cell::lstm;
  kernel::Activation activation = kernel::Activation::tanh;
  /// Units of what reads a text, in each direction; of what writes; of the attention between them.
  Index hidden = 0, decoder_hidden = 0, attention = 0;
  RecurrentInit init = RecurrentInit::keras;
  double word_dropout = 0, dropout = 0;
};

std::string to_json(const WriteNetworkSpec& spec);
/// @throws DataError  if it is no such description: a key too many or too few, a value out of range.
WriteNetworkSpec write_network_from_json(const std::string& json);

/// How many weights such a network has; in floating point, so that sizes from a hostile file cannot overflow.
double weight_count(const WriteNetworkSpec& spec);

/// Texts that were read, by a writer that may now ask for their words.
struct Reading {
  PackingPtr packing;
  Var states, keys;      // [N, 2 H], [N, A]
  RecurrentState first;  // what the writer begins with, [B, decoder_hidden]
  /// `output_matrix()`, if many short questions are asked; else the embedding is turned for each.
  const kernel::ColumnBlocks* outputs = nullptr;
};

/// What is asked of texts that were read: M next words.
struct WriteSteps {
  AttentionPairsPtr pairs;
  /// For each word the one before it, `begin()` for a first one, in the rows of `packing`, whose texts are the pairs'
  /// queries unless each is a step of its own.
  std::span<const std::int32_t> before;
  PackingPtr packing;
  RecurrentState state;  // where each begins
};

/// What a writer thinks of M next words: logits of the outputs, [M, O]; the logit of writing one of them rather than
/// copying a word of the text, [M, 1]; which of those it attends to.
struct Writing {
  Var logits, gates;
  Attended attended;
  RecurrentState last;  // [B, decoder_hidden]
};

/// A text to another one, word by word: a recurrent layer of both directions reads, another one writes and attends to
/// all that was read (additive: Bahdanau et al. 2015; after the recurrence: Luong et al. 2015), and a gate chooses
/// between words of the vocabulary and of the text (See et al. 2017):
///
///     s = rnn(embedding of the words before)      c = attention(s)
///     logits = tanh([s c] W + b) E^T + b_o        gate = [s c x] w + b_g
///
/// E, the embedding's first rows, serves what is read and what is written (Press & Wolf 2017). The state that the
/// writer begins with is a dense layer over the last states of the reader.
///
/// Weights: "embedding.table" [V + 1, D], whose last row begins a summary, "encoder.forward.w", …, "bridge.h.w",
/// "bridge.c.w" (of cells that have c), …, "decoder.w", …, "query.w", "key.w", "attention.v", "mix.w", "gate.w",
/// "output.b".
class WriteNetwork : public Module {
 public:
  /// Weights start by random numbers, or at zero if `rng` is null: to be read from a file.
  /// @throws ArgumentError  if an extent or a rate is out of range.
  WriteNetwork(const WriteNetworkSpec& spec, Rng* rng);

  Reading read(Tape& tape, std::span<const std::int32_t> ids, PackingPtr packing) const;
  Writing write(Tape& tape, const Reading& reading, const WriteSteps& steps) const;

  /// The embedding's first rows as columns, [D, O]: made at the first call, and anew when the embedding has changed.
  std::shared_ptr<const kernel::ColumnBlocks> output_matrix() const;

  /// The id that stands before the first word.
  std::int32_t begin() const { return static_cast<std::int32_t>(spec_.vocabulary); }
  const WriteNetworkSpec& spec() const { return spec_; }
  Parameter& table() { return *embedding_->parameters().front(); }

 private:
  /// Adds a part under a name.
  template <typename Layer, typename... Arguments>
  std::unique_ptr<Layer> part(const char* name, Arguments&&... arguments);

  WriteNetworkSpec spec_;
  std::unique_ptr<Embedding> embedding_;
  std::unique_ptr<Recurrent> encoder_, decoder_;
  std::unique_ptr<Dense> bridge_h_, bridge_c_, query_, key_, mix_, gate_;
  Parameter *v_ = nullptr, *output_bias_ = nullptr;
  mutable std::mutex turning_;
  mutable std::shared_ptr<const kernel::ColumnBlocks> turned_;
  mutable std::uint64_t turned_version_ = 0;  // of the embedding
};

}  // namespace recura
