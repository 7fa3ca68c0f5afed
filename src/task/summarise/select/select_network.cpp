#include "task/summarise/select/select_network.h"

#include <array>

#include "base/error.h"
#include "grad/ops.h"
#include "grad/sequence_ops.h"
#include "layer/json_fields.h"
#include "layer/network.h"

namespace recura {
namespace {

template <typename Visitor>
void describe(SelectNetworkSpec& spec, Visitor& visit) {
  visit("vocabulary", spec.vocabulary);
  visit("embedding", spec.embedding);
  visit.choice("cell", spec.cell, cell_names());
  visit.choice("activation", spec.activation, activation_names());
  visit("hidden", spec.hidden);
  visit("document_hidden", spec.document_hidden);
  visit.choice("init", spec.init, init_names());
  visit("word_dropout", spec.word_dropout);
  visit("dropout", spec.dropout);
}

constexpr auto kDescribe = [](auto& fields, auto& visit) { describe(fields, visit); };

void check_rate(double rate) {
  if (!(rate >= 0 && rate < 1)) throw ArgumentError("select network: a dropout rate must be in [0, 1), got {}", rate);
}

std::unique_ptr<Recurrent> both_directions(const SelectNetworkSpec& spec, Index columns, Index hidden, Rng* rng) {
  const RecurrentOptions options{{spec.cell, spec.activation, true, false, columns, hidden, 0}, true, spec.init};
  return std::make_unique<Recurrent>(options, rng);
}

Var constant(Tape& tape, std::span<const real> values, Index columns) {
  return tape.constant({values.data(), {static_cast<Index>(values.size()) / columns, columns}});
}

}  // namespace

std::string to_json(const SelectNetworkSpec& spec) { return fields_to_json(spec, kDescribe); }

SelectNetworkSpec select_network_from_json(const std::string& text) {
  return fields_from_json<SelectNetworkSpec>("network", "a chooser of sentences", text, kDescribe);
}

double weight_count(const SelectNetworkSpec& spec) {
  const auto recurrent = [&](double columns, Index hidden) {
    return weight_count(RecurrentLayerSpec{.cell = spec.cell, .hidden = hidden, .bidirectional = true}, columns);
  };
  const double embedding = counted(spec.embedding), hidden = counted(spec.hidden),
               document = counted(spec.document_hidden);
  const double read = 4 * hidden + kSentenceFeatures;
  return counted(spec.vocabulary) * embedding + recurrent(embedding + kTokenFeatures, spec.hidden) +
         recurrent(read, spec.document_hidden) + 2 * document + read + 1;
}

SelectNetwork::SelectNetwork(const SelectNetworkSpec& spec, Rng* rng) : spec_(spec) {
  check_rate(spec.word_dropout);
  check_rate(spec.dropout);
  embedding_ = std::make_unique<Embedding>(spec.vocabulary, spec.embedding, rng);
  add_part("embedding", *embedding_);
  sentence_ = both_directions(spec, spec.embedding + kTokenFeatures, spec.hidden, rng);
  add_part("sentence", *sentence_);
  const Index read = vector_columns() + kSentenceFeatures;
  document_ = both_directions(spec, read, spec.document_hidden, rng);
  add_part("document", *document_);
  dense_ = std::make_unique<Dense>(document_->columns() + read, 1, kernel::Activation::linear, rng);
  add_part("dense", *dense_);
}

Var SelectNetwork::sentence_vectors(Tape& tape, const SentenceBatch& batch) const {
  const Var words = dropout((*embedding_)(tape, batch.ids), spec_.word_dropout, DropoutUnit::row);
  const Var read = concat_columns(std::array{words, constant(tape, batch.features, kTokenFeatures)});
  const Sequence states = (*sentence_)({read, batch.packing}).states;
  return dropout(concat_columns(std::array{mean_over_time(states), max_over_time(states)}), spec_.dropout);
}

Var SelectNetwork::logits(Var vectors, const DocumentBatch& batch) const {
  const Var features = constant(vectors.tape(), batch.features, kSentenceFeatures);
  const Var read = concat_columns(std::array{take_rows(vectors, batch.rows), features});
  const Var states = (*document_)({read, batch.packing}).states.rows;
  return (*dense_)(concat_columns(std::array{dropout(states, spec_.dropout), read}));
}

}  // namespace recura
