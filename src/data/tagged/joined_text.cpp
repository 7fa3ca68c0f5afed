#include "data/tagged/joined_text.h"

#include "text/bytes.h"
#include "text/scripts.h"
#include "text/utf8.h"

namespace recura {

TaggedText join_words(std::span<const std::string_view> words, bool blanks) {
  TaggedText joined;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (blanks && i > 0 && !is_written_without_blanks(last_code_point(words[i - 1])) &&
        !is_written_without_blanks(code_point(words[i])))
      joined.text += ' ';
    joined.tokens.push_back({joined.text.size(), joined.text.size() + words[i].size()});
    joined.text += words[i];
  }
  return joined;
}

void CharacterFinder::add(std::string_view word) {
  ++words_;
  long_words_ += utf8_length(word) < word.size() ? 1 : 0;
  blankless_ += is_written_without_blanks(code_point(word)) ? 1 : 0;
}

bool CharacterFinder::found() const {
  constexpr std::int64_t kOneIn = 20;
  return long_words_ * kOneIn < words_ && blankless_ > 0;
}

}  // namespace recura
