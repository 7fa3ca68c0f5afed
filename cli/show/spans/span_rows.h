#pragma once

#include <recura/tagger.h>

#include <memory>
#include <string>

#include "show/spans/span_view.h"

namespace recura::cli {

/// A tagger's answers as lines of a form. `begin` and `end` stand around them.
class SpanRows {
 public:
  virtual ~SpanRows() = default;
  virtual std::string begin() { return ""; }
  virtual std::string row(const TaggedRow& row) = 0;
  virtual std::string end() { return ""; }
};

/// `output`: jsonl, tsv, text or html. Of a model that cuts text into words, text is its words, parted by blanks.
std::unique_ptr<SpanRows> make_span_rows(const std::string& output, const TaggerInfo& model, Offsets unit,
                                         bool with_text);

}  // namespace recura::cli
