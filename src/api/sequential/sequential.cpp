#include <recura/sequential.h>

#include <algorithm>

#include "api/sequential/ranges.h"
#include "api/sequential/state.h"
#include "api/sequential/vectorization.h"
#include "base/error.h"
#include "task/classify/answer/predict.h"
#include "task/classify/report/report.h"

namespace recura {
namespace {

constexpr std::int64_t kMostRows = 1'000'000'000;  // of a table, and labels

/// A size of a layer. @throws ArgumentError  if it is out of range.
std::int64_t size_of(const char* name, std::int64_t value, std::int64_t most = kWidest) {
  check_range(name, value, 1, most);
  return value;
}

kernel::Activation inner_activation(Activation activation) {
  check_choice("activation", activation, Activation::softmax);
  using kernel::Activation;
  constexpr Activation kAll[] = {Activation::linear, Activation::sigmoid, Activation::tanh, Activation::relu,
                                 Activation::linear};
  return kAll[static_cast<int>(activation)];  // softmax belongs to the loss
}

LayerSpec spec_of(const layers::Embedding& layer) {
  return EmbeddingSpec{size_of("input_dim", layer.input_dim, kMostRows), size_of("output_dim", layer.output_dim)};
}

template <typename L>
RecurrentLayerSpec recurrent_spec(const L& layer, kernel::Cell cell) {
  return {.cell = cell,
          .hidden = size_of("units", layer.units),
          .bidirectional = layer.bidirectional,
          .sequences = layer.return_sequences,
          .truncate = layer.truncate,
          .residual = layer.residual,
          .recurrent_dropout = layer.recurrent_dropout};
}

LayerSpec spec_of(const layers::SimpleRnn& layer) {
  RecurrentLayerSpec spec = recurrent_spec(layer, kernel::Cell::rnn);
  spec.activation = inner_activation(layer.activation);
  return spec;
}

LayerSpec spec_of(const layers::Lstm& layer) { return recurrent_spec(layer, kernel::Cell::lstm); }

LayerSpec spec_of(const layers::Gru& layer) {
  RecurrentLayerSpec spec = recurrent_spec(layer, kernel::Cell::gru);
  spec.reset_after = layer.reset_after;
  return spec;
}

LayerSpec spec_of(const layers::Sru& layer) { return recurrent_spec(layer, kernel::Cell::sru); }

LayerSpec spec_of(const layers::Dropout& layer) {
  if (layer.whole_rows && layer.locked)
    throw ArgumentError("sequential: dropout is of whole rows, or locked over a text's steps, not both");
  return DropoutSpec{layer.rate, layer.whole_rows ? DropoutUnit::row
                                 : layer.locked   ? DropoutUnit::column
                                                  : DropoutUnit::value};
}
LayerSpec spec_of(const layers::Ngrams& layer) {
  return NgramSpec{layer.longest, size_of("buckets", layer.buckets, kMostRows), size_of("output_dim", layer.output_dim),
                   layer.dropout};
}
LayerSpec spec_of(const layers::Pooling& layer) {
  check_range("attention", layer.attention, 0, kWidest);
  return PoolSpec{layer.last, layer.mean, layer.max, layer.attention};
}
LayerSpec spec_of(const layers::Dense& layer) {
  return DenseSpec{size_of("units", layer.units, kMostRows), inner_activation(layer.activation)};
}

void check_options(const CompileOptions& o) {
  check_choice("loss", o.loss, CompileOptions::Loss::categorical_crossentropy);
  check_choice("optimizer", o.optimizer, CompileOptions::Optimizer::lazy_adam);
  check_share("momentum", o.momentum);
  check_least("learning_rate", o.learning_rate, 1e-12);
  check_least("clip_norm", o.clip_norm, 0);
  check_least("clip_value", o.clip_value, 0);
}

/// The last layer must give what the loss takes.
void check_loss(const std::vector<Layer>& all, CompileOptions::Loss loss) {
  const auto* last = all.empty() ? nullptr : std::get_if<layers::Dense>(&all.back());
  if (last == nullptr) throw ArgumentError("sequential: the last layer must be a Dense one");
  const bool binary = loss == CompileOptions::Loss::binary_crossentropy;
  if (binary && (last->units != 1 || last->activation != Activation::sigmoid)) {
    throw ArgumentError("sequential: binary_crossentropy needs Dense with 1 unit and sigmoid at the end, got {} units",
                        last->units);
  }
  if (!binary && (last->units < 2 || last->activation != Activation::softmax)) {
    throw ArgumentError(
        "sequential: categorical_crossentropy needs Dense with a unit for each label and softmax at the end");
  }
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const auto* dense = std::get_if<layers::Dense>(&all[i]);
    if (dense != nullptr && dense->activation == Activation::softmax)
      throw ArgumentError("sequential: softmax stands at the last layer alone");
  }
}

}  // namespace

Sequential::Sequential() : state_(std::make_unique<State>()) {}
Sequential::Sequential(std::initializer_list<Layer> all) : Sequential() { state_->layers = all; }
Sequential::Sequential(Sequential&&) noexcept = default;
Sequential& Sequential::operator=(Sequential&&) noexcept = default;
Sequential::~Sequential() = default;

void Sequential::add(Layer layer) {
  state_->layers.push_back(layer);
  state_->network.reset();
}

void Sequential::compile(const CompileOptions& options) {
  check_options(options);
  check_loss(state_->layers, options.loss);
  std::vector<LayerSpec> specs;
  for (const Layer& layer : state_->layers)
    specs.push_back(std::visit([](const auto& one) { return spec_of(one); }, layer));
  Rng rng = Rng(options.seed).stream("weights");
  auto network = std::make_unique<Network>(std::move(specs), &rng);
  if (!network->reduces())
    throw ArgumentError("sequential: no layer makes one row of a text; let the last recurrent one return no sequences");
  state_->executor = make_executor(options.threads);
  state_->network = std::move(network);
  state_->options = options;
}

Metrics Sequential::evaluate(const Ids& x, const std::vector<std::int32_t>& y) const {
  state_->check(x);
  if (x.size() != y.size()) throw ArgumentError("evaluate: {} texts, but {} labels", x.size(), y.size());
  if (x.empty()) throw ArgumentError("evaluate: there are no texts");
  const auto report = classification_report(
      y, recura::predict(*state_->network, x, state_->labels(), *state_->executor), state_->labels());
  return {report.log_loss, report.accuracy};
}

std::vector<std::vector<double>> Sequential::predict(const Ids& x) const {
  state_->check(x);
  const std::size_t labels = state_->labels();
  const auto flat = recura::predict(*state_->network, x, labels, *state_->executor);
  std::vector<std::vector<double>> rows;
  for (std::size_t at = 0; at < flat.size(); at += labels) {
    const auto row = flat.begin() + static_cast<std::ptrdiff_t>(at);
    rows.emplace_back(row, row + static_cast<std::ptrdiff_t>(labels));
  }
  return rows;
}

std::int64_t Sequential::weights() const {
  return state_->network ? static_cast<std::int64_t>(weight_count(state_->network->layers())) : 0;
}

Classifier Sequential::to_classifier(const TextVectorization& vectorization, std::vector<std::string> labels) && {
  state_->check({});
  const auto rows = std::get<EmbeddingSpec>(state_->network->layers().front()).vocabulary;
  if (const Index forms = vectorization.vocabulary_size(); forms != rows)
    throw ArgumentError("to_classifier: the vocabulary has {} tokens, but the embedding {} rows", forms, rows);
  ClassifierModel model{
      .encoder = vectorization.state_->encoder, .network = std::move(state_->network), .labels = std::move(labels)};
  try {
    recura::check(model);
  } catch (...) {
    state_->network = std::move(model.network);
    throw;
  }
  return Classifier(
      std::make_unique<Classifier::State>(Classifier::State{std::move(model), std::move(state_->executor)}));
}

}  // namespace recura
