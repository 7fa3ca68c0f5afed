#pragma once

#include <recura/model.h>

#include <map>
#include <string>

namespace recura::cli {

/// The name of the options that a model takes: its task, or the kind of a summarizer other than "select".
std::string option_set_of(const AnyModel& model);

/// Where a model's training found what it read in its rows, by the names of the options that say so: the same holds for
/// other rows until flags name other fields or columns.
std::map<std::string, std::string> fields_of(const AnyModel& model);

}  // namespace recura::cli
