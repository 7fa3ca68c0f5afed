#include "task/summarise/compress/choose.h"

#include <algorithm>
#include <ranges>

#include "task/summarise/compress/words.h"
#include "text/bytes.h"
#include "text/utf8.h"

namespace recura {

std::int64_t count_words(std::string_view text, std::span<const Token> words, std::span<const std::size_t> kept) {
  return std::ranges::count_if(kept, [&](std::size_t i) { return has_letter_or_digit(bytes_of(text, words[i])); });
}

std::int64_t count_characters(std::string_view text, std::span<const Token> words, std::span<const std::size_t> kept) {
  return static_cast<std::int64_t>(count_code_points(joined_words(text, words, kept)));
}

bool is_within(std::string_view text, std::span<const Token> words, std::span<const std::size_t> kept,
               const SummaryLimits& limits) {
  return (limits.words < 0 || count_words(text, words, kept) <= limits.words) &&
         (limits.characters < 0 || count_characters(text, words, kept) <= limits.characters);
}

std::vector<std::size_t> choose_words(std::string_view text, std::span<const Token> words, const ReadText& read,
                                      const SummaryLimits& limits) {
  const auto fits = [&](std::size_t count) { return is_within(text, words, read.kept(count), limits); };
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
