#pragma once

#include <recura/options.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace recura {

/// Texts with one label each.
struct Dataset {
  std::vector<std::string> texts, labels;
  /// Rows left out, and five of them as "line 7: what was expected".
  std::int64_t bad_rows = 0;
  std::vector<std::string> problems;

  /// @throws DataError, SystemError  if the file ("-": standard input) cannot be read or has no good row.
  static Dataset read(const std::string& path, const InputOptions& input = {});

  /// The different labels, sorted.
  std::vector<std::string> label_names() const;
  /// The number of each row's label in `names`.
  /// @throws DataError  if a label is not among them; names its row, from 1.
  std::vector<std::int32_t> label_numbers(const std::vector<std::string>& names) const;
};

/// Texts as lists of token ids; id 0 is every unknown token.
using Ids = std::vector<std::vector<std::int32_t>>;

/// From text to token ids, with a vocabulary of the most frequent tokens. Const use is safe for any number of threads.
/// One that was moved from may only be assigned to or destroyed.
class TextVectorization {
 public:
  enum class Keep { head, tail, both };
  struct Options {
    std::int64_t max_tokens = 20'000;  // size of the vocabulary, the unknown token included
    std::int64_t min_count = 1;
    std::int64_t max_length = 0;  // tokens of a text; 0: all
    Keep keep = Keep::head;       // which part of a longer one
    bool lower_case = true;
    bool drop_html = true;
    int threads = 0;  // 0: all cores that the process may use
  };

  TextVectorization() : TextVectorization(Options()) {}
  /// @throws ArgumentError  if an option is out of range.
  explicit TextVectorization(const Options& options);
  TextVectorization(TextVectorization&&) noexcept;
  TextVectorization& operator=(TextVectorization&&) noexcept;
  ~TextVectorization();

  /// Makes the vocabulary; the one before is forgotten.
  /// @throws DataError  if a text is not well-formed UTF-8.
  void adapt(const std::vector<std::string>& texts);
  /// @throws DataError  if a text is not well-formed UTF-8.
  Ids operator()(const std::vector<std::string>& texts) const;
  /// V: ids are in 0 … V - 1.
  std::int64_t vocabulary_size() const;

 private:
  friend class Sequential;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace recura
