#include "task/tag/features/channels.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "task/tag/features/token_encoder.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// FNV-1a of 64 bits (Fowler, Noll & Vo 1991), folded; frozen by the model format.
class Hash {
 public:
  Hash& add(std::string_view bytes) {
    for (const char c : bytes) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    value_ = (value_ ^ 0xFF) * 0x100000001B3;  // no UTF-8 has this byte: an end
    return *this;
  }
  std::int32_t bucket(Index buckets) const {
    return static_cast<std::int32_t>((value_ ^ value_ >> 32) % static_cast<std::uint64_t>(buckets));
  }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325;
};

/// Upper-case letters as X, others as x, digits as 0, runs of the same as one of them.
std::string shape_of(std::string_view token) {
  std::string shape;
  for (const std::string& character : characters_of(token)) {
    const char c = character[0];
    std::string kind = character.size() == 1 ? character : "u";
    if (c >= '0' && c <= '9') kind = "0";
    if (c >= 'A' && c <= 'Z') kind = "X";
    if (c >= 'a' && c <= 'z') kind = "x";
    if (!shape.ends_with(kind)) shape += kind;
  }
  return shape;
}

void add_shapes(const ChannelSpec& channel, const ChannelInput& input, ChannelIds& ids) {
  for (Index token = 0; token < std::ssize(input.words); ++token)
    ids.ids.push_back(Hash().add(shape_of(input.text.token(token))).bucket(channel.vocabulary));
}

void add_affixes(const ChannelSpec& channel, const ChannelInput& input, ChannelIds& ids) {
  for (const std::string& word : input.words) {
    const std::vector<std::string> characters = characters_of(word);
    for (std::size_t length = 2; length < 2 + static_cast<std::size_t>(channel.slots) / 2; ++length) {
      const std::size_t kept = std::min(length, characters.size());
      Hash prefix, suffix;
      prefix.add("prefix");
      suffix.add("suffix");
      for (std::size_t i = 0; i < kept; ++i) {
        prefix.add(characters[i]);
        suffix.add(characters[characters.size() - kept + i]);
      }
      ids.ids.push_back(prefix.bucket(channel.vocabulary));
      ids.ids.push_back(suffix.bucket(channel.vocabulary));
    }
  }
}

void add_ngrams(const ChannelSpec& channel, const ChannelInput& input, ChannelIds& ids) {
  const Index tokens = std::ssize(input.words);
  const auto word = [&](Index at) -> std::string_view {
    return at < 0 || at >= tokens ? std::string_view() : input.words[static_cast<std::size_t>(at)];
  };
  for (Index token = 0; token < tokens; ++token) {
    for (Index n = 2; n <= (channel.slots > 2 ? 3 : 2); ++n) {
      for (Index first = token - n + 1; first <= token; ++first) {
        Hash hash;
        for (Index at = first; at < first + n; ++at) hash.add(word(at));
        ids.ids.push_back(hash.bucket(channel.vocabulary));
      }
    }
  }
}

void add_segments(const ChannelSpec& channel, const ChannelInput& input, ChannelIds& ids) {
  TextRule rule = input.tokenizer.rule();
  rule.unit = Unit::word;
  rule.dictionary = !rule.splitter;
  const std::vector<Token> words = Tokenizer(rule).cut(input.text.text);
  std::size_t at = 0;
  // Of each word a place is hashed once: a word may have a hundred thousand characters.
  Token hashed{1, 0};
  std::string_view hashed_place;
  std::int32_t bucket = 0;
  for (const Token token : input.text.tokens) {
    while (at + 1 < words.size() && words[at].end <= token.begin) ++at;
    const Token word = at < words.size() ? words[at] : token;
    const bool first = token.begin <= word.begin, last = token.end >= word.end;
    const std::string_view place = first && last ? "S" : first ? "B" : last ? "E" : "M";
    if (!(hashed == word) || hashed_place != place) {
      const auto form = std::string_view(input.text.text).substr(word.begin, word.end - word.begin);
      bucket = Hash().add(place).add(form).bucket(channel.vocabulary);
      hashed = word;
      hashed_place = place;
    }
    ids.ids.push_back(bucket);
    ids.ids.push_back(Hash().add(place).bucket(channel.vocabulary));
  }
}

struct Kind {
  const char* name;
  std::array<Index, 3> slots;  // that it may have
};

constexpr std::array<Kind, 6> kKinds{
    {{"word", {1}}, {"shape", {1}}, {"affix", {2, 4, 6}}, {"ngram", {2, 5}}, {"segment", {2}}, {"lexicon", {4}}}};

}  // namespace

ChannelInput channel_input(const TaggedText& text, const Tokenizer& tokenizer) {
  ChannelInput input{text, tokenizer, {}, {}};
  for (Index token = 0; token < std::ssize(text.tokens); ++token) {
    input.forms.push_back(tokenizer.form(text.token(token)));
    input.words.push_back(word_form(tokenizer, text.token(token)));
  }
  return input;
}

void check_channel(const ChannelSpec& channel, Index words, Index lexicon_types) {
  const auto kind = std::ranges::find(kKinds, channel.name, &Kind::name);
  if (kind == kKinds.end()) throw DataError("tagger: unknown channel {:?}", channel.name);
  if (channel.slots < 1 || std::ranges::count(kind->slots, channel.slots) == 0)
    throw DataError("tagger: channel \"{}\" cannot have {} slots", channel.name, channel.slots);
  const Index least = channel.name == "word" ? words : channel.name == "lexicon" ? lexicon_types + 1 : 1;
  if (channel.vocabulary < least || channel.vocabulary > (Index{1} << 30))
    throw DataError("tagger: channel \"{}\" has {} vectors, it needs {} at least", channel.name, channel.vocabulary,
                    least);
}

ChannelIds channel_ids(const ChannelSpec& channel, const ChannelInput& input, const Vocabulary& words) {
  ChannelIds ids;
  if (channel.name == "word") {
    for (const std::string& word : input.words) ids.ids.push_back(words.id(word));
  } else if (channel.name == "shape") {
    add_shapes(channel, input, ids);
  } else if (channel.name == "affix") {
    add_affixes(channel, input, ids);
  } else if (channel.name == "ngram") {
    add_ngrams(channel, input, ids);
  } else {
    add_segments(channel, input, ids);
  }
  return ids;
}

ChannelIds lexicon_ids(const ChannelSpec& channel, const ChannelInput& input, const Lexicon& lexicon) {
  enum Slot { kBegin, kInside, kEnd, kAlone };
  std::vector<std::array<std::vector<std::int32_t>, 4>> bags(input.words.size());
  const auto types = static_cast<Index>(lexicon.types().size());
  for (const Lexicon::Match& match : lexicon.matches(input.forms)) {
    const std::string& form = lexicon.entries()[static_cast<std::size_t>(match.entry)].form;
    const auto row = static_cast<std::int32_t>(types + Hash().add(form).bucket(channel.vocabulary - types));
    for (Index token = match.begin; token < match.end; ++token) {
      const Slot slot = match.end - match.begin == 1 ? kAlone
                        : token == match.begin       ? kBegin
                        : token + 1 == match.end     ? kEnd
                                                     : kInside;
      auto& bag = bags[static_cast<std::size_t>(token)][slot];
      bag.push_back(lexicon.type_of(match.entry));
      bag.push_back(row);
    }
  }
  ChannelIds ids;
  for (const auto& slots : bags) {
    for (const auto& bag : slots) {
      ids.ids.insert(ids.ids.end(), bag.begin(), bag.end());
      ids.ends.push_back(static_cast<std::int32_t>(ids.ids.size()));
    }
  }
  return ids;
}

}  // namespace recura
