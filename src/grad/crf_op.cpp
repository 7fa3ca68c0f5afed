#include "grad/crf_op.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "base/error.h"

namespace recura {
namespace {

using kernel::KnownTags;

constexpr real kInfinity = std::numeric_limits<real>::infinity();

/// A batch and its sums over all sequences.
struct Batch {
  Batch(const kernel::CrfTables& own_tables, ConstTensorView own_emissions, const Packing& own_packing, bool backward,
        Executor& executor)
      : tables(own_tables),
        emissions(own_emissions),
        packing(own_packing),
        rows(packing, tables.graph->tags(), backward, arena) {
    kernel::crf_forward(tables, emissions, packing, rows, executor);
    check_partition(rows.log_partition, packing);
    if (backward) kernel::crf_backward(tables, emissions, packing, rows, executor);
  }

  const kernel::CrfTables& tables;
  ConstTensorView emissions;
  const Packing& packing;
  Arena arena;
  kernel::CrfRows rows;
};

/// What the tags of a batch say, text by text.
class GivenTags {
 public:
  GivenTags(const kernel::TagGraph& graph, const Packing& packing, const KnownTags& known)
      : packing_(packing), known_(known) {
    std::vector<std::int32_t> own;
    for (Index text = 0; text < packing.texts(); ++text) {
      own.clear();
      for (Index step = 0; step < packing.length(text); ++step) own.push_back(at(text, step));
      if (std::ranges::any_of(own, [](std::int32_t tag) { return tag < 0; })) undecided_.push_back(text);
      const Index step = graph.first_illegal_step({own, known.sets});
      if (step < 0) continue;
      const std::int32_t before = step > 0 ? own[static_cast<std::size_t>(step - 1)] : -1;
      throw ArgumentError("crf: text {}: no legal sequence has these tags: tag {} at step {}, after {}, of {} steps",
                          text, own[static_cast<std::size_t>(step)], step, before, own.size());
    }
  }

  std::int32_t at(Index text, Index step) const {
    return known_.tags[static_cast<std::size_t>(packing_.row(text, step))];
  }
  bool may_be(Index row, Index tag) const { return known_.may_be(row, tag); }
  bool decided(Index text) const { return !std::ranges::binary_search(undecided_, text); }
  const std::vector<Index>& undecided() const { return undecided_; }

  /// The score of a decided text's tags.
  double score(const kernel::CrfTables& tables, ConstTensorView emissions, Index text) const {
    double sum = 0;
    const Index last = packing_.length(text) - 1;
    for (Index step = 0; step <= last; ++step) {
      const std::int32_t tag = at(text, step);
      sum += emissions.row(packing_.row(text, step))[tag];
      sum += step == 0 ? tables.begin.data()[tag] : tables.transition(at(text, step - 1), tag);
      if (step == last) sum += tables.end.data()[tag];
    }
    return sum;
  }

 private:
  const Packing& packing_;
  const KnownTags& known_;
  std::vector<Index> undecided_;
};

/// The texts with undecided tags as a batch of their own, where what is decided against has emission -infinity.
class Restricted {
 public:
  Restricted(const Batch& whole, const GivenTags& tags, bool backward, Executor& executor)
      : packing_(lengths(whole.packing, tags.undecided())), rows_(static_cast<std::size_t>(packing_.rows())) {
    const Index count = whole.tables.graph->tags();
    emissions_ = Tensor({packing_.rows(), count});
    for (Index text = 0; text < packing_.texts(); ++text) {
      const Index in_whole = tags.undecided()[static_cast<std::size_t>(text)];
      for (Index step = 0; step < packing_.length(text); ++step) {
        const Index row = packing_.row(text, step), from = whole.packing.row(in_whole, step);
        rows_[static_cast<std::size_t>(row)] = from;
        for (Index tag = 0; tag < count; ++tag)
          emissions_.row(row)[tag] = tags.may_be(from, tag) ? whole.emissions.row(from)[tag] : -kInfinity;
      }
    }
    batch_.emplace(whole.tables, emissions_, packing_, backward, executor);
  }

  std::span<const double> log_partition() const { return batch_->rows.log_partition; }

  /// Subtracts its marginals and expected transitions from those of the whole batch.
  void subtract(TensorView marginals, TensorView transitions, Executor& executor) const {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const real* own = batch_->rows.marginals.row(static_cast<Index>(row));
      real* from = marginals.row(rows_[row]);
      for (Index tag = 0; tag < marginals.shape.columns(); ++tag) from[tag] -= own[tag];
    }
    Tensor expected = Tensor::uninitialised(transitions.shape);
    kernel::crf_expected_transitions(batch_->tables, packing_, batch_->rows, expected, executor);
    for (Index i = 0; i < expected.size(); ++i) transitions.data[i] -= expected.data()[i];
  }

 private:
  static std::vector<Index> lengths(const Packing& packing, const std::vector<Index>& texts) {
    std::vector<Index> lengths;
    for (const Index text : texts) lengths.push_back(packing.length(text));
    return lengths;
  }

  Packing packing_;
  std::vector<Index> rows_;  // in the whole batch
  Tensor emissions_;
  std::optional<Batch> batch_;
};

/// The sum over the texts of -ln p(tags | emissions).
double surprise(const Batch& batch, const GivenTags& tags, const std::optional<Restricted>& restricted) {
  double sum = 0;
  std::size_t undecided = 0;
  for (Index text = 0; text < batch.packing.texts(); ++text) {
    const bool decided = tags.decided(text);
    sum += batch.rows.log_partition[static_cast<std::size_t>(text)];
    sum -= decided ? tags.score(batch.tables, batch.emissions, text) : restricted->log_partition()[undecided++];
  }
  return sum;
}

TensorView matrix(Tape& tape, const Shape& shape) {
  return {tape.allocate<real>(static_cast<std::size_t>(shape.size())), shape};
}

/// The gradient of the sum over the texts, by emissions [N, K] and transitions [K, K].
struct CrfGradient {
  TensorView emissions, transitions;
};

void write_gradient(const Batch& batch, const GivenTags& tags, const std::optional<Restricted>& restricted,
                    const CrfGradient& gradient, Executor& executor) {
  std::ranges::copy(batch.rows.marginals.values(), gradient.emissions.data);
  kernel::crf_expected_transitions(batch.tables, batch.packing, batch.rows, gradient.transitions, executor);
  for (Index text = 0; text < batch.packing.texts(); ++text) {
    if (!tags.decided(text)) continue;
    for (Index step = 0; step < batch.packing.length(text); ++step) {
      const std::int32_t tag = tags.at(text, step);
      gradient.emissions.row(batch.packing.row(text, step))[tag] -= 1;
      if (step > 0) gradient.transitions.row(tags.at(text, step - 1))[tag] -= 1;
    }
  }
  if (restricted) restricted->subtract(gradient.emissions, gradient.transitions, executor);
}

void add_scaled(Gradients& gradients, Var var, ConstTensorView values, real scale) {
  if (!var.tape().wanted(var)) return;
  const TensorView dx = gradients.allocate(var.shape());
  for (Index i = 0; i < dx.shape.size(); ++i) dx.data[i] = scale * values.data[i];
  gradients.add(var, dx);
}

/// Begins and ends weigh as the emissions of first and last rows do.
void add_borders(Gradients& gradients, const CrfVars& weights, const Packing& packing, ConstTensorView emissions,
                 real scale) {
  const Index tags = emissions.shape.columns();
  Tensor begin({tags}), end({tags});
  for (Index text = 0; text < packing.texts(); ++text) {
    if (packing.length(text) == 0) continue;
    const real* first = emissions.row(packing.row(text, 0));
    const real* last = emissions.row(packing.row(text, packing.length(text) - 1));
    for (Index tag = 0; tag < tags; ++tag) {
      begin.data()[tag] += first[tag];
      end.data()[tag] += last[tag];
    }
  }
  add_scaled(gradients, weights.begin, begin, scale);
  add_scaled(gradients, weights.end, end, scale);
}

void check(const Sequence& emissions, const CrfVars& weights, Index count, const KnownTags& known) {
  const Shape& shape = emissions.rows.shape();
  const Index rows = emissions.packing->rows();
  if (shape != Shape{rows, count} || std::ssize(known.tags) != rows) {
    throw ArgumentError("crf: emissions must be [{}, {}] and tags {}, got {} and {}", rows, count, rows,
                        to_string(shape), known.tags.size());
  }
  if (weights.transitions.shape() != Shape{count, count} || weights.begin.shape() != Shape{count} ||
      weights.end.shape() != Shape{count}) {
    throw ArgumentError("crf: weights of {} tags must be [K, K], [K] and [K], got {}, {} and {}", count,
                        to_string(weights.transitions.shape()), to_string(weights.begin.shape()),
                        to_string(weights.end.shape()));
  }
  const Index least = -1 - std::ssize(known.sets);
  const auto outside = std::ranges::find_if(known.tags, [&](std::int32_t tag) { return tag < least || tag >= count; });
  if (outside != known.tags.end())
    throw ArgumentError("crf: a tag must be in {} … {}, got {}", least, count - 1, *outside);
  const auto odd = std::ranges::find_if(known.sets, [&](const auto& set) { return std::ssize(set) != count; });
  if (odd != known.sets.end()) throw ArgumentError("crf: a set must flag {} tags, got {}", count, odd->size());
}

}  // namespace

void check_partition(std::span<const double> log_partition, const Packing& packing) {
  const auto found = std::ranges::find(log_partition, -std::numeric_limits<double>::infinity());
  if (found == log_partition.end()) return;
  const Index text = found - log_partition.begin();
  throw ArgumentError("crf: text {} of {} steps has no legal sequence of tags with a finite score", text,
                      packing.length(text));
}

Var crf_loss(const Sequence& emissions, const CrfVars& weights, const kernel::TagGraph& graph, const KnownTags& tags) {
  check(emissions, weights, graph.tags(), tags);
  Tape& tape = emissions.rows.tape();
  const Var loss = tape.output({}, {emissions.rows, weights.transitions, weights.begin, weights.end});
  const bool wanted = tape.wanted(loss);
  const Packing& packing = *emissions.packing;
  const kernel::CrfTables tables(
      graph, {weights.transitions.value().data, weights.begin.value().data, weights.end.value().data});
  const GivenTags given(graph, packing, tags);
  const Batch batch(tables, emissions.rows.value(), packing, wanted, tape.executor());
  std::optional<Restricted> restricted;
  if (!given.undecided().empty()) restricted.emplace(batch, given, wanted, tape.executor());
  const real share = real{1} / static_cast<real>(std::max<Index>(packing.texts(), 1));
  loss.value().data[0] = static_cast<real>(share * surprise(batch, given, restricted));
  if (!wanted) return loss;
  const CrfGradient kept{matrix(tape, emissions.rows.shape()), matrix(tape, weights.transitions.shape())};
  write_gradient(batch, given, restricted, kept, tape.executor());
  tape.record({loss}, [emissions, weights, kept, loss, share](Gradients& gradients) {
    const real scale = share * gradients.of(loss).values.data[0];
    add_scaled(gradients, emissions.rows, kept.emissions, scale);
    add_scaled(gradients, weights.transitions, kept.transitions, scale);
    add_borders(gradients, weights, *emissions.packing, kept.emissions, scale);
  });
  return loss;
}

}  // namespace recura
