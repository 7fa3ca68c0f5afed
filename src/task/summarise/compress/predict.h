#pragma once

#include <span>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "data/summary_data.h"
#include "task/summarise/compress/model.h"

namespace recura {

/// A sentence as a network reads it: for each word the probability that it is kept, all sequences of tags summed; for
/// each number of words, from none to all, which ones the likeliest sequence keeps, and its score, a logarithm.
struct ReadSentence {
  std::vector<double> p;
  std::vector<std::vector<bool>> keep;
  std::vector<double> scores;
};

/// A text as its sentences.
class ReadText {
 public:
  ReadText() = default;
  explicit ReadText(std::vector<ReadSentence> sentences) : sentences_(std::move(sentences)) {}

  /// Of all words.
  std::vector<double> p() const;
  /// How many words the likeliest sequences keep; one at least if there are words.
  std::size_t likeliest() const;
  /// The numbers of `count` words, or of all if there are fewer, ascending: of a sentence what the likeliest sequence
  /// of so many keeps. Words go one after the other to the sentences whose score rises most by each, or falls least,
  /// where a score that rises later counts from now on (the concave hull over its numbers).
  std::vector<std::size_t> kept(std::size_t count) const;

 private:
  std::vector<ReadSentence> sentences_;
};

/// Reads rows whose words are known. A row's result does not depend on the others, bit for bit. Time and memory of a
/// sentence grow with the square of its words, of which `tagged_sentences` leaves few.
/// @throws DataError  if a number is not finite.
std::vector<ReadText> predict(const CompressModel& model, std::span<const SummaryRow> rows, Executor& executor);

}  // namespace recura
