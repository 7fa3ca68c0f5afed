#include "task/classify/train.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "task/classify/answer/piece_logits.h"
#include "task/classify/answer/predict.h"
#include "task/classify/division.h"
#include "task/classify/objective.h"
#include "task/count_forms.h"
#include "task/precision_recall.h"
#include "task/train_subwords.h"

namespace recura {
namespace {

/// Encodes one part and gives the memory of its texts back.
double encode_part(const TextEncoder& encoder, std::vector<std::string>& texts, LabelledIds& part,
                   ClassifierData* counts, Executor& executor) {
  EncodedTexts encoded = encode(encoder, texts, executor);
  texts = {};
  part.ids = std::move(encoded.ids);
  part.pieces = encoder.pieces();
  if (counts != nullptr) {
    counts->tokens = encoded.tokens;
    counts->dropped = encoded.dropped;
  }
  return share(encoded.unknown, encoded.tokens);
}

/// Texts of no token have none.
std::vector<IdSpan> windows_of(const LabelledIds& part) {
  std::vector<IdSpan> windows;
  for (const auto& ids : part.ids) {
    if (ids.empty()) continue;
    for (const TokenWindow& window : cut_windows(std::ssize(ids), part.pieces.length))
      windows.push_back(part_of(ids, window));
  }
  return windows;
}

void count_lengths(const LabelledIds& train, ClassifierData& data) {
  for (const auto& ids : train.ids) {
    data.without_tokens += ids.empty() ? 1 : 0;
    const auto windows = std::ssize(cut_windows(std::ssize(ids), train.pieces.length));
    data.long_rows += windows > 1 ? 1 : 0;
    data.long_windows += windows > 1 ? windows : 0;
  }
}

/// Accuracy of always giving one label, or the micro F1 where texts have several.
double score_of(std::int32_t label, const std::vector<LabelSet>& rows) {
  std::int64_t right = 0, present = 0;
  for (const LabelSet& row : rows) {
    right += std::ranges::count(row, label);
    present += std::ssize(row);
  }
  return rates(static_cast<double>(right), static_cast<double>(rows.size()), static_cast<double>(present)).f1;
}

void count_labels(const Division& parts, ClassifierData& data) {
  data.train_rows = std::ssize(parts.train.labels);
  data.dev_rows = std::ssize(parts.dev.labels);
  data.rows_per_label.resize(data.labels.size());
  data.dev_rows_per_label.resize(data.labels.size());
  for (const LabelSet& row : parts.train.labels) {
    data.rows_of_several += row.size() > 1 ? 1 : 0;
    data.rows_of_none += row.empty() ? 1 : 0;
    for (const std::int32_t label : row) ++data.rows_per_label[static_cast<std::size_t>(label)];
  }
  const auto is_unseen = [](std::int32_t label) { return label == kUnseenLabel; };
  for (const LabelSet& row : parts.dev.labels) {
    for (const std::int32_t label : row) {
      if (!is_unseen(label)) ++data.dev_rows_per_label[static_cast<std::size_t>(label)];
    }
    data.dev_rows_unseen += std::ranges::any_of(row, is_unseen) ? 1 : 0;
  }
  const auto most =
      static_cast<std::int32_t>(std::ranges::max_element(data.rows_per_label) - data.rows_per_label.begin());
  data.majority = score_of(most, parts.dev.labels.empty() ? parts.train.labels : parts.dev.labels);
}

/// @throws DataError  if there is nothing to learn, or nothing to score.
void check(const ClassifierData& data) {
  if (data.labels.empty()) throw DataError("no row has a label");
  if (!data.several && data.labels.size() < 2)
    throw DataError("every row has the label {:?}; a classifier needs two labels at least", data.labels[0]);
  const auto is_known = [](std::int64_t rows) { return rows > 0; };
  if (data.dev_rows_unseen > 0 && std::ranges::none_of(data.dev_rows_per_label, is_known))
    throw DataError("no dev row has a label of the training rows");
}

/// The last layer's bias such that each label begins as probable as it is frequent: a rare one would else need many
/// steps to become improbable.
void start_at_frequencies(Parameter& bias, const ClassifierData& data) {
  const auto rows = static_cast<double>(data.train_rows);
  for (std::size_t k = 0; k < data.labels.size(); ++k) {
    const auto with = static_cast<double>(data.rows_per_label[k]);
    bias.change().data()[k] = static_cast<real>(std::log((with + 0.5) / (rows - with + 0.5)));
  }
}

/// The network of the recipe, with what the data decide.
std::unique_ptr<Network> make_network(const ClassifierRecipe& recipe, const Vocabulary& vocabulary,
                                      const ClassifierData& data) {
  std::vector<LayerSpec> layers = recipe.layers;
  auto& words = std::get<EmbeddingSpec>(layers.front());
  words.vocabulary = vocabulary.size();
  if (recipe.vectors) words.dimensions = recipe.vectors->dimensions;
  const bool goes_on = recipe.start && recipe.start->is_classifier();
  for (LayerSpec& layer : layers) {
    if (auto* ngrams = std::get_if<NgramSpec>(&layer); ngrams != nullptr && !goes_on) {
      const auto enough = static_cast<Index>(std::bit_ceil(static_cast<std::uint64_t>(data.tokens)));
      ngrams->buckets = std::min(ngrams->buckets, enough);
    }
  }
  const bool binary = data.labels.size() == 2 && !data.several;
  const bool sigmoid = binary || data.several;
  layers.emplace_back(DenseSpec{binary ? 1 : static_cast<Index>(data.labels.size()),
                                sigmoid ? kernel::Activation::sigmoid : kernel::Activation::linear});
  Rng rng = Rng(recipe.fit.seed).stream("weights");
  auto network = std::make_unique<Network>(std::move(layers), &rng);
  // Where every form of the training rows is known, the unknown one's vector is never trained: it says nothing then,
  // as a dropped token does.
  Parameter& embedding = *network->parameters().front();
  std::fill_n(embedding.change().data(), embedding.value().shape().columns(), real{0});
  if (recipe.vectors) VectorFinder(*recipe.vectors).start(vocabulary, embedding.change());
  if (data.several) start_at_frequencies(*network->parameters().back(), data);
  if (recipe.start) take_over(*recipe.start, data.labels, *network);
  return network;
}

Vocabulary make_vocabulary(const VocabularyBuilder& counts, const ClassifierRecipe& recipe, ClassifierData& data) {
  if (recipe.start) {
    Vocabulary vocabulary = counts.build_behind(recipe.start->forms, recipe.min_count, recipe.max_vocabulary);
    data.new_forms = vocabulary.size() - 1 - std::ssize(recipe.start->forms);
    return vocabulary;
  }
  if (!recipe.vectors) return counts.build(recipe.min_count, recipe.max_vocabulary);
  data.vectors = VectorFinder(*recipe.vectors).coverage(counts.forms(1));
  return vocabulary_with(*recipe.vectors, counts.build(recipe.min_count, recipe.max_vocabulary).forms());
}

/// The encoder of the training texts: its vocabulary is of their forms, or of subwords that are trained on them, or a
/// start's.
TextEncoder make_encoder(const ClassifierRecipe& recipe, std::span<const std::string> texts, ClassifierData& data,
                         Executor& executor) {
  const auto& [rule, max_length, keep] = recipe.text;
  if (rule.unit != Unit::subword)
    return {rule, make_vocabulary(count_forms(Tokenizer(rule), texts, executor), recipe, data), max_length, keep};
  if (!recipe.start) return subword_encoder(recipe.text, texts, recipe.subwords);
  return {rule, Vocabulary(recipe.start->forms), max_length, keep, recipe.start->subwords};
}

/// How many rows a temperature can be chosen on: those of known labels, if these are not all the same.
Index rows_to_calibrate_on(std::span<const std::int32_t> gold) {
  const auto known = std::ranges::find_if(gold, [](std::int32_t label) { return label != kUnseenLabel; });
  if (known == gold.end()) return 0;
  const Index rows = std::ranges::count_if(gold, [](std::int32_t label) { return label != kUnseenLabel; });
  return rows == std::ranges::count(gold, *known) ? 0 : rows;
}

/// What the dev rows, if there are any, say of how answers are chosen.
Decision decide(const ClassifierModel& model, bool several, const LabelledIds& dev, Executor& executor) {
  Decision decision{.several = several};
  const std::vector<std::int32_t> gold = several ? std::vector<std::int32_t>() : only_ones(dev.labels);
  const Index rows = several ? std::ssize(dev.ids) : rows_to_calibrate_on(gold);
  if (!several && rows < kFewestToCalibrate) return decision;
  const std::size_t labels = model.labels.size();
  const std::vector<double> p = predict(*model.network, dev.ids, labels, executor, decision, dev.pieces);
  if (several) decision.thresholds = choose_thresholds(dev.labels, p, labels);
  if (!several) decision.temperature = choose_temperature(gold, p, labels);
  decision.dev_rows = rows;
  return decision;
}

/// Those of the rows, and those that a start knows already, sorted.
/// @throws DataError  if the one gives a text one label, the other several.
std::vector<std::string> labels_of(const LabelledData& train, const ClassifierRecipe& recipe, ClassifierData& data) {
  std::vector<std::string> names = label_names(train.labels);
  if (!recipe.start || !recipe.start->is_classifier()) return names;
  const std::vector<std::string>& old = recipe.start->labels;
  if (recipe.start->decision.several != train.several)
    throw DataError("the model to begin with gives a text {}, here texts have {}",
                    recipe.start->decision.several ? "several labels" : "one label", train.several ? "several" : "one");
  data.new_labels =
      std::ranges::count_if(names, [&](const std::string& name) { return std::ranges::find(old, name) == old.end(); });
  return label_names({std::move(names), old});
}

/// What was chosen when the start was trained, if its labels are all there are.
Decision decision_of_start(const ClassifierRecipe& recipe, const std::vector<std::string>& labels) {
  return recipe.start && recipe.start->labels == labels ? recipe.start->decision : Decision();
}

/// The pace of a start's weights in the network that begins with it.
StartPace pace_of(const ClassifierRecipe& recipe) {
  if (!recipe.start) return {};
  StartPace pace = recipe.pace;
  pace.layers = static_cast<int>(std::ranges::count_if(
      recipe.layers, [](const LayerSpec& layer) { return std::holds_alternative<RecurrentLayerSpec>(layer); }));
  return pace;
}

/// Rows as numbers, by the encoder that is made of their texts, and what there is of them.
struct EncodedRows {
  TextEncoder encoder;
  LabelledIds train, dev, unlabelled;
  ClassifierData data;
};

/// @throws DataError  as `labels_of`, and if there is nothing to learn from.
EncodedRows encode_rows(LabelledData train, std::optional<LabelledData> dev, ClassifierRecipe& recipe,
                        Executor& executor) {
  ClassifierData data;
  data.several = train.several;
  data.labels = labels_of(train, recipe, data);
  Division parts =
      divide(std::move(train), std::move(dev), data.labels, recipe.dev_share, Rng(recipe.fit.seed).stream("dev"));
  count_labels(parts, data);
  check(data);
  data.label_weights =
      label_weights(recipe.label_weights, data.labels, data.rows_per_label, data.train_rows, data.several);
  TextEncoder encoder = make_encoder(recipe, parts.train_texts, data, executor);
  data.vocabulary = encoder.vocabulary().size();
  data.train_unknown = encode_part(encoder, parts.train_texts, parts.train, &data, executor);
  data.dev_unknown = encode_part(encoder, parts.dev_texts, parts.dev, nullptr, executor);
  LabelledIds unlabelled;
  data.unlabelled = std::ssize(recipe.unlabelled);
  data.unlabelled_unknown = encode_part(encoder, recipe.unlabelled, unlabelled, nullptr, executor);
  count_lengths(parts.train, data);
  return {std::move(encoder), std::move(parts.train), std::move(parts.dev), std::move(unlabelled), std::move(data)};
}

}  // namespace

std::string score_name(bool several) { return several ? "micro_f1" : "accuracy"; }

TrainedClassifier train_classifier(LabelledData train, std::optional<LabelledData> dev, ClassifierRecipe recipe,
                                   Executor& executor, const std::function<void(const ClassifierData&)>& data_known,
                                   const FitCallbacks& callbacks) {
  EncodedRows rows = encode_rows(std::move(train), std::move(dev), recipe, executor);
  ClassifierData& data = rows.data;
  FitOptions fit_options = with_epochs(recipe.fit, data.train_rows - data.long_rows + data.long_windows,
                                       data.dev_rows > 0 ? kEpochsWithDev : 0);
  data.epochs = fit_options.epochs;
  const StartPace pace = pace_of(recipe);
  pace.lengthen_patience(fit_options);
  if (data_known) data_known(data);

  auto network = make_network(recipe, rows.encoder.vocabulary(), data);
  network->set_training_precision(recipe.training_precision);
  ClassificationObjective objective(*network, rows.train, rows.dev, data.several,
                                    {.label_weights = data.label_weights,
                                     .smoothing = recipe.smoothing,
                                     .adversarial = recipe.adversarial,
                                     .virtual_adversarial = recipe.virtual_adversarial,
                                     .unlabelled = windows_of(rows.unlabelled)});
  objective.set_pace(pace);
  recipe.vectors.reset();
  const Decision before = decision_of_start(recipe, data.labels);
  recipe.start.reset();
  if (recipe.freeze_vectors) objective.freeze(network->parameters().front());
  FitResult result = fit(objective, fit_options, executor, callbacks);
  ClassifierModel model{.encoder = std::move(rows.encoder), .network = std::move(network), .labels = data.labels};
  Narrowing narrowing;
  if (recipe.precision != Precision::float32) {
    narrowing = narrow(*model.network, recipe.precision, objective, data.dev_rows, executor);
    model.facts.narrowing = to_json(narrowing, score_name(data.several));
  }
  model.decision = decide(model, data.several, rows.dev, executor);
  if (model.decision.dev_rows == 0 && before.dev_rows > 0) model.decision = before;
  check(model);
  return {std::move(model), std::move(data), std::move(result), narrowing};
}

}  // namespace recura
