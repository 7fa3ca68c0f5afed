#pragma once

#include <recura/tagger.h>

#include <nlohmann/json.hpp>
#include <string>

#include "show/terminal.h"

namespace recura::cli {

nlohmann::ordered_json to_json(const std::string& file, const TagEvaluation& evaluation);
void print_table(Output& out, const std::string& file, const TagEvaluation& evaluation);

}  // namespace recura::cli
