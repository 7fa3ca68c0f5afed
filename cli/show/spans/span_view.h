#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace recura::cli {

/// Bytes `begin` … `end` of a text.
struct ShownSpan {
  std::size_t begin = 0, end = 0;
  std::string type;
  double score = 0;
};

/// A text with the names in it, for people to look at.
struct ShownText {
  std::string text;
  std::vector<ShownSpan> spans;  // ascending, none over another
  std::string label;             // of the whole text; empty if it has none
  std::string error;             // not empty: stands in the text's place
};

/// A number for each type, from 0 in the order in which they come, and how often it was asked for.
class TypeNumbers {
 public:
  /// `types` get the first numbers: those of a model, so that its colours are the same for every text.
  explicit TypeNumbers(const std::vector<std::string>& types = {});

  std::size_t of(const std::string& type);
  std::size_t count_one(const std::string& type);
  const std::vector<std::string>& types() const { return types_; }
  std::int64_t count(std::size_t number) const { return counts_[number]; }

 private:
  std::map<std::string, std::size_t, std::less<>> numbers_;
  std::vector<std::string> types_;
  std::vector<std::int64_t> counts_;
};

/// Standard output is a terminal, and NO_COLOR is not set (https://no-color.org).
bool colours_wanted();

/// Texts as lines of a terminal: "Anna Smith [PER] sings" in the type's colour; without colours "[Anna Smith](PER)
/// sings". Nothing in a text moves the terminal.
class SpanLines {
 public:
  explicit SpanLines(bool colours, const std::vector<std::string>& types = {}) : colours_(colours), types_(types) {}

  std::string line(const ShownText& text);

 private:
  std::string span(const ShownSpan& span, std::string_view text);

  bool colours_;
  TypeNumbers types_;
};

/// One HTML page that needs no other file and no network, written piece by piece in constant memory: `begin`, a `text`
/// for each text, `end`.
class SpanPage {
 public:
  explicit SpanPage(const std::vector<std::string>& types = {}) : types_(types) {}

  std::string begin(std::string_view title) const;
  std::string text(const ShownText& text);
  /// With the legend: each type that was seen, and how often; it stands above the texts.
  std::string end() const;

 private:
  TypeNumbers types_;
};

}  // namespace recura::cli
