#pragma once

#include <recura/model.h>

#include <string>

#include "flags.h"

namespace recura::cli {

/// The name of the options that a model takes: its task, or the kind of a summarizer.
std::string option_set_of(const AnyModel& model);

/// Loads the model of a verb that takes it before the texts, which is said of a file that is none.
AnyModel load_before_texts(const std::string& path, std::int64_t threads);

/// Applies the flags of a verb that reads rows for a model. Fields and columns that neither a flag nor the file of
/// options names are those that the model was trained on, which is said where they are not the usual ones, unless
/// all that is read are raw `texts` in lines, which have no fields.
void apply_options(Flags& flags, const AnyModel& model, const std::string& set,
                   const std::vector<std::string>& texts = {});

}  // namespace recura::cli
