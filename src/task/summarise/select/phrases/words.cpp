#include "task/summarise/select/phrases/words.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "task/summarise/select/choose.h"
#include "text/bytes.h"

namespace recura {
namespace {

bool joins(std::string_view mark) {
  constexpr std::array<std::string_view, 5> kJoining{"-", "&", "/", "\u2010", "\u2011"};
  return std::ranges::count(kJoining, mark) > 0;
}

/// Words that a mark joins without blanks become one with it.
std::vector<Token> joined(std::string_view sentence, const std::vector<Token>& cut) {
  const auto is_word = [&](const Token& token) { return has_letter_or_digit(bytes_of(sentence, token)); };
  std::vector<Token> words;
  for (std::size_t i = 0; i < cut.size(); ++i) {
    const bool is_joined = !words.empty() && i + 1 < cut.size() && joins(bytes_of(sentence, cut[i])) &&
                           words.back().end == cut[i].begin && cut[i].end == cut[i + 1].begin &&
                           is_word(words.back()) && is_word(cut[i + 1]);
    if (is_joined) {
      words.back().end = cut[++i].end;
    } else {
      words.push_back(cut[i]);
    }
  }
  return words;
}

std::string_view without_genitive(std::string_view word) {
  for (const std::string_view ending : {"'s", "'S", "\u2019s", "\u2019S"}) {
    if (word.size() > ending.size() && word.ends_with(ending)) return word.substr(0, word.size() - ending.size());
  }
  return word;
}

bool has_letter(std::string_view word) {
  for (std::int32_t i = 0; i < std::ssize(word);) {
    UChar32 c = 0;
    U8_NEXT(word.data(), i, std::ssize(word), c);  // NOLINT(bugprone-inc-dec-in-conditions): so the macro is written
    if (c >= 0 && u_isalpha(c)) return true;
  }
  return false;
}

class WordFinder {
 public:
  explicit WordFinder(const TextEncoder& encoder)
      : encoder_(encoder), frequent_(std::sqrt(static_cast<double>(encoder.vocabulary().size()))) {}

  void add_sentence(std::string_view text, const Token& place, const std::vector<std::int32_t>& ids) {
    const std::string_view sentence = bytes_of(text, place);
    const std::vector<Token> tokens = encoder_.encode(sentence).tokens;
    std::vector<PhraseWord>& own = words_.sentences.emplace_back();
    std::size_t next = 0;
    for (const Token& found : joined(sentence, tokenizer_.cut(sentence))) {
      while (next < tokens.size() && tokens[next].begin < found.begin) ++next;
      PhraseWord word{.place = {}, .first = next};
      while (next < tokens.size() && tokens[next].end <= found.end) ++next;
      word.tokens = next - word.first;
      if (word.tokens == 0) continue;  // beyond what is read of a sentence
      const std::string_view bytes = without_genitive(bytes_of(sentence, found));
      const std::size_t begin = place.begin + found.begin;
      word.place = {begin, begin + bytes.size()};
      word.form = number_of(bytes);
      word.role = role_of(bytes, word, ids);
      own.push_back(word);
    }
  }

  DocumentWords take() {
    words_.forms = static_cast<std::int32_t>(numbers_.size());
    return std::move(words_);
  }

 private:
  std::int32_t number_of(std::string_view bytes) {
    return numbers_.try_emplace(tokenizer_.form(bytes), static_cast<std::int32_t>(numbers_.size())).first->second;
  }

  /// Ids are ranks by falling count.
  WordRole role_of(std::string_view bytes, const PhraseWord& word, const std::vector<std::int32_t>& ids) const {
    if (!has_letter_or_digit(bytes)) return WordRole::mark;
    const std::int32_t id = ids[word.first];
    if (word.tokens == 1 && id != Vocabulary::kUnknown && static_cast<double>(id) <= frequent_)
      return WordRole::frequent;
    return has_letter(bytes) ? WordRole::content : WordRole::number;
  }

  const TextEncoder& encoder_;
  double frequent_;
  Tokenizer tokenizer_{TextRule{.dictionary = true}};
  std::unordered_map<std::string, std::int32_t> numbers_;
  DocumentWords words_;
};

}  // namespace

DocumentWords find_words(const TextEncoder& encoder, std::string_view text, const Document& document) {
  WordFinder finder(encoder);
  for (std::size_t i = 0; i < document.sentences.size(); ++i)
    finder.add_sentence(text, document.sentences[i], document.ids[i]);
  return finder.take();
}

}  // namespace recura
