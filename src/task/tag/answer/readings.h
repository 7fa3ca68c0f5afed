#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "task/tag/answer/predict.h"

namespace recura {

/// Some spans of a text, and the logarithm of the probability that these and no others stand there.
struct SpanReading {
  std::vector<FoundEntity> entities;
  double log_probability = 0;
};

/// The likeliest readings of a text, from those of its parts, which do not depend on each other.
class ReadingChain {
 public:
  explicit ReadingChain(std::size_t most) : most_(most) {}

  /// The next part's, the best first. Costs `most` ln `most`, however long the text is already.
  void add(std::vector<SpanReading>&& part);
  /// The best first; that of no part is empty and certain.
  std::vector<SpanReading> take();

 private:
  /// Of a reading up to a part: which one it goes on with, and how.
  using Link = std::pair<std::size_t, std::size_t>;
  struct Part {
    std::vector<SpanReading> readings;
    std::vector<Link> links;
  };

  std::size_t most_;
  std::vector<Part> parts_;
  std::vector<double> sums_{0};  // falling
};

}  // namespace recura
