#include "task/summarise/write/search/text_batch.h"

#include <algorithm>

namespace recura {
namespace {

Tensor copy_of(Var var) { return {var.shape(), var.value().values()}; }

Tensor rows_of(const Tensor& from, std::span<const Index> rows) {
  Tensor own = Tensor::uninitialised({std::ssize(rows), from.shape().columns()});
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(from.row(rows[i]), from.shape().columns(), own.row(static_cast<Index>(i)));
  return own;
}

std::vector<std::int32_t> packed_ids(const std::vector<const WriteSource*>& sources, const Packing& packing) {
  std::vector<std::int32_t> ids(static_cast<std::size_t>(packing.rows()));
  for (std::size_t text = 0; text < sources.size(); ++text) {
    const auto& own = sources[text]->ids;
    for (std::size_t step = 0; step < own.size(); ++step)
      ids[static_cast<std::size_t>(packing.row(static_cast<Index>(text), static_cast<Index>(step)))] = own[step];
  }
  return ids;
}

}  // namespace

WriterStates::WriterStates(const RecurrentState& states) {
  if (states.h) h = copy_of(states.h);
  if (states.c) c = copy_of(states.c);
}

TextBatch::TextBatch(const WriteNetwork& network, const kernel::ColumnBlocks& outputs,
                     std::vector<const WriteSource*> sources, Executor* executor)
    : network_(network),
      output_matrix_(outputs),
      sources_(std::move(sources)),
      executor_(executor),
      first_(RecurrentState{}) {
  std::vector<Index> lengths;
  for (const WriteSource* source : sources_) lengths.push_back(std::ssize(source->ids));
  packing_ = std::make_shared<const Packing>(lengths);
  Tape own(Mode::infer, Rng(0), executor_);
  const Reading reading = network_.read(own, packed_ids(sources_, *packing_), packing_);
  states_.change() = copy_of(reading.states);
  keys_.change() = copy_of(reading.keys);
  first_ = WriterStates(reading.first);
}

Questions TextBatch::questions(std::span<const Index> counts) const {
  Questions questions;
  questions.asked = std::make_shared<const Packing>(counts);
  questions.pairs = std::make_shared<const kernel::AttentionPairs>(questions.asked, packing_);
  questions.before.resize(static_cast<std::size_t>(questions.asked->rows()));
  questions.states.resize(questions.before.size());
  return questions;
}

std::int32_t TextBatch::before(Index text, std::span<const std::int32_t> words) const {
  return words.empty() ? network_.begin() : id_of(source(text), outputs(), words.back());
}

Reading TextBatch::reading(Tape& tape) const {
  return {packing_, tape.parameter(states_), tape.parameter(keys_), {}, &output_matrix_};
}

Writing TextBatch::step(Tape& tape, const Questions& questions, const WriterStates& from) const {
  const std::vector<Index> ones(questions.before.size(), 1);  // each is the next step of a text of its own
  const auto chosen = [&](const Tensor& all) { return tape.constant(rows_of(all, questions.states)); };
  const RecurrentState state{chosen(from.h), from.c.data() != nullptr ? chosen(from.c) : Var{}};
  return network_.write(tape, reading(tape),
                        {questions.pairs, questions.before, std::make_shared<const Packing>(ones), state});
}

Writing TextBatch::follow(Tape& tape, const Questions& questions) const {
  const RecurrentState state{tape.constant(first_.h), first_.c.data() != nullptr ? tape.constant(first_.c) : Var{}};
  return network_.write(tape, reading(tape), {questions.pairs, questions.before, questions.asked, state});
}

NextWord TextBatch::answer(const Writing& writing, const Questions& questions, Index text, Index question) const {
  return next_word_of(writing, questions.asked->row(text, question), questions.pairs->at(text, question), source(text));
}

}  // namespace recura
