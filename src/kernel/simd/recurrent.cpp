#include "kernel/simd/recurrent.h"

#include <vector>

namespace recura::kernel::simd {
namespace {

/// Rows that are projected at once: enough to pay for reading the weights, few enough to stay in the second cache.
constexpr Index kProjectedRows = 128;

void copy_padded(const float* values, Index count, Index width, float* to) {
  if (values) std::copy_n(values, count, to);
  std::fill(to + (values ? count : 0), to + width, 0.0f);
}

/// Calls use(first row, count, rows before) for rows of some steps that follow on each other.
template <typename Use>
void for_each_run(const Packing& packing, Range ranks, Range steps, const Use& use) {
  Index before = 0;
  for (Index step = steps.begin; step < steps.end;) {
    const Index first = packing.offset(step) + ranks.begin;
    Index count = 0;
    do {
      count += running(packing, ranks, step++).size();
    } while (step < steps.end && packing.offset(step) + ranks.begin == first + count);
    use(first, count, before);
    before += count;
  }
}

}  // namespace

Range share_of_rows(const Packing& packing, int part, int parts) {
  const auto boundary = [&](int at) {
    if (at == parts) return packing.texts();  // texts of length 0 too
    Index rank = 0, rows = 0;
    while (rank < packing.texts() && rows < packing.rows() * at / parts) {
      rows += packing.length(packing.order()[static_cast<std::size_t>(rank++)]);
    }
    return rank;
  };
  return {boundary(part), boundary(part + 1)};
}

Range running(const Packing& packing, Range ranks, Index step) {
  const Index active = step >= 0 && step < packing.steps() ? packing.active(step) : 0;
  return {ranks.begin, std::clamp(active, ranks.begin, ranks.end)};
}

Range continuing(const Packing& packing, Range ranks, Index step, bool reverse) {
  const Range now = running(packing, ranks, step), before = running(packing, ranks, reverse ? step + 1 : step - 1);
  return {ranks.begin, std::min(now.end, before.end)};
}

Kept::Kept(const Layout& layout, Index input, const Packing& packing, float* memory) : size(0) {
  const bool lstm = layout.cell == Cell::lstm;
  const auto take = [&](Index count) {
    float* start = memory ? memory + size : nullptr;
    size += padded(count);
    return start;
  };
  const Index rows = packing.rows(), texts = packing.texts(), panels = layout.panels;
  gates = take(panels * rows * layout.width);
  c = take(lstm ? panels * rows * kBlock : 0);
  c_start = take(lstm ? panels * texts * kBlock : 0);
  h_start = take(texts * layout.hidden);
  dh = take(texts * panels * layout.units);
  dc = take(lstm ? panels * texts * kBlock : 0);
  const bool has_padding = !layout.is_whole(panels - 1);
  db = take(panels * layout.width);
  dw = take(has_padding ? input * layout.x.width : 0);
  du = take(has_padding ? layout.hidden * layout.h.width : 0);
}

SimdRecurrent::SimdRecurrent(const Code& code, const RecurrentSpec& spec, const RecurrentWeights& weights,
                             bool backward)
    : code_(code),
      spec_(spec),
      backward_(backward),
      layout_(spec),
      w_(code),
      u_(code),
      w_transposed_(code),
      u_transposed_(code) {
  cell_forward_ = spec.cell == Cell::lstm  ? code.lstm_forward
                  : spec.cell == Cell::gru ? code.gru_forward
                                           : code.rnn_forward;
  cell_backward_ = spec.cell == Cell::lstm  ? code.lstm_backward
                   : spec.cell == Cell::gru ? code.gru_backward
                                            : code.rnn_backward;
  SimdRecurrent::pack(weights);
}

void SimdRecurrent::pack(const RecurrentWeights& weights) {
  const Index input = spec_.input, hidden = spec_.hidden;
  const Precision precision = backward_ && !trains_in_bf16() ? Precision::float32 : spec_.precision;
  // Inputs come in many rows, so that widened weights save no time there.
  w_.pack(layout_, weights.w, input, layout_.x, code_.multiplies_narrow ? precision : Precision::float32, false);
  u_.pack(layout_, weights.u, hidden, layout_.h, precision, has_states_in_unit(spec_));
  if (precision != Precision::float32 && !code_.multiplies_narrow)
    wide_u_.emplace(code_).pack_widened(layout_, weights.u, hidden, layout_.h, precision);
  layout_.pack(weights.b, 1, layout_.x, 1, b_);
  if (spec_.cell == Cell::gru) {
    std::vector<float> d(static_cast<std::size_t>(3 * hidden));
    if (weights.d) std::copy_n(weights.d, hidden, d.begin() + 2 * hidden);
    layout_.pack(d.data(), 1, layout_.h, 1, d_);
  }
  if (!backward_) return;
  w_transposed_.pack_transposed(layout_, weights.w, input, layout_.x, precision);
  u_transposed_.pack_transposed(layout_, weights.u, hidden, layout_.h, precision);
}

Index SimdRecurrent::saved_size(const Packing& packing) const {
  return Kept(layout_, spec_.input, packing, nullptr).size;
}

void SimdRecurrent::forward(const RecurrentForward& pass, int part, int parts) const {
  const Packing& packing = *pass.packing;
  const Range ranks = share_of_rows(packing, part, parts);
  if (ranks.size() == 0) return;
  Tensor buffer;
  Place place = start(pass, ranks, buffer);
  const Tensor narrow_rows = make_narrow_rows(ranks, place);
  Index steps = packing.steps();
  while (steps > 0 && running(packing, ranks, steps - 1).size() == 0) --steps;
  for (Index done = 0; done < steps;) {
    Index rows = 0, next = done;
    while (next < steps && rows < kProjectedRows) {
      rows += running(packing, ranks, spec_.reverse ? steps - 1 - next : next).size();
      ++next;
    }
    const Range block = spec_.reverse ? Range{steps - next, steps - done} : Range{done, next};
    project(pass, ranks, block, place);
    // The block's rows lie step after step, whichever way they are read.
    Index local = spec_.reverse ? rows : 0;
    for (; done < next; ++done) {
      const Index step = spec_.reverse ? steps - 1 - done : done;
      const Index count = running(packing, ranks, step).size();
      if (spec_.reverse) local -= count;
      const Index row = pass.saved ? packing.offset(step) + ranks.begin : local;
      step_forward(pass, ranks, step, place, place.gates + row * layout_.width);
      if (!spec_.reverse) local += count;
    }
  }
  finish(pass, ranks, place);
}

/// The place to compute in, with the states that the texts start from; `buffer` is its memory if nothing is kept: gates
/// of one block of steps, and running states.
SimdRecurrent::Place SimdRecurrent::start(const RecurrentForward& pass, Range ranks, Tensor& buffer) const {
  const Index texts = pass.packing->texts();
  Place place;
  float* h_start;
  if (pass.saved) {
    const Kept kept(layout_, spec_.input, *pass.packing, pass.saved);
    place = {kept.gates, pass.packing->rows() * layout_.width, kept.c, kept.c_start, nullptr};
    h_start = kept.h_start;
  } else {
    const Index rows = std::min(pass.packing->rows(), kProjectedRows + ranks.size());
    const Index stride = rows * layout_.width, gates = layout_.panels * stride;
    const Index c = has_c() ? layout_.panels * texts * kBlock : 0;
    buffer = Tensor::uninitialised({gates + c + texts * spec_.hidden});
    place = {buffer.data(), stride, nullptr, buffer.data() + gates, nullptr};
    h_start = buffer.data() + gates + c;
  }
  for (Index rank = ranks.begin; rank < ranks.end; ++rank) {
    const Index text = pass.packing->order()[static_cast<std::size_t>(rank)];
    if (pass.initial_h) std::copy_n(pass.initial_h + text * spec_.hidden, spec_.hidden, h_start + rank * spec_.hidden);
    for (Index panel = 0; has_c() && panel < layout_.panels; ++panel) {
      const float* c = pass.initial_c ? pass.initial_c + text * spec_.hidden + panel * kBlock : nullptr;
      copy_padded(c, layout_.units_of(panel), kBlock, place.c_start + (panel * texts + rank) * kBlock);
    }
  }
  if (pass.initial_h) place.h_start = h_start;
  return place;
}

/// Memory for rows on the left as narrow weights meet them.
Tensor SimdRecurrent::make_narrow_rows(Range ranks, Place& place) const {
  const Index x = w_.narrows_left() ? (kProjectedRows + ranks.size()) * w_.left_size() : 0;
  const Index h = u_.narrows_left() ? ranks.size() * u_.left_size() : 0;
  Tensor rows = Tensor::uninitialised({x + h});
  if (x > 0) place.narrow_x = rows.data();
  if (h > 0) place.narrow_h = rows.data() + x;
  return rows;
}

void SimdRecurrent::project(const RecurrentForward& pass, Range ranks, Range steps, const Place& place) const {
  const Packing& packing = *pass.packing;
  if (place.narrow_x) {
    for_each_run(packing, ranks, steps, [&](Index first, Index count, Index before) {
      for (Index row = 0; row < count; ++row) {
        code_.narrow(w_.precision(), pass.x.row(first + row), spec_.input,
                     place.narrow_x + (before + row) * w_.left_size());
      }
    });
  }
  for (Index panel = 0; panel < layout_.panels; ++panel) {
    for_each_run(packing, ranks, steps, [&](Index first, Index count, Index before) {
      const Index row = pass.saved ? first : before;
      float* gates = place.gates + panel * place.panel_stride + row * layout_.width;
      if (place.narrow_x) {
        project_rows(panel, count, place.narrow_x + before * w_.left_size(), w_.left_size(), gates);
      } else {
        project_rows(panel, count, pass.x.row(first), pass.x.stride, gates);
      }
    });
  }
}

/// Gates of one panel: x W + b, and d.
void SimdRecurrent::project_rows(Index panel, Index rows, const float* x, Index stride, float* gates) const {
  Product product{.rows = rows, .columns = layout_.x.width, .a = x, .a_stride = stride};
  w_.set_right(product, panel);
  product.start = b_.data() + panel * layout_.x.width;
  product.c = gates + layout_.x.begin;
  product.c_stride = layout_.width;
  code_.product(product);
  if (spec_.cell != Cell::gru) return;
  const float* d = d_.data() + panel * layout_.h.width + 2 * kBlock;
  for (Index row = 0; row < rows; ++row) std::copy_n(d, kBlock, gates + row * layout_.width + 3 * kBlock);
}

void SimdRecurrent::step_forward(const RecurrentForward& pass, Range ranks, Index step, const Place& place,
                                 float* gates) const {
  const Index before = spec_.reverse ? step + 1 : step - 1;
  const Range now = running(*pass.packing, ranks, step), old = continuing(*pass.packing, ranks, step, spec_.reverse);
  for (const Range run : {old, Range{old.end, now.end}}) {
    if (run.size() == 0) continue;
    StepRows rows{.ranks = run, .step = step, .starts = run.begin == old.end};
    rows.gates = gates + (run.begin - ranks.begin) * layout_.width;
    rows.h_before = rows.starts ? place.h_start : pass.h.row(pass.packing->offset(before));
    rows.h_stride = rows.starts ? spec_.hidden : pass.h.stride;
    if (rows.h_before) rows.h_before += run.begin * rows.h_stride;
    rows.left = rows.h_before;
    rows.left_stride = rows.h_stride;
    if (const PackedWeights& u = this->u(run.size()); u.narrows_left() && rows.h_before) {
      rows.left = place.narrow_h;
      rows.left_stride = u.left_size();
      for (Index row = 0; row < run.size(); ++row) {
        code_.narrow(u.precision(), rows.h_before + row * rows.h_stride, spec_.hidden,
                     place.narrow_h + row * rows.left_stride);
      }
    }
    const bool in_tiles = code_.has_amx_tiles && rows.left != rows.h_before;
    const Index at_once = run.size() <= kFewRows || in_tiles ? layout_.panels : 1;
    for (Index panel = 0; panel < layout_.panels; panel += at_once) {
      add_recurrent_product(rows, {panel, panel + at_once}, place);
      for (Index own = panel; own < panel + at_once; ++own) run_cell(pass, rows, own, place);
    }
  }
}

/// Adds h_{t-1} U to the gates of some panels.
void SimdRecurrent::add_recurrent_product(const StepRows& rows, Range panels, const Place& place) const {
  if (!rows.left) return;
  Product product{.rows = rows.ranks.size(), .columns = panels.size() * layout_.h.width};
  product.a = rows.left;
  product.a_stride = rows.left_stride;
  u(product.rows).set_right(product, panels.begin);
  product.start = product.c = rows.gates + panels.begin * place.panel_stride + layout_.h.begin;
  product.start_stride = product.c_stride = layout_.width;
  product.c_panel = place.panel_stride;
  code_.product(product);
}

void SimdRecurrent::run_cell(const RecurrentForward& pass, const StepRows& rows, Index panel,
                             const Place& place) const {
  const Packing& packing = *pass.packing;
  CellRows cells{.activation = spec_.activation, .rows = rows.ranks.size(), .units = layout_.units_of(panel)};
  cells.gates = rows.gates + panel * place.panel_stride;
  if (has_c()) {
    float* c_start = place.c_start + (panel * packing.texts() + rows.ranks.begin) * kBlock;
    float* c = place.c ? place.c + (panel * packing.rows() + rows.ranks.begin) * kBlock : nullptr;
    cells.c = c ? c + packing.offset(rows.step) * kBlock : c_start;
    cells.c_before =
        c && !rows.starts ? c + packing.offset(spec_.reverse ? rows.step + 1 : rows.step - 1) * kBlock : c_start;
  }
  cells.h_before = rows.h_before ? rows.h_before + panel * layout_.units : nullptr;
  cells.h_before_stride = rows.h_stride;
  cells.h = pass.h.row(packing.offset(rows.step) + rows.ranks.begin) + panel * layout_.units;
  cells.h_stride = pass.h.stride;
  cell_forward_(cells);
}

void SimdRecurrent::finish(const RecurrentForward& pass, Range ranks, const Place& place) const {
  const Packing& packing = *pass.packing;
  for (Index rank = ranks.begin; rank < ranks.end; ++rank) {
    const Index text = packing.order()[static_cast<std::size_t>(rank)], length = packing.length(text);
    const Index row = length == 0 ? -1 : packing.offset(spec_.reverse ? 0 : length - 1) + rank;
    if (pass.last_h) {
      const float* h = length > 0 ? pass.h.row(row) : place.h_start ? place.h_start + rank * spec_.hidden : nullptr;
      copy_padded(h, spec_.hidden, spec_.hidden, pass.last_h + text * spec_.hidden);
    }
    for (Index panel = 0; pass.last_c && panel < layout_.panels; ++panel) {
      const float* c = place.c && length > 0 ? place.c + (panel * packing.rows() + row) * kBlock
                                             : place.c_start + (panel * packing.texts() + rank) * kBlock;
      std::copy_n(c, layout_.units_of(panel), pass.last_c + text * spec_.hidden + panel * kBlock);
    }
  }
}

}  // namespace recura::kernel::simd
