#pragma once

#include <recura/classifier.h>

#include <string>

namespace recura::cli {

// A classifier's answer to one row, with the end of its line.

std::string json_line(const ExtractedRow& row, std::size_t top_k);
/// Label and score, as often as asked for, then the text.
std::string tsv_line(const ExtractedRow& row, std::size_t top_k);
std::string text_line(const ExtractedRow& row, std::size_t top_k);

}  // namespace recura::cli
