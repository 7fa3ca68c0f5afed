#include "task/summarise/compress/train.h"

#include <algorithm>

#include "base/error.h"
#include "task/summarise/compress/words.h"

namespace recura {
namespace {

std::int64_t kept_of(const std::vector<SummaryRow>& rows) {
  std::int64_t kept = 0;
  for (const SummaryRow& row : rows) kept += std::ranges::count(row.keep, true);
  return kept;
}

void count(const SummaryParts& parts, CompressData& data) {
  data.train_texts = std::ssize(parts.train);
  data.dev_texts = std::ssize(parts.dev);
  for (const SummaryRow& row : parts.train) data.words += std::ssize(row.keep);
  data.kept = kept_of(parts.train);
  std::int64_t right = 0, wanted = 0;
  for (const SummaryRow& row : parts.dev.empty() ? parts.train : parts.dev) {
    const auto kept = std::ranges::count(row.keep, true);
    right += std::count(row.keep.begin(), row.keep.begin() + kept, true);
    wanted += kept;
  }
  data.lead = share(right, wanted);
}

void add(const TaggerData& found, CompressData& data) {
  data.vocabulary = found.words;
  data.vectors = found.vectors;
  data.train_unknown = found.train_unknown;
  data.dev_unknown = found.dev_unknown;
  data.epochs = found.epochs;
}

}  // namespace

double kept_f1(std::span<const TaggedText> texts, std::span<const PredictedSpans> predicted) {
  Index right = 0, given = 0, wanted = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (const NamedSpan& span : texts[i].spans) wanted += span.end - span.begin;
    for (const NamedSpan& span : predicted[i].spans) {
      given += span.end - span.begin;
      for (const NamedSpan& own : texts[i].spans)
        right += std::max<Index>(0, std::min(own.end, span.end) - std::max(own.begin, span.begin));
    }
  }
  return rates(static_cast<double>(right), static_cast<double>(given), static_cast<double>(wanted)).f1;
}

TrainedCompressor train_compressor(GivenSummaries given, TaggerRecipe recipe, Executor& executor,
                                   const CompressCallbacks& callbacks) {
  SummaryParts parts = divide(std::move(given), recipe.dev_share, recipe.fit.seed);
  const Tokenizer tokenizer(recipe.rule);
  CompressData data;
  data.partial = find_kept(parts.train, tokenizer, executor);
  find_kept(parts.dev, tokenizer, executor);
  count(parts, data);
  if (data.kept == 0) throw DataError("no summary has a word in common with its text; there is nothing to learn from");
  check_dev(parts, kept_of(parts.dev));
  recipe.score = kept_f1;
  const auto data_known = [&](const TaggerData& found) {
    add(found, data);
    if (callbacks.data_known) callbacks.data_known(data);
  };
  TaggedData train, dev;
  train.texts = tagged_sentences(parts.train);
  dev.texts = tagged_sentences(parts.dev);
  recipe.fit = with_epochs(recipe.fit, std::ssize(train.texts));  // not a tagger's thirty: it was measured with ten
  TrainedTagger trained =
      train_tagger(std::move(train), std::move(dev), std::move(recipe), executor, data_known, callbacks.fit);
  CompressModel model{std::move(trained.model)};
  check(model);
  return {std::move(model), std::move(data), std::move(trained.fit), trained.narrowing};
}

}  // namespace recura
