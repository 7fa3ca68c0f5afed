#pragma once

#include <recura/model.h>

#include <string>

namespace recura::cli {

/// The name of the options that a model takes: its task, or the kind of a summarizer other than "select".
std::string option_set_of(const AnyModel& model);

}  // namespace recura::cli
