#include "task/tag/train.h"

#include <algorithm>
#include <bit>
#include <map>

#include "base/error.h"
#include "data/batches.h"
#include "task/precision_recall.h"
#include "task/tag/dev_choice.h"
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
  if (labels.front().empty())
    throw DataError("some texts have a label, others have none");  // `check_labels` says which
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

/// What training goes on with; null if it begins with a language model, or nothing.
const TaggerModel* tagger_of(const TaggerRecipe& recipe) {
  return recipe.start && recipe.start->tagger ? &*recipe.start->tagger : nullptr;
}

/// Training words first, then those that only have a vector.
Vocabulary make_words(const VocabularyBuilder& counts, const TaggerRecipe& recipe, TaggerData& data) {
  if (recipe.start) {
    const Vocabulary& old = recipe.start->words();
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
  if (const TaggerModel* const start = tagger_of(recipe))
    return builder.build_behind(start->encoder.characters().forms(), 1, kMost);
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
  if (const TaggerModel* const start = tagger_of(recipe)) return start->encoder.lexicon().entries();
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
  if (tagger_of(recipe) == nullptr) return;
  const TaggerModel& start = *tagger_of(recipe);
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
    if (tagger_of(recipe) != nullptr && channel.name != "word") continue;  // hashed as before
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

/// The types and labels of the training texts, and those of a start.
/// @throws DataError  if no text has a span, or the start is of another kind.
TagSet make_tags(const Parts& parts, const TaggerRecipe& recipe, TaggerData& data) {
  data.types = types_of(parts.train);
  if (data.types.empty())
    throw DataError("no text has a span, a tagger needs some; --task classify learns labels of texts");
  data.labels = labels_of(parts.train);
  std::vector<std::string> types;
  for (const auto& [type, count] : data.types) types.push_back(type);
  add_start(recipe, data, types);
  return {std::move(types), has_outside(data.types)};
}

/// All of the model but its network.
TaggerModel make_model(const Parts& parts, const TaggerRecipe& recipe, TaggerData& data) {
  const Tokenizer tokenizer(recipe.rule);
  TagSet tags = make_tags(parts, recipe, data);
  Vocabulary words = make_words(count_words(tokenizer, parts.train), recipe, data);
  Vocabulary characters = make_characters(parts.train, recipe);
  Lexicon lexicon(make_lexicon(parts.train, recipe), tokenizer);
  data.words = words.size();
  data.characters = characters.size();
  data.lexicon = std::ssize(lexicon.entries());
  return {{recipe.rule, std::move(words), std::move(characters), std::move(lexicon), {}},
          std::move(tags),
          nullptr,
          data.labels};
}

std::int64_t count_tokens(const std::vector<TaggedText>& texts) {
  std::int64_t tokens = 0;
  for (const TaggedText& text : texts) tokens += std::ssize(text.tokens);
  return tokens;
}

struct Features {
  TaggedFeatures train, dev;
};

/// @throws DataError  if there is nothing to score.
Features make_features(Parts parts, const TaggerModel& model, TaggerData& data, Executor& executor) {
  std::int64_t unused = 0, dev_spans = 0;
  for (const TaggedText& text : parts.dev) dev_spans += std::ssize(text.spans);
  Features features{tagged_features(model, std::move(parts.train), false, unused, executor),
                    tagged_features(model, std::move(parts.dev), true, data.dev_spans_unseen, executor)};
  if (dev_spans > 0 && dev_spans == data.dev_spans_unseen)
    throw DataError("no dev text has a span of a type that the training texts have");
  data.train_unknown = share(features.train.features.unknown, data.tokens);
  data.dev_unknown = share(features.dev.features.unknown, data.dev_tokens);
  return features;
}

/// The pace of a start's weights in the network that begins with it.
StartPace pace_of(const TaggerRecipe& recipe, const TagNetworkSpec& spec) {
  if (!recipe.start) return {};
  StartPace pace = recipe.pace;
  pace.layers = static_cast<int>(spec.layers);
  pace.all_features = tagger_of(recipe) != nullptr;
  return pace;
}

void make_network(const TagNetworkSpec& spec, const TaggerRecipe& recipe, TaggerModel& model) {
  Rng rng = Rng(recipe.fit.seed).stream("weights");
  model.network = std::make_unique<TagNetwork>(spec, model.tags.rules(), &rng);
  model.network->set_training_precision(recipe.training_precision);
  start_tables(*model.network, model, recipe.vectors);
  if (!recipe.start) return;
  if (const TaggerModel* const start = tagger_of(recipe)) {
    take_over(*start, model);
  } else {
    take_over(*recipe.start->language, model);
  }
}

/// What follows the fit: the balance, the precision and the calibration.
void finish(const TaggerRecipe& recipe, TagObjective& objective, const std::vector<TaggedText>& dev,
            TrainedTagger& trained, Executor& executor) {
  TaggerModel& model = trained.model;
  trained.balanced_f1 = trained.fit.best_score;
  if (trained.fit.interrupted && trained.fit.epochs.empty()) {  // not worth the time that dev texts take
    model.calibration = calibrate(model, {}, executor);
    return;
  }
  if (recipe.balance && !dev.empty() && model.tags.has_outside()) {
    const Balance best = balance(*model.network, objective, executor);
    trained.outside_shift = best.shift;
    trained.balanced_f1 = best.f1;
  }
  if (recipe.precision != Precision::float32) {
    trained.narrowing = narrow(*model.network, recipe.precision, objective, std::ssize(dev), executor);
    model.facts.narrowing = to_json(trained.narrowing, "f1");
  }
  const TaggerModel* const start = tagger_of(recipe);
  const bool stays = start != nullptr && dev.empty() && trained.data.new_types == 0;
  model.calibration = stays ? start->calibration : calibrate(model, dev, executor);
}

}  // namespace

TrainedTagger train_tagger(TaggedData train, std::optional<TaggedData> dev, TaggerRecipe recipe, Executor& executor,
                           const std::function<void(const TaggerData&)>& data_known, const FitCallbacks& callbacks) {
  TaggerData data;
  Parts parts = divide(std::move(train), std::move(dev), recipe);
  data.train_texts = std::ssize(parts.train);
  data.dev_texts = std::ssize(parts.dev);
  data.tokens = count_tokens(parts.train);
  data.dev_tokens = count_tokens(parts.dev);
  TaggerModel model = make_model(parts, recipe, data);
  const TagNetworkSpec spec = network_spec(recipe, model, data);
  model.encoder.set_channels(spec.channels);
  const Features features = make_features(std::move(parts), model, data, executor);
  FitOptions fit_options = with_epochs(recipe.fit, data.train_texts, data.dev_texts > 0 ? kEpochsWithDev : 0);
  data.epochs = fit_options.epochs;
  const StartPace pace = pace_of(recipe, spec);
  pace.lengthen_patience(fit_options);
  if (data_known) data_known(data);

  make_network(spec, recipe, model);
  recipe.vectors.reset();
  TrainedTagger trained{std::move(model), std::move(data)};
  TagNetwork& network = *trained.model.network;
  TagObjective objective(network, trained.model.tags, features.train, features.dev, recipe.score);
  objective.set_pace(pace);
  if (recipe.freeze_vectors) objective.freeze(network.table("word"));
  trained.fit = fit(objective, fit_options, executor, callbacks);
  check(trained.model);
  finish(recipe, objective, features.dev.texts, trained, executor);
  return trained;
}

}  // namespace recura
