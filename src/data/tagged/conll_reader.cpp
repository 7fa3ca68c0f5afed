#include "data/tagged/conll_reader.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "data/rows/source_row.h"
#include "data/tagged/joined_text.h"
#include "data/tagged/tag_scheme.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr std::size_t kMostColumns = 10'000;  // of a line that is made to fill the memory

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  if (line.find('\t') != std::string_view::npos) {
    for (std::size_t at = 0; at <= line.size() && columns.size() < kMostColumns; at += columns.back().size() + 1)
      columns.push_back(line.substr(at, line.find('\t', at) - at));
    return columns;
  }
  for (std::size_t at = line.find_first_not_of(kBlanks); at < line.size() && columns.size() < kMostColumns;
       at = line.find_first_not_of(kBlanks, at + columns.back().size()))
    columns.push_back(line.substr(at, line.find_first_of(kBlanks, at) - at));
  return columns;
}

/// "# key = value": key and value. Without a key it is a token # and its columns.
std::optional<std::pair<std::string_view, std::string_view>> comment_of(std::string_view line) {
  const std::size_t equals = line.find(" = ");
  if (!line.starts_with("# ") || line.find('\t') != std::string_view::npos || equals == std::string_view::npos ||
      equals < 2)
    return std::nullopt;
  const std::string_view key = trimmed(line.substr(2, equals - 2), kBlanks);
  if (key.empty()) return std::nullopt;
  return std::pair{key, trimmed(line.substr(equals + 3), kBlanks)};
}

/// A text whose tags wait until the scheme is known, and its blanks until it is known whether there are any.
struct RawText {
  TaggedText text;  // without blanks; its tokens stand in lines without a gap
  std::vector<std::string_view> tags;
  std::int64_t bad_line = 0;
  std::string error;
};

class ConllReader {
 public:
  ConllReader(LineReader& lines, TaggedCollector& into) : lines_(lines), into_(into) {}

  void read() {
    for (std::string line; lines_.next(line);) read_line(line);
    end_text();
    into_.data.scheme = into_.options().scheme.value_or(finder_.found());
    for (RawText& raw : raws_) decode(raw);
  }

 private:
  void read_line(std::string& line) {
    std::string reason;
    const bool good = into_.mend(line, reason);
    if (trimmed(line, kBlanks).empty() || line.starts_with(kDocumentStart)) return end_text();
    if (const auto comment = comment_of(line); comment && begin_ == 0) {
      if (comment->first != "label" && comment->first != "intent") return;
      label_ = comment->second;
      if (!good) refuse(reason);  // the text that it is of
      return;
    }
    if (begin_ == 0) begin_ = lines_.line_number();
    if (!good) return refuse(reason);
    add_token(columns_of(line));
  }

  void add_token(const std::vector<std::string_view>& columns) {
    if (columns_ == 0 && columns.size() > 1) check_columns(columns.size());
    if (columns_ == 0) return refuse("expected a token and a tag, got one column");
    if (columns.size() != columns_) return refuse(fmt::format("expected {} columns, got {}", columns_, columns.size()));
    const std::string_view token = columns[place(into_.options().token_column)];
    const std::string_view tag = trimmed(columns[place(into_.options().tag_column)], kBlanks);
    if (trimmed(token, kBlanks).empty()) return refuse("the token is empty");
    if (!parse_tag(tag)) {
      return refuse(
          fmt::format("{:?} is no tag: expected O, ?, or B-TYPE, I-TYPE, E-TYPE, S-TYPE, M-TYPE", cut_short(tag)));
    }
    TaggedText& text = raw_.text;
    text.tokens.push_back({text.text.size(), text.text.size() + token.size()});
    text.text += token;
    characters_.add(token);
    raw_.tags.push_back(*pool_.emplace(tag).first);
  }

  /// The first line of two columns or more says how many all lines have.
  void check_columns(std::size_t count) {
    const auto [token, tag] = std::pair{into_.options().token_column, into_.options().tag_column};
    const auto n = static_cast<Index>(count);
    const auto fits = [n](Index column) { return column >= -n && column < n; };
    if (!fits(token) || !fits(tag) || (token + n) % n == (tag + n) % n) {
      throw DataError("{}: line {}: expected a token in column {} and a tag in column {}, got {} columns",
                      into_.shown(), lines_.line_number(), token, tag, count);
    }
    columns_ = count;
  }

  std::size_t place(Index column) const {
    return static_cast<std::size_t>(column < 0 ? column + static_cast<Index>(columns_) : column);
  }

  void refuse(std::string reason) {
    if (!raw_.error.empty()) return;
    raw_.error = std::move(reason);
    raw_.bad_line = lines_.line_number();
  }

  void end_text() {
    if (begin_ == 0) return;
    if (raw_.error.empty()) finder_.add(raw_.tags);
    raw_.text.label = std::exchange(label_, "");
    raw_.text.line = std::exchange(begin_, 0);
    raws_.push_back(std::exchange(raw_, {}));
  }

  void decode(RawText& raw) {
    if (!raw.error.empty()) return into_.add_bad_row(raw.bad_line, raw.error);
    DecodedTags decoded = decode_tags(raw.tags, into_.data.scheme);
    const auto bad = std::ranges::find_if(
        decoded.illegal, [&](const IllegalTag& tag) { return !tag.mendable || !into_.options().repair; });
    if (bad != decoded.illegal.end()) return into_.add_bad_row(raw.text.line + bad->token, bad->reason);
    into_.data.repaired += static_cast<std::int64_t>(decoded.illegal.size());
    if (!characters_.found()) put_blanks(raw.text);
    raw.text.spans = std::move(decoded.spans);
    raw.text.undecided = std::move(decoded.undecided);
    into_.add(std::exchange(raw, {}).text);
  }

  static void put_blanks(TaggedText& text) {
    std::vector<std::string_view> words;
    for (Index token = 0; token < std::ssize(text.tokens); ++token) words.push_back(text.token(token));
    TaggedText joined = join_words(words);
    text.text = std::move(joined.text);
    text.tokens = std::move(joined.tokens);
  }

  LineReader& lines_;
  TaggedCollector& into_;
  std::set<std::string, std::less<>> pool_;  // the tags, each once
  SchemeFinder finder_;
  CharacterFinder characters_;
  std::vector<RawText> raws_;
  RawText raw_;
  std::int64_t begin_ = 0;  // its first line; 0: it has none yet
  std::string label_;
  std::size_t columns_ = 0;  // 0: no line was read
};

}  // namespace

bool looks_like_conll(std::string_view line) {
  if (line.starts_with(kDocumentStart) || comment_of(line)) return true;
  const auto columns = columns_of(line);
  return columns.size() > 1 && parse_tag(trimmed(columns.back(), kBlanks));
}

void read_conll(LineReader& lines, TaggedCollector& into) { ConllReader(lines, into).read(); }

}  // namespace recura
