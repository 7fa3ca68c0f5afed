#include "task/tag/train.h"

#include <algorithm>
#include <bit>
#include <map>

#include "base/error.h"
#include "data/batches.h"
#include "task/precision_recall.h"
#include "task/tag/answer/extract.h"
#include "task/tag/start.h"

namespace recura {
namespace {

struct Parts {
  std::vector<TaggedText> train, dev;
};

Parts divide(TaggedData train, std::optional<TaggedData> dev, const TaggerRecipe& recipe) {
  if (dev) return {std::move(train.texts), std::move(dev->texts)};
  std::vector<std::int32_t> files;
  for (const TaggedText& text : train.texts) files.push_back(text.file);
  const DevSplit split = split_dev(files, recipe.dev_share, Rng(recipe.fit.seed).stream("dev"));
  Parts parts;
  for (const Index row : split.train) parts.train.push_back(std::move(train.texts[static_cast<std::size_t>(row)]));
  for (const Index row : split.dev) parts.dev.push_back(std::move(train.texts[static_cast<std::size_t>(row)]));
  return parts;
}

std::vector<std::pair<std::string, std::int64_t>> types_of(const std::vector<TaggedText>& texts) {
  std::map<std::string, std::int64_t> counts;
  for (const TaggedText& text : texts) {
    for (const NamedSpan& span : text.spans) ++counts[span.type];
  }
  return {counts.begin(), counts.end()};
}

std::vector<std::string> labels_of(const std::vector<TaggedText>& texts) {
  std::vector<std::string> labels;
  for (const TaggedText& text : texts) labels.push_back(text.label);
  std::ranges::sort(labels);
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  if (labels.size() == 1 && labels[0].empty()) return {};
  if (labels.front().empty()) {
    const auto without = std::ranges::find(texts, std::string(), &TaggedText::label);
    throw DataError("the text at line {} has no label, others have one", without->line);
  }
  return labels;
}

/// In segmented text every token belongs to a word, of the only type there is.
bool has_outside(const std::vector<std::pair<std::string, std::int64_t>>& types) {
  return types.size() != 1 || !types[0].first.empty();
}

VocabularyBuilder count_words(const Tokenizer& tokenizer, const std::vector<TaggedText>& texts) {
  VocabularyBuilder counts;
  for (const TaggedText& text : texts) {
    for (Index token = 0; token < std::ssize(text.tokens); ++token) counts.add(word_form(tokenizer, text.token(token)));
  }
  return counts;
}

/// Training words first, then those that only have a vector.
Vocabulary make_words(const VocabularyBuilder& counts, const TaggerRecipe& recipe, TaggerData& data) {
  if (recipe.start) {
    const Vocabulary& old = recipe.start->encoder.words();
    Vocabulary words = counts.build_behind(old.forms(), recipe.min_count, recipe.max_vocabulary);
    data.new_words = words.size() - old.size();
    return words;
  }
  if (!recipe.vectors) return counts.build(recipe.min_count, recipe.max_vocabulary);
  data.vectors = VectorFinder(*recipe.vectors).coverage(counts.forms(1));
  return vocabulary_with(*recipe.vectors, counts.build(recipe.min_count, recipe.max_vocabulary).forms());
}

Vocabulary make_characters(const std::vector<TaggedText>& texts, const TaggerRecipe& recipe) {
  if (recipe.network.characters.encoder == CharacterEncoder::none) return {};
  VocabularyBuilder builder;
  for (const TaggedText& text : texts) {
    for (Index token = 0; token < std::ssize(text.tokens); ++token) {
      for (const std::string& character : characters_of(text.token(token))) builder.add(character);
    }
  }
  constexpr std::int64_t kMost = 10'000;
  if (recipe.start) return builder.build_behind(recipe.start->encoder.characters().forms(), 1, kMost);
  return builder.build(1, kMost);
}

/// Names that stand in the training texts once are left out: where one stands, the lexicon would always know it, as it
/// never does for names that are new.
std::vector<LexiconEntry> make_lexicon(const std::vector<TaggedText>& texts, const TaggerRecipe& recipe) {
  std::map<LexiconEntry, std::int64_t> counts;
  for (const TaggedText& text : texts) {
    for (const NamedSpan& span : text.spans) {
      const Token first = text.tokens[static_cast<std::size_t>(span.begin)],
                  last = text.tokens[static_cast<std::size_t>(span.end - 1)];
      if (recipe.lexicon_count > 0) ++counts[{text.text.substr(first.begin, last.end - first.begin), span.type}];
    }
  }
  if (recipe.start) return recipe.start->encoder.lexicon().entries();
  std::vector<LexiconEntry> entries = recipe.lexicon;
  for (const auto& [entry, count] : counts) {
    if (count >= recipe.lexicon_count) entries.push_back(entry);
  }
  std::ranges::sort(entries);
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

/// Those of the training texts, and those of a start.
/// @throws DataError  if the start finds spans where these texts have words, or knows labels of texts that have none.
void add_start(const TaggerRecipe& recipe, TaggerData& data, std::vector<std::string>& types) {
  if (!recipe.start) return;
  const TaggerModel& start = *recipe.start;
  const auto kind = [](bool outside) { return outside ? "finds spans" : "cuts text into words"; };
  if (start.tags.has_outside() != has_outside(data.types))
    throw DataError("the model to begin with {}, these texts are for one that {}", kind(start.tags.has_outside()),
                    kind(has_outside(data.types)));
  if (!start.labels.empty() && data.labels.empty())
    throw DataError("the model to begin with knows labels of whole texts, these texts have none");
  types = united(std::move(types), start.tags.types());
  data.labels = united(std::move(data.labels), start.labels);
  data.new_types = std::ssize(types) - std::ssize(start.tags.types());
}

/// Fills in what the data decide.
TagNetworkSpec network_spec(const TaggerRecipe& recipe, const TaggerModel& model, const TaggerData& data) {
  TagNetworkSpec spec = recipe.network;
  const auto enough = static_cast<Index>(std::bit_ceil(static_cast<std::uint64_t>(data.tokens)));
  for (ChannelSpec& channel : spec.channels) {
    if (recipe.start && channel.name != "word") continue;  // hashed as before
    channel.vocabulary = channel.name == "word" ? model.encoder.words().size()
                                                : std::min(channel.vocabulary, std::max<Index>(enough, 1024));
    if (channel.name == "word" && recipe.vectors) channel.size = recipe.vectors->dimensions;
    if (channel.name == "lexicon") channel.vocabulary += static_cast<Index>(model.encoder.lexicon().types().size());
  }
  if (spec.characters.encoder != CharacterEncoder::none) spec.characters.vocabulary = data.characters + 1;
  spec.tags = model.tags.size();
  spec.labels = static_cast<Index>(data.labels.size());
  return spec;
}

/// What a token never met has is zero, and so is every hashed vector at first: it adds nothing until it is trained.
void start_tables(TagNetwork& network, const TaggerModel& model, const std::optional<WordVectors>& vectors) {
  for (const ChannelSpec& channel : network.spec().channels) {
    Tensor& table = network.table(channel.name)->change();
    const Index zeros = channel.name == "word" ? 1 : channel.vocabulary;
    std::fill_n(table.data(), zeros * channel.size, real{0});
    if (channel.name == "word" && vectors) VectorFinder(*vectors).start(model.encoder.words(), table);
  }
}

/// What the model finds in the dev texts, without calibration.
std::vector<ScoredSpan> scored_spans(const TaggerModel& model, const std::vector<TaggedText>& texts, Executor& executor,
                                     double least = 0) {
  std::vector<ScoredSpan> spans;
  const std::vector<TagAnswer> answers = tag_tokens(model, texts, executor, nullptr, least);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (const FoundSpan& found : answers[i].spans) {
      if (!texts[i].marks(found.span.type)) continue;
      spans.push_back(
          {found.span.type, found.score, std::ranges::count(texts[i].spans, found.span) > 0, found.likeliest});
    }
  }
  return spans;
}

SpanCalibration calibrate(const TaggerModel& model, const std::vector<TaggedText>& dev, Executor& executor) {
  const std::vector<std::string>& types = model.tags.types();
  SpanCalibration calibration(scored_spans(model, dev, executor), types);
  if (!model.tags.has_outside()) return calibration;
  std::vector<std::int64_t> right(types.size());
  for (const TaggedText& text : dev) {
    for (const NamedSpan& span : text.spans) {
      const auto type = std::ranges::lower_bound(types, span.type);
      if (type != types.end() && *type == span.type) ++right[static_cast<std::size_t>(type - types.begin())];
    }
  }
  calibration.set_recalls(scored_spans(model, dev, executor, kLeastProbable), right, types);
  return calibration;
}

struct Balance {
  double shift = 0, f1 = 0;
};

/// Tries shifts of the outside tag's score, down and up, as long as they help, and keeps the best.
Balance balance(TagNetwork& network, const TagObjective& objective, Executor& executor) {
  constexpr double kStep = 0.25;
  constexpr int kMost = 20;
  const auto f1 = [&] { return objective.dev_score(executor).value_or(Objective::DevScore{0, 0}).score; };
  Balance best{0, f1()};
  const double start = best.f1;
  for (const double step : {-kStep, kStep}) {
    Balance now{0, start};
    for (int i = 0, worse = 0; i < kMost && worse < 3; ++i) {  // F1 is no smooth function: three steps make sure
      network.shift_tag(0, step);
      now = {now.shift + step, f1()};
      worse = now.f1 > best.f1 ? 0 : worse + 1;
      if (now.f1 > best.f1) best = now;
    }
    network.shift_tag(0, -now.shift);
    if (best.shift != 0) break;
  }
  network.shift_tag(0, best.shift);
  return best;
}

}  // namespace

TrainedTagger train_tagger(TaggedData train, std::optional<TaggedData> dev, TaggerRecipe recipe, Executor& executor,
                           const std::function<void(const TaggerData&)>& data_known, const FitCallbacks& callbacks) {
  TaggerData data;
  Parts parts = divide(std::move(train), std::move(dev), recipe);
  data.types = types_of(parts.train);
  if (data.types.empty()) throw DataError("no text has a span; a tagger needs some to learn from");
  data.labels = labels_of(parts.train);
  data.train_texts = std::ssize(parts.train);
  data.dev_texts = std::ssize(parts.dev);

  const Tokenizer tokenizer(recipe.rule);
  Vocabulary words = make_words(count_words(tokenizer, parts.train), recipe, data);
  Vocabulary characters = make_characters(parts.train, recipe);
  Lexicon lexicon(make_lexicon(parts.train, recipe), tokenizer);
  data.words = words.size();
  data.characters = characters.size();
  data.lexicon = std::ssize(lexicon.entries());
  for (const TaggedText& text : parts.train) data.tokens += std::ssize(text.tokens);
  for (const TaggedText& text : parts.dev) data.dev_tokens += std::ssize(text.tokens);

  std::vector<std::string> types;
  for (const auto& [type, count] : data.types) types.push_back(type);
  const bool outside = has_outside(data.types);
  add_start(recipe, data, types);
  TaggerModel model{{recipe.rule, std::move(words), std::move(characters), std::move(lexicon), {}},
                    TagSet(std::move(types), outside),
                    nullptr,
                    data.labels};
  const TagNetworkSpec spec = network_spec(recipe, model, data);
  model.encoder.set_channels(spec.channels);
  std::int64_t unused = 0;
  const TaggedFeatures train_features = tagged_features(model, std::move(parts.train), false, unused, executor);
  const TaggedFeatures dev_features =
      tagged_features(model, std::move(parts.dev), true, data.dev_spans_unseen, executor);
  std::int64_t dev_spans = 0;
  for (const TaggedText& text : dev_features.texts) dev_spans += std::ssize(text.spans);
  if (dev_spans > 0 && dev_spans == data.dev_spans_unseen)
    throw DataError("no dev text has a span of a type that the training texts have");
  data.train_unknown = share(train_features.features.unknown, data.tokens);
  data.dev_unknown = share(dev_features.features.unknown, data.dev_tokens);
  const FitOptions fit_options = with_epochs(recipe.fit, data.train_texts);
  data.epochs = fit_options.epochs;
  if (data_known) data_known(data);

  Rng rng = Rng(recipe.fit.seed).stream("weights");
  model.network = std::make_unique<TagNetwork>(spec, model.tags.rules(), &rng);
  model.network->set_training_precision(recipe.training_precision);
  start_tables(*model.network, model, recipe.vectors);
  if (recipe.start) take_over(*recipe.start, model);
  recipe.vectors.reset();
  TagObjective objective(*model.network, model.tags, train_features, dev_features, recipe.score);
  if (recipe.freeze_vectors) objective.freeze(model.network->table("word"));
  FitResult result = fit(objective, fit_options, executor, callbacks);
  check(model);
  Balance balanced{0, result.best_score};
  if (recipe.balance && data.dev_texts > 0 && model.tags.has_outside())
    balanced = balance(*model.network, objective, executor);
  Narrowing narrowing;
  if (recipe.precision != Precision::float32) {
    narrowing = narrow(*model.network, recipe.precision, objective, data.dev_texts, executor);
    model.facts.narrowing = to_json(narrowing, "f1");
  }
  const bool stays = recipe.start && data.dev_texts == 0 && data.new_types == 0;
  model.calibration = stays ? recipe.start->calibration : calibrate(model, dev_features.texts, executor);
  return {std::move(model), std::move(data), std::move(result), balanced.shift, balanced.f1, narrowing};
}

}  // namespace recura
