#include "data/vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <unordered_set>

#include "base/error.h"
#include "base/file.h"
#include "data/rows/byte_window.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr std::size_t kLongestWord = 4096;
constexpr std::size_t kSampled = 4096;  // bytes behind the header that tell text from binary data
constexpr std::uint64_t kMostDimensions = 65'536;
constexpr std::string_view kSeparators = " \t";

struct Header {
  std::uint64_t count = 0;
  std::size_t dimensions = 0;
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view without_end(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Two numbers and nothing else.
std::optional<Header> header_of(std::string_view line, const std::string& name) {
  line = without_end(line);
  const std::size_t blank = line.find_first_of(kSeparators);
  if (blank == line.npos || line.find_first_not_of("0123456789 \t") != line.npos) return std::nullopt;
  const std::string_view second = line.substr(std::min(line.find_first_not_of(kSeparators, blank), line.size()));
  if (blank == 0 || second.find_first_of(kSeparators) != second.npos) return std::nullopt;
  Header header;
  const std::string_view first = line.substr(0, blank);
  std::from_chars(first.data(), first.data() + first.size(), header.count);
  std::from_chars(second.data(), second.data() + second.size(), header.dimensions);
  if (header.count == 0 || header.dimensions == 0 || header.dimensions > kMostDimensions) {
    throw DataError("{}: line 1: expected a count of words and a dimension of 1 … {}, got {:?}", name, kMostDimensions,
                    cut_short(line));
  }
  return header;
}

/// Control characters that no word has, one in a hundred bytes or more.
bool looks_binary(std::string_view head) {
  const auto odd = static_cast<std::size_t>(std::ranges::count_if(
      head, [](char c) { return static_cast<unsigned char>(c) < '\t' || (c > '\r' && c < ' '); }));
  return odd * 100 > head.size();
}

/// Reads the numbers of a row; what is wrong with them, or nothing.
std::string parse(std::string_view text, std::span<real> row) {
  const char *at = text.data(), *const end = at + text.size();
  for (std::size_t k = 0;; ++k) {
    while (at < end && is_blank(*at)) ++at;
    if (at == end) return k == row.size() ? "" : fmt::format("expected {} numbers, got {}", row.size(), k);
    const char* const stop = std::find_if(at, end, is_blank);
    double value = 0;
    if (const auto [next, error] = std::from_chars(at, stop, value); next != stop || error != std::errc())
      return fmt::format("{:?} is no number", cut_short({at, stop}));
    if (!(std::abs(value) <= std::numeric_limits<float>::max()))
      return fmt::format("number {} is {}, which is not finite", k + 1, std::string_view(at, stop));
    if (k < row.size()) row[k] = static_cast<real>(static_cast<float>(value));
    at = stop;
  }
}

std::string copy(std::string_view bytes, std::span<real> row) {
  for (std::size_t k = 0; k < row.size(); ++k) {
    float value = 0;
    std::memcpy(&value, bytes.data() + k * sizeof(float), sizeof(float));
    if (!std::isfinite(value)) return fmt::format("number {} is not finite", k + 1);
    row[k] = static_cast<real>(value);
  }
  return "";
}

class VectorReader {
 public:
  VectorReader(const std::string& path, const VectorOptions& options) : window_(path), options_(options) {}

  WordVectors read() {
    read_header();
    if (binary_) {
      read_binary();
    } else {
      read_text();
    }
    if (rows_ == 0) throw DataError("{}: has no word vectors", window_.name());
    if (result_.bad_rows == static_cast<std::int64_t>(rows_)) {
      throw DataError("{}: none of its {} rows is good; {} {}: {}", window_.name(), rows_, row_word(),
                      result_.problems[0].line, result_.problems[0].reason);
    }
    if (header_ && !enough() && rows_ != header_->count)
      add_problem(1, fmt::format("the first line says {} words, there are {}{}", header_->count, rows_,
                                 rows_ < header_->count ? ": was the file cut?" : ""));
    result_.dimensions = static_cast<Index>(row_.size());
    result_.digest = window_.digest();
    return std::move(result_);
  }

 private:
  void read_header() {
    std::string_view head = window_.ahead(kSampled);
    if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))
      throw DataError("{}: is UTF-16, expected UTF-8", window_.name());
    if (head.starts_with("\xEF\xBB\xBF")) {
      window_.skip(3);
      head.remove_prefix(3);
    }
    const std::size_t newline = std::min(head.find('\n'), head.size());
    const std::string_view first = head.substr(0, newline);
    header_ = header_of(first.ends_with('\r') ? first.substr(0, newline - 1) : first, window_.name());
    if (header_) {
      row_.resize(header_->dimensions);
      window_.line();
      line_ = 1;
      head = window_.ahead(kSampled).substr(0, kSampled);
    }
    binary_ = looks_binary(head);
    if (binary_ && !header_)
      throw DataError("{}: looks binary, and lacks word2vec's first line of count and dimension", window_.name());
  }

  void read_text() {
    while (!enough()) {
      const auto line = window_.line();
      if (!line) break;
      ++line_;
      const std::string_view row = without_end(*line);
      if (row.empty()) continue;
      const std::size_t blank = std::min(row.find_first_of(kSeparators), row.size());
      if (row_.empty()) set_dimensions(row.substr(blank));
      ++rows_;
      add(row.substr(0, blank), [&] { return parse(row.substr(blank), row_); }, line_);
    }
  }

  /// A file without a first line of its own has as many as its first row.
  void set_dimensions(std::string_view numbers) {
    std::size_t count = 0;
    for (std::size_t k = 0; k < numbers.size(); ++k)
      count += !is_blank(numbers[k]) && (k == 0 || is_blank(numbers[k - 1])) ? 1 : 0;
    if (count == 0 || count > kMostDimensions) {
      throw DataError("{}: line {}: expected a word and its 1 … {} numbers, got {} numbers", window_.name(), line_,
                      kMostDimensions, count);
    }
    row_.resize(count);
  }

  void read_binary() {
    const std::size_t bytes = row_.size() * sizeof(float);
    while (!enough() && rows_ < header_->count) {
      if (window_.ahead(1).starts_with('\n')) window_.skip(1);
      const std::size_t begin = window_.offset();
      const std::string_view ahead = window_.ahead(kLongestWord + 1 + bytes);
      ++rows_;
      const std::size_t blank = ahead.substr(0, kLongestWord + 1).find(' ');
      if (blank == ahead.npos && ahead.size() > kLongestWord)
        throw DataError("{}: byte {}: expected a word and a blank", window_.name(), begin);
      if (blank == ahead.npos || ahead.size() < blank + 1 + bytes) {
        throw DataError("{}: byte {}: ends in word {} of {}", window_.name(), begin + ahead.size(), rows_,
                        header_->count);
      }
      const auto read = [&] { return copy(ahead.substr(blank + 1), row_); };
      add(ahead.substr(0, blank), read, static_cast<std::int64_t>(rows_));
      window_.skip(blank + 1 + bytes);
    }
    if (enough() || window_.ahead(2).empty() || window_.ahead(2) == "\n") return;
    throw DataError("{}: byte {}: goes on behind the last of its {} words", window_.name(), window_.offset(),
                    header_->count);
  }

  /// `read` fills `row_`, or says what is wrong with it.
  template <typename Read>
  void add(std::string_view word, const Read& read, std::int64_t line) {
    const std::string reason = word.empty()          ? "expected a word before the numbers"
                               : find_bad_utf8(word) ? "the word has bytes that are no UTF-8"
                                                     : "";
    if (!reason.empty()) return add_problem(line, reason);
    if (options_.wanted && !options_.wanted(word)) return;
    if (std::string problem = read(); !problem.empty()) return add_problem(line, std::move(problem));
    if (!known_.emplace(word).second) return add_problem(line, fmt::format("{:?} stands here again", cut_short(word)));
    result_.words.emplace_back(word);
    result_.values.insert(result_.values.end(), row_.begin(), row_.end());
  }

  void add_problem(std::int64_t line, std::string reason) {
    if (binary_) reason += fmt::format(" (byte {})", window_.offset());
    if (!options_.skip_bad_rows) throw DataError("{}: {} {}: {}", window_.name(), row_word(), line, reason);
    recura::add_problem(result_.problems, {line, std::move(reason)});
    ++result_.bad_rows;
  }

  bool enough() const { return options_.most > 0 && rows_ >= static_cast<std::uint64_t>(options_.most); }
  std::string_view row_word() const { return binary_ ? "word" : "line"; }

  ByteWindow window_;
  const VectorOptions& options_;
  std::optional<Header> header_;
  bool binary_ = false;
  std::uint64_t rows_ = 0;
  std::int64_t line_ = 0;
  std::vector<real> row_;  // the one being read
  std::unordered_set<std::string> known_;
  WordVectors result_;
};

}  // namespace

WordVectors read_vectors(const std::string& path, const VectorOptions& options) {
  return VectorReader(path, options).read();
}

void write_vectors(const WordVectors& vectors, const std::string& path) {
  replace_file(path, [&](FileWriter& file) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    std::string text = fmt::format("{} {}\n", vectors.words.size(), vectors.dimensions);
    for (std::size_t word = 0; word < vectors.words.size(); ++word) {
      text += vectors.words[word];
      for (Index j = 0; j < vectors.dimensions; ++j)
        text += fmt::format(
            " {:.5g}",
            vectors.values[word * static_cast<std::size_t>(vectors.dimensions) + static_cast<std::size_t>(j)]);
      text += '\n';
      if (text.size() < kPiece) continue;
      file.write(text);
      text.clear();
    }
    file.write(text);
  });
}

}  // namespace recura
