#pragma once

#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace recura {

/// Cuts text into sentences, in the caller's own bytes, without white space at their ends; together they hold all of
/// the text but white space between them.
///
/// By Unicode's boundaries (UAX 29, root locale), and:
/// - a blank line ends a sentence; a single end of line does not, it is white space like any other;
/// - `；`, and `…` beside a Chinese or Japanese letter, end one, the closing quotes and brackets behind them included;
/// - a full stop before a number ends one (`… in 2004. 12 people …`);
/// - titles, initials, `e.g.`, `No. 5`, the number of a list's entry, and a quoted question before a small letter do
/// not.
///
/// `text` must be well-formed UTF-8. Linear time. Safe for any number of threads.
/// @throws DataError  if the text has more than 2 GiB.
std::vector<Token> cut_sentences(std::string_view text);

/// The same, and sentences are cut behind commas, semicolons and colons too, with closing quotes and brackets; ASCII
/// ones where white space follows.
std::vector<Token> cut_clauses(std::string_view text);

}  // namespace recura
