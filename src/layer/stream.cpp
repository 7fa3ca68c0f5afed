#include "layer/stream.h"

#include <algorithm>
#include <cmath>

namespace recura {

void RunningPool::add(ConstTensorView x, ConstTensorView scores, const Packing& packing) {
  columns_ = x.shape.columns();
  texts_.resize(static_cast<std::size_t>(packing.texts()));
  for (Index text = 0; text < packing.texts(); ++text) {
    for (Index step = 0; step < packing.length(text); ++step) {
      const Index row = packing.row(text, step);
      add(texts_[static_cast<std::size_t>(text)], {x.row(row), static_cast<std::size_t>(columns_)},
          scores.data != nullptr ? scores.row(row) : nullptr);
    }
  }
}

void RunningPool::add(Text& text, std::span<const real> row, const real* score) {
  if (text.steps++ == 0) {
    text.sum.assign(row.size(), 0);
    text.max.assign(row.begin(), row.end());
    text.weighted.assign(row.size(), 0);
    text.top = score != nullptr ? static_cast<double>(*score) : 0;
  }
  text.last.assign(row.begin(), row.end());
  for (std::size_t k = 0; k < row.size(); ++k) {
    text.sum[k] += static_cast<double>(row[k]);
    text.max[k] = std::max(text.max[k], static_cast<double>(row[k]));
  }
  if (score == nullptr) return;
  const double top = std::max(text.top, static_cast<double>(*score));
  const double before = std::exp(text.top - top), weight = std::exp(static_cast<double>(*score) - top);
  text.top = top;
  text.weight = text.weight * before + weight;
  for (std::size_t k = 0; k < row.size(); ++k)
    text.weighted[k] = text.weighted[k] * before + weight * static_cast<double>(row[k]);
}

template <typename Value>
Tensor RunningPool::rows(Value&& value) const {
  Tensor result({std::ssize(texts_), columns_});
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (texts_[i].steps == 0) continue;
    for (Index k = 0; k < columns_; ++k)
      result.row(static_cast<Index>(i))[k] = static_cast<real>(value(texts_[i], static_cast<std::size_t>(k)));
  }
  return result;
}

Tensor RunningPool::last() const {
  return rows([](const Text& text, std::size_t k) { return text.last[k]; });
}

Tensor RunningPool::mean() const {
  return rows([](const Text& text, std::size_t k) { return text.sum[k] / static_cast<double>(text.steps); });
}

Tensor RunningPool::max() const {
  return rows([](const Text& text, std::size_t k) { return text.max[k]; });
}

Tensor RunningPool::attended() const {
  return rows([](const Text& text, std::size_t k) { return text.weighted[k] / text.weight; });
}

}  // namespace recura
