#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "task/summarise/compress/predict.h"
#include "task/summarise/select/choose.h"

namespace recura {

/// The numbers of the words of a text to keep, ascending: `kept` of as many as the limits allow, which count words and
/// marks for sentences. Of `words` marks are none; `characters` are those of `joined_words`.
std::vector<std::size_t> choose_words(std::string_view text, std::span<const Token> words, const ReadText& read,
                                      const SummaryLimits& limits);

/// Of these words of a text: how many are no marks, and the characters of `joined_words`.
std::int64_t count_words(std::string_view text, std::span<const Token> words, std::span<const std::size_t> kept);
std::int64_t count_characters(std::string_view text, std::span<const Token> words, std::span<const std::size_t> kept);

/// Whether the limits of words and of characters allow them.
bool is_within(std::string_view text, std::span<const Token> words, std::span<const std::size_t> kept,
               const SummaryLimits& limits);

}  // namespace recura
