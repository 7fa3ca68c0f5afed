#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace recura::fuzz {

/// Changes some bytes, which then are `room` at most.
using Mutate = std::function<void(std::string& part, std::size_t room)>;

/// Changes a text, a shape, a type, a name or the elements of a model file without its checksum, and mends all that
/// depends on it: offsets, paddings and sizes. Empty if the file cannot be taken apart.
std::string mutate_model(std::string_view file, unsigned seed, const Mutate& mutate);

}  // namespace recura::fuzz
