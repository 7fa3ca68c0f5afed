#include "task/summarise/select/choose.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <unordered_set>

#include "task/summarise/rouge/rouge_words.h"
#include "text/bytes.h"
#include "text/utf8.h"

namespace recura {
namespace {

std::vector<std::size_t> by_falling_score(std::span<const double> scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  return order;
}

/// What is left of the limits.
class Room {
 public:
  Room(const SummaryLimits& limits, std::size_t sentences)
      : sentences_(most_of(limits, sentences)), words_(open(limits.words)), characters_(open(limits.characters)) {}

  bool is_full() const { return sentences_ == 0 || words_ == 0 || characters_ + first_blank_ <= 0; }
  /// Whether the sentence of this number fits, with `blank` characters before it, which the summary's first one loses;
  /// it takes its part then.
  bool take(std::size_t number, std::string_view sentence, std::int64_t blank) {
    const std::int64_t words = words_ == kOpen ? 0 : count_words(sentence);
    const std::int64_t characters = static_cast<std::int64_t>(count_code_points(sentence)) + blank;
    const std::int64_t lost = number < first_ ? blank : first_blank_;
    if (words > words_ || characters - lost > characters_) return false;
    first_ = std::min(first_, number);
    first_blank_ = lost;
    --sentences_;
    words_ -= words;
    if (characters_ != kOpen) characters_ -= characters;
    return true;
  }

 private:
  static constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max() / 2;
  static std::int64_t open(std::int64_t limit) { return limit < 0 ? kOpen : limit; }

  std::int64_t count_words(std::string_view sentence) const {
    return std::ranges::count_if(tokenizer_.cut(sentence),
                                 [&](const Token& token) { return has_letter_or_digit(bytes_of(sentence, token)); });
  }

  std::size_t sentences_, first_ = std::numeric_limits<std::size_t>::max();
  std::int64_t words_, characters_, first_blank_ = 0;
  Tokenizer tokenizer_{TextRule{}};
};

/// The runs of so many words that chosen sentences have.
class Runs {
 public:
  explicit Runs(std::int64_t length) : length_(static_cast<std::size_t>(length)) {}

  std::vector<std::string> of(std::string_view sentence) const {
    if (length_ == 0) return {};
    const std::vector<std::string> words = rouge_words(sentence);
    std::vector<std::string> runs;
    for (std::size_t i = 0; i + length_ <= words.size(); ++i) {
      std::string& run = runs.emplace_back();
      for (std::size_t k = i; k < i + length_; ++k) (run += words[k]) += ' ';
    }
    return runs;
  }
  bool have_any(std::span<const std::string> runs) const {
    return std::ranges::any_of(runs, [&](const std::string& run) { return seen_.contains(run); });
  }
  void add(std::vector<std::string> runs) {
    for (std::string& run : runs) seen_.insert(std::move(run));
  }

 private:
  std::size_t length_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

std::size_t most_of(const SummaryLimits& limits, std::size_t sentences) {
  std::size_t most = sentences;
  if (limits.sentences >= 0) most = std::min(most, static_cast<std::size_t>(limits.sentences));
  if (limits.share < 0) return most;
  const auto part = static_cast<std::size_t>(std::lround(limits.share * static_cast<double>(sentences)));
  return std::min(most, limits.share > 0 ? std::max<std::size_t>(part, 1) : 0);
}

bool has_letter_or_digit(std::string_view token) {
  for (std::int32_t i = 0; i < std::ssize(token);) {
    UChar32 c = 0;
    U8_NEXT(token.data(), i, std::ssize(token), c);  // NOLINT(bugprone-inc-dec-in-conditions): so the macro is written
    if (c >= 0 && u_isalnum(c)) return true;
  }
  return false;
}

std::vector<std::size_t> choose(std::string_view text, std::span<const Token> sentences, std::span<const double> scores,
                                const SummaryLimits& limits) {
  std::vector<std::size_t> chosen;
  Room room(limits, sentences.size());
  Runs runs(limits.no_repeat);
  for (const std::size_t i : by_falling_score(scores)) {
    if (room.is_full()) break;
    const std::string_view sentence = bytes_of(text, sentences[i]);
    std::vector<std::string> own = runs.of(sentence);
    const std::int64_t blank = i > 0 && sentences[i - 1].end < sentences[i].begin ? 1 : 0;
    if (runs.have_any(own) || !room.take(i, sentence, blank)) continue;
    runs.add(std::move(own));
    chosen.push_back(i);
  }
  std::ranges::sort(chosen);
  return chosen;
}

std::vector<std::size_t> choose_best(std::span<const double> scores, std::size_t count) {
  std::vector<std::size_t> order = by_falling_score(scores);
  order.resize(std::min(count, order.size()));
  std::ranges::sort(order);
  return order;
}

}  // namespace recura
