// How the time of reading text grows with its length, on texts that are made to cost much: each is read at some length,
// 200,000 bytes unless the argument says another, and at eight times that. Prints a line for each text and reader:
// nanoseconds for a byte, and how many times as long a text of twice the length takes, 2 if time is linear.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "text/encoder.h"
#include "text/offsets.h"
#include "text/sentences.h"
#include "text/utf8.h"

namespace {

using namespace recura;

struct Kind {
  const char* name;
  std::string piece;
  const char* first = "";
};

const std::vector<Kind> kKinds{{"words", "word "},
                               {"one word", "w"},
                               {"combining marks", "\u0301", "e"},
                               {"joined emoji", "👩\u200d"},
                               {"regional letters", "🇦"},
                               {"Han", "我们买"},
                               {"kana", "カメラです"},
                               {"Thai", "ภาษาไทย"},
                               {"NUL", std::string("\0", 1)},
                               {"BOM", "\ufeff"},
                               {"turned", "\u202ea\u2066"},
                               {"angles", "<a "},
                               {"open tags", "<"},
                               {"quotes", "\"'"},
                               {"abbreviations", "Mr. \"J. "},
                               {"stops", "."},
                               {"dots and blanks", ". 1 "},
                               {"line ends", "\r\n"},
                               {"lines", "a\n"},
                               {"ellipses", "……"},
                               {"closings", "。”）"},
                               {"commas", ",) "},
                               {"ligatures", "\ufdfa"},
                               {"Hangul", "\u1100\u1161\u11a8"}};

using Read = std::function<std::size_t(std::string_view)>;

std::size_t count_offsets(std::string_view text) {
  std::vector<std::size_t> ends;
  for (const Token token : Tokenizer({}).cut(text)) ends.push_back(token.end);
  return convert_offsets(text, ends, OffsetUnit::bytes, OffsetUnit::utf16).size();
}

std::size_t count_subwords(std::string_view text) {
  static const std::vector<std::string> pieces{"\u2581",       "w",  "ww", "wwww", "\u2581word", "\u0301",
                                               "\u0301\u0301", "我", "."};
  static const auto subwords = std::make_shared<const Subwords>(pieces, std::vector<float>(pieces.size(), -1));
  static const TextEncoder encoder({.unit = Unit::subword}, Vocabulary(pieces), 0, Keep::head, subwords);
  return encoder.encode(text).ids.size();
}

const std::vector<std::pair<const char*, Read>> kReaders{
    {"utf8", [](std::string_view text) { return find_bad_utf8(text) ? 1U : replace_bad_utf8(text).size(); }},
    {"encode", [](std::string_view text) { return TextEncoder({.drop_html = true}, {}).encode(text).ids.size(); }},
    {"dictionary", [](std::string_view text) { return Tokenizer({.dictionary = true}).cut(text).size(); }},
    {"characters", [](std::string_view text) { return Tokenizer({.unit = Unit::character}).cut(text).size(); }},
    {"subwords", count_subwords},
    {"sentences", [](std::string_view text) { return cut_sentences(text).size(); }},
    {"clauses", [](std::string_view text) { return cut_clauses(text).size(); }},
    {"offsets", count_offsets}};

/// Of the processor, the least of some tries.
double seconds(const Read& read, std::string_view text) {
  constexpr int kTries = 3;
  double least = 1e9;
  for (int i = 0; i < kTries; ++i) {
    const std::clock_t start = std::clock();
    volatile std::size_t result = read(text);
    static_cast<void>(result);
    least = std::min(least, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

std::string repeated(const Kind& kind, std::size_t size) {
  std::string text = kind.first;
  while (text.size() < size) text += kind.piece;
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t size = argc > 1 ? std::stoul(argv[1]) : 200'000;
  double worst = 0;
  for (const Kind& kind : kKinds) {
    const std::string once = repeated(kind, size), longer = repeated(kind, 8 * size);
    for (const auto& [name, read] : kReaders) {
      const double first = seconds(read, once), ratio = std::cbrt(seconds(read, longer) / first);
      worst = std::max(worst, ratio);
      fmt::print("{:<18} {:<11} {:8.1f} ns/byte  {:.2f}\n", kind.name, name,
                 first / static_cast<double>(once.size()) * 1e9, ratio);
    }
  }
  fmt::print("twice the text takes {:.2f} times as long at most\n", worst);
}
