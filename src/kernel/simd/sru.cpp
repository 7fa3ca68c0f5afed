#include "kernel/simd/sru.h"

namespace recura::kernel::simd {
namespace {

/// Rows that one product computes at once: enough to pay for reading the weights, few enough to stay in the second
/// cache until the walk through time has used them.
constexpr Index kRows = 128;

}  // namespace

SimdSru::SimdSru(const Code& code, const RecurrentSpec& spec, const RecurrentWeights& weights, bool backward)
    : code_(code), spec_(spec), backward_(backward), layout_(spec) {
  SimdSru::pack(weights);
}

void SimdSru::pack(const RecurrentWeights& weights) {
  layout_.pack(weights.w, spec_.input, layout_.x, layout_.x.width / kBlock, w_);
  v_ = pack_pair(weights.u, 0, 2);
  b_ = pack_pair(weights.b, 1, layout_.x.width / kBlock);
  if (backward_) layout_.pack_transposed(weights.w, spec_.input, layout_.x, w_transposed_);
}

/// A vector of f and one of r, [2, H], as blocks `first` and the next one of [panels][blocks][16].
Tensor SimdSru::pack_pair(const float* pair, Index first, Index blocks) const {
  Tensor packed({layout_.panels * blocks * kBlock});
  for (Index panel = 0; pair && panel < layout_.panels; ++panel) {
    for (Index one = 0; one < 2; ++one) {
      std::copy_n(pair + one * spec_.hidden + panel * kBlock, layout_.units_of(panel),
                  packed.data() + (panel * blocks + first + one) * kBlock);
    }
  }
  return packed;
}

Index SimdSru::saved_size(const Packing& packing) const { return layout_.panels * gates_panel(packing); }

/// The step that is read as number `place`.
Index SimdSru::step_at(const Packing& packing, Index place) const {
  return spec_.reverse ? packing.steps() - 1 - place : place;
}

/// As many neighbouring places as make kRows rows, from `place` on or, going back, before it.
Range SimdSru::places_at(const Packing& packing, Index place, bool back) const {
  Range places{place, place};
  for (Index rows = 0; rows < kRows && (back ? places.begin > 0 : places.end < packing.steps());) {
    rows += packing.active(step_at(packing, back ? --places.begin : places.end++));
  }
  return places;
}

Range SimdSru::rows_at(const Packing& packing, Range places) const {
  const Index one = step_at(packing, places.begin), other = step_at(packing, places.end - 1);
  return {packing.offset(std::min(one, other)), packing.offset(std::max(one, other) + 1)};
}

void SimdSru::forward(const RecurrentForward& pass, int part, int parts) const {
  const Packing& packing = *pass.packing;
  const Range panels = share(layout_.panels, part, parts);
  const Index most = std::min(packing.rows(), kRows + packing.texts());
  Tensor c({panels.size() * packing.texts() * kBlock}), block;
  load_states(packing, pass.initial_c, panels, c.data());
  if (!pass.saved) block = Tensor::uninitialised({panels.size() * most * layout_.width});
  for (Index place = 0; panels.size() > 0 && place < packing.steps();) {
    const Range places = places_at(packing, place, false), own = rows_at(packing, places);
    Gates gates{block.data(), most * layout_.width};
    if (pass.saved) {
      gates = {pass.saved + panels.begin * gates_panel(packing) + own.begin * layout_.width, gates_panel(packing)};
    }
    project(pass.x, own, panels, gates);
    for (; place < places.end; ++place) {
      const Index step = step_at(packing, place), row = packing.offset(step);
      SruRows rows = rows_of(packing, panels, pass.x, step);
      rows.gates = gates.data + (row - own.begin) * layout_.width;
      rows.gates_panel = gates.panel;
      rows.c = c.data();
      rows.h = pass.h.row(row) + panels.begin * kBlock;
      rows.h_stride = pass.h.stride;
      code_.sru_forward(rows);
    }
  }
  store_states(packing, c.data(), panels, pass.last_c);
  last_h(pass, panels);
}

void SimdSru::project(ConstRows x, Range rows, Range panels, const Gates& gates) const {
  const Index width = layout_.x.width;
  for (Index panel = panels.begin; panel < panels.end; ++panel) {
    Product product{.rows = rows.size(), .columns = width};
    product.a = x.row(rows.begin);
    product.a_stride = x.stride;
    product.depth = spec_.input;
    product.b = w_.data() + panel * width * spec_.input;
    product.b_row = width;
    product.b_blocks = product.c_blocks = width / kBlock;
    product.start = b_.data() + panel * width;
    product.c = gates.data + (panel - panels.begin) * gates.panel;
    product.c_stride = layout_.width;
    code_.product(product);
  }
}

/// What both walks have in common at one step.
SruRows SimdSru::rows_of(const Packing& packing, Range panels, ConstRows x, Index step) const {
  SruRows rows{.rows = packing.active(step), .units = units_of(panels).size(), .width = layout_.width};
  rows.v = v_.data() + panels.begin * 2 * kBlock;
  rows.scale = static_cast<float>(kHighwayScale);
  rows.s = is_square() ? x.row(packing.offset(step)) + panels.begin * kBlock : nullptr;
  rows.s_stride = x.stride;
  rows.state_panel = packing.texts() * kBlock;
  return rows;
}

/// States [B, H] in the order of the texts as [panels][B][16] in the order of ranks, over zeros.
void SimdSru::load_states(const Packing& packing, const float* states, Range panels, float* to) const {
  for (Index panel = panels.begin; states && panel < panels.end; ++panel) {
    for (const Index text : packing.order()) {
      std::copy_n(states + text * spec_.hidden + panel * kBlock, layout_.units_of(panel), to);
      to += kBlock;
    }
  }
}

void SimdSru::store_states(const Packing& packing, const float* from, Range panels, float* states) const {
  for (Index panel = panels.begin; states && panel < panels.end; ++panel) {
    for (const Index text : packing.order()) {
      std::copy_n(from, layout_.units_of(panel), states + text * spec_.hidden + panel * kBlock);
      from += kBlock;
    }
  }
}

void SimdSru::last_h(const RecurrentForward& pass, Range panels) const {
  const Packing& packing = *pass.packing;
  const Range units = units_of(panels);
  for (Index text = 0; pass.last_h && panels.size() > 0 && text < packing.texts(); ++text) {
    const Index length = packing.length(text);
    float* to = pass.last_h + text * spec_.hidden + units.begin;
    const float* from = pass.initial_h ? pass.initial_h + text * spec_.hidden : nullptr;
    if (length > 0) from = pass.h.row(packing.row(text, spec_.reverse ? 0 : length - 1));
    if (from) std::copy_n(from + units.begin, units.size(), to);
    if (!from) std::fill_n(to, units.size(), 0.0f);
  }
}

void SimdSru::backward(const RecurrentBackward& pass, BackwardStage stage, int part, int parts) const {
  const Range panels = share(layout_.panels, part, parts);
  switch (stage) {
    case BackwardStage::through_time:
      if (panels.size() > 0) through_time(pass, panels);
      return;
    case BackwardStage::weights:
      return;  // done on the way through time
    case BackwardStage::input:
      if (pass.dx) input_gradient(pass, share(pass.packing->rows(), part, parts));
  }
}

void SimdSru::through_time(const RecurrentBackward& pass, Range panels) const {
  const Packing& packing = *pass.packing;
  const Index states = panels.size() * packing.texts() * kBlock;
  Tensor dlast({states}), dc({states}), sums({panels.size() * 4 * kBlock}), dw({panels.size() * panel_of_w()});
  load_states(packing, pass.dlast_h, panels, dlast.data());
  load_states(packing, pass.dlast_c, panels, dc.data());
  for (Index place = packing.steps(); place > 0;) {
    const Range places = places_at(packing, place, true);
    while (place > places.begin) {
      const Index step = step_at(packing, --place), row = packing.offset(step);
      if (spec_.truncate > 0) cut(packing, step, panels, dc.data());
      SruRows rows = rows_of(packing, panels, pass.x, step);
      rows.gates = pass.saved + panels.begin * gates_panel(packing) + row * layout_.width;
      rows.gates_panel = gates_panel(packing);
      rows.dh = pass.dh ? pass.dh.row(row) + panels.begin * kBlock : nullptr;
      rows.dh_stride = pass.dh.stride;
      rows.dlast = dlast.data();
      rows.dc = dc.data();
      rows.sums = sums.data();
      code_.sru_backward(rows);
    }
    if (pass.dweights.w) add_weight_gradients(pass, rows_at(packing, places), panels, dw.data());
  }
  store_states(packing, dlast.data(), panels, pass.dinitial_h);  // is left of a text of length 0 alone
  store_states(packing, dc.data(), panels, pass.dinitial_c);
  unpack_sums(sums.data(), panels, pass.dweights);
  for (Index panel = panels.begin; pass.dweights.w && panel < panels.end; ++panel) {
    layout_.unpack(dw.data() + (panel - panels.begin) * panel_of_w(), panel, spec_.input, layout_.x, pass.dweights.w);
  }
}

/// Lets no gradient of c into `step` where a truncated run ends with it.
void SimdSru::cut(const Packing& packing, Index step, Range panels, float* dc) const {
  for (Index rank = 0; rank < packing.active(step); ++rank) {
    const Index length = packing.length(packing.order()[static_cast<std::size_t>(rank)]);
    const Index read = spec_.reverse ? length - step : step + 1;
    if (read == length || read % spec_.truncate != 0) continue;
    for (Index panel = 0; panel < panels.size(); ++panel) {
      std::fill_n(dc + (panel * packing.texts() + rank) * kBlock, kBlock, 0.0f);
    }
  }
}

void SimdSru::unpack_sums(const float* sums, Range panels, const RecurrentWeightGradients& gradients) const {
  for (Index panel = panels.begin; panel < panels.end; ++panel, sums += 4 * kBlock) {
    for (Index one = 0; one < 2; ++one) {
      const Index at = one * spec_.hidden + panel * kBlock, units = layout_.units_of(panel);
      if (gradients.u) std::copy_n(sums + one * kBlock, units, gradients.u + at);
      if (gradients.b) std::copy_n(sums + (2 + one) * kBlock, units, gradients.b + at);
    }
  }
}

/// dw += x^T times the gates' gradients, for some rows.
void SimdSru::add_weight_gradients(const RecurrentBackward& pass, Range rows, Range panels, float* dw) const {
  const Index width = layout_.x.width;
  for (Index panel = panels.begin; panel < panels.end; ++panel, dw += panel_of_w()) {
    Product product{.rows = spec_.input, .columns = width};
    product.a = pass.x.row(rows.begin);
    product.a_stride = pass.x.stride;
    product.a_transposed = true;
    product.depth = rows.size();
    product.b = pass.saved + panel * gates_panel(*pass.packing) + rows.begin * layout_.width;
    product.b_row = layout_.width;
    product.b_blocks = product.c_blocks = width / kBlock;
    product.start = product.c = dw;
    product.start_stride = product.c_stride = width;
    code_.product(product);
  }
}

void SimdSru::input_gradient(const RecurrentBackward& pass, Range rows) const {
  for (Index first = rows.begin; first < rows.end; first += kRowsAtOnce) {
    const Range block{first, std::min(first + kRowsAtOnce, rows.end)};
    if (is_square()) add_highway(pass, block);
    Product product{.rows = block.size(), .columns = spec_.input};
    product.a = pass.saved + first * layout_.width;
    product.a_stride = layout_.width;
    product.depth = layout_.x.width;
    product.chunks = layout_.panels;
    product.a_chunk = gates_panel(*pass.packing);
    product.a_ahead = kRowsAtOnce * layout_.width;
    product.b = w_transposed_.data();
    product.b_panel = layout_.panels * layout_.x.width * kBlock;
    product.c = pass.dx.row(first);
    product.start = pass.add_to_dx || is_square() ? product.c : nullptr;
    product.start_stride = product.c_stride = pass.dx.stride;
    code_.product(product);
  }
}

/// dx = ds, or dx += ds.
void SimdSru::add_highway(const RecurrentBackward& pass, Range rows) const {
  for (Index panel = 0; panel < layout_.panels; ++panel) {
    for (Index row = rows.begin; row < rows.end; ++row) {
      const float* ds = pass.saved + panel * gates_panel(*pass.packing) + row * layout_.width + 3 * kBlock;
      float* dx = pass.dx.row(row) + panel * kBlock;
      for (Index unit = 0; unit < layout_.units_of(panel); ++unit) {
        dx[unit] = pass.add_to_dx ? dx[unit] + ds[unit] : ds[unit];
      }
    }
  }
}

}  // namespace recura::kernel::simd
