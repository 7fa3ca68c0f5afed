#pragma once

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

}  // namespace recura
