#pragma once

#include <recura/language_model.h>

#include <nlohmann/json.hpp>
#include <string>

#include "show/terminal.h"

namespace recura::cli {

nlohmann::ordered_json to_json(const std::string& file, const LanguageEvaluation& evaluation);
void print_table(Output& out, const std::string& file, const LanguageEvaluation& evaluation);

/// A language model's answer to one row in that form (jsonl, tsv or text), with the end of its line.
std::string likelihood_line(const std::string& output, const LikelihoodRow& row);

}  // namespace recura::cli
