#include <array>
#include <bit>

#include "kernel/simd/recurrent.h"

namespace recura::kernel::simd {
namespace {

/// About as many rows have their share of the weights' gradient added at once: a panel's fill a first cache of 32 KB.
constexpr Index kWeightRows = 128;

/// The same, cut into pieces of nearly one size: an even one, since bf16 takes rows in pairs.
Index weight_rows(Index rows) {
  const Index pieces = std::max<Index>((rows + kWeightRows / 2) / kWeightRows, 1);
  return std::max<Index>(((rows + pieces - 1) / pieces + 1) / 2 * 2, 2);
}

/// Where sums begin that do not lie in canonical order.
constexpr std::array<Index, 4> kSideBySide = {0, kBlock, 2 * kBlock, 3 * kBlock};

/// Two bf16 numbers, both 1.
constexpr float kPairOfOnes = std::bit_cast<float>(0x3F803F80);

/// The scales of sums that need none.
constexpr std::array<float, 4 * kBlock> kOnes = [] {
  std::array<float, 4 * kBlock> ones{};
  ones.fill(1);
  return ones;
}();

/// Floats from row to row of a copy, an odd number of cache lines: rows far apart by a power of two would fall on the
/// same few places of a cache.
Index copy_stride(Index columns) { return (blocks_of(columns) | 1) * kBlock; }

}  // namespace

void SimdRecurrent::backward(const RecurrentBackward& pass, BackwardStage stage, int part, int parts) const {
  switch (stage) {
    case BackwardStage::through_time:
      return through_time(pass, share_of_rows(*pass.packing, part, parts));
    case BackwardStage::weights:
      return weight_gradients(pass, share(layout_.panels, part, parts));
    case BackwardStage::input:
      return input_gradient(pass, share(pass.packing->rows(), part, parts));
  }
}

void SimdRecurrent::through_time(const RecurrentBackward& pass, Range ranks) const {
  const Packing& packing = *pass.packing;
  const Kept kept(layout_, spec_.input, packing, pass.saved);
  const Index width = state_width(), texts = packing.texts();
  for (Index rank = ranks.begin; rank < ranks.end; ++rank) {
    const Index text = packing.order()[static_cast<std::size_t>(rank)];
    float* dh = kept.dh + rank * width;
    std::fill_n(dh, width, 0.0f);
    if (pass.dlast_h) std::copy_n(pass.dlast_h + text * spec_.hidden, spec_.hidden, dh);
    for (Index panel = 0; has_c() && panel < layout_.panels; ++panel) {
      float* dc = kept.dc + (panel * texts + rank) * kBlock;
      std::fill_n(dc, kBlock, 0.0f);
      if (pass.dlast_c) {
        std::copy_n(pass.dlast_c + text * spec_.hidden + panel * kBlock, layout_.units_of(panel), dc);
      }
    }
  }
  Index steps = packing.steps();
  while (steps > 0 && running(packing, ranks, steps - 1).size() == 0) --steps;
  Tensor narrow;
  for (Index done = 0; done < steps; ++done) {
    const Index step = spec_.reverse ? done : steps - 1 - done;
    gather_state_gradients(pass, kept, ranks, step, narrow);
    step_backward(pass, kept, ranks, step);
  }
  initial_gradients(pass, kept, ranks, narrow);
}

/// Sets a product's left operand, some rows of gates, and the right one that goes with them. Fetches what lies `ahead`
/// of each part, which is read next; `narrow` is memory for rows that bf16 weights meet.
void SimdRecurrent::set_operands(Product& product, const PackedWeights& weights, const float* gates, Index panel_stride,
                                 Window window, Index ahead, Tensor& narrow) const {
  weights.set_right(product, 0);
  gates += window.begin;
  if (!weights.narrows_left()) {
    product.a = gates;
    product.a_stride = layout_.width;
    product.depth = window.width;
    product.chunks = layout_.panels;
    product.a_chunk = panel_stride;
    product.a_ahead = ahead;
    return;
  }
  const Index stride = weights.left_size();
  if (!narrow.data() || narrow.size() < product.rows * stride) narrow = Tensor::uninitialised({product.rows * stride});
  for (Index row = 0; row < product.rows; ++row) {
    for (Index panel = 0; panel < layout_.panels; ++panel) {
      const float* from = gates + panel * panel_stride + row * layout_.width;
      for (Index at = 0; at < window.width; at += kBlock) __builtin_prefetch(from + at + ahead);
      code_.narrow(weights.precision(), from, window.width,
                   narrow.data() + row * stride + panel * stride / layout_.panels);
    }
  }
  product.a = narrow.data();
  product.a_stride = stride;
}

/// dh += dz U^T, for `count` texts from `rank` on whose dz lie from `row` on; the rows of gates read next are `ahead`.
void SimdRecurrent::add_through_product(const Packing& packing, const Kept& kept, Index row, Index rank, Index count,
                                        Index ahead, Tensor& narrow) const {
  Product product{.rows = count, .columns = padded(spec_.hidden)};
  set_operands(product, u_transposed_, kept.gates + row * layout_.width, packing.rows() * layout_.width, layout_.h,
               ahead * layout_.width, narrow);
  product.start = product.c = kept.dh + rank * state_width();
  product.start_stride = product.c_stride = state_width();
  code_.product(product);
}

/// Completes dh of the texts that run at `step`: what comes from the step read after it, unless cut, and from outside.
void SimdRecurrent::gather_state_gradients(const RecurrentBackward& pass, const Kept& kept, Range ranks, Index step,
                                           Tensor& narrow) const {
  const Packing& packing = *pass.packing;
  const Index after = spec_.reverse ? step - 1 : step + 1;
  const Range now = running(packing, ranks, step), later = continuing(packing, ranks, step, !spec_.reverse);
  const auto is_cut = [&](Index rank) {
    if (spec_.truncate <= 0) return false;
    const Index text = packing.order()[static_cast<std::size_t>(rank)];
    return (spec_.reverse ? packing.length(text) - step : step + 1) % spec_.truncate == 0;
  };
  for (Index rank = later.begin; rank < later.end;) {
    const Index first = rank;
    const bool cut = is_cut(first);
    while (rank < later.end && is_cut(rank) == cut) ++rank;
    if (!cut) {
      add_through_product(packing, kept, packing.offset(after) + first, first, rank - first,
                          packing.offset(step) - packing.offset(after), narrow);
      continue;
    }
    std::fill(kept.dh + first * state_width(), kept.dh + rank * state_width(), 0.0f);
    for (Index panel = 0; has_c() && panel < layout_.panels; ++panel) {
      float* dc = kept.dc + panel * packing.texts() * kBlock;
      std::fill(dc + first * kBlock, dc + rank * kBlock, 0.0f);
    }
  }
  for (Index rank = now.begin; pass.dh && rank < now.end; ++rank) {
    const float* from = pass.dh.row(packing.offset(step) + rank);
    float* dh = kept.dh + rank * state_width();
    for (Index unit = 0; unit < spec_.hidden; ++unit) dh[unit] += from[unit];
  }
}

void SimdRecurrent::step_backward(const RecurrentBackward& pass, const Kept& kept, Range ranks, Index step) const {
  const Packing& packing = *pass.packing;
  const Index rows = packing.rows(), texts = packing.texts(), before = spec_.reverse ? step + 1 : step - 1;
  const Range now = running(packing, ranks, step), old = continuing(packing, ranks, step, spec_.reverse);
  for (Index panel = 0; panel < layout_.panels; ++panel) {
    for (const Range run : {old, Range{old.end, now.end}}) {
      if (run.size() == 0) continue;
      const bool starts = run.begin == old.end;
      const Index row = packing.offset(step) + run.begin;
      CellRows cells{.activation = spec_.activation, .rows = run.size(), .units = layout_.units_of(panel)};
      cells.gates = kept.gates + (panel * rows + row) * layout_.width;
      if (has_c()) {
        cells.c = kept.c + (panel * rows + row) * kBlock;
        cells.c_before = starts ? kept.c_start + (panel * texts + run.begin) * kBlock
                                : kept.c + (panel * rows + packing.offset(before) + run.begin) * kBlock;
        cells.dc = kept.dc + (panel * texts + run.begin) * kBlock;
      }
      const float* h = pass.initial_h ? kept.h_start + run.begin * spec_.hidden : nullptr;
      if (!starts) h = pass.h.row(packing.offset(before) + run.begin);
      cells.h_before = h ? h + panel * layout_.units : nullptr;
      cells.h_before_stride = starts ? spec_.hidden : pass.h.stride;
      cells.h = const_cast<float*>(pass.h.row(row)) + panel * layout_.units;  // only read
      cells.h_stride = pass.h.stride;
      cells.dh = kept.dh + run.begin * state_width() + panel * layout_.units;
      cells.dh_stride = state_width();
      cell_backward_(cells);
    }
  }
}

/// dh and dc now belong to the initial states, but for the product of the step that was read first.
void SimdRecurrent::initial_gradients(const RecurrentBackward& pass, const Kept& kept, Range ranks,
                                      Tensor& narrow) const {
  const Packing& packing = *pass.packing;
  const auto length = [&](Index rank) { return packing.length(packing.order()[static_cast<std::size_t>(rank)]); };
  for (Index rank = ranks.begin; pass.dinitial_h && rank < ranks.end && length(rank) > 0;) {
    const Index first = rank, step = spec_.reverse ? length(first) - 1 : 0;
    while (rank < ranks.end && (spec_.reverse ? length(rank) == step + 1 : length(rank) > 0)) ++rank;
    add_through_product(packing, kept, packing.offset(step) + first, first, rank - first, 0, narrow);
  }
  for (Index rank = ranks.begin; rank < ranks.end; ++rank) {
    const Index state = packing.order()[static_cast<std::size_t>(rank)] * spec_.hidden;
    if (pass.dinitial_h) std::copy_n(kept.dh + rank * state_width(), spec_.hidden, pass.dinitial_h + state);
    for (Index panel = 0; pass.dinitial_c && panel < layout_.panels; ++panel) {
      std::copy_n(kept.dc + (panel * packing.texts() + rank) * kBlock, layout_.units_of(panel),
                  pass.dinitial_c + state + panel * kBlock);
    }
  }
}

/// Copies of x_t and h_{t-1} for some rows.
void SimdRecurrent::copy_operands(const RecurrentBackward& pass, const Kept& kept, Range rows, float* x,
                                  float* h) const {
  if (rows.size() == 0) return;
  const Packing& packing = *pass.packing;
  const Index input = spec_.input, hidden = spec_.hidden;
  Index step = packing.step_of(rows.begin);
  for (Index row = rows.begin; row < rows.end; ++row, x += copy_stride(input), h += copy_stride(hidden)) {
    while (row >= packing.offset(step + 1)) ++step;
    const Index rank = row - packing.offset(step), before = spec_.reverse ? step + 1 : step - 1;
    const bool starts = rank >= continuing(packing, {0, packing.texts()}, step, spec_.reverse).end;
    const float* state = pass.initial_h ? kept.h_start + rank * hidden : nullptr;
    if (!starts) state = pass.h.row(packing.offset(before) + rank);
    std::copy_n(pass.x.row(row), input, x);
    if (state) std::copy_n(state, hidden, h);
    if (!state) std::fill_n(h, hidden, 0.0f);
  }
}

/// Rows of floats, or pairs of rows of bf16, that the gradients of weights are sums over.
struct SimdRecurrent::Summed {
  const float* values;
  Index stride;
};

/// Makes pairs of rows, if the layer trains in bf16.
SimdRecurrent::Summed SimdRecurrent::summed(const float* rows, Index stride, Index count, float* pairs) const {
  if (!trains_in_bf16()) return {rows, stride};
  for (Index row = 0; row < count; row += 2) {
    const float* even = rows + row * stride;
    code_.narrow_pairs(even, row + 1 < count ? even + stride : nullptr, stride, pairs + row / 2 * stride);
  }
  return {pairs, stride};
}

/// Where one panel's gradient of some weights is summed up, block by block of columns.
struct SimdRecurrent::Sums {
  float* values;  // null: nobody wants it
  Index stride;
  std::array<Index, 4> places;
};

/// In the canonical gradient itself, but for a panel with padding.
SimdRecurrent::Sums SimdRecurrent::sums_in(float* gradient, float* padded, Index panel, Window window) const {
  if (gradient && !layout_.is_whole(panel)) return {padded, window.width, kSideBySide};
  return {gradient, layout_.stride, layout_.canonical_blocks(panel, window)};
}

/// sums (+)= a^T gates, for columns of some rows' gates.
void SimdRecurrent::add_weight_gradient(const Summed& a, Index columns, const Summed& gates, Index depth, Window window,
                                        bool first, const Sums& sums) const {
  if (!sums.values) return;
  Product product{.rows = columns, .columns = window.width};
  product.a = a.values;
  product.a_stride = a.stride;
  product.a_transposed = true;
  product.depth = depth;
  product.b = gates.values + window.begin;
  product.b_row = gates.stride;
  product.b_blocks = layout_.width / kBlock;
  product.c = sums.values;
  product.c_places = sums.places.data();
  product.start = first ? nullptr : sums.values;
  product.start_stride = product.c_stride = sums.stride;
  if (trains_in_bf16()) {
    product.precision = Precision::bf16;
    product.scale = kOnes.data();
  }
  code_.product(product);
}

void SimdRecurrent::weight_gradients(const RecurrentBackward& pass, Range panels) const {
  const Kept kept(layout_, spec_.input, *pass.packing, pass.saved);
  const Index rows = pass.packing->rows(), width = layout_.width, at_once = weight_rows(rows);
  const Index x_stride = copy_stride(spec_.input), h_stride = copy_stride(spec_.hidden);
  Tensor copies = Tensor::uninitialised({at_once * 2 * (x_stride + h_stride + width)});
  float *x = copies.data(), *h = x + at_once * x_stride, *x_pairs = h + at_once * h_stride,
        *h_pairs = x_pairs + at_once * x_stride, *pairs = h_pairs + at_once * h_stride;
  std::array<float, kBlock> one;
  one.fill(trains_in_bf16() ? kPairOfOnes : 1.0f);
  const Summed ones{one.data(), 0};
  const bool wants_sums = pass.dweights.b || pass.dweights.d;
  for (Index first = 0; first == 0 || first < rows; first += at_once) {  // without rows: zeros
    const Index count = std::min(at_once, rows - first);
    copy_operands(pass, kept, {first, first + count}, x, h);
    const Summed xs = summed(x, x_stride, count, x_pairs), hs = summed(h, h_stride, count, h_pairs);
    for (Index panel = panels.begin; panel < panels.end; ++panel) {
      const Summed gates = summed(kept.gates + (panel * rows + first) * width, width, count, pairs);
      const auto add = [&](const Summed& a, Index columns, Window window, const Sums& sums) {
        add_weight_gradient(a, columns, gates, trains_in_bf16() ? (count + 1) / 2 : count, window, first == 0, sums);
      };
      add(ones, 1, {0, width}, {wants_sums ? kept.db + panel * width : nullptr, width, kSideBySide});
      add(xs, spec_.input, layout_.x, sums_in(pass.dweights.w, kept.dw, panel, layout_.x));
      add(hs, spec_.hidden, layout_.h, sums_in(pass.dweights.u, kept.du, panel, layout_.h));
    }
  }
  for (Index panel = panels.begin; panel < panels.end; ++panel) unpack_gradients(pass.dweights, kept, panel);
}

/// What was not summed in canonical order.
void SimdRecurrent::unpack_gradients(const RecurrentWeightGradients& gradients, const Kept& kept, Index panel) const {
  const float* db = kept.db + panel * layout_.width;
  if (gradients.b) layout_.unpack(db, panel, 1, layout_.x, gradients.b);
  if (gradients.d && spec_.cell == Cell::gru)
    std::copy_n(db + 3 * kBlock, layout_.units_of(panel), gradients.d + panel * kBlock);
  if (layout_.is_whole(panel)) return;
  if (gradients.w) layout_.unpack(kept.dw, panel, spec_.input, layout_.x, gradients.w);
  if (gradients.u) layout_.unpack(kept.du, panel, spec_.hidden, layout_.h, gradients.u);
}

void SimdRecurrent::input_gradient(const RecurrentBackward& pass, Range rows) const {
  if (!pass.dx) return;
  const Kept kept(layout_, spec_.input, *pass.packing, pass.saved);
  const Index at_once = w_transposed_.narrows_left() ? kRowsAtOnce : std::max<Index>(rows.size(), 1);
  Tensor narrow;
  for (Index first = rows.begin; first < rows.end; first += at_once) {
    Product product{.rows = std::min(at_once, rows.end - first), .columns = spec_.input};
    set_operands(product, w_transposed_, kept.gates + first * layout_.width, pass.packing->rows() * layout_.width,
                 layout_.x, kRowsAtOnce * layout_.width, narrow);
    product.c = pass.dx.row(first);
    product.start = pass.add_to_dx ? product.c : nullptr;
    product.start_stride = product.c_stride = pass.dx.stride;
    code_.product(product);
  }
}

}  // namespace recura::kernel::simd
