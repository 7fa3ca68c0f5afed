#include "kernel/level.h"

#include <fmt/ranges.h>

#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "kernel/reference/level.h"
#include "kernel/simd/level.h"

namespace recura::kernel {
namespace {

struct Levels {
  std::vector<simd::Candidate> candidates = simd::levels();
  std::vector<const Level*> available{&reference::level()};
  std::vector<std::string_view> missing;

  Levels() {
    for (const simd::Candidate& candidate : candidates) {
      if (candidate.supported) available.push_back(candidate.level.get());
      if (!candidate.supported) missing.push_back(candidate.level->name());
    }
  }

  std::vector<std::string_view> names() const {
    std::vector<std::string_view> names;
    for (const Level* level : available) names.push_back(level->name());
    return names;
  }
};

const Levels& levels() {
  static const Levels levels;
  return levels;
}

}  // namespace

Level::~Level() = default;

const Level& level(std::string_view name) {
  for (const Level* level : levels().available) {
    if (level->name() == name) return *level;
  }
  throw ArgumentError("instruction-set level (RECURA_ISA): expected one that this processor has ({}), got \"{}\"",
                      fmt::join(levels().names(), ", "), name);
}

const Level& level() {
  static const Level& chosen = []() -> const Level& {
    const char* forced = std::getenv("RECURA_ISA");
    return forced && *forced ? level(forced) : *levels().available.back();
  }();
  return chosen;
}

std::span<const Level* const> available_levels() { return levels().available; }

std::span<const std::string_view> missing_levels() { return levels().missing; }

}  // namespace recura::kernel
