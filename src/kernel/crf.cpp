#include "kernel/crf.h"

#include <algorithm>
#include <vector>

#include "kernel/log_sum.h"
#include "kernel/matmul.h"
#include "kernel/parts.h"

namespace recura::kernel {
namespace {

/// A sum of products below this may lack terms that underflowed; what a larger one lacks is beyond its digits.
constexpr real kSmall = real(1e-30);
constexpr real kLogSmall = real(-69.0775528);
/// Transitions less likely than this are not worth an exact sum.
constexpr real kUnlikely = real(1e-12);

/// Sums over the legal neighbours of a tag by their logarithms, where products underflow.
class ExactSums {
 public:
  explicit ExactSums(const CrfTables& tables) : tables_(tables) {}

  /// ln sum over the tags before `to`, of e^(alpha + transition).
  real before(Index to, const real* alpha) {
    return sum(tables_.graph->before(to), [&](Index from) { return alpha[from] + tables_.transition(from, to); });
  }
  /// ln sum over the tags after `from`, of e^(transition + rest).
  real after(Index from, const real* rest) {
    return sum(tables_.graph->after(from), [&](Index to) { return tables_.transition(from, to) + rest[to]; });
  }

 private:
  template <typename Score>
  real sum(std::span<const std::int32_t> neighbours, const Score& score) {
    scores_.clear();
    for (const std::int32_t tag : neighbours) scores_.push_back(score(tag));
    return log_sum(scores_);
  }

  const CrfTables& tables_;
  std::vector<real> scores_;
};

/// The rows of a step that belong to texts of these ranks; none once all of them have ended.
Range rows_at(const Packing& packing, Index step, Range ranks) {
  const Index first = packing.offset(step), running = packing.active(step);
  return {first + std::min(ranks.begin, running), first + std::min(ranks.end, running)};
}

TensorView rows_of(TensorView matrix, Range rows) {
  return {matrix.row(rows.begin), {rows.size(), matrix.shape.columns()}};
}

std::span<real> row_of(TensorView matrix, Index row) { return rows_of(matrix, {row, row + 1}).values(); }

/// Both passes over the texts of some ranks.
class Walk {
 public:
  Walk(const CrfTables& tables, ConstTensorView emissions, const Packing& packing, const CrfRows& rows, Range ranks)
      : tables_(tables), exact_(tables), emissions_(emissions), packing_(packing), rows_(rows), ranks_(ranks) {}

  void forward(Executor& executor) {
    for (Index step = 0; step < packing_.steps(); ++step) {
      const Range own = rows_at(packing_, step, ranks_);
      if (own.size() == 0) break;
      if (step == 0) {
        begin(own);
      } else {
        reach(own, own.begin - packing_.active(step - 1), executor);
      }
      for (Index row = own.begin; row < own.end; ++row) add_emissions(row);
    }
    for (Index rank = ranks_.begin; rank < ranks_.end; ++rank) sum_up(packing_.order()[static_cast<std::size_t>(rank)]);
  }

  void backward(Executor& executor) {
    rest_ = Tensor::uninitialised({ranks_.size(), tags()});
    factors_ = Tensor::uninitialised({ranks_.size(), tags()});
    Range after;
    for (Index step = packing_.steps() - 1; step >= 0; --step) {
      const Range own = rows_at(packing_, step, ranks_), going_on{own.begin, own.begin + after.size()};
      if (after.size() > 0) leave(going_on, after.begin, executor);
      for (Index row = going_on.end; row < own.end; ++row) end(row);
      for (Index row = own.begin; row < own.end; ++row) write_marginals(row);
      after = own;
    }
  }

 private:
  Index tags() const { return tables_.graph->tags(); }
  double& alpha_shift(Index row) { return rows_.alpha_shift[static_cast<std::size_t>(row)]; }
  double& beta_shift(Index row) { return rows_.beta_shift[static_cast<std::size_t>(row)]; }

  /// Whether a sum may lack terms, of a tag that can be at all.
  bool needs_exact(real log_of_sum, Index row, Index tag) const {
    return log_of_sum < kLogSmall && emissions_.row(row)[tag] != kLogZero;
  }

  void begin(Range own) {
    for (Index row = own.begin; row < own.end; ++row) {
      std::copy_n(tables_.begin.data(), tags(), rows_.alpha.row(row));
      alpha_shift(row) = 0;
    }
  }

  /// alpha = ln sum over the tags before, whose rows begin at `before`; less the largest transition.
  void reach(Range own, Index before, Executor& executor) {
    const TensorView previous = rows_of(rows_.previous, own), reached = rows_of(rows_.reached, own);
    exp_or_zero(rows_of(rows_.alpha, {before, before + own.size()}).values(), previous.values());
    matmul(previous, tables_.scaled, nullptr, reached, executor);
    log(reached.values(), rows_of(rows_.alpha, own).values());
    for (Index row = own.begin; row < own.end; ++row, ++before) {
      real* alpha = rows_.alpha.row(row);
      for (Index tag = 0; tag < tags(); ++tag) {
        if (needs_exact(alpha[tag], row, tag))
          alpha[tag] = exact_.before(tag, rows_.alpha.row(before)) - tables_.largest;
      }
      alpha_shift(row) = alpha_shift(before) + tables_.largest;
    }
  }

  void add_emissions(Index row) {
    real* alpha = rows_.alpha.row(row);
    for (Index tag = 0; tag < tags(); ++tag) alpha[tag] += emissions_.row(row)[tag];
    alpha_shift(row) += lower(row_of(rows_.alpha, row));
  }

  void sum_up(Index text) {
    double& sum = rows_.log_partition[static_cast<std::size_t>(text)];
    sum = 0;
    if (packing_.length(text) == 0) return;
    const Index row = packing_.row(text, packing_.length(text) - 1);
    std::vector<real> scores(tables_.end.values().begin(), tables_.end.values().end());
    for (Index tag = 0; tag < tags(); ++tag) scores[static_cast<std::size_t>(tag)] += rows_.alpha.row(row)[tag];
    sum = alpha_shift(row) + log_sum(scores);
  }

  void end(Index row) {
    std::copy_n(tables_.end.data(), tags(), rows_.beta.row(row));
    beta_shift(row) = lower(row_of(rows_.beta, row));
  }

  /// beta = ln sum over the tags after, whose rows begin at `after`.
  void leave(Range own, Index after, Executor& executor) {
    const TensorView beta = rows_of(rows_.beta, own);
    const TensorView rest = rows_of(rest_, {0, own.size()}), factors = rows_of(factors_, {0, own.size()});
    for (Index i = 0; i < own.size(); ++i) {
      const real *emission = emissions_.row(after + i), *beta_after = rows_.beta.row(after + i);
      for (Index tag = 0; tag < tags(); ++tag) rest.row(i)[tag] = emission[tag] + beta_after[tag];
      beta_shift(own.begin + i) = beta_shift(after + i) + lower(row_of(rest, i)) + tables_.largest;
    }
    exp_or_zero(rest.values(), factors.values());
    matmul(factors, tables_.scaled_transposed, nullptr, beta, executor);
    log(beta.values(), beta.values());
    for (Index i = 0; i < own.size(); ++i) {
      for (Index tag = 0; tag < tags(); ++tag) {
        if (needs_exact(beta.row(i)[tag], own.begin + i, tag))
          beta.row(i)[tag] = exact_.after(tag, rest.row(i)) - tables_.largest;
      }
      beta_shift(own.begin + i) += lower(row_of(beta, i));
    }
  }

  void write_marginals(Index row) {
    const std::span<real> p = row_of(rows_.marginals, row);
    const real *alpha = rows_.alpha.row(row), *beta = rows_.beta.row(row);
    for (std::size_t tag = 0; tag < p.size(); ++tag) p[tag] = alpha[tag] + beta[tag];
    lower(p);
    exp_or_zero(p, p);
    real sum = 0;
    for (const real value : p) sum += value;
    for (real& value : p) value /= sum;
  }

  const CrfTables& tables_;
  ExactSums exact_;
  ConstTensorView emissions_;
  const Packing& packing_;
  const CrfRows& rows_;
  Range ranks_;
  Tensor rest_, factors_;  // emission + beta of the step after, less the largest, and e^that
};

/// Runs `pass` over ranges of ranks with about as many rows each.
template <typename Pass>
void for_ranks(const Packing& packing, Index tags, Executor& executor, const Pass& pass) {
  const int parts = parts_for(packing.rows() * tags * tags, executor);
  std::vector<Index> cuts{0};
  Index rows = 0;
  for (Index rank = 0; rank < packing.texts() && std::ssize(cuts) < parts; ++rank) {
    if (rank > 0 && rows * parts >= packing.rows() * std::ssize(cuts)) cuts.push_back(rank);
    rows += packing.length(packing.order()[static_cast<std::size_t>(rank)]);
  }
  cuts.push_back(packing.texts());
  executor.run(static_cast<int>(cuts.size()) - 1, [&](int part) {
    const auto at = static_cast<std::size_t>(part);
    pass(Range{cuts[at], cuts[at + 1]});
  });
}

/// Adds the transitions into tags that sums of products do not tell.
void add_exactly(const CrfTables& tables, const Packing& packing, const CrfRows& rows, TensorView expected) {
  ExactSums exact(tables);
  for (Index step = 1; step < packing.steps(); ++step) {
    for (Index row = packing.offset(step); row < packing.offset(step + 1); ++row) {
      const real* alpha = rows.alpha.row(row - packing.active(step - 1));
      for (Index to = 0; to < tables.graph->tags(); ++to) {
        const real p = rows.marginals.row(row)[to];
        if (p < kUnlikely || rows.reached.row(row)[to] != 0) continue;
        const real sum = exact.before(to, alpha);
        for (const std::int32_t from : tables.graph->before(to)) {
          real share = alpha[from] + tables.transition(from, to) - sum;
          exp_or_zero({&share, 1}, {&share, 1});
          expected.row(from)[to] += share * p;
        }
      }
    }
  }
}

}  // namespace

CrfTables::CrfTables(const TagGraph& tag_graph, const CrfWeights& weights)
    : graph(&tag_graph), transitions(weights.transitions) {
  const Index tags = graph->tags();
  begin = end = Tensor({tags});
  scaled = scaled_transposed = Tensor({tags, tags});
  real most = kLogZero;
  for (Index from = 0; from < tags; ++from) {
    begin.data()[from] = graph->may_begin(from) ? weights.begin[from] : kLogZero;
    end.data()[from] = graph->may_end(from) ? weights.end[from] : kLogZero;
    for (const std::int32_t to : graph->after(from)) most = std::max(most, transition(from, to));
  }
  largest = most > kLogZero ? most : 0;
  std::ranges::fill(scaled.values(), kLogZero);
  for (Index from = 0; from < tags; ++from) {
    for (const std::int32_t to : graph->after(from)) scaled.row(from)[to] = transition(from, to) - largest;
  }
  exp_or_zero(scaled.values(), scaled.values());
  for (Index from = 0; from < tags; ++from) {
    for (Index to = 0; to < tags; ++to) scaled_transposed.row(to)[from] = scaled.row(from)[to];
  }
}

CrfRows::CrfRows(const Packing& packing, Index tags, bool with_backward, Arena& arena) {
  const Shape shape{packing.rows(), tags};
  const auto rows = static_cast<std::size_t>(packing.rows()), texts = static_cast<std::size_t>(packing.texts());
  const auto matrix = [&] { return TensorView{arena.allocate<real>(static_cast<std::size_t>(shape.size())), shape}; };
  alpha = matrix();
  previous = matrix();
  reached = matrix();
  alpha_shift = {arena.allocate<double>(rows), rows};
  log_partition = {arena.allocate<double>(texts), texts};
  if (!with_backward) return;
  beta = matrix();
  marginals = matrix();
  beta_shift = {arena.allocate<double>(rows), rows};
}

void crf_forward(const CrfTables& tables, ConstTensorView emissions, const Packing& packing, const CrfRows& rows,
                 Executor& executor) {
  for_ranks(packing, tables.graph->tags(), executor,
            [&](Range ranks) { Walk(tables, emissions, packing, rows, ranks).forward(executor); });
}

void crf_backward(const CrfTables& tables, ConstTensorView emissions, const Packing& packing, const CrfRows& rows,
                  Executor& executor) {
  for_ranks(packing, tables.graph->tags(), executor,
            [&](Range ranks) { Walk(tables, emissions, packing, rows, ranks).backward(executor); });
}

// p(from at t-1, to at t) = previous[from] scaled[from, to] / reached[to] * marginal[to]
void crf_expected_transitions(const CrfTables& tables, const Packing& packing, const CrfRows& rows, TensorView expected,
                              Executor& executor) {
  const Range all{packing.steps() > 0 ? packing.offset(1) : 0, packing.rows()};
  const std::span<real> factors = rows_of(rows.reached, all).values(), p = rows_of(rows.marginals, all).values();
  for_pieces(std::ssize(factors), executor, [&](Range piece) {
    for (auto i = static_cast<std::size_t>(piece.begin); i < static_cast<std::size_t>(piece.end); ++i) {
      factors[i] = factors[i] < kSmall ? real{0} : p[i] / factors[i];
    }
  });
  matmul_transposed_left(rows_of(rows.previous, all), rows_of(rows.reached, all), expected, executor);
  for (Index i = 0; i < expected.shape.size(); ++i) expected.data[i] *= tables.scaled.data()[i];
  add_exactly(tables, packing, rows, expected);
}

}  // namespace recura::kernel
