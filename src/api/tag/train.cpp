#include "task/tag/train.h"

#include <fmt/format.h>
#include <recura/tagger.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/classify/state.h"
#include "api/input.h"
#include "api/tag/lexicon_files.h"
#include "api/tag/network.h"
#include "api/tag/state.h"
#include "api/training.h"
#include "base/checksum.h"
#include "base/error.h"
#include "data/tagged_data.h"
#include "data/vectors.h"
#include "kernel/level.h"
#include "text/utf8.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

/// Nearly all tokens are single characters: text that was cut into them.
bool is_cut_into_characters(const std::vector<TaggedText>& texts) {
  std::int64_t long_tokens = 0, tokens = 0;
  for (const TaggedText& text : texts) {
    for (Index token = 0; token < std::ssize(text.tokens); ++token, ++tokens)
      long_tokens += count_code_points(text.token(token)) > 1 ? 1 : 0;
  }
  constexpr std::int64_t kOneIn = 20;
  return long_tokens * kOneIn < tokens;
}

std::int64_t chosen(std::int64_t option, std::int64_t of_words, std::int64_t of_characters, bool characters) {
  return option >= 0 ? option : characters ? of_characters : of_words;
}

std::vector<ChannelSpec> channels_of(const TaggerOptions& o, bool characters) {
  const double dropout = o.word_dropout >= 0 ? o.word_dropout : characters ? 0.3 : 0.1;
  std::vector<ChannelSpec> channels{{"word", 0, o.embedding, 1, dropout}};
  constexpr Index kAffixes = 1 << 16, kSegments = 1 << 16, kLexicon = 1 << 15;
  if (const auto size = chosen(o.shape_size, 16, 0, characters); size > 0) channels.push_back({"shape", kShapes, size});
  if (o.affixes > 1) channels.push_back({"affix", kAffixes, o.affix_size, 2 * (o.affixes - 1), dropout});
  if (const auto longest = chosen(o.ngrams, 1, 2, characters); longest > 1)
    channels.push_back({"ngram", o.ngram_buckets, o.ngram_size, longest == 2 ? 2 : 5, dropout});
  if (const auto size = chosen(o.segment_size, 0, 25, characters); size > 0)
    channels.push_back({"segment", kSegments, size, 2, dropout});
  if (!o.lexicon.empty() || o.lexicon_count > 0) channels.push_back({"lexicon", kLexicon, o.lexicon_size, 4, dropout});
  return channels;
}

CharacterSpec characters_of(const TaggerOptions& o, bool characters) {
  using enum TaggerOptions::Characters;
  constexpr CharacterEncoder kEncoders[] = {CharacterEncoder::none, CharacterEncoder::none,
                                            CharacterEncoder::convolution, CharacterEncoder::lstm};
  const auto kind = o.characters != detect ? o.characters : characters ? none : convolution;
  const CharacterEncoder encoder = kEncoders[static_cast<std::size_t>(kind)];
  if (encoder == CharacterEncoder::none) return {};
  return {encoder, 0, o.character_size, o.character_hidden};
}

/// Whether a model that training begins with decides an option.
bool is_of_tagger(const Option& option) {
  constexpr const char* kOfText[] = {"unit", "normalization", "lower-case", "lexicon", "lexicon-count"};
  return option.group == "Network" || option.group == "Features of a token" ||
         std::ranges::count(kOfText, option.name) > 0;
}

/// @throws ArgumentError, DataError, SystemError  if there is no such tagger, or other options do nothing beside it.
std::shared_ptr<const TaggerModel> start_of(TaggerOptions o) {
  if (o.from.empty()) return nullptr;
  if (!o.vectors.empty()) throw ArgumentError("--from, --vectors: the embedding begins with the one or the other");
  TaggerOptions usual;
  check_beside_start(describe(o), describe(usual), is_of_tagger);
  return std::make_shared<const TaggerModel>(read_tagger(ModelFile::open(o.from)));
}

TaggerRecipe recipe_of(const TaggerOptions& o, bool characters, std::vector<LexiconEntry> lexicon) {
  TaggerRecipe recipe;
  recipe.rule = {characters ? Unit::character : Unit::word, normalization_of(o.normalization), o.lower_case, false,
                 false};
  recipe.min_count = chosen(o.min_count, 3, 1, characters);
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.network = tag_network_of(o, channels_of(o, characters), characters_of(o, characters));
  if (!o.vectors.empty()) recipe.vectors = read_vectors(o.vectors);
  recipe.freeze_vectors = o.freeze_vectors;
  recipe.lexicon = std::move(lexicon);
  recipe.lexicon_count = o.lexicon_count;
  recipe.dev_share = o.dev_share;
  recipe.balance = o.balance;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  return recipe;
}

TaggedDataSummary summary_of(const TaggerData& data, TaggedDataSummary s) {
  s.train_texts = data.train_texts;
  s.dev_texts = data.dev_texts;
  s.tokens = data.tokens;
  s.types = data.types;
  s.labels = data.labels;
  s.dev_spans_unseen = data.dev_spans_unseen;
  s.words = data.words;
  s.characters = data.characters;
  s.lexicon = data.lexicon;
  s.vectors = summary_of(data.vectors);
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  return s;
}

TaggedDataSummary summary_of_files(const TaggedData& train, const std::optional<TaggedData>& dev, bool characters) {
  constexpr const char* kSchemes[] = {"bio", "iob1", "bioes", "bmes"};
  TaggedDataSummary s;
  s.format = name(train.format);
  s.scheme = train.format == TaggedFormat::conll ? kSchemes[static_cast<std::size_t>(train.scheme)] : "";
  s.unit = characters ? "character" : "word";
  s.bad_rows = train.bad_rows;
  for (const std::int64_t count : train.bad_spans) s.bad_spans += count;
  s.repaired = train.repaired;
  s.problems = lines_of(train.problems);
  if (!dev) return s;
  s.dev_bad_rows = dev->bad_rows;
  s.dev_problems = lines_of(dev->problems);
  return s;
}

std::vector<std::string> notes_of(const TaggerOptions& o, const std::optional<WordVectors>& vectors) {
  std::vector<std::string> notes = precision_notes(o.training_precision, o.cell, false);
  if (!vectors) return notes;
  for (std::string& note : vector_notes(*vectors, o.vectors, o.embedding, TaggerOptions().embedding))
    notes.push_back(std::move(note));
  return notes;
}

/// What is to be said of types that some files mark and others do not.
std::vector<std::string> type_notes(const TaggedData& train, bool own_types) {
  if (own_types && !train.types_differ)
    return {"--own-types changes nothing in training: no file marks a type that another one does not"};
  if (!own_types && train.types_differ)
    return {"the files do not mark the same types; where one leaves the others' unmarked, --own-types says so"};
  return {};
}

std::string digest_of(const std::vector<LexiconEntry>& entries) {
  if (entries.empty()) return "";
  Checksum checksum;
  for (const LexiconEntry& entry : entries) {
    for (const std::string* part : {&entry.form, &entry.type}) {
      const std::string with_end = *part + '\0';
      checksum.add(std::as_bytes(std::span(with_end)));
    }
  }
  return to_hex(checksum.value());
}

std::string facts_json(const TrainedTagger& trained, const std::string& train_digest, const std::string& dev_digest) {
  Json json{
      {"train_digest", train_digest}, {"train_texts", trained.data.train_texts}, {"dev_texts", trained.data.dev_texts}};
  if (!dev_digest.empty()) json["dev_digest"] = dev_digest;
  for (const auto& [type, count] : trained.data.types) json["spans_per_type"][type] = count;
  add_epochs(json, trained.fit, "f1");
  if (trained.outside_shift != 0)
    json.update({{"outside_shift", trained.outside_shift}, {"balanced_dev_f1", trained.balanced_f1}});
  return json.dump();
}

}  // namespace

Tagger Tagger::train(const std::string& path, const TaggerOptions& options, const TaggerCallbacks& callbacks) {
  return train_on({path}, options, callbacks);
}

Tagger Tagger::train_on(const std::vector<std::string>& paths, const TaggerOptions& options,
                        const TaggerCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();  // a wrong RECURA_ISA is told before the data are read
  auto executor = make_executor(options.threads);
  const std::shared_ptr<const TaggerModel> start = start_of(options);
  TaggedReadOptions reading = tagged_read_options(options.input);
  reading.label_file = options.labels;
  TaggedData train = read_tagged_files(paths, reading);
  std::optional<TaggedData> dev;
  reading.label_file = options.dev_labels;
  if (!options.dev.empty()) dev = read_tagged(options.dev, reading);
  const bool characters = start ? start->encoder.tokenizer().rule().unit == Unit::character
                          : options.unit == TaggerOptions::Unit::detect
                              ? is_cut_into_characters(train.texts)
                              : options.unit == TaggerOptions::Unit::character;
  const std::string train_digest = train.digest, dev_digest = dev ? dev->digest : "";
  LexiconFiles lexicon = read_lexicon(options.lexicon);
  TaggerRecipe recipe = recipe_of(options, characters, std::move(lexicon.entries));
  if (start) {
    recipe.rule = start->encoder.tokenizer().rule();
    recipe.network = start->network->spec();
    recipe.start = start;
  }
  recipe.fit.checkpoint = checkpoint_of(options, "the task tag",
                                        {{"train", train_digest},
                                         {"dev", dev_digest},
                                         {"vectors", recipe.vectors ? recipe.vectors->digest : ""},
                                         {"lexicon", digest_of(recipe.lexicon)},
                                         {"from", start ? start->facts.digest : ""}});
  TaggedDataSummary of_files = summary_of_files(train, dev, characters);
  of_files.notes = std::move(lexicon.notes);
  for (std::string& note : notes_of(options, recipe.vectors)) of_files.notes.push_back(std::move(note));
  for (std::string& note : type_notes(train, options.input.own_types)) of_files.notes.push_back(std::move(note));
  int epochs = 0;
  const auto data_known = [&](const TaggerData& data) {
    epochs = data.epochs;
    if (start)
      of_files.notes.push_back(
          fmt::format("begins with {}, whose text rule, vocabularies and layers it has; new words: {}, new types: {}",
                      options.from, data.new_words, data.new_types));
    if (callbacks.data) callbacks.data(summary_of(data, of_files));
  };
  try {
    auto trained = train_tagger(std::move(train), std::move(dev), std::move(recipe), *executor, data_known,
                                fit_callbacks(callbacks, epochs));
    if (callbacks.balanced && trained.outside_shift != 0)
      callbacks.balanced(trained.outside_shift, trained.balanced_f1);
    if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
      callbacks.rounded(report_of(trained.narrowing, "F1"));
    TaggerOptions named = options;
    trained.model.facts.options =
        start ? told_options(options_json(options), describe(named), is_of_tagger) : options_json(options);
    trained.model.facts.training = facts_json(trained, train_digest, dev_digest);
    return Tagger(
        std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
  } catch (const CheckpointError&) {
    throw;  // it names its own file
  } catch (const DataError& error) {
    throw DataError("{}: {}", shown(paths), error.what());
  }
}

}  // namespace recura
