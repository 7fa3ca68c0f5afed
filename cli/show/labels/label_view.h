#pragma once

#include <recura/classifier.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "show/terminal.h"

namespace recura::cli {

nlohmann::ordered_json to_json(const LabelRates& rates);
nlohmann::ordered_json to_json(const std::string& file, const Evaluation& evaluation);

/// Those worth telling people: of one label a text the first is the accuracy, and all labels hold every known one.
std::vector<RatesAtK> told_ranks(const Evaluation& evaluation);

/// A line of precision, recall, F1 and rows under the head that `rates_head` writes.
void rates_head(Output& out, std::size_t width, const char* what, const char* counted);
void rates_row(Output& out, std::size_t width, const LabelRates& rates);

nlohmann::ordered_json to_json(const std::string& file, const Comparison& comparison);
void print_comparison(Output& out, const std::string& first, const std::string& second, const Comparison& comparison);

void print_table(Output& out, const std::string& file, const Evaluation& evaluation);

}  // namespace recura::cli
