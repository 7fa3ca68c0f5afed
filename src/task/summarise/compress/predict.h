#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "data/summary_data.h"
#include "task/summarise/compress/model.h"
#include "tensor/tensor.h"

namespace recura {

/// Which tags of a compressor keep their word: all but the first.
inline constexpr std::array<std::uint8_t, 5> kKeptTags{0, 1, 1, 1, 1};

/// A sentence as a network reads it: for each word the probability that it is kept, all sequences of tags summed; for
/// each number of words, from none to all, which ones the likeliest sequence keeps, and its score, a logarithm.
struct ReadSentence {
  std::vector<double> p;
  std::vector<std::vector<bool>> keep;
  std::vector<double> scores;
  /// [T, K], by which other sequences are scored; none unless asked for.
  Tensor emissions = Tensor({0, std::ssize(kKeptTags)});
};

/// A text as its sentences.
class ReadText {
 public:
  ReadText() = default;
  explicit ReadText(std::vector<ReadSentence> sentences) : sentences_(std::move(sentences)) {}

  const std::vector<ReadSentence>& sentences() const { return sentences_; }
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

/// Reads rows whose words are known; `emissions`: whether to keep them. A row's result does not depend on the others,
/// bit for bit. Time and memory of a sentence grow with the square of its words, of which `tagged_sentences` leaves
/// few.
/// @throws DataError  if a number is not finite.
std::vector<ReadText> predict(const CompressModel& model, std::span<const SummaryRow> rows, bool emissions,
                              Executor& executor);

}  // namespace recura
