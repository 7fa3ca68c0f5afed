#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "kernel/crf.h"

namespace recura::kernel {

/// A CRF with random weights and rules, and a batch of random emissions.
struct CrfCase {
  CrfCase(Index tags, std::vector<Index> lengths, double scale, double legal, unsigned seed)
      : packing(lengths), emissions({packing.rows(), tags}), transitions({tags, tags}), begin({tags}), end({tags}) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> between(-scale, scale);
    std::bernoulli_distribution is_legal(legal);
    for (Tensor* tensor : {&emissions, &transitions, &begin, &end}) {
      for (real& value : tensor->values()) value = static_cast<real>(between(random));
    }
    rules.tags = tags;
    for (Index i = 0; i < tags; ++i) rules.begin.push_back(is_legal(random)), rules.end.push_back(is_legal(random));
    for (Index i = 0; i < tags * tags; ++i) rules.follow.push_back(is_legal(random));
  }

  CrfWeights weights() const { return {transitions.data(), begin.data(), end.data()}; }

  Packing packing;
  Tensor emissions, transitions, begin, end;
  TagRules rules;
};

/// A legal sequence of a text and e^(score - the largest score).
struct Sequence {
  std::vector<std::int32_t> tags;
  double score = 0;
  double probability = 0;
};

/// All legal sequences of a text, the best first, by trying every one.
inline std::vector<Sequence> every_sequence(const CrfCase& crf, Index text) {
  const Index length = crf.packing.length(text), tags = crf.rules.tags;
  std::vector<Sequence> found;
  const std::function<void(Sequence)> go_on = [&](Sequence sequence) {
    const auto step = static_cast<Index>(sequence.tags.size());
    const std::int32_t last = step > 0 ? sequence.tags.back() : -1;
    if (step == length) {
      if (step > 0 && !crf.rules.end[static_cast<std::size_t>(last)]) return;
      if (step > 0) sequence.score += crf.end.data()[last];
      found.push_back(sequence);
      return;
    }
    for (std::int32_t tag = 0; tag < tags; ++tag) {
      const auto& legal = step == 0 ? crf.rules.begin : crf.rules.follow;
      if (!legal[static_cast<std::size_t>(step == 0 ? tag : last * tags + tag)]) continue;
      Sequence next = sequence;
      next.tags.push_back(tag);
      next.score += step == 0 ? crf.begin.data()[tag] : crf.transitions.row(last)[tag];
      next.score += crf.emissions.row(crf.packing.row(text, step))[tag];
      go_on(next);
    }
  };
  go_on({});
  std::ranges::sort(found, std::ranges::greater{}, &Sequence::score);
  double sum = 0;
  for (const Sequence& sequence : found) sum += std::exp(sequence.score - found.front().score);
  for (Sequence& sequence : found) sequence.probability = std::exp(sequence.score - found.front().score) / sum;
  return found;
}

/// The probability of all sequences for which `holds` is true.
inline double probability(const std::vector<Sequence>& sequences, const std::function<bool(const Sequence&)>& holds) {
  double sum = 0;
  for (const Sequence& sequence : sequences) sum += holds(sequence) ? sequence.probability : 0;
  return sum;
}

inline double log_partition(const std::vector<Sequence>& sequences) {
  return sequences.front().score - std::log(sequences.front().probability);
}

}  // namespace recura::kernel
