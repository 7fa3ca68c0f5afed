#pragma once

#include <recura/classifier.h>
#include <recura/offsets.h>

#include <string>

namespace recura::cli {

// A classifier's answer to one row, with the end of its line.

/// What is shown of it.
struct LabelView {
  /// The model gives any number of labels.
  bool several = false;
  /// So many of the likeliest labels, which are no more than the model has; 0: none but the answer.
  std::size_t top_k = 0;
  /// Why it is so; null: not shown.
  const Explanation* why = nullptr;
  Offsets offsets = Offsets::code_points;
};

std::string json_line(const ExtractedRow& row, const LabelView& view);
/// The label and its score, or the names of several in one cell, "|" between them; the likeliest ones with their
/// scores, as many as asked for; the text. An error has as many cells.
std::string tsv_line(const ExtractedRow& row, const LabelView& view);
/// The labels, or "-" if there are none; behind a tab the likeliest ones, as many as asked for.
std::string text_line(const ExtractedRow& row, const LabelView& view);

/// One of these by its name.
using LabelLine = std::string (*)(const ExtractedRow&, const LabelView&);
LabelLine label_rows(const std::string& output);

}  // namespace recura::cli
