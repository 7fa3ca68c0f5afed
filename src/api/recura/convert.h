#pragma once

#include <recura/options.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace recura {

/// How texts with marked spans are brought from one form into another.
struct ConvertOptions {
  enum class Unit { word, character };

  /// conll, words, jsonl or brat; empty: by the file's ending, and for what is read then by its first line.
  std::string from = {}, to = {};
  /// bio, iob1, bioes or bmes: of the CoNLL that is read (empty: found from its tags), and of that which is written
  /// (empty: by the ending of its name, .bioes or .bmes, else bio).
  std::string from_scheme = {}, scheme = {};
  /// Of CoNLL, from 0; negative ones from behind.
  std::int64_t token_column = 0, tag_column = -1;
  /// Mend tags in an order that the scheme does not allow.
  bool repair = false;
  /// What raw text is cut into.
  Unit unit = Unit::word;
  std::string text_field = "text", label_field = "label", spans_field = "spans";
  /// A file of one label a line, for each text; empty: none.
  std::string labels = {};
  InputOptions::OnError on_error = InputOptions::OnError::skip;
  InputOptions::BadUtf8 bad_utf8 = InputOptions::BadUtf8::refuse;
};

struct ConvertReport {
  std::string from, to;
  /// Of the tags; empty where a form has none.
  std::string from_scheme, scheme;
  std::int64_t texts = 0, tokens = 0, spans = 0;
  std::int64_t bad_rows = 0;
  /// Tags that were mended.
  std::int64_t repaired = 0;
  /// Relations, events, notes, lists of mere names, texts without annotations, tasks skipped, answers not accepted.
  std::int64_t ignored = 0;
  /// Spans that were left out, by what is wrong with them: "misaligned", "nested", …
  std::vector<std::pair<std::string, std::int64_t>> bad_spans;
  /// Five of them, as "line 7: what was expected".
  std::vector<std::string> problems;
  /// What the form written has no room for.
  std::int64_t lost_labels = 0, lost_undecided = 0, lost_texts = 0;
};

std::vector<Option> describe(ConvertOptions& options);

/// Reads all of `in` (a file, "-", a folder of BRAT's pairs) and writes `out`, each file whole or not at all.
/// @throws ArgumentError            if an option is wrong, or the form of `out` is not known.
/// @throws DataError, SystemError   as reading a file throws, or if the form cannot hold a span; `out` is untouched.
ConvertReport convert(const std::string& in, const std::string& out, const ConvertOptions& options);

/// The same into `sink`, piece by piece; `options.to` must be given, and not be brat.
ConvertReport convert(const std::string& in, const std::function<void(std::string_view)>& sink,
                      const ConvertOptions& options);

}  // namespace recura
