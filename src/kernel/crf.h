#pragma once

#include <span>

#include "base/arena.h"
#include "base/executor.h"
#include "kernel/tag_rules.h"
#include "tensor/packing.h"
#include "tensor/tensor.h"

namespace recura::kernel {

/// What a linear-chain CRF (Lafferty et al. 2001) weighs: transitions [K, K] from a row's tag to a column's, begin and
/// end [K]. Those that the rules forbid are never read as weights: they count as -infinity.
///
///     score(y) = begin[y_1] + sum_t emission_t[y_t] + sum_t transitions[y_t-1, y_t] + end[y_T]
///     p(y) = e^score(y) / Z,   Z the sum over all legal y
struct CrfWeights {
  const real* transitions = nullptr;
  const real* begin = nullptr;
  const real* end = nullptr;
};

/// The weights as sums over tags want them. Holds a pointer to the transitions and to the graph.
struct CrfTables {
  CrfTables(const TagGraph& tag_graph, const CrfWeights& weights);

  real transition(Index from, Index to) const { return transitions[from * graph->tags() + to]; }

  const TagGraph* graph;
  const real* transitions;
  Tensor begin, end;         // [K], -infinity where illegal
  real largest = 0;          // legal transition
  Tensor scaled;             // [K, K]: e^(transition - largest), 0 where illegal
  Tensor scaled_transposed;  // [K, K]
};

/// Sums over all sequences of a batch, [N, K] each in packed rows. Logarithms are told up to a number of their row,
/// which stands beside them in double, so that they lose no digits in a long text.
struct CrfRows {
  CrfRows(const Packing& packing, Index tags, bool with_backward, Arena& arena);

  TensorView alpha, beta;                     // ln of all beginnings up to a tag, and of all ends after it; largest: 0
  std::span<double> alpha_shift, beta_shift;  // [N]: what is to be added
  TensorView previous;                        // e^alpha of the step before
  TensorView reached;                         // previous times `scaled`
  TensorView marginals;                       // p(y_t = tag)
  std::span<double> log_partition;            // [B]: ln Z, -infinity if no legal sequence has a finite score
};

/// Writes alpha, its shift, previous, reached and the log partition; 0 for a text of length 0.
///
/// The sum over the tag before is a matrix product of e^alpha for all texts that run at a step; an element that might
/// have underflowed there is computed again by its logarithms. A text's rows depend on that text alone.
void crf_forward(const CrfTables& tables, ConstTensorView emissions, const Packing& packing, const CrfRows& rows,
                 Executor& executor);

/// Then writes beta, its shift, and the marginals.
void crf_backward(const CrfTables& tables, ConstTensorView emissions, const Packing& packing, const CrfRows& rows,
                  Executor& executor);

/// Then adds up how often each transition is expected in all texts together: [K, K], 0 where illegal. Writes over
/// `reached`.
void crf_expected_transitions(const CrfTables& tables, const Packing& packing, const CrfRows& rows, TensorView expected,
                              Executor& executor);

}  // namespace recura::kernel
