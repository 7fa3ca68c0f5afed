#include "task/summarise/write/search/next_word.h"

#include <algorithm>
#include <cmath>

#include "kernel/loss.h"

namespace recura {

NextWord next_word_of(const Writing& writing, Index row, Index pair, const WriteSource& source) {
  const ConstTensorView logits = writing.logits.value();
  const double gate = static_cast<double>(writing.gates.value().data[row]);
  return {{logits.row(row), static_cast<std::size_t>(logits.shape.columns())},
          1 / (1 + std::exp(-gate)),
          {writing.attended.weights.value().data + pair, source.numbers.size()}};
}

std::vector<real> mixture(const NextWord& next, const WriteSource& source) {
  std::vector<real> p(next.logits.size() + source.others.size());
  const TensorView generated{p.data(), {1, std::ssize(next.logits)}};
  kernel::softmax_rows({next.logits.data(), generated.shape}, generated);
  const auto gate = static_cast<real>(next.gate);
  for (real& value : generated.values()) value *= gate;
  for (std::size_t i = 0; i < source.numbers.size(); ++i)
    p[static_cast<std::size_t>(source.numbers[i])] += (1 - gate) * next.attention[i];
  return p;
}

WordOrigin origin_of(std::int32_t word, const NextWord& next, const WriteSource& source, bool attends) {
  WordOrigin origin;
  double copied = 0;
  real most = 0;
  for (std::size_t i = 0; i < source.numbers.size(); ++i) {
    if (source.numbers[i] != word) continue;
    copied += static_cast<double>(next.attention[i]);
    if (origin.place >= 0 && next.attention[i] <= most) continue;
    origin.place = static_cast<Index>(i);
    most = next.attention[i];
  }
  const double whole = static_cast<double>(mixture(next, source)[static_cast<std::size_t>(word)]);
  origin.copied = whole > 0 ? std::min(1.0, (1 - next.gate) * copied / whole) : 0;
  if (attends) origin.attention.assign(next.attention.begin(), next.attention.end());
  return origin;
}

std::vector<std::pair<Index, double>> most_attended(std::span<const real> attention, std::span<const Token> tokens,
                                                    Index most) {
  std::vector<std::pair<Index, double>> all;
  for (std::size_t i = 0; i < attention.size(); ++i) {
    if (tokens[i].begin < tokens[i].end) all.emplace_back(static_cast<Index>(i), static_cast<double>(attention[i]));
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &std::pair<Index, double>::second);
  all.resize(std::min(all.size(), static_cast<std::size_t>(most)));
  return all;
}

}  // namespace recura
