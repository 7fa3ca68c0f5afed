#include "task/classify/train.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "data/batches.h"
#include "task/classify/objective.h"
#include "task/classify/predict.h"
#include "task/classify/report.h"
#include "task/precision_recall.h"

namespace recura {
namespace {

std::vector<std::string> distinct(std::vector<std::string> labels) {
  std::ranges::sort(labels);
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

std::vector<std::int32_t> numbers_of(const std::vector<std::string>& rows, const std::vector<std::string>& labels) {
  std::vector<std::int32_t> numbers;
  numbers.reserve(rows.size());
  for (const std::string& row : rows) {
    const auto found = std::ranges::lower_bound(labels, row);
    numbers.push_back(found != labels.end() && *found == row ? static_cast<std::int32_t>(found - labels.begin())
                                                             : kUnseenLabel);
  }
  return numbers;
}

template <typename T>
std::vector<T> take(std::vector<T>& items, std::span<const Index> rows) {
  std::vector<T> taken;
  taken.reserve(rows.size());
  for (const Index row : rows) taken.push_back(std::move(items[static_cast<std::size_t>(row)]));
  return taken;
}

struct Parts {
  std::vector<std::string> train_texts, dev_texts;
  LabelledIds train, dev;
};

Parts divide(LabelledData train, std::optional<LabelledData> dev, const std::vector<std::string>& labels,
             const ClassifierRecipe& recipe) {
  Parts parts;
  auto numbers = numbers_of(train.labels, labels);
  if (dev) {
    parts.train_texts = std::move(train.texts);
    parts.train.labels = std::move(numbers);
    parts.dev_texts = std::move(dev->texts);
    parts.dev.labels = numbers_of(dev->labels, labels);
    return parts;
  }
  const DevSplit split = split_dev(numbers, recipe.dev_share, Rng(recipe.fit.seed).stream("dev"));
  parts.dev_texts = take(train.texts, split.dev);
  parts.dev.labels = take(numbers, split.dev);
  parts.train_texts = take(train.texts, split.train);
  parts.train.labels = take(numbers, split.train);
  return parts;
}

/// Encodes one part and gives the memory of its texts back.
double encode_part(const TextEncoder& encoder, std::vector<std::string>& texts, LabelledIds& part,
                   ClassifierData* counts, Executor& executor) {
  EncodedTexts encoded = encode(encoder, texts, executor);
  texts = {};
  part.ids = std::move(encoded.ids);
  if (counts != nullptr) {
    counts->tokens = encoded.tokens;
    counts->dropped = encoded.dropped;
  }
  return share(encoded.unknown, encoded.tokens);
}

void count_labels(const Parts& parts, ClassifierData& data) {
  data.train_rows = static_cast<std::int64_t>(parts.train.labels.size());
  data.dev_rows = static_cast<std::int64_t>(parts.dev.labels.size());
  data.rows_per_label.resize(data.labels.size());
  for (const std::int32_t label : parts.train.labels) ++data.rows_per_label[static_cast<std::size_t>(label)];
  const auto most =
      static_cast<std::int32_t>(std::ranges::max_element(data.rows_per_label) - data.rows_per_label.begin());
  const auto& scored = parts.dev.labels.empty() ? parts.train.labels : parts.dev.labels;
  data.majority = share(std::ranges::count(scored, most), static_cast<std::int64_t>(scored.size()));
  data.dev_rows_unseen = std::ranges::count(parts.dev.labels, kUnseenLabel);
}

/// The network of the recipe, with what the data decide.
std::unique_ptr<Network> make_network(const ClassifierRecipe& recipe, const Vocabulary& vocabulary,
                                      const ClassifierData& data) {
  std::vector<LayerSpec> layers = recipe.layers;
  auto& words = std::get<EmbeddingSpec>(layers.front());
  words.vocabulary = vocabulary.size();
  if (recipe.vectors) words.dimensions = recipe.vectors->dimensions;
  for (LayerSpec& layer : layers) {
    if (auto* ngrams = std::get_if<NgramSpec>(&layer)) {
      const auto enough = static_cast<Index>(std::bit_ceil(static_cast<std::uint64_t>(data.tokens)));
      ngrams->buckets = std::min(ngrams->buckets, enough);
    }
  }
  const bool binary = data.labels.size() == 2;
  layers.emplace_back(DenseSpec{binary ? 1 : static_cast<Index>(data.labels.size()),
                                binary ? kernel::Activation::sigmoid : kernel::Activation::linear});
  Rng rng = Rng(recipe.fit.seed).stream("weights");
  auto network = std::make_unique<Network>(std::move(layers), &rng);
  // Where every form of the training rows is known, the unknown one's vector is never trained: it says nothing then,
  // as a dropped token does.
  Parameter& embedding = *network->parameters().front();
  std::fill_n(embedding.change().data(), embedding.value().shape().columns(), real{0});
  if (recipe.vectors) VectorFinder(*recipe.vectors).start(vocabulary, embedding.change());
  return network;
}

Vocabulary make_vocabulary(const VocabularyBuilder& counts, const ClassifierRecipe& recipe, ClassifierData& data) {
  if (!recipe.vectors) return counts.build(recipe.min_count, recipe.max_vocabulary);
  data.vectors = VectorFinder(*recipe.vectors).coverage(counts.forms(1));
  return vocabulary_with(*recipe.vectors, counts.build(recipe.min_count, recipe.max_vocabulary).forms());
}

}  // namespace

VocabularyBuilder count_forms(const Tokenizer& tokenizer, std::span<const std::string> texts, Executor& executor) {
  // One table for each thread: sums do not depend on which of them counted what.
  std::vector<VocabularyBuilder> tables(static_cast<std::size_t>(executor.threads()));
  executor.run(executor.threads(), [&](int part) {
    VocabularyBuilder& table = tables[static_cast<std::size_t>(part)];
    for (auto row = static_cast<std::size_t>(part); row < texts.size(); row += tables.size()) {
      const std::string_view text = texts[row];
      for (const Token token : tokenizer.cut(text))
        table.add(tokenizer.form(text.substr(token.begin, token.end - token.begin)));
    }
  });
  for (std::size_t i = 1; i < tables.size(); ++i) tables.front().add(std::exchange(tables[i], {}));
  return std::move(tables.front());
}

TrainedClassifier train_classifier(LabelledData train, std::optional<LabelledData> dev, ClassifierRecipe recipe,
                                   Executor& executor, const std::function<void(const ClassifierData&)>& data_known,
                                   const FitCallbacks& callbacks) {
  ClassifierData data;
  data.labels = distinct(train.labels);
  if (data.labels.size() < 2)
    throw DataError("every row has the label {:?}; a classifier needs two labels at least", data.labels.at(0));
  Parts parts = divide(std::move(train), std::move(dev), data.labels, recipe);
  count_labels(parts, data);
  if (data.dev_rows > 0 && data.dev_rows_unseen == data.dev_rows)
    throw DataError("no dev row has a label of the training rows");

  const Tokenizer tokenizer(recipe.text.rule);
  Vocabulary vocabulary = make_vocabulary(count_forms(tokenizer, parts.train_texts, executor), recipe, data);
  TextEncoder encoder(recipe.text.rule, std::move(vocabulary), recipe.text.max_length, recipe.text.keep);
  data.vocabulary = encoder.vocabulary().size();
  data.train_unknown = encode_part(encoder, parts.train_texts, parts.train, &data, executor);
  data.dev_unknown = encode_part(encoder, parts.dev_texts, parts.dev, nullptr, executor);
  const FitOptions fit_options = with_epochs(recipe.fit, data.train_rows);
  data.epochs = fit_options.epochs;
  if (data_known) data_known(data);

  auto network = make_network(recipe, encoder.vocabulary(), data);
  recipe.vectors.reset();
  network->set_training_precision(recipe.training_precision);
  ClassificationObjective objective(*network, parts.train, parts.dev);
  if (recipe.freeze_vectors) objective.freeze(network->parameters().front());
  FitResult result = fit(objective, fit_options, executor, callbacks);
  ClassifierModel model{.encoder = std::move(encoder), .network = std::move(network), .labels = data.labels};
  check(model);
  Narrowing narrowing;
  if (recipe.precision != Precision::float32) {
    narrowing = narrow(*model.network, recipe.precision, objective, data.dev_rows, executor);
    model.facts.narrowing = to_json(narrowing, "accuracy");
  }
  return {std::move(model), std::move(data), std::move(result), narrowing};
}

}  // namespace recura
