#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "layer/layers.h"
#include "layer/ngrams.h"
#include "layer/recurrent.h"
#include "layer/stream.h"

namespace recura {

// A network as a list of layers, as one writes it down: what `Sequential` shows and what a model file stores.

struct EmbeddingSpec {
  Index vocabulary = 0;
  Index dimensions = 0;
};

struct RecurrentLayerSpec {
  kernel::Cell cell = kernel::Cell::lstm;
  Index hidden = 0;
  bool bidirectional = false;
  /// All states; else the last one of each text (of both directions, side by side).
  bool sequences = true;
  kernel::Activation activation = kernel::Activation::sigmoid;
  bool reset_after = true;
  Index truncate = 0;
  RecurrentInit init = RecurrentInit::keras;
  /// What it gives is added to what the recurrent layer before gave, of the same size and directions, before anything
  /// of that was dropped (He et al. 2016; of recurrent layers Wu et al. 2016).
  bool residual = false;
  double recurrent_dropout = 0;  // as in `RecurrentOptions`
};

struct DropoutSpec {
  double rate = 0;
  DropoutUnit unit = DropoutUnit::value;
};

/// Makes one row of a text's states; several of them stand side by side.
struct PoolSpec {
  bool last = false;
  bool mean = false;
  bool max = false;
  /// A weighted mean, by an `AttentionPool` of so many units; 0: none.
  Index attention = 0;
  /// The embeddings, as the first recurrent layer reads them, are pooled beside the states.
  bool embeddings = false;
};

/// Puts the mean of the vectors of a text's n-grams beside its row.
struct NgramSpec {
  Index longest = 2;
  Index buckets = 0;
  Index dimensions = 0;
  double dropout = 0;
};

struct DenseSpec {
  Index units = 0;
  kernel::Activation activation = kernel::Activation::linear;
};

using LayerSpec = std::variant<EmbeddingSpec, RecurrentLayerSpec, DropoutSpec, PoolSpec, DenseSpec, NgramSpec>;

/// The list as JSON, one object a layer, and back.
/// @throws DataError  (reading) if it is not such a list: an unknown layer or key, a value out of range.
std::string to_json(const std::vector<LayerSpec>& layers);
std::vector<LayerSpec> layers_from_json(const std::string& json);

/// A size as a factor of a count of weights: in floating point, so that those of a hostile file cannot overflow. One of
/// 0, which the layer refuses later, counts as 1: then no size is larger than the count.
inline double counted(Index size) { return static_cast<double>(std::max<Index>(size, 1)); }

/// Whether a layer reads texts in both directions.
bool reads_backward(const std::vector<LayerSpec>& layers);

/// How many weights such a network has.
double weight_count(const std::vector<LayerSpec>& layers);
/// The same of one recurrent layer that reads rows of so many columns.
double weight_count(const RecurrentLayerSpec& layer, double columns);

/// What a network reads of packed texts, and what can be asked for afterwards.
struct TextReading {
  std::span<const std::int32_t> ids;  // [N]
  PackingPtr packing;
  Var words = {};   // [N, D], their embeddings
  Var ngrams = {};  // [B, D'], of the n-gram layer, if there is one
  /// Of each recurrent layer, from the first, the rows that it reads, [N, its columns].
  std::vector<Var> inputs = {};
  /// [N, 1], each step's share in the row of its text; null without a pooling layer that attends.
  ConstTensorView attention = {};
  /// If it is given, the texts are pieces, each of which goes on where the one before ended, and logits are those of
  /// all pieces so far. Of a network that `streams`, on a tape that infers.
  StreamMemory* memory = nullptr;
};

/// A network from ids to logits: an embedding first, then any layers that fit each other.
///
/// Weights are named after their layer's kind and its number among them: "embedding.table", "rnn0.w", "dense0.b".
/// An activation of the last layer that belongs to a loss (sigmoid) is left to the loss: `forward` gives logits.
class Network : public Module {
 public:
  /// Weights start by random numbers; if `rng` is null they are shapes alone, to be read from a file.
  /// @throws ArgumentError  if the layers do not fit: no embedding first, a dense layer's result into a recurrent one,
  /// …
  Network(std::vector<LayerSpec> layers, Rng* rng);

  /// ids [N] of packed texts to logits [B, K], or [N, K] if no layer reduces a text to one row.
  Var forward(Tape& tape, std::span<const std::int32_t> ids, const PackingPtr& packing) const;
  /// The same; the reading is filled in where it is not given.
  Var forward(Tape& tape, TextReading& reading) const;

  const Embedding& embedding() const;
  /// The n-gram layer; null if there is none.
  const Ngrams* ngrams() const;

  const std::vector<LayerSpec>& layers() const { return layers_; }
  /// K, and whether each text has one row of logits.
  Index outputs() const { return columns_; }
  bool reduces() const { return reduced_; }
  /// Whether it can read texts piece by piece: in one direction, to one row of logits each.
  bool streams() const { return reduced_ && !reads_backward(layers_); }

 private:
  /// How many layers, from the recurrent one at `first` on, work side by side on a lone text: those of one direction,
  /// with dropout between them, but residual ones, which read a sum.
  std::size_t layers_in_turn(std::size_t first, const Sequence& x) const;
  /// Passes recurrent layers, `count` layers in all, and gives what the last of them does.
  RecurrentOutput read(std::size_t first, std::size_t count, const Sequence& x, TextReading& reading) const;

  /// Whether the last recurrent layer so far has the same size and directions.
  bool follows_its_like(const RecurrentLayerSpec& spec) const;
  void append(const EmbeddingSpec& spec, Rng* rng);
  void append(const RecurrentLayerSpec& spec, Rng* rng);
  void append(const DropoutSpec& spec, Rng* rng);
  void append(const PoolSpec& spec, Rng* rng);
  void append(const DenseSpec& spec, Rng* rng);
  void append(const NgramSpec& spec, Rng* rng);

  std::vector<LayerSpec> layers_;
  std::vector<std::unique_ptr<Module>> modules_;  // one for each layer; null for those without weights
  Index columns_ = 0;
  Index embedded_columns_ = 0;  // what the first recurrent layer reads
  bool reduced_ = false;
  int recurrent_count_ = 0, dense_count_ = 0;
};

}  // namespace recura
