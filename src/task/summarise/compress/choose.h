#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "task/summarise/select/choose.h"

namespace recura {

/// The numbers of the chosen words of a text, ascending: as many of the likeliest ones as the limits allow, which
/// count words and marks for sentences. Of `words` marks are none; `characters` are those of `joined_words`.
std::vector<std::size_t> choose_words(std::string_view text, std::span<const Token> words, std::span<const double> p,
                                      const SummaryLimits& limits);

}  // namespace recura
