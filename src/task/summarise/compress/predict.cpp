#include "task/summarise/compress/predict.h"

#include <algorithm>
#include <iterator>

#include "task/summarise/compress/words.h"
#include "task/tag/extract.h"

namespace recura {

std::vector<ReadWords> predict(const CompressModel& model, std::span<const SummaryRow> rows, Executor& executor) {
  std::vector<TaggedText> sentences;
  std::vector<std::size_t> row_of;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::ranges::move(tagged_sentences(rows[row]), std::back_inserter(sentences));
    row_of.resize(sentences.size(), row);
  }
  const std::vector<TagAnswer> answers = tag_tokens(model, sentences, executor);
  std::vector<ReadWords> result(rows.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ReadWords& words = result[row_of[i]];
    for (const FoundSpan& found : answers[i].spans) {
      for (Index word = found.span.begin; word < found.span.end; ++word)
        words.kept.push_back(words.p.size() + static_cast<std::size_t>(word));
    }
    std::ranges::copy(answers[i].inside, std::back_inserter(words.p));
  }
  for (ReadWords& words : result) {
    if (words.kept.empty() && !words.p.empty())
      words.kept.push_back(static_cast<std::size_t>(std::ranges::max_element(words.p) - words.p.begin()));
  }
  return result;
}

}  // namespace recura
