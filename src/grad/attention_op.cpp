#include "grad/attention_op.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "kernel/matmul.h"

namespace recura {
namespace {

void check(Var value, const Shape& expected, const char* what) {
  if (value.shape() != expected)
    throw ArgumentError("{} must be {}, got {}", what, to_string(expected), to_string(value.shape()));
}

void check(const kernel::CopyTargets& targets, Index classes, Index pairs) {
  const auto is_outside = [](auto low, auto most) { return [=](auto x) { return x < low || x >= most; }; };
  const std::int64_t last = targets.ends.empty() ? 0 : targets.ends.back();
  if (targets.ends.size() != targets.classes.size() || last != std::ssize(targets.places) ||
      !std::ranges::is_sorted(targets.ends))
    throw ArgumentError("copy loss: {} words need as many rising ends of {} places", targets.classes.size(),
                        targets.places.size());
  if (std::ranges::any_of(targets.classes, is_outside(-1, static_cast<std::int32_t>(classes))) ||
      std::ranges::any_of(targets.places, is_outside(std::int64_t{0}, pairs)))
    throw ArgumentError("copy loss: a class must be in -1 … {} and a place in 0 … {}", classes - 1, pairs - 1);
}

TensorView claim(Gradients& gradients, Var var) { return gradients.allocate(var.shape()); }

}  // namespace

Attended additive_attention(const AttentionPairsPtr& pairs, Var queries, Var keys, Var v, Var values) {
  const Index units = v.shape().columns(), asked = pairs->queries().rows(), read = pairs->keys().rows();
  check(queries, {asked, units}, "attention: the queries");
  check(keys, {read, units}, "attention: the keys");
  check(values, {read, values.shape().columns()}, "attention: the values");
  Tape& tape = queries.tape();
  const Var weights = tape.output({pairs->count()}, {queries, keys, v, values});
  const Var context = tape.output({asked, values.shape().columns()}, {queries, keys, v, values});
  kernel::additive_attention(*pairs,
                             {.q = queries.value(),
                              .k = keys.value(),
                              .h = values.value(),
                              .v = v.value().values(),
                              .a = weights.value().values(),
                              .c = context.value()},
                             tape.executor());
  tape.record({weights, context}, [&tape, pairs, queries, keys, v, values, weights, context](Gradients& gradients) {
    const TensorView da = gradients.of(weights).values, dc = gradients.of(context).values;
    const TensorView dq = claim(gradients, queries), dk = claim(gradients, keys), dv = claim(gradients, v),
                     dh = claim(gradients, values);
    kernel::additive_attention_backward(*pairs,
                                        {.q = queries.value(),
                                         .k = keys.value(),
                                         .h = values.value(),
                                         .v = v.value().values(),
                                         .a = weights.value().values(),
                                         .da = da.data,
                                         .dc = dc.data != nullptr ? dc : gradients.zeros(context.shape()),
                                         .dq = dq,
                                         .dk = dk,
                                         .dh = dh,
                                         .dv = dv.values()},
                                        tape.executor());
    for (const auto& [var, gradient] : {std::pair{queries, dq}, {keys, dk}, {v, dv}, {values, dh}}) {
      if (tape.wanted(var)) gradients.add(var, gradient);
    }
  });
  return {weights, context};
}

Var coverage_loss(const AttentionPairsPtr& pairs, Var weights, std::int64_t count) {
  check(weights, {pairs->count()}, "coverage loss: the weights");
  const double scale = 1 / static_cast<double>(std::max<std::int64_t>(count, 1));
  Tape& tape = weights.tape();
  const Var loss = tape.output({}, {weights});
  loss.value().data[0] = static_cast<real>(scale * kernel::coverage(*pairs, weights.value().values(), 0, nullptr));
  tape.record({loss}, [pairs, weights, loss, scale](Gradients& gradients) {
    const TensorView da = gradients.zeros(weights.shape());
    const real own = gradients.of(loss).values.data[0] * static_cast<real>(scale);
    kernel::coverage(*pairs, weights.value().values(), own, da.data);
    gradients.add(weights, da);
  });
  return loss;
}

Var copy_cross_entropy(Var logits, Var gates, Var weights, const kernel::CopyTargets& given, real smoothing,
                       kernel::CopyLoss* told) {
  const auto words = static_cast<Index>(given.classes.size());
  check(logits, {words, logits.shape().columns()}, "copy loss: the logits");
  check(gates, {words, 1}, "copy loss: the gates");
  check(given, logits.shape().columns(), weights.shape().size());
  Tape& tape = logits.tape();
  const kernel::CopyTargets targets{tape.keep(given.classes), tape.keep(given.places), tape.keep(given.ends)};
  const Var loss = tape.output({}, {logits, gates, weights});
  const TensorView p{tape.allocate<real>(static_cast<std::size_t>(logits.shape().size())), logits.shape()};
  const std::span<kernel::CopyShare> shares{tape.allocate<kernel::CopyShare>(targets.classes.size()),
                                            targets.classes.size()};
  const kernel::CopyLoss found = kernel::copy_cross_entropy(logits.value(), gates.value().values(),
                                                            weights.value().values(), targets, smoothing, p, shares);
  loss.value().data[0] = static_cast<real>(found.loss);
  if (told != nullptr) *told = found;
  tape.record({loss}, [&tape, logits, gates, weights, loss, targets, smoothing, p, shares](Gradients& gradients) {
    const TensorView dz = claim(gradients, logits), du = claim(gradients, gates), da = claim(gradients, weights);
    kernel::copy_cross_entropy_backward(targets, {.p = p,
                                                  .shares = shares,
                                                  .a = weights.value().values(),
                                                  .smoothing = smoothing,
                                                  .dloss = gradients.of(loss).values.data[0],
                                                  .dz = dz,
                                                  .du = du.values(),
                                                  .da = da.values()});
    for (const auto& [var, gradient] : {std::pair{logits, dz}, {gates, du}, {weights, da}}) {
      if (tape.wanted(var)) gradients.add(var, gradient);
    }
  });
  return loss;
}

Var tied_linear(Var x, Var table, Var bias) {
  const Index outputs = bias.shape().size(), columns = table.shape().columns();
  if (x.shape().columns() != columns || outputs > table.shape()[0])
    throw ArgumentError("tied linear: x {} does not fit the table {} and bias {}", to_string(x.shape()),
                        to_string(table.shape()), to_string(bias.shape()));
  Tape& tape = x.tape();
  const ConstTensorView w{table.value().data, {outputs, columns}};
  const Var y = tape.output({x.shape().rows(), outputs}, {x, table, bias});
  kernel::matmul_transposed_right(x.value(), w, y.value(), tape.executor());
  for (Index row = 0; row < y.shape().rows(); ++row) {
    real* __restrict values = y.value().row(row);
    const real* __restrict own = bias.value().data;
    for (Index k = 0; k < outputs; ++k) values[k] += own[k];
  }
  tape.record({y}, [&tape, x, table, bias, y, w](Gradients& gradients) {
    const TensorView dy = gradients.of(y).values;
    if (tape.wanted(x)) {
      const TensorView dx = claim(gradients, x);
      kernel::matmul(dy, w, nullptr, dx, tape.executor());
      gradients.add(x, dx);
    }
    if (tape.wanted(table)) {
      const TensorView dw = gradients.allocate(w.shape);
      kernel::matmul_transposed_left(dy, x.value(), dw, tape.executor());
      Index* rows = gradients.allocate_rows(static_cast<std::size_t>(w.shape[0]));
      std::iota(rows, rows + w.shape[0], Index{0});
      if (!tape.is_weight(table)) gradients.add(table, gradients.zeros(table.shape()));  // other ops read dense ones
      gradients.add_rows(table, dw, {rows, static_cast<std::size_t>(w.shape[0])});
    }
    if (tape.wanted(bias)) {
      const TensorView db = claim(gradients, bias);
      kernel::sum_rows(dy, db.values());
      gradients.add(bias, db);
    }
  });
  return y;
}

}  // namespace recura
