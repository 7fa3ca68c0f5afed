#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "data/summary_data.h"
#include "data/tagged/tagged_text.h"

namespace recura {

// Here the pieces of a `SummaryRow`, its `sentences`, are words and marks.

/// Cuts the texts of rows into words, and finds which of them the summaries keep: as the row says it, else by `align`
/// in small letters. Of several summaries, the first. Gives how many summaries are no part of their text, word by word.
/// @throws DataError  as `align`; names the line.
std::int64_t find_kept(std::vector<SummaryRow>& rows, const Tokenizer& tokenizer, Executor& executor);

/// The words of a text, sentence by sentence: none lies in two.
std::vector<Token> cut_words(const Tokenizer& tokenizer, std::string_view text);

/// What a summary keeps, as the type of a span.
inline constexpr const char* kKept = "kept";

/// The sentences of a row whose words are known, with spans of those that are kept if that is known. Those without a
/// word are left out; one of more than 512 words is cut into several.
std::vector<TaggedText> tagged_sentences(const SummaryRow& row);
/// Those of all rows, one row after the other.
std::vector<TaggedText> tagged_sentences(std::span<const SummaryRow> rows);

/// The chosen words of a text, with a blank where the text has one before a word, or between a word and the chosen one
/// before it.
std::string joined_words(std::string_view text, std::span<const Token> words, std::span<const std::size_t> chosen);

}  // namespace recura
