#include "layer/network.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "grad/sequence_ops.h"

namespace recura {
namespace {

Var pool(const PoolSpec& spec, const AttentionPool* attention, const Sequence& x, ConstTensorView& weights) {
  std::vector<Var> parts;
  if (spec.last) parts.push_back(last_over_time(x));
  if (spec.mean) parts.push_back(mean_over_time(x));
  if (spec.max) parts.push_back(max_over_time(x));
  if (spec.attention > 0) parts.push_back((*attention)(x, &weights));
  return concat_columns(parts);
}

/// The same of all pieces so far.
Var pool(const PoolSpec& spec, const AttentionPool* attention, const Sequence& x, RunningPool& pieces) {
  Tape& tape = x.rows.tape();
  const Var scores = spec.attention > 0 ? attention->scores(x.rows) : Var{};
  pieces.add(x.rows.value(), scores ? ConstTensorView(scores.value()) : ConstTensorView(), *x.packing);
  std::vector<Var> parts;
  if (spec.last) parts.push_back(tape.constant(pieces.last()));
  if (spec.mean) parts.push_back(tape.constant(pieces.mean()));
  if (spec.max) parts.push_back(tape.constant(pieces.max()));
  if (spec.attention > 0) parts.push_back(tape.constant(pieces.attended()));
  return concat_columns(parts);
}

/// Reads from where the piece before ended, and keeps where this one does.
RecurrentOutput go_on(const Recurrent& layer, const Sequence& x, StreamMemory::State& kept) {
  Tape& tape = x.rows.tape();
  const auto var = [&](const Tensor& state) { return state.data() != nullptr ? tape.constant(state) : Var{}; };
  const RecurrentState before{var(kept.h), var(kept.c)};
  RecurrentOutput output = layer(x, {&before, 1});
  const RecurrentState& last = output.last.front();
  kept.h = Tensor(last.h.shape(), last.h.value().values());
  if (last.c) kept.c = Tensor(last.c.shape(), last.c.value().values());
  return output;
}

/// With the states of the layer before added.
RecurrentOutput with_residual(RecurrentOutput output, const RecurrentOutput& before) {
  output.states.rows = add(output.states.rows, before.states.rows);
  for (std::size_t i = 0; i < output.last.size(); ++i) output.last[i].h = add(output.last[i].h, before.last[i].h);
  return output;
}

Var rows_of(const RecurrentOutput& output, bool sequences) {
  if (sequences) return output.states.rows;
  std::vector<Var> parts;
  for (const RecurrentState& state : output.last) parts.push_back(state.h);
  return concat_columns(parts);
}

Sequence drop(const DropoutSpec& spec, const Sequence& x) {
  if (spec.unit == DropoutUnit::column) return locked_dropout(x, spec.rate);
  return {dropout(x.rows, spec.rate, spec.unit), x.packing};
}

void check_rate(double rate) {
  if (!(rate >= 0 && rate < 1)) throw ArgumentError("network: a dropout rate must be in [0, 1), got {}", rate);
}

/// How many rows of states stand side by side in a text's row.
int parts_of(const PoolSpec& spec) {
  return (spec.last ? 1 : 0) + (spec.mean ? 1 : 0) + (spec.max ? 1 : 0) + (spec.attention > 0 ? 1 : 0);
}

}  // namespace

bool reads_backward(const std::vector<LayerSpec>& layers) {
  return std::ranges::any_of(layers, [](const LayerSpec& layer) {
    const auto* const recurrent = std::get_if<RecurrentLayerSpec>(&layer);
    return recurrent != nullptr && recurrent->bidirectional;
  });
}

double weight_count(const RecurrentLayerSpec& layer, double columns) {
  const double hidden = counted(layer.hidden);
  const kernel::RecurrentSpec square{.cell = layer.cell}, other{.cell = layer.cell, .input = 1};
  const auto gates = static_cast<double>(kernel::gates(columns == hidden ? square : other));
  const double by_state = layer.cell == kernel::Cell::sru ? 4 * hidden : gates * hidden * (hidden + 1);
  const double own = layer.cell == kernel::Cell::gru && layer.reset_after ? hidden : 0;
  return (layer.bidirectional ? 2 : 1) * (gates * hidden * columns + by_state + own);
}

double weight_count(const std::vector<LayerSpec>& layers) {
  double count = 0, columns = 0, embedded = 0;
  for (const LayerSpec& layer : layers) {
    if (const auto* embedding = std::get_if<EmbeddingSpec>(&layer)) {
      columns = counted(embedding->dimensions);
      count += counted(embedding->vocabulary) * columns;
    } else if (const auto* recurrent = std::get_if<RecurrentLayerSpec>(&layer)) {
      if (embedded == 0) embedded = columns;
      count += weight_count(*recurrent, columns);
      columns = counted(recurrent->hidden) * (recurrent->bidirectional ? 2 : 1);
    } else if (const auto* pooled = std::get_if<PoolSpec>(&layer)) {
      columns += pooled->embeddings ? embedded : 0;
      if (pooled->attention > 0) count += (columns + 2) * static_cast<double>(pooled->attention);
      columns *= parts_of(*pooled);
    } else if (const auto* dense = std::get_if<DenseSpec>(&layer)) {
      count += (columns + 1) * counted(dense->units);
      columns = counted(dense->units);
    } else if (const auto* ngrams = std::get_if<NgramSpec>(&layer)) {
      count += counted(ngrams->buckets) * counted(ngrams->dimensions);
      columns += counted(ngrams->dimensions);
    }
  }
  return count;
}

Network::Network(std::vector<LayerSpec> layers, Rng* rng) : layers_(std::move(layers)) {
  if (layers_.empty() || !std::holds_alternative<EmbeddingSpec>(layers_.front())) {
    throw ArgumentError("network: the first layer must be an embedding");
  }
  for (const LayerSpec& layer : layers_) {
    std::visit([&](const auto& spec) { append(spec, rng); }, layer);
  }
  if (auto* last = std::get_if<DenseSpec>(&layers_.back()); last == nullptr) {
    throw ArgumentError("network: the last layer must be a dense one");
  }
}

bool Network::follows_its_like(const RecurrentLayerSpec& spec) const {
  const RecurrentLayerSpec* before = nullptr;
  for (std::size_t i = 0; i < modules_.size(); ++i) {
    if (const auto* const found = std::get_if<RecurrentLayerSpec>(&layers_[i])) before = found;
  }
  return before != nullptr && before->hidden == spec.hidden && before->bidirectional == spec.bidirectional;
}

void Network::append(const EmbeddingSpec& spec, Rng* rng) {
  if (!modules_.empty()) throw ArgumentError("network: an embedding must be the first layer");
  modules_.push_back(std::make_unique<Embedding>(spec.vocabulary, spec.dimensions, rng));
  add_part("embedding", *modules_.back());
  columns_ = spec.dimensions;
}

void Network::append(const RecurrentLayerSpec& spec, Rng* rng) {
  if (reduced_)
    throw ArgumentError("network: layer {} is recurrent, but each text is one row by then", modules_.size() + 1);
  if (recurrent_count_ == 0) embedded_columns_ = columns_;
  if (spec.residual && !follows_its_like(spec))
    throw ArgumentError(
        "network: layer {} adds to the states of the recurrent layer before it, which must be of its size "
        "and directions",
        modules_.size() + 1);
  const RecurrentOptions options{
      {spec.cell, spec.activation, spec.reset_after, false, columns_, spec.hidden, spec.truncate},
      spec.bidirectional,
      spec.init,
      spec.recurrent_dropout};
  auto layer = std::make_unique<Recurrent>(options, rng);
  columns_ = layer->columns();
  reduced_ = !spec.sequences;
  add_part("rnn" + std::to_string(recurrent_count_++), *layer);
  modules_.push_back(std::move(layer));
}

void Network::append(const DropoutSpec& spec, Rng*) {
  check_rate(spec.rate);
  if (reduced_ && spec.unit == DropoutUnit::column)
    throw ArgumentError("network: layer {} drops columns of texts, but each is one row by then", modules_.size() + 1);
  modules_.push_back(nullptr);
}

void Network::append(const PoolSpec& spec, Rng* rng) {
  const int parts = parts_of(spec);
  if (parts == 0) throw ArgumentError("network: a pooling layer needs at least one of last, mean, max, attention");
  if (reduced_) throw ArgumentError("network: layer {} pools, but each text is one row by then", modules_.size() + 1);
  if (spec.embeddings && recurrent_count_ == 0)
    throw ArgumentError(
        "network: a pooling layer needs a recurrent one before it to pool embeddings beside its states");
  if (spec.embeddings) columns_ += embedded_columns_;
  modules_.push_back(spec.attention != 0 ? std::make_unique<AttentionPool>(columns_, spec.attention, rng) : nullptr);
  if (spec.attention != 0) add_part("pool", *modules_.back());
  columns_ *= parts;
  reduced_ = true;
}

void Network::append(const DenseSpec& spec, Rng* rng) {
  const bool is_last = modules_.size() + 1 == layers_.size();
  const bool by_loss = is_last && spec.activation == kernel::Activation::sigmoid;
  modules_.push_back(
      std::make_unique<Dense>(columns_, spec.units, by_loss ? kernel::Activation::linear : spec.activation, rng));
  add_part("dense" + std::to_string(dense_count_++), *modules_.back());
  columns_ = spec.units;
}

void Network::append(const NgramSpec& spec, Rng* rng) {
  if (!reduced_ || ngrams() != nullptr)
    throw ArgumentError("network: an n-gram layer stands once, behind what makes one row of a text");
  check_rate(spec.dropout);
  modules_.push_back(
      std::make_unique<Ngrams>(NgramOptions{spec.longest, spec.buckets, spec.dimensions, spec.dropout}, rng));
  add_part("ngrams", *modules_.back());
  columns_ += spec.dimensions;
}

const Embedding& Network::embedding() const { return static_cast<const Embedding&>(*modules_.front()); }

const Ngrams* Network::ngrams() const {
  for (const auto& module : modules_) {
    if (const auto* const found = dynamic_cast<const Ngrams*>(module.get())) return found;
  }
  return nullptr;
}

std::size_t Network::layers_in_turn(std::size_t first, const Sequence& x) const {
  Tape& tape = x.rows.tape();
  std::size_t end = first + 1;
  if (tape.recording() || x.packing->texts() != 1 || tape.executor().threads() == 1) return 1;
  for (std::size_t i = first; i < layers_.size(); ++i) {
    if (std::holds_alternative<DropoutSpec>(layers_[i])) continue;
    const auto* const recurrent = std::get_if<RecurrentLayerSpec>(&layers_[i]);
    // A lone text's SRU already has all threads: its units see none of each other.
    if (recurrent == nullptr || recurrent->bidirectional || recurrent->cell == kernel::Cell::sru) break;
    if (recurrent->residual) break;  // the next one reads a sum of two layers' states
    end = i + 1;
  }
  return end - first;
}

RecurrentOutput Network::read(std::size_t first, std::size_t count, const Sequence& x, TextReading& reading) const {
  std::vector<const Recurrent*> layers;
  for (std::size_t i = first; i < first + count; ++i) {
    if (modules_[i] != nullptr) layers.push_back(static_cast<const Recurrent*>(modules_[i].get()));
  }
  std::vector<RecurrentOutput> outputs;
  if (reading.memory != nullptr) {
    outputs.push_back(go_on(*layers.front(), x, reading.memory->states[reading.inputs.size()]));
  } else if (layers.size() == 1) {
    outputs.push_back((*layers.front())(x));
  } else {
    outputs = Recurrent::in_turn(layers, x);
  }
  reading.inputs.push_back(x.rows);
  for (std::size_t i = 0; i + 1 < outputs.size(); ++i) reading.inputs.push_back(outputs[i].states.rows);
  return std::move(outputs.back());
}

Var Network::forward(Tape& tape, std::span<const std::int32_t> ids, const PackingPtr& packing) const {
  TextReading reading{.ids = ids, .packing = packing};
  return forward(tape, reading);
}

Var Network::forward(Tape& tape, TextReading& reading) const {
  StreamMemory* const memory = reading.memory;
  if (memory != nullptr) memory->states.resize(static_cast<std::size_t>(recurrent_count_));
  if (!reading.words) reading.words = embedding()(tape, reading.ids);
  Sequence x{reading.words, reading.packing};
  Var embedded;            // what the first recurrent layer reads
  RecurrentOutput states;  // of the last recurrent layer so far
  for (std::size_t i = 1; i < layers_.size(); ++i) {
    if (const auto* dropped = std::get_if<DropoutSpec>(&layers_[i])) {
      x = drop(*dropped, x);
    } else if (const auto* pooled = std::get_if<PoolSpec>(&layers_[i])) {
      if (pooled->embeddings) x.rows = concat_columns(std::array{x.rows, embedded});
      const auto* const attention = static_cast<const AttentionPool*>(modules_[i].get());
      x.rows = memory != nullptr ? pool(*pooled, attention, x, memory->pool)
                                 : pool(*pooled, attention, x, reading.attention);
    } else if (std::holds_alternative<RecurrentLayerSpec>(layers_[i])) {
      if (!embedded) embedded = x.rows;
      const std::size_t count = memory == nullptr ? layers_in_turn(i, x) : 1;
      RecurrentOutput output = read(i, count, x, reading);
      i += count - 1;
      const auto& last = std::get<RecurrentLayerSpec>(layers_[i]);
      states = last.residual ? with_residual(std::move(output), states) : std::move(output);
      x.rows = rows_of(states, last.sequences);
    } else if (std::holds_alternative<NgramSpec>(layers_[i])) {
      if (memory != nullptr) {
        const Tensor rows = ngrams()->step_rows(reading.ids, *reading.packing, memory->context);
        memory->ngrams.add(rows, {}, *reading.packing);
        reading.ngrams = tape.constant(memory->ngrams.mean());
      } else if (!reading.ngrams) {
        reading.ngrams = (*ngrams())(tape, reading.ids, reading.packing);
      }
      x.rows = concat_columns(std::array{x.rows, reading.ngrams});
    } else {
      x.rows = (*static_cast<const Dense*>(modules_[i].get()))(x.rows);
    }
  }
  return x.rows;
}

}  // namespace recura
