#include "task/summarise/write/write_network.h"

#include <array>

#include "base/error.h"
#include "grad/ops.h"
#include "grad/sequence_ops.h"
#include "layer/initialise.h"
#include "layer/json_fields.h"
#include "layer/network.h"

namespace recura {
namespace {

template <typename Visitor>
void describe(WriteNetworkSpec& spec, Visitor& visit) {
  visit("vocabulary", spec.vocabulary);
  visit("outputs", spec.outputs);
  visit("embedding", spec.embedding);
  visit.choice("cell", spec.cell, cell_names());
  visit.choice("activation", spec.activation, activation_names());
  visit("hidden", spec.hidden);
  visit("decoder_hidden", spec.decoder_hidden);
  visit("attention", spec.attention);
  visit.choice("init", spec.init, init_names());
  visit("word_dropout", spec.word_dropout);
  visit("dropout", spec.dropout);
}

constexpr auto kDescribe = [](auto& fields, auto& visit) { describe(fields, visit); };

void check_rate(double rate) {
  if (!(rate >= 0 && rate < 1)) throw ArgumentError("write network: a dropout rate must be in [0, 1), got {}", rate);
}

RecurrentOptions recurrent_options(const WriteNetworkSpec& spec, bool bidirectional, Index hidden) {
  return {{spec.cell, spec.activation, true, false, spec.embedding, hidden, 0}, bidirectional, spec.init};
}

constexpr auto kTanh = kernel::Activation::tanh;
constexpr auto kLinear = kernel::Activation::linear;

}  // namespace

std::string to_json(const WriteNetworkSpec& spec) { return fields_to_json(spec, kDescribe); }

WriteNetworkSpec write_network_from_json(const std::string& text) {
  return fields_from_json<WriteNetworkSpec>("network", "a writer of summaries", text, kDescribe);
}

double weight_count(const WriteNetworkSpec& spec) {
  const auto dense = [](double input, double units) { return (input + 1) * units; };
  const auto recurrent = [&](Index hidden, bool bidirectional) {
    const RecurrentLayerSpec layer{.cell = spec.cell, .hidden = hidden, .bidirectional = bidirectional};
    return weight_count(layer, counted(spec.embedding));
  };
  const double embedding = counted(spec.embedding), read = 2 * counted(spec.hidden),
               written = counted(spec.decoder_hidden), attention = counted(spec.attention);
  return (counted(spec.vocabulary) + 1) * embedding + recurrent(spec.hidden, true) +
         recurrent(spec.decoder_hidden, false) + (kernel::has_c(spec.cell) ? 2 : 1) * dense(read, written) +
         dense(written, attention) + dense(read, attention) + attention + dense(written + read, embedding) +
         dense(written + read + embedding, 1) + counted(spec.outputs);
}

template <typename Layer, typename... Arguments>
std::unique_ptr<Layer> WriteNetwork::part(const char* name, Arguments&&... arguments) {
  auto layer = std::make_unique<Layer>(std::forward<Arguments>(arguments)...);
  add_part(name, *layer);
  return layer;
}

WriteNetwork::WriteNetwork(const WriteNetworkSpec& spec, Rng* rng) : spec_(spec) {
  check_rate(spec.word_dropout);
  check_rate(spec.dropout);
  if (spec.outputs < 1 || spec.outputs > spec.vocabulary || spec.attention < 1)
    throw ArgumentError("write network: it needs 1 to {} outputs and attention of 1 unit or more, got {} and {}",
                        spec.vocabulary, spec.outputs, spec.attention);
  const Index read = 2 * spec.hidden, written = spec.decoder_hidden;
  embedding_ = part<Embedding>("embedding", spec.vocabulary + 1, spec.embedding, rng);
  encoder_ = part<Recurrent>("encoder", recurrent_options(spec, true, spec.hidden), rng);
  bridge_h_ = part<Dense>("bridge.h", read, written, kTanh, rng);
  if (kernel::has_c(spec.cell)) bridge_c_ = part<Dense>("bridge.c", read, written, kTanh, rng);
  decoder_ = part<Recurrent>("decoder", recurrent_options(spec, false, written), rng);
  query_ = part<Dense>("query", written, spec.attention, kLinear, rng);
  key_ = part<Dense>("key", read, spec.attention, kLinear, rng);
  v_ = &add_parameter("attention.v", uniform_matrix({spec.attention}, 1 / std::sqrt(double(spec.attention)), rng));
  mix_ = part<Dense>("mix", written + read, spec.embedding, kTanh, rng);
  gate_ = part<Dense>("gate", written + read + spec.embedding, 1, kLinear, rng);
  output_bias_ = &add_parameter("output.b", zeros({spec.outputs}, rng));
}

Reading WriteNetwork::read(Tape& tape, std::span<const std::int32_t> ids, PackingPtr packing) const {
  const Var words = dropout((*embedding_)(tape, ids), spec_.word_dropout, DropoutUnit::row);
  const RecurrentOutput output = (*encoder_)({dropout(words, spec_.dropout), packing});
  const Var last = concat_columns(std::array{output.last[0].h, output.last[1].h});
  const Var states = dropout(output.states.rows, spec_.dropout);
  return {std::move(packing), states, (*key_)(states), {(*bridge_h_)(last), bridge_c_ ? (*bridge_c_)(last) : Var{}}};
}

Writing WriteNetwork::write(Tape& tape, const Reading& reading, const WriteSteps& steps) const {
  const Var words = dropout((*embedding_)(tape, steps.before), spec_.word_dropout, DropoutUnit::row);
  RecurrentOutput output = (*decoder_)({dropout(words, spec_.dropout), steps.packing}, {&steps.state, 1});
  const Var states = dropout(output.states.rows, spec_.dropout);
  const Attended attended =
      additive_attention(steps.pairs, (*query_)(states), reading.keys, tape.parameter(*v_), reading.states);
  const Var both = concat_columns(std::array{states, attended.context});
  const Var mixed = dropout((*mix_)(both), spec_.dropout);
  const Var bias = tape.parameter(*output_bias_);
  return {reading.outputs ? linear(mixed, *reading.outputs, bias) : tied_linear(mixed, embedding_->table(tape), bias),
          (*gate_)(concat_columns(std::array{both, words})), attended, output.last.front()};
}

std::shared_ptr<const kernel::ColumnBlocks> WriteNetwork::output_matrix() const {
  const Parameter& table = *embedding_->parameters().front();
  const std::scoped_lock lock(turning_);
  if (turned_ && turned_version_ == table.version()) return turned_;
  const ConstTensorView rows{table.value().row(0), {spec_.outputs, spec_.embedding}};
  turned_ = std::make_shared<const kernel::ColumnBlocks>(kernel::blocks_of_transposed(rows));
  turned_version_ = table.version();
  return turned_;
}

}  // namespace recura
