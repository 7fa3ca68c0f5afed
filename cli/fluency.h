#pragma once

#include <recura/model.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "flags.h"

namespace recura::cli {

/// A flag that names a language model which judges what one that leaves words out keeps. `fluency` must outlive the
/// parsing.
CLI::Option* add_fluency(CLI::App& verb, std::string& fluency);

/// Lets a model that leaves words out choose with the language model `fluency`; does nothing if that is empty.
/// @throws ArgumentError           if the model leaves no words out, `fluency` is no language model of words, or there
/// is
///                                 none and --fluency-weight was given.
/// @throws SystemError, DataError  if there is no sound model file.
void use_fluency(const Flags& flags, AnyModel& model, const std::string& fluency, std::int64_t threads);

}  // namespace recura::cli
