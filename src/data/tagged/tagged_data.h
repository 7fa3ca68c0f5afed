#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/labelled_data.h"
#include "data/tagged/tagged_text.h"

namespace recura {

/// conll: a token and its tag a line, a blank line after each text. words: segmented text, one a line. jsonl: objects
/// with spans by code points. brat: raw text in NAME.txt, spans in NAME.ann. docs/formats.md shows each.
enum class TaggedFormat { conll, words, jsonl, brat };

std::string_view name(TaggedFormat format);
/// @throws ArgumentError  if there is no such form.
TaggedFormat tagged_format_from(std::string_view name);
/// By the path's ending (".gz" aside) alone: .conll, .bio, .iob, .bioes, .bmes, .seg, .jsonl, .ndjson, .json, .ann, or
/// a folder.
std::optional<TaggedFormat> tagged_format_of(const std::string& path);

struct TaggedReadOptions {
  /// None: by the file's ending, then by its first line.
  std::optional<TaggedFormat> format = std::nullopt;
  /// conll; none: found from the tags that occur.
  std::optional<TagScheme> scheme = std::nullopt;
  /// conll; from 0, negative ones from behind: -1 is the last column.
  Index token_column = 0, tag_column = -1;
  /// conll: mend tags in an order that the scheme does not allow, and count them; else such a text is a bad row.
  bool repair = false;
  /// Leave bad rows and bad spans out and count them; else the first one is a `DataError`.
  bool skip_bad = true;
  /// U+FFFD in place of bad bytes; else such a row is bad.
  bool replace_bad_utf8 = false;
  /// A text is marked with the types that occur in its file alone: it says nothing of others.
  bool own_types = false;
  /// jsonl, brat: how text is cut into tokens, where the data do not say.
  TextRule rule = {};
  std::string text_field = "text", label_field = "label", spans_field = "spans";
  /// jsonl: the texts that rows without one are about, in their order; null: each row has its own.
  const std::vector<TaggedText>* texts = nullptr;
  /// A file of one label a line, for each text of the data in its order; empty: none.
  std::string label_file = {};
};

/// Why a span is left out.
enum class SpanFault {
  unreadable,
  outside,
  empty,
  misaligned,
  discontinuous,
  duplicate,
  nested,
  overlapping,
  mismatched
};
inline constexpr std::size_t kSpanFaults = 9;
std::string_view name(SpanFault fault);

struct TaggedFile {
  std::string name;  // for messages
  TagScheme scheme = TagScheme::bio;
  std::vector<std::string> types;
};

struct TaggedData {
  std::vector<TaggedText> texts;
  TaggedFormat format = TaggedFormat::conll;
  /// conll: that of the tags, of the first file.
  TagScheme scheme = TagScheme::bio;
  std::int64_t bad_rows = 0;
  /// Tags that were mended.
  std::int64_t repaired = 0;
  /// Spans that were left out of good rows, by `SpanFault`.
  std::array<std::int64_t, kSpanFaults> bad_spans{};
  /// What this program has no use for: relations, events and notes of BRAT, and texts without annotations; answers
  /// other than "accept" of Prodigy; lists of names for a whole text that are not its label.
  std::int64_t ignored = 0;
  std::vector<RowProblem> problems;  // five at most: `add_problem`
  std::string digest;                // XXH3-128 of the bytes of all files read, decompressed
  std::vector<std::string> types;    // of the spans: sorted, each once
  std::vector<TaggedFile> files;     // by `TaggedText::file`

  bool types_differ() const {
    return std::ranges::any_of(files, [&](const TaggedFile& file) { return file.types != types; });
  }
};

/// Reads all of a file, or of standard input ("-"); of BRAT a pair of files, or all pairs of a folder by their names.
/// @throws SystemError  if it cannot be read.
/// @throws DataError    if it is empty, of no known form, or has no good row; if none of its spans can be used, or the
/// labels are not as many as the texts; or a bad row or span is met and not skipped.
TaggedData read_tagged(const std::string& path, const TaggedReadOptions& options);

/// Several such files as one; problems then name their file.
/// @throws ArgumentError  if there is none, standard input stands twice, or there is a file of labels for more than
/// one.
/// @throws DataError      as above, or if they are not of one form.
TaggedData read_tagged_files(const std::vector<std::string>& paths, const TaggedReadOptions& options);

/// @throws DataError  if some of the texts have a label, and others have none: names the first of these.
void check_labels(const TaggedData& data);

}  // namespace recura
