#include "task/summarise/write/search/next_word.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernel/loss.h"

namespace recura {
namespace {

std::vector<std::pair<Index, double>> most_attended(std::span<const real> attention, Index most) {
  std::vector<Index> order(attention.size());
  std::iota(order.begin(), order.end(), Index{0});
  const auto weight = [&](Index i) { return attention[static_cast<std::size_t>(i)]; };
  std::ranges::stable_sort(order, std::ranges::greater{}, weight);
  order.resize(std::min(order.size(), static_cast<std::size_t>(most)));
  std::vector<std::pair<Index, double>> result;
  for (const Index i : order) result.emplace_back(i, static_cast<double>(weight(i)));
  return result;
}

}  // namespace

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

WordOrigin origin_of(std::int32_t word, const NextWord& next, const WriteSource& source, Index attended) {
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
  origin.attention = most_attended(next.attention, attended);
  return origin;
}

}  // namespace recura
