#pragma once

#include <recura/classifier.h>

#include <functional>
#include <string>
#include <vector>

namespace recura {

/// A model whose speed is measured: what answers some texts, and what counts their tokens.
struct Measured {
  std::function<void(const std::vector<std::string>&)> answer;
  std::function<std::int64_t(const std::vector<std::string>&)> tokens;
  int threads = 1;
};

/// As `Classifier::benchmark` says.
Benchmark measure(const std::string& path, const InputOptions& input, double seconds, const Measured& model);

}  // namespace recura
