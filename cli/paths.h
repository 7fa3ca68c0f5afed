#pragma once

#include <string>

namespace recura::cli {

/// @throws ArgumentError  if `output`, which `flag` names, and `input` are one regular file, there or still to come. An
/// empty name is no file.
void refuse_overwriting(const std::string& verb, const std::string& output, const std::string& flag,
                        const std::string& input, const std::string& what);

}  // namespace recura::cli
