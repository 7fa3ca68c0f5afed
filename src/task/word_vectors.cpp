#include "task/word_vectors.h"

#include <algorithm>
#include <unordered_set>

namespace recura {

VectorFinder::VectorFinder(const WordVectors& vectors) : vectors_(vectors), lower_case_(TextRule{}) {
  rows_.reserve(vectors.words.size());
  for (const std::string& word : vectors.words) rows_.emplace(word, rows_.size());
}

const real* VectorFinder::find(std::string_view word) const {
  auto found = rows_.find(word);
  if (found == rows_.end()) found = rows_.find(lower_case_.form(word));
  return found == rows_.end() ? nullptr
                              : &vectors_.values[found->second * static_cast<std::size_t>(vectors_.dimensions)];
}

VectorCoverage VectorFinder::coverage(const std::vector<std::string>& words) const {
  constexpr std::size_t kShown = 10;
  VectorCoverage result{.distinct = std::ssize(words), .with_vectors = 0, .without_vector = {}};
  for (const std::string& word : words) {
    if (find(word) != nullptr) {
      ++result.with_vectors;
    } else if (result.without_vector.size() < kShown) {
      result.without_vector.push_back(word);
    }
  }
  return result;
}

void VectorFinder::start(const Vocabulary& vocabulary, Tensor& table) const {
  for (Index id = 1; id < vocabulary.size(); ++id) {
    if (const real* vector = find(vocabulary.form(id))) std::copy_n(vector, vectors_.dimensions, table.row(id));
  }
}

Vocabulary vocabulary_with(const WordVectors& vectors, std::vector<std::string> words) {
  std::unordered_set<std::string> known(words.begin(), words.end());
  for (const std::string& word : vectors.words) {
    if (known.insert(word).second) words.push_back(word);
  }
  return Vocabulary(words);
}

}  // namespace recura
