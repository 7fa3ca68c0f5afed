#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

// What reads foreign bytes, each under a name, for libFuzzer (fuzz_main.cpp) and for the tests (corpus_test.cpp): of
// any bytes it makes something that holds what is promised, or a `DataError`.
namespace recura::fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);
};

std::span<const Target> text_targets();
std::span<const Target> data_targets();
std::span<const Target> model_targets();

inline std::vector<Target> all_targets() {
  std::vector<Target> all;
  for (const auto& targets : {text_targets(), data_targets(), model_targets()})
    all.insert(all.end(), targets.begin(), targets.end());
  return all;
}

/// @throws std::logic_error  if what is promised does not hold: a finding.
inline void require(bool holds, std::string_view what) {
  if (!holds) throw std::logic_error(fmt::format("broken: {}", what));
}

/// What `read` gives; nothing if it refuses the input.
template <typename Read>
auto unless_refused(const Read& read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const DataError& error) {
    require(std::string_view(error.what()).size() > 0, "an error says something");
    return std::nullopt;
  }
}

/// The path of a file that holds the bytes until the next call.
std::string file_of(std::string_view bytes, const std::string& name = "input");

}  // namespace recura::fuzz
