#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace recura {

enum class Unit { word, character, subword };
enum class Normalization { nfc, nfkc };

/// Bytes `begin` … `end` of the caller's text.
struct Token {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const Token&) const = default;
};

/// Cuts runs of Chinese and Japanese into words in a way of its own. Const, and safe for any number of threads.
class WordSplitter {
 public:
  virtual ~WordSplitter() = default;
  /// The words of each run, which is well-formed UTF-8 without white space: one behind the other, all of it.
  virtual std::vector<std::vector<Token>> cut(const std::vector<std::string>& runs) const = 0;
  /// What a model file keeps of it, made anew at each call, and its checksum.
  virtual std::string bytes() const = 0;
  virtual std::string digest() const = 0;
};

/// How a text is cut and how a token's form is made. Stands in a model, with the Unicode library's version.
struct TextRule {
  Unit unit = Unit::word;
  Normalization normalization = Normalization::nfkc;
  bool lower_case = true;
  /// Chinese and Japanese words by ICU's dictionary; else they fall into characters.
  bool dictionary = false;
  /// Tags such as <br /> are no tokens; a `<` that opens none stays.
  bool drop_html = false;
  /// Cuts Chinese and Japanese into words; if null, they fall into characters. With the unit character it cuts no
  /// tokens, but taggers read its words beside them.
  std::shared_ptr<const WordSplitter> splitter = nullptr;
};

/// Cuts text into tokens. Const, and safe for any number of threads.
///
/// The text is cut first, in the caller's own bytes; then each token's form is normalised as a key for looking up. So
/// offsets need no map. White space, NUL and a BOM at the start are no tokens; punctuation is.
class Tokenizer {
 public:
  explicit Tokenizer(const TextRule& rule) : rule_(rule) {}

  /// Words by Unicode's boundaries (UAX 29), but runs of Han, hiragana and katakana by the rule's splitter, by ICU's
  /// dictionary or, in general, into characters with their marks; or grapheme clusters; or what stands between white
  /// space, for subwords to be found in (see `Subwords`), cut behind 4096 bytes or little more. `text` must be
  /// well-formed UTF-8. Linear time.
  std::vector<Token> cut(std::string_view text) const;
  /// Gives the same tokens to `token`, in order and without keeping them.
  void each(std::string_view text, const std::function<void(const Token&)>& token) const;
  /// The token's bytes normalised; if the rule says so, then in lower case and normalised again.
  std::string form(std::string_view token) const;

  const TextRule& rule() const { return rule_; }
  /// "ICU 72.1, Unicode 15.0, cut 2": another version may cut otherwise.
  static std::string version();

 private:
  TextRule rule_;
};

}  // namespace recura
