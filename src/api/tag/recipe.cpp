#include "api/tag/recipe.h"

#include "api/classify/state.h"
#include "api/tag/network.h"
#include "api/training.h"
#include "base/error.h"
#include "data/vectors.h"
#include "task/tag/answer/segmenter.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// Texts with fewer tokens of several characters were cut into characters, those with more into words.
constexpr double kFewLong = 0.05, kMostLong = 0.5;

double share_of_long_tokens(const std::vector<TaggedText>& texts) {
  std::int64_t long_tokens = 0, tokens = 0;
  for (const TaggedText& text : texts) {
    for (Index token = 0; token < std::ssize(text.tokens); ++token, ++tokens)
      long_tokens += count_code_points(text.token(token)) > 1 ? 1 : 0;
  }
  return share(long_tokens, tokens);
}

std::int64_t chosen(std::int64_t option, std::int64_t of_words, std::int64_t of_characters, bool characters) {
  return option >= 0 ? option : characters ? of_characters : of_words;
}

/// Segmenters are better where words that training has twice are looked for.
std::int64_t lexicon_count_of(const TaggerOptions& o, const TextKind& kind) {
  return o.lexicon_count >= 0 ? o.lexicon_count : kind.segmented ? 2 : 0;
}

std::vector<ChannelSpec> channels_of(const TaggerOptions& o, const TextKind& kind) {
  const bool characters = kind.characters;
  const double dropout = o.word_dropout >= 0 ? o.word_dropout : characters ? 0.3 : 0.1;
  std::vector<ChannelSpec> channels{{"word", 0, o.embedding, 1, dropout}};
  constexpr Index kAffixes = 1 << 16, kSegments = 1 << 16, kLexicon = 1 << 15;
  if (const auto size = chosen(o.shape_size, 16, 0, characters); size > 0) channels.push_back({"shape", kShapes, size});
  if (o.affixes > 1) channels.push_back({"affix", kAffixes, o.affix_size, 2 * (o.affixes - 1), dropout});
  if (const auto longest = chosen(o.ngrams, 1, 2, characters); longest > 1)
    channels.push_back({"ngram", o.ngram_buckets, o.ngram_size, longest == 2 ? 2 : 5, dropout});
  if (const auto size = chosen(o.segment_size, 0, 25, characters); size > 0)
    channels.push_back({"segment", kSegments, size, 2, dropout});
  if (!o.lexicon.empty() || lexicon_count_of(o, kind) > 0)
    channels.push_back({"lexicon", kLexicon, o.lexicon_size, 4, dropout});
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

bool reads_characters(const TaggerOptions& o, const TaggerStart* start, const std::vector<TaggedText>& texts) {
  const double longer = share_of_long_tokens(texts);
  const bool is_cut = longer < kFewLong;
  if (start == nullptr && o.unit == TaggerOptions::Unit::detect) return is_cut;
  const bool characters =
      start != nullptr ? start->rule().unit == Unit::character : o.unit == TaggerOptions::Unit::character;
  const bool cuts_words = start != nullptr ? start->rule().splitter || start->rule().dictionary : !o.segmenter.empty();
  const char* const who = start != nullptr ? "--from: the model to begin with" : "--unit, --segmenter: such a tagger";
  if (characters && longer > kMostLong)
    throw ArgumentError("{} cuts texts into characters, but most tokens of the training texts are longer", who);
  if (!characters && cuts_words && is_cut)
    throw ArgumentError("{} cuts texts into words, but tokens of the training texts are single characters", who);
  return characters;
}

}  // namespace

TextKind kind_of(const TaggerOptions& o, const TaggerStart* start, const TaggedData& data) {
  return {reads_characters(o, start, data.texts), data.types == std::vector<std::string>{""}};
}

TaggerRecipe recipe_of(const TaggerOptions& o, const TextKind& kind, std::vector<LexiconEntry> lexicon,
                       std::shared_ptr<const TaggerStart> start) {
  const bool characters = kind.characters;
  TaggerRecipe recipe;
  recipe.rule = {characters ? Unit::character : Unit::word, normalization_of(o.normalization), o.lower_case, false,
                 false};
  if (!o.segmenter.empty()) {
    if (characters && o.segment_size == 0)
      throw ArgumentError("--segmenter: does nothing where tokens are characters and --segment-size is 0");
    recipe.rule.splitter = read_segmenter(ModelFile::open(o.segmenter));
  }
  recipe.min_count = chosen(o.min_count, 3, 1, characters);
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.network = tag_network_of(o, channels_of(o, kind), characters_of(o, characters));
  if (!o.vectors.empty()) recipe.vectors = read_vectors(o.vectors);
  recipe.freeze_vectors = o.freeze_vectors;
  recipe.lexicon = std::move(lexicon);
  recipe.lexicon_count = lexicon_count_of(o, kind);
  recipe.dev_share = o.dev_share;
  recipe.balance = o.balance;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  recipe.pace = pace_of(o);
  begin_with(std::move(start), recipe);
  return recipe;
}

}  // namespace recura
