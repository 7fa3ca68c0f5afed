#include "layer/ngrams.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "base/error.h"
#include "grad/ops.h"
#include "layer/initialise.h"

namespace recura {

Ngrams::Ngrams(const NgramOptions& options, const Rng* rng) : options_(options) {
  if (options.longest < 2 || options.longest > 8 || options.buckets < 1 || options.dimensions < 1) {
    throw ArgumentError("ngrams: the longest must be in 2 … 8, buckets and dimensions positive, got {}, {} and {}",
                        options.longest, options.buckets, options.dimensions);
  }
  table_ = &add_parameter("table", zeros({options.buckets, options.dimensions}, rng), Channel::row);
}

Var Ngrams::operator()(Tape& tape, std::span<const std::int32_t> ids, const PackingPtr& packing) const {
  Var sum;
  for (Index n = 2; n <= options_.longest; ++n) {
    const Var vectors = embed(tape.parameter(*table_), ngram_buckets(ids, *packing, n, options_.buckets));
    const Var mean = mean_over_time({dropout(vectors, options_.dropout, DropoutUnit::row), packing});
    sum = sum ? add(sum, mean) : mean;
  }
  return sum;
}

Tensor Ngrams::step_rows(std::span<const std::int32_t> ids, const Packing& packing,
                         std::vector<std::vector<std::int32_t>>& context) const {
  Tensor rows({packing.rows(), options_.dimensions});
  context.resize(static_cast<std::size_t>(packing.texts()));
  for (Index text = 0; text < packing.texts(); ++text) {
    std::vector<std::int32_t>& read = context[static_cast<std::size_t>(text)];
    const Index before = std::ssize(read);
    for (Index step = 0; step < packing.length(text); ++step)
      read.push_back(ids[static_cast<std::size_t>(packing.row(text, step))]);
    const Packing alone(std::vector<Index>{std::ssize(read)});
    for (Index n = 2; n <= options_.longest; ++n) {
      const std::vector<std::int32_t> buckets = ngram_buckets(read, alone, n, options_.buckets);
      for (Index step = 0; step < packing.length(text); ++step) {
        const real* const vector = table_->value().row(buckets[static_cast<std::size_t>(before + step)]);
        real* const row = rows.row(packing.row(text, step));
        std::transform(vector, vector + options_.dimensions, row, row, std::plus());
      }
    }
    read.erase(read.begin(), read.end() - std::min(options_.longest - 1, std::ssize(read)));
  }
  return rows;
}

std::vector<real> Ngrams::contributions(std::span<const std::int32_t> ids, const Packing& packing,
                                        ConstTensorView dy) const {
  std::vector<real> result(ids.size());
  for (Index n = 2; n <= options_.longest; ++n) {
    const std::vector<std::int32_t> buckets = ngram_buckets(ids, packing, n, options_.buckets);
    for (Index text = 0; text < packing.texts(); ++text) {
      const std::span<const real> direction(dy.row(text), static_cast<std::size_t>(options_.dimensions));
      for (Index step = 0; step < packing.length(text); ++step) {
        const auto bucket = buckets[static_cast<std::size_t>(packing.row(text, step))];
        const real* const vector = table_->value().row(bucket);
        const Index first = std::max<Index>(step - n + 1, 0);
        const real gain = std::inner_product(direction.begin(), direction.end(), vector, real{0}) /
                          static_cast<real>(packing.length(text) * (step - first + 1));
        for (Index at = first; at <= step; ++at) result[static_cast<std::size_t>(packing.row(text, at))] += gain;
      }
    }
  }
  return result;
}

std::vector<std::int32_t> ngram_buckets(std::span<const std::int32_t> ids, const Packing& packing, Index n,
                                        Index buckets) {
  std::vector<std::int32_t> result(ids.size());
  for (Index text = 0; text < packing.texts(); ++text) {
    for (Index step = 0; step < packing.length(text); ++step) {
      auto hash = static_cast<std::uint64_t>(n);
      for (Index at = step - n + 1; at <= step; ++at) {
        const auto id =
            at < 0 ? 0 : static_cast<std::uint64_t>(ids[static_cast<std::size_t>(packing.row(text, at))]) + 1;
        hash = (hash + id) * 0x9E3779B97F4A7C15;
        hash ^= hash >> 29;
      }
      hash = (hash * 0xBF58476D1CE4E5B9) >> 32;
      result[static_cast<std::size_t>(packing.row(text, step))] =
          static_cast<std::int32_t>(hash % static_cast<std::uint64_t>(buckets));
    }
  }
  return result;
}

}  // namespace recura
