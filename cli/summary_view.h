#pragma once

#include <recura/offsets.h>
#include <recura/summarizer.h>

#include <nlohmann/json.hpp>
#include <string>

#include "terminal.h"

namespace recura::cli {

nlohmann::ordered_json to_json(const std::string& file, const SummaryEvaluation& evaluation);
void print_table(Output& out, const std::string& file, const SummaryEvaluation& evaluation);

/// A summarizer's answer to one row, with the end of its line: its fields, the summary, where its sentences stand.
std::string json_line(const SummaryRowAnswer& row, Offsets unit);
/// The summary alone, on one line.
std::string text_line(const SummaryRowAnswer& row);

}  // namespace recura::cli
