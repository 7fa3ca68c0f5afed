#include "task/summarise/compress/choose.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "task/summarise/compress/words.h"
#include "text/bytes.h"
#include "text/utf8.h"

namespace recura {

std::vector<std::size_t> choose_words(std::string_view text, std::span<const Token> words, std::span<const double> p,
                                      const SummaryLimits& limits) {
  const std::vector<std::size_t> order = by_falling_score(p);
  const auto best = [&](std::size_t count) {
    std::vector<std::size_t> chosen(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
    std::ranges::sort(chosen);
    return chosen;
  };
  std::size_t most = most_of(limits, words.size());
  if (limits.words >= 0) {
    std::int64_t left = limits.words;
    const auto fits = [&](std::size_t i) { return !has_letter_or_digit(bytes_of(text, words[i])) || left-- > 0; };
    const auto end = std::ranges::find_if_not(order, fits);
    most = limits.words == 0 ? 0 : std::min(most, static_cast<std::size_t>(end - order.begin()));
  }
  if (limits.characters >= 0) {
    const auto fits = [&](std::size_t count) {
      return std::cmp_less_equal(count_code_points(joined_words(text, words, best(count))), limits.characters);
    };
    const auto counts = std::views::iota(std::size_t{1}, most + 1);  // the more words, the more characters
    most = static_cast<std::size_t>(std::ranges::partition_point(counts, fits) - counts.begin());
  }
  return best(most);
}

}  // namespace recura
