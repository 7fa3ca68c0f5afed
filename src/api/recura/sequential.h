#pragma once

#include <recura/classifier.h>
#include <recura/text.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace recura {

enum class Activation { linear, sigmoid, tanh, relu, softmax };

/// What a `Sequential` is made of.
namespace layers {

/// A vector for each of `input_dim` ids.
struct Embedding {
  std::int64_t input_dim = 0, output_dim = 0;
};

/// Simple recurrent network: h_t = f(x_t W + h_{t-1} U + b).
struct SimpleRnn {
  std::int64_t units = 0;
  bool return_sequences = false;
  bool bidirectional = false;
  Activation activation = Activation::sigmoid;  // or tanh, relu
  std::int64_t truncate = 0;                    // steps that gradients go back; 0: all
  double recurrent_dropout = 0;                 // share of U's elements dropped in training
  bool residual = false;                        // adds to what the recurrent layer before it gave, one of its size
};

/// Long short-term memory.
struct Lstm {
  std::int64_t units = 0;
  bool return_sequences = false;
  bool bidirectional = false;
  std::int64_t truncate = 0;
  double recurrent_dropout = 0;
  bool residual = false;
};

/// Gated recurrent unit.
struct Gru {
  std::int64_t units = 0;
  bool return_sequences = false;
  bool bidirectional = false;
  bool reset_after = true;
  std::int64_t truncate = 0;
  double recurrent_dropout = 0;
  bool residual = false;
};

/// Simple recurrent unit, whose products run over whole texts at once.
struct Sru {
  std::int64_t units = 0;
  bool return_sequences = false;
  bool bidirectional = false;
  std::int64_t truncate = 0;
  double recurrent_dropout = 0;
  bool residual = false;
};

struct Dropout {
  double rate = 0;
  bool whole_rows = false;  // behind an embedding: words
  bool locked = false;      // the same values at all steps of a text
};

/// Last, mean and maximum of a text's states and their mean by attention of so many units, side by side.
struct Pooling {
  bool last = false, mean = false, max = false;
  std::int64_t attention = 0;
};

/// The mean of the vectors of a text's n-grams, of 2 to `longest` tokens and added up over these, beside its row; all
/// n-grams share `buckets` by their hash.
struct Ngrams {
  std::int64_t buckets = 0, output_dim = 0;
  std::int64_t longest = 2;
  double dropout = 0;  // share of n-grams dropped in training
};

/// y = f(x W + b). Softmax, and sigmoid for the loss, stand at the last layer alone.
struct Dense {
  std::int64_t units = 0;
  Activation activation = Activation::linear;
};

}  // namespace layers

using Layer = std::variant<layers::Embedding, layers::SimpleRnn, layers::Lstm, layers::Gru, layers::Sru,
                           layers::Dropout, layers::Pooling, layers::Ngrams, layers::Dense>;

/// How a network is trained; names and defaults as in Keras.
struct CompileOptions {
  enum class Loss { binary_crossentropy, categorical_crossentropy };
  enum class Optimizer { sgd, adam, lazy_adam };

  Loss loss = Loss::binary_crossentropy;
  Optimizer optimizer = Optimizer::adam;
  double learning_rate = 1e-3;
  double momentum = 0;
  double clip_norm = 0, clip_value = 0;  // 0: none
  std::uint64_t seed = 1;
  int threads = 0;  // 0: all cores that the process may use
};

/// Mean cross-entropy (natural logarithm) and share of right answers.
struct Metrics {
  double loss = 0, accuracy = 0;
};

/// What one epoch gave: its mean loss, and where it led.
struct EpochResult {
  int epoch = 0;
  double loss = 0;
  /// On the validation rows; NaN without them.
  double validation_loss = 0, validation_accuracy = 0;
  double seconds = 0, tokens_per_second = 0;
};

/// How long to train, on what besides the rows, and in which order.
struct FitArguments {
  int epochs = 10;
  int batch_size = 32;
  /// With validation rows, the weights of the epoch with the lowest loss on them are kept at the end.
  Ids validation_x = {};
  std::vector<std::int32_t> validation_y = {};
  int patience = 0;  // stop after so many epochs without a better one; 0: never
  bool shuffle = true;
  bool group_by_length = false;
  std::function<void(const EpochResult&)> on_epoch = {};
  /// Asked before each step and while an epoch is scored; true ends the fit, with the best weights so far.
  std::function<bool()> should_stop = {};
  /// What a fit that was stopped or killed goes on from, to the bits of one that was not. Layers, options and rows must
  /// be those it began with; whatever weights they have, they become those of the file. Without `resume` a checkpoint
  /// that is there is written over. A fit that comes to its end removes the file.
  CheckpointOptions checkpoint = {};
};

/// A recurrent network as a list of layers, trained and used on token ids.
///
/// Once compiled and fitted, const use is safe for any number of threads. One that was moved from may only be assigned
/// to or destroyed.
class Sequential {
 public:
  Sequential();
  Sequential(std::initializer_list<Layer> layers);
  Sequential(Sequential&&) noexcept;
  Sequential& operator=(Sequential&&) noexcept;
  ~Sequential();

  /// What was compiled is dropped: it lacks the layer.
  void add(Layer layer);
  /// Makes the network, its weights drawn by the seed.
  /// @throws ArgumentError  if the layers do not fit each other or the loss, or a size or an option is out of range;
  ///                        nothing has changed then.
  void compile(const CompileOptions& options = {});
  /// Trains on the texts x with the label numbers y, and gives what each epoch gave.
  /// @throws ArgumentError    before `compile`, or if x and y are not of one size, an id, a label or an option is
  ///                          out of range, or not that of the checkpoint.
  /// @throws DataError        if the checkpoint is of other rows, or no sound one.
  /// @throws SystemError      if no checkpoint can be written or read.
  /// @throws DivergenceError  if a loss or a gradient is not finite.
  std::vector<EpochResult> fit(const Ids& x, const std::vector<std::int32_t>& y, const FitArguments& arguments = {});
  /// @throws ArgumentError  as `fit`, and if there are no texts.
  /// @throws DataError      if the network gives no finite number.
  Metrics evaluate(const Ids& x, const std::vector<std::int32_t>& y) const;
  /// For each text the probability of each label; of a single sigmoid unit: of label 0 and label 1.
  /// @throws ArgumentError  before `compile`, or if an id is out of range.
  /// @throws DataError      as `evaluate`.
  std::vector<std::vector<double>> predict(const Ids& x) const;
  /// How many numbers training changes; 0 before `compile`.
  std::int64_t weights() const;

  /// With what makes ids and the labels' names: a classifier that can be saved. Takes the network.
  /// @throws ArgumentError  if names or vocabulary do not fit the network, or a name stands twice; the network is kept
  ///                        then.
  Classifier to_classifier(const TextVectorization& vectorization, std::vector<std::string> labels) &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace recura
