#pragma once

#include <recura/classifier.h>
#include <recura/tagger.h>

#include <string>
#include <variant>

namespace recura {

using AnyModel = std::variant<Classifier, Tagger>;

/// A model of whatever task the file is of.
/// @param threads  0: all cores that the process may use.
/// @throws SystemError  if the file cannot be read.
/// @throws DataError    if it is no sound model file.
AnyModel load_model(const std::string& path, int threads = 0);

}  // namespace recura
