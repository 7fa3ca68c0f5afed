#pragma once

#include <recura/model.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace recura::cli {

/// A flag that names classifiers which answer together with another one. `companions` must outlive the parsing.
void add_companions(CLI::App& verb, std::string& companions);

/// The paths that stand there, with commas between them. @throws ArgumentError  if one is empty.
std::vector<std::string> paths_of(const std::string& companions);

/// Lets a classifier answer together with others.
/// @throws ArgumentError           if one of the models is no classifier, or has other labels.
/// @throws SystemError, DataError  if there is no sound model file.
void use_companions(const std::string& verb, AnyModel& model, const std::string& companions, std::int64_t threads);

}  // namespace recura::cli
