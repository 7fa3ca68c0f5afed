#pragma once

#include <recura/survey.h>

#include <nlohmann/json.hpp>

#include "show/terminal.h"

namespace recura::cli {

nlohmann::ordered_json to_json(const DataSurvey& survey);
void print_survey(Output& out, const DataSurvey& survey);

}  // namespace recura::cli
