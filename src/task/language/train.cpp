#include "task/language/train.h"

#include <algorithm>

#include "base/error.h"
#include "data/batches.h"
#include "task/count_forms.h"
#include "task/encode.h"
#include "task/language/objective.h"
#include "task/language/pieces.h"
#include "task/precision_recall.h"
#include "task/train_subwords.h"

namespace recura {
namespace {

struct Parts {
  std::vector<std::string> train, dev;
};

Parts divide(std::vector<std::string> train, std::optional<std::vector<std::string>> dev, double dev_share,
             std::uint64_t seed) {
  if (dev) return {std::move(train), std::move(*dev)};
  const DevSplit split = split_dev(std::vector<std::int32_t>(train.size()), dev_share, Rng(seed).stream("dev"));
  Parts parts;
  const auto take = [&](const std::vector<Index>& rows, std::vector<std::string>& part) {
    for (const Index row : rows) part.push_back(std::move(train[static_cast<std::size_t>(row)]));
  };
  take(split.train, parts.train);
  take(split.dev, parts.dev);
  return parts;
}

/// Words that only the vectors have are not in the vocabulary: nothing would teach to guess them.
TextEncoder make_encoder(const LanguageRecipe& recipe, std::span<const std::string> texts, LanguageData& data,
                         Executor& executor) {
  if (recipe.rule.unit == Unit::subword) return subword_encoder({.rule = recipe.rule}, texts, recipe.subwords);
  const VocabularyBuilder counts = count_forms(Tokenizer(recipe.rule), texts, executor);
  Vocabulary words = counts.build(recipe.min_count, recipe.max_vocabulary);
  if (recipe.vectors) data.vectors = VectorFinder(*recipe.vectors).coverage(words.forms());
  return {recipe.rule, std::move(words)};
}

/// The model before its first step. Takes the vectors out of the recipe, to give their memory back.
LanguageModelParts make_model(LanguageRecipe& recipe, TextEncoder encoder) {
  LanguageNetworkSpec spec = recipe.network;
  spec.vocabulary = encoder.vocabulary().size();
  if (recipe.vectors) spec.embedding = recipe.vectors->dimensions;
  Rng rng = Rng(recipe.fit.seed).stream("weights");
  auto network = std::make_unique<LanguageNetwork>(spec, &rng);
  network->set_training_precision(recipe.training_precision);
  if (recipe.vectors) VectorFinder(*recipe.vectors).start(encoder.vocabulary(), network->table().change());
  recipe.vectors.reset();
  return {std::move(encoder), std::move(network), recipe.piece};
}

/// The pieces of a part; gives the memory of its texts back.
Pieces make_pieces(const TextEncoder& encoder, std::vector<std::string>& texts, std::int64_t piece, double& unknown,
                   std::int64_t* tokens, Executor& executor) {
  EncodedTexts encoded = encode(encoder, texts, executor);
  texts = {};
  Pieces pieces;
  for (std::vector<std::int32_t>& ids : encoded.ids) {
    add_pieces(ids, static_cast<std::int32_t>(encoder.vocabulary().size()), piece, pieces);
    ids = {};
  }
  unknown = share(encoded.unknown, encoded.tokens);
  if (tokens != nullptr) *tokens = encoded.tokens;
  return pieces;
}

}  // namespace

TrainedLanguageModel train_language_model(std::vector<std::string> train, std::optional<std::vector<std::string>> dev,
                                          LanguageRecipe recipe, Executor& executor,
                                          const LanguageCallbacks& callbacks) {
  Parts parts = divide(std::move(train), std::move(dev), recipe.dev_share, recipe.fit.seed);
  LanguageData data;
  TextEncoder encoder = make_encoder(recipe, parts.train, data, executor);
  data.train_texts = std::ssize(parts.train);
  data.dev_texts = std::ssize(parts.dev);
  data.vocabulary = encoder.vocabulary().size();
  const Pieces train_part = make_pieces(encoder, parts.train, recipe.piece, data.train_unknown, &data.tokens, executor);
  const Pieces dev_part = make_pieces(encoder, parts.dev, recipe.piece, data.dev_unknown, nullptr, executor);
  if (data.tokens == 0) throw DataError("the texts have no words");
  if (data.vocabulary == 1)
    throw DataError("no word stands in the texts --min-count {} times: there is nothing to guess", recipe.min_count);
  const FitOptions fit_options = with_epochs(recipe.fit, std::ssize(train_part));
  data.epochs = fit_options.epochs;
  if (callbacks.data_known) callbacks.data_known(data);

  LanguageModelParts model = make_model(recipe, std::move(encoder));
  LanguageObjective objective(*model.network, train_part, dev_part);
  FitResult result = fit(objective, fit_options, executor, callbacks.fit);
  Narrowing narrowing;
  if (recipe.precision != Precision::float32) {
    narrowing = narrow(*model.network, recipe.precision, objective, data.dev_texts, executor);
    model.facts.narrowing = to_json(narrowing, kLanguageScore);
  }
  return {std::move(model), data, std::move(result), narrowing};
}

}  // namespace recura
