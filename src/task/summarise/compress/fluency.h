#pragma once

#include <span>
#include <string>
#include <vector>

#include "task/language/model.h"
#include "task/summarise/compress/predict.h"
#include "task/summarise/select/choose.h"

namespace recura {

/// A compressor, and a language model beside it that helps to choose words, if there is one. Both must outlive this.
struct Compressor {
  // Not explicit: a model alone is a compressor.
  Compressor(const CompressModel& own, const LanguageModelParts* judge = nullptr, double its_weight = 0)
      : model(own), fluency(judge), weight(its_weight) {}

  /// Whether the language model has a say.
  bool judges() const { return fluency != nullptr && weight != 0; }

  const CompressModel& model;
  const LanguageModelParts* fluency;
  /// How much the language model's ln p counts beside the compressor's.
  double weight;
};

/// In place of what is `kept` of each row, as `ReadText` or `choose_words` gives it, puts what reads best: of each
/// sentence, among the likeliest sequences that keep as many words and marks, the one of the highest
///
///     score + weight ln p(the words kept, as one text)
///
/// (as Zhao et al. 2018 let a language model judge). What is `read` has emissions. With limits of words or characters a
/// sentence gets no more of them than before, and a text whose whole no longer fits stays as it was. A row's result
/// does not depend on the others.
/// @throws DataError  if a probability is not finite.
void make_fluent(const Compressor& compressor, std::span<const SummaryRow> rows, std::span<const ReadText> read,
                 const SummaryLimits& limits, std::span<std::vector<std::size_t>> kept, Executor& executor);

/// Of all texts together, by the language model; 0 if there is none.
double perplexity(const Compressor& compressor, const std::vector<std::string>& texts, Executor& executor);

}  // namespace recura
