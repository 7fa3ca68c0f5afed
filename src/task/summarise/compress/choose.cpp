#include "task/summarise/compress/choose.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "task/summarise/compress/words.h"
#include "text/bytes.h"
#include "text/utf8.h"

namespace recura {

std::vector<std::size_t> choose_words(std::string_view text, std::span<const Token> words, const ReadText& read,
                                      const SummaryLimits& limits) {
  const auto is_word = [&](std::size_t i) { return has_letter_or_digit(bytes_of(text, words[i])); };
  const auto fits = [&](std::size_t count) {
    const std::vector<std::size_t> kept = read.kept(count);
    if (limits.words >= 0 && std::ranges::count_if(kept, is_word) > limits.words) return false;
    return limits.characters < 0 ||
           std::cmp_less_equal(count_code_points(joined_words(text, words, kept)), limits.characters);
  };
  std::size_t most = limits.words == 0 ? 0 : most_of(limits, words.size());
  if (limits.words >= 0 || limits.characters >= 0) {
    // The search takes it that a longer sequence has no fewer words or characters, which is nearly always so: what it
    // ends at was found to fit, and now and then one word more would have.
    const auto counts = std::views::iota(std::size_t{1}, most + 1);
    most = static_cast<std::size_t>(std::ranges::partition_point(counts, fits) - counts.begin());
  }
  return read.kept(most);
}

}  // namespace recura
