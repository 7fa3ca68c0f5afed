#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "task/summarise/write/search/next_word.h"
#include "task/summarise/write/write_network.h"

namespace recura {

/// States of a writer that outlive the tape they were made on.
struct WriterStates {
  explicit WriterStates(const RecurrentState& states);

  Tensor h, c;  // c: of cells that have it
};

/// What is asked of texts that were read: so many next words of each.
struct Questions {
  PackingPtr asked;
  AttentionPairsPtr pairs;
  std::vector<std::int32_t> before;  // in the rows of `asked`: the id of the word before
  std::vector<Index> states;         // and the row of the state that it was written from
};

/// Texts that are read once, for all that is then written of them.
class TextBatch {
 public:
  /// All but the executor, which may be null, must outlive this object. `outputs`: the network's output matrix.
  TextBatch(const WriteNetwork& network, const kernel::ColumnBlocks& outputs, std::vector<const WriteSource*> sources,
            Executor* executor);

  std::size_t size() const { return sources_.size(); }
  Index outputs() const { return network_.spec().outputs; }
  const WriteSource& source(Index text) const { return *sources_[static_cast<std::size_t>(text)]; }
  /// What each text begins with.
  const WriterStates& first() const { return first_; }
  Tape tape() const { return Tape(Mode::infer, Rng(0), executor_); }

  /// Room for so many questions of each text.
  Questions questions(std::span<const Index> counts) const;
  /// The id that stands before the next word of a summary.
  std::int32_t before(Index text, std::span<const std::int32_t> words) const;

  /// Each question is asked from a state of its own.
  Writing step(Tape& tape, const Questions& questions, const WriterStates& from) const;
  /// The questions of a text are asked one after the other, from the beginning of its summary.
  Writing follow(Tape& tape, const Questions& questions) const;
  /// The answer to one question of a text.
  NextWord answer(const Writing& writing, const Questions& questions, Index text, Index question) const;

 private:
  Reading reading(Tape& tape) const;

  const WriteNetwork& network_;
  const kernel::ColumnBlocks& output_matrix_;
  std::vector<const WriteSource*> sources_;
  Executor* executor_;
  PackingPtr packing_;
  Parameter states_{"states", {}}, keys_{"keys", {}};  // parameters: a tape does not copy them
  WriterStates first_;
};

}  // namespace recura
