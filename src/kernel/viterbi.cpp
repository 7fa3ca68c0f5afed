#include "kernel/viterbi.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "kernel/parts.h"

namespace recura::kernel {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

/// The legal transitions by the tag that they lead to, side by side in memory.
struct Arrivals {
  explicit Arrivals(const TagGraph& graph, const real* transitions) {
    for (Index to = 0; to < graph.tags(); ++to) {
      for (const std::int32_t from : graph.before(to)) {
        tags.push_back(from);
        weights.push_back(transitions[from * graph.tags() + to]);
      }
      ends.push_back(tags.size());
    }
  }

  std::vector<std::size_t> ends;  // [K]
  std::vector<std::int32_t> tags;
  std::vector<real> weights;
};

/// Finds the best sequence of one text after the other.
class Search {
 public:
  Search(const TagGraph& graph, const CrfWeights& weights, const Arrivals& arrivals)
      : graph_(graph), weights_(weights), arrivals_(arrivals) {}

  void run(ConstTensorView emissions, const Packing& packing, Index text, std::span<std::int32_t> tags) {
    const Index steps = packing.length(text);
    if (steps == 0) return;
    from_.resize(static_cast<std::size_t>(steps * graph_.tags()));
    begin(emissions.row(packing.row(text, 0)));
    for (Index step = 1; step < steps; ++step) go_on(emissions.row(packing.row(text, step)), step);
    std::int32_t tag = best_end();
    for (Index step = steps - 1; step >= 0; --step) {
      tags[static_cast<std::size_t>(packing.row(text, step))] = tag;
      if (tag >= 0 && step > 0) tag = from_[static_cast<std::size_t>(step * graph_.tags() + tag)];
    }
  }

 private:
  void begin(const real* emission) {
    scores_.assign(static_cast<std::size_t>(graph_.tags()), kNever);
    for (Index tag = 0; tag < graph_.tags(); ++tag) {
      if (graph_.may_begin(tag))
        scores_[static_cast<std::size_t>(tag)] = static_cast<double>(weights_.begin[tag]) + emission[tag];
    }
  }

  void go_on(const real* emission, Index step) {
    next_.resize(scores_.size());
    std::size_t at = 0;
    for (std::size_t tag = 0; tag < scores_.size(); ++tag) {
      double best = kNever;
      std::int32_t from = -1;
      for (; at < arrivals_.ends[tag]; ++at) {
        const double score = scores_[static_cast<std::size_t>(arrivals_.tags[at])] + arrivals_.weights[at];
        from = score > best ? arrivals_.tags[at] : from;
        best = score > best ? score : best;
      }
      next_[tag] = best + emission[tag];
      from_[static_cast<std::size_t>(step) * scores_.size() + tag] = from;
    }
    std::swap(scores_, next_);
  }

  std::int32_t best_end() const {
    double best = kNever;
    std::int32_t end = -1;
    for (Index tag = 0; tag < graph_.tags(); ++tag) {
      if (!graph_.may_end(tag)) continue;
      const double score = scores_[static_cast<std::size_t>(tag)] + weights_.end[tag];
      if (score > best) std::tie(best, end) = std::pair(score, static_cast<std::int32_t>(tag));
    }
    return end;
  }

  const TagGraph& graph_;
  const CrfWeights& weights_;
  const Arrivals& arrivals_;
  std::vector<double> scores_, next_;
  std::vector<std::int32_t> from_;  // [T, K]
};

/// The end of a partial sequence: its score, and which one of the tag before it goes on.
struct Partial {
  double score = 0;
  std::int32_t from = -1;
  std::int32_t rank = 0;
};
using Partials = std::vector<Partial>;  // the best first

/// Adds what `partials` of tag `from` become with `weight` more.
void extend(const Partials& partials, Index from, double weight, Partials& all) {
  for (std::size_t rank = 0; rank < partials.size(); ++rank) {
    const double score = partials[rank].score + weight;
    if (score > kNever) all.push_back({score, static_cast<std::int32_t>(from), static_cast<std::int32_t>(rank)});
  }
}

void keep_best(Partials& all, std::size_t count) {
  const auto better = [](const Partial& a, const Partial& b) {
    return std::tuple(b.score, a.from, a.rank) < std::tuple(a.score, b.from, b.rank);
  };
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()));
  std::partial_sort(all.begin(), end, all.end(), better);
  all.erase(end, all.end());
}

/// The best partial sequences of one text that end with each tag at each step, by how many of its steps have counted.
class BestPartials {
 public:
  BestPartials(const TagGraph& graph, const CrfWeights& weights, ConstTensorView emissions, std::size_t count,
               const CountedSteps* only)
      : graph_(graph),
        weights_(weights),
        count_(count),
        steps_(emissions.shape.rows()),
        only_(only == nullptr ? CountedSteps() : *only),
        slots_(std::max<Index>(std::min(only_.steps, steps_ - only_.steps), 0) + 1),
        partials_(static_cast<std::size_t>(steps_ * slots_ * graph.tags())) {
    for (Index step = 0; step < steps_; ++step) {
      for (Index counted = least(step); counted <= most(step); ++counted) {
        for (Index tag = 0; tag < graph_.tags(); ++tag) fill(step, counted, tag, emissions.row(step)[tag]);
      }
    }
  }

  std::vector<ScoredTags> paths() {
    Partials ends;
    for (Index tag = 0; tag < graph_.tags() && only_.steps <= most(steps_ - 1); ++tag) {
      if (graph_.may_end(tag)) extend(at(steps_ - 1, only_.steps, tag), tag, weights_.end[tag], ends);
    }
    keep_best(ends, count_);
    std::vector<ScoredTags> paths;
    for (const Partial& end : ends) paths.push_back({way_to(end), end.score});
    return paths;
  }

 private:
  /// How many steps can have counted up to here, if all that are wanted shall have in the end.
  Index least(Index step) const { return std::max<Index>(0, only_.steps - (steps_ - 1 - step)); }
  Index most(Index step) const { return std::min(only_.steps, step + 1); }
  Index own(Index tag) const { return only_.counts.empty() ? 0 : only_.counts[static_cast<std::size_t>(tag)]; }

  Partials& at(Index step, Index counted, Index tag) {
    return partials_[static_cast<std::size_t>((step * slots_ + counted - least(step)) * graph_.tags() + tag)];
  }

  void fill(Index step, Index counted, Index tag, double emission) {
    Partials& here = at(step, counted, tag);
    const Index before = counted - own(tag);
    if (step == 0) {
      if (graph_.may_begin(tag) && before == 0) extend(Partials(1), -1, weights_.begin[tag] + emission, here);
    } else if (before >= least(step - 1) && before <= most(step - 1)) {
      for (const std::int32_t from : graph_.before(tag)) {
        extend(at(step - 1, before, from), from, weights_.transitions[from * graph_.tags() + tag] + emission, here);
      }
    }
    keep_best(here, count_);
  }

  std::vector<std::int32_t> way_to(Partial end) {
    std::vector<std::int32_t> tags(static_cast<std::size_t>(steps_));
    Index counted = only_.steps;
    for (Index step = steps_ - 1; step >= 0; --step) {
      tags[static_cast<std::size_t>(step)] = end.from;
      const Index tag = end.from;
      end = at(step, counted, tag)[static_cast<std::size_t>(end.rank)];
      counted -= own(tag);
    }
    return tags;
  }

  const TagGraph& graph_;
  const CrfWeights& weights_;
  std::size_t count_;
  Index steps_;
  CountedSteps only_;
  Index slots_;
  std::vector<Partials> partials_;  // [T, slots, K]
};

/// The best sequence of one text for each number of steps whose tag counts.
class CountedSearch {
 public:
  CountedSearch(const TagGraph& graph, const CrfWeights& weights, ConstTensorView emissions,
                std::span<const std::uint8_t> counts)
      : graph_(graph),
        weights_(weights),
        counts_(counts),
        steps_(emissions.shape.rows()),
        scores_(static_cast<std::size_t>((steps_ + 1) * graph.tags()), kNever),
        from_(static_cast<std::size_t>(steps_) * scores_.size(), -1) {
    for (Index tag = 0; tag < graph_.tags(); ++tag) {
      if (graph_.may_begin(tag)) scores_[at(own(tag), tag)] = double{weights_.begin[tag]} + emissions.row(0)[tag];
    }
    for (Index step = 1; step < steps_; ++step) go_on(emissions.row(step), step);
  }

  ScoredTags best(Index count) const {
    ScoredTags best{{}, kNever};
    std::int32_t tag = -1;
    for (Index end = 0; end < graph_.tags(); ++end) {
      if (!graph_.may_end(end)) continue;
      const double score = scores_[at(count, end)] + weights_.end[end];
      if (score > best.score) std::tie(best.score, tag) = std::pair(score, static_cast<std::int32_t>(end));
    }
    if (tag < 0) return best;
    best.tags.resize(static_cast<std::size_t>(steps_));
    for (Index step = steps_ - 1; step >= 0; --step) {
      best.tags[static_cast<std::size_t>(step)] = tag;
      const std::size_t here = static_cast<std::size_t>(step) * scores_.size() + at(count, tag);
      count -= own(tag);
      tag = from_[here];
    }
    return best;
  }

 private:
  std::size_t at(Index count, Index tag) const { return static_cast<std::size_t>(count * graph_.tags() + tag); }
  Index own(Index tag) const { return counts_[static_cast<std::size_t>(tag)]; }

  void go_on(const real* emission, Index step) {
    std::vector<double> next(scores_.size(), kNever);
    for (Index tag = 0; tag < graph_.tags(); ++tag) {
      for (Index count = own(tag); count <= step + 1; ++count) {
        double& best = next[at(count, tag)];
        for (const std::int32_t before : graph_.before(tag)) {
          const double score = scores_[at(count - own(tag), before)] + weights_.transitions[at(before, tag)];
          if (score <= best) continue;
          best = score;
          from_[static_cast<std::size_t>(step) * scores_.size() + at(count, tag)] = before;
        }
        best += emission[tag];
      }
    }
    scores_ = std::move(next);
  }

  const TagGraph& graph_;
  const CrfWeights& weights_;
  std::span<const std::uint8_t> counts_;
  Index steps_;
  std::vector<double> scores_;      // [T + 1, K], by number and last tag
  std::vector<std::int32_t> from_;  // [T, T + 1, K]
};

}  // namespace

void viterbi(const TagGraph& graph, const CrfWeights& weights, ConstTensorView emissions, const Packing& packing,
             std::span<std::int32_t> tags, Executor& executor) {
  const Arrivals arrivals(graph, weights.transitions);
  const Index texts = packing.texts();
  const Index width = packing.rows() * std::ssize(arrivals.tags) / std::max<Index>(texts, 1);
  for_pieces(texts, width, executor, [&](Range piece) {
    Search search(graph, weights, arrivals);
    for (Index text = piece.begin; text < piece.end; ++text) search.run(emissions, packing, text, tags);
  });
}

std::vector<ScoredTags> best_paths(const TagGraph& graph, const CrfWeights& weights, ConstTensorView emissions,
                                   std::size_t count, const CountedSteps* only) {
  if (count == 0) return {};
  if (emissions.shape.rows() == 0) return {ScoredTags{}};
  BestPartials search(graph, weights, emissions, count, only);
  return search.paths();
}

std::vector<ScoredTags> best_by_count(const TagGraph& graph, const CrfWeights& weights, ConstTensorView emissions,
                                      std::span<const std::uint8_t> counts) {
  const Index steps = emissions.shape.rows();
  if (steps == 0) return {ScoredTags{}};
  const CountedSearch search(graph, weights, emissions, counts);
  std::vector<ScoredTags> paths;
  for (Index count = 0; count <= steps; ++count) paths.push_back(search.best(count));
  return paths;
}

}  // namespace recura::kernel
