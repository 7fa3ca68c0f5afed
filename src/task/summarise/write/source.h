#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grad/attention_op.h"
#include "text/encoder.h"

namespace recura {

/// A text as a writer of summaries reads it. Words, or the subwords that they are cut into, are *numbered*: those that
/// it can write by their ids, which are less than the number of outputs; others that the text has by that number + 0,
/// 1, … in the order in which they come. Number 0 is the end of a summary.
struct WriteSource {
  std::vector<Token> tokens;
  std::vector<std::int32_t> ids, numbers;  // of each token
  std::vector<std::string> others;         // the forms of the words beyond the outputs
  std::vector<std::int32_t> marks;         // numbers of subwords without letters: the mark where a word begins
  std::int64_t unknown = 0, dropped = 0;
};

/// The id of a numbered word in the embedding.
std::int32_t id_of(const WriteSource& source, Index outputs, std::int32_t word);

/// As much of a text as the encoder reads.
WriteSource read_source(const TextEncoder& encoder, Index outputs, std::string_view text);
/// Of a text what is encoded.
WriteSource read_source(const TextEncoder& encoder, Index outputs, std::string_view text, EncodedText encoded);

/// A text with its summary: the ids of its words, and their numbers, -1 for one that can be neither written nor copied.
struct WriteExample {
  WriteSource source;
  std::vector<std::int32_t> ids, numbers;
};

WriteExample make_example(const TextEncoder& encoder, Index outputs, std::string_view text, std::string_view summary);

/// Some examples as one batch. A summary has a step for each word and one for its end.
struct WriteBatch {
  PackingPtr read, written;
  AttentionPairsPtr pairs;
  std::vector<std::int32_t> ids, before;  // in the rows of `read` and of `written`
  std::vector<std::int32_t> classes;      // in the rows of `written`
  std::vector<std::int64_t> places, ends;
  std::vector<const WriteSource*> sources;  // of the examples, which must outlive it

  kernel::CopyTargets targets() const { return {classes, places, ends}; }
};

/// `begin`: the id before a first word.
WriteBatch make_batch(const std::vector<WriteExample>& examples, std::span<const Index> rows, Index outputs,
                      std::int32_t begin);

}  // namespace recura
