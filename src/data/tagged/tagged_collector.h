#pragma once

#include <string>
#include <vector>

#include "data/rows/line_reader.h"
#include "data/tagged/tagged_data.h"

namespace recura {

/// What the readers of all forms do with what they find: texts, and what is wrong with them.
class TaggedCollector {
 public:
  /// `path` of the data, for messages. Reads the file of labels, if there is one.
  TaggedCollector(const std::string& path, const TaggedReadOptions& options);

  /// Texts, good and bad, in their order in the data.
  void add(TaggedText text);
  /// A row that is neither good nor bad.
  void ignore_row();
  /// @throws DataError  if bad rows are not skipped.
  void add_bad_row(std::int64_t line, const std::string& reason);
  /// @throws DataError  if bad spans are not skipped.
  /// `is_undecided`: it is no span, but a place that nobody decided about.
  void add_bad_span(SpanFault fault, std::int64_t line, const std::string& reason, bool is_undecided = false);
  /// Makes `text` UTF-8 if the options say so. False if it is not; `reason` then says where.
  bool mend(std::string& text, std::string& reason) const;

  /// The file that lines are counted in, where it is not the path itself.
  void set_part(std::string file) { part_ = std::move(file); }

  const std::string& shown() const { return shown_; }
  const TaggedReadOptions& options() const { return options_; }

  /// Format, scheme, digest, and the counts that no function above keeps are the reader's to set.
  TaggedData data;

  /// @throws DataError  if there is no good text, all spans are bad ones, or the labels do not fit.
  TaggedData finish();

 private:
  RowProblem note(std::int64_t line, const std::string& reason);
  void check_labels() const;

  std::string shown_, part_;
  TaggedReadOptions options_;
  std::vector<std::string> labels_;
  std::string labels_digest_;
  std::size_t rows_ = 0;
  std::int64_t bad_spans_ = 0;
  RowProblem first_bad_span_;
};

/// One digest of several.
std::string digest_of(const std::vector<std::string>& digests);

}  // namespace recura
