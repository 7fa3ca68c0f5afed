#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/labelled_data.h"
#include "tensor/real.h"

namespace recura {

struct VectorOptions {
  /// The first so many words of the file, which usually are the most frequent ones; 0: all.
  std::int64_t most = 0;
  /// None: every word. Else the words it says yes to; rows of others are not read beyond their word.
  std::function<bool(std::string_view)> wanted = nullptr;
  /// Leave bad rows out and count them; else the first one is a `DataError`.
  bool skip_bad_rows = true;
};

/// Words and what a vector space says of each: word2vec, GloVe, fastText.
struct WordVectors {
  std::vector<std::string> words;  // none twice
  Index dimensions = 0;
  std::vector<real> values;  // [words, dimensions]
  /// Rows left out: cut or overlong, not finite, no UTF-8, a word for the second time. One more if the file does not
  /// have as many words as its header says.
  std::int64_t bad_rows = 0;
  std::vector<RowProblem> problems;  // five at most; `line` is the word's number in the binary form
  std::string digest;                // XXH3-128 of the file's bytes, decompressed
};

/// Reads vectors, gzip-compressed or not, of a file or of standard input ("-"):
///
///     text      a line a word: the word and its numbers, parted by blanks or tabs; a first line of count and dimension
///               (word2vec) or none (GloVe)
///     binary    word2vec's: the line of count and dimension, then for each word: word, blank, float32 numbers
///               (little-endian), and a newline or none
///
/// Memory grows with what is read, whatever a header claims.
/// @throws SystemError  if it cannot be read.
/// @throws DataError    if it is of no such form, has no good row, or is a binary file that was cut or goes on behind
/// its last word; or a bad row is met and not skipped.
WordVectors read_vectors(const std::string& path, const VectorOptions& options = {});

/// Writes vectors in word2vec's text form: what `path` held before stays whole until all are written.
/// @throws SystemError  if it cannot be written.
void write_vectors(const WordVectors& vectors, const std::string& path);

}  // namespace recura
