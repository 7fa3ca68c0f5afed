#pragma once

#include "data/tagged/tagged_collector.h"

namespace recura {

/// What a line between two documents begins with.
inline constexpr std::string_view kDocumentStart = "-DOCSTART-";

/// A line of CoNLL's form, whose last column is a tag.
bool looks_like_conll(std::string_view line);

/// Texts of lines of columns, separated by tabs, or by blanks where a line has no tab; a blank line ends a text.
///
/// Lines that begin with -DOCSTART- end a text as well. Comments before a text, "# key = value" with a key and without
/// a tab, are left out, but "# label = x" and "# intent = x" say what the text is. A text is bad, and told by its first
/// bad line, if a line has another number of columns than the first one of the file, an empty token, a tag of no known
/// form, or bytes that are no UTF-8; or if its tags are no legal sequence and are not to be mended.
/// @throws DataError  if the lines have no such columns as the options name.
void read_conll(LineReader& lines, TaggedCollector& into);

}  // namespace recura
