#pragma once

#include <recura/model.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

namespace recura::cli {

/// A flag that names a model which chooses sentences for one that writes.
CLI::Option* add_selector(CLI::App& verb, std::string& selector);

/// Lets a model that writes read longer texts by what `selector` chooses; does nothing if that is empty.
/// @throws ArgumentError           if the model does not write, or the selector does not choose sentences.
/// @throws SystemError, DataError  if there is no sound model file.
void use_selector(const std::string& verb, AnyModel& model, const std::string& selector, std::int64_t threads);

}  // namespace recura::cli
