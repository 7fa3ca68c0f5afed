#include "kernel/reference/sru.h"

#include <algorithm>
#include <vector>

#include "kernel/parts.h"
#include "kernel/reference/cells.h"
#include "kernel/reference/elementwise.h"

namespace recura::kernel::reference {
namespace {

class ReferenceSru : public RecurrentKernel {
 public:
  ReferenceSru(const RecurrentSpec& spec, const RecurrentWeights& weights) : spec_(spec) {
    ReferenceSru::pack(weights);
  }

  void pack(const RecurrentWeights& weights) override {
    w_.assign(weights.w, weights.w + spec_.input * width());
    v_.assign(weights.u, weights.u + 2 * spec_.hidden);
    b_.assign(weights.b, weights.b + 2 * spec_.hidden);
  }

  Index saved_size(const Packing& packing) const override { return packing.rows() * saved(); }

  void forward(const RecurrentForward& pass, int part, int parts) const override {
    for (Index text = part; text < pass.packing->texts(); text += parts) read_text(pass, text);
  }

  void backward(const RecurrentBackward& pass, BackwardStage stage, int part, int parts) const override {
    switch (stage) {
      case BackwardStage::through_time:
        for (Index text = part; text < pass.packing->texts(); text += parts) go_back_through(pass, text);
        return;
      case BackwardStage::weights:
        return weight_gradients(pass, share(spec_.hidden, part, parts));
      case BackwardStage::input:
        return input_gradient(pass, share(pass.packing->rows(), part, parts));
    }
  }

 private:
  Index width() const { return gates(spec_) * spec_.hidden; }
  Index saved() const { return 5 * spec_.hidden; }
  bool is_square() const { return spec_.input == spec_.hidden; }

  /// The row that is read at place `place` of a text.
  Index row(const Packing& packing, Index text, Index place) const {
    return packing.row(text, spec_.reverse ? packing.length(text) - 1 - place : place);
  }

  std::vector<real> state(const real* states, Index text) const {
    if (!states) return std::vector<real>(static_cast<std::size_t>(spec_.hidden));
    return {states + text * spec_.hidden, states + (text + 1) * spec_.hidden};
  }

  void read_text(const RecurrentForward& pass, Index text) const {
    std::vector<real> h = state(pass.initial_h, text), c = state(pass.initial_c, text), kept(saved());
    for (Index place = 0; place < pass.packing->length(text); ++place) {
      const Index row = this->row(*pass.packing, text, place);
      step_forward(pass.x.row(row), c.data(), pass.saved ? pass.saved + row * saved() : kept.data(), pass.h.row(row));
      std::copy_n(pass.h.row(row), spec_.hidden, h.begin());
    }
    if (pass.last_h) std::copy(h.begin(), h.end(), pass.last_h + text * spec_.hidden);
    if (pass.last_c) std::copy(c.begin(), c.end(), pass.last_c + text * spec_.hidden);
  }

  void step_forward(const real* x, real* c, real* kept, real* h) const {
    const Index hidden = spec_.hidden;
    real *in = kept, *f = in + hidden, *r = f + hidden, *s = r + hidden, *q = s + hidden;
    std::fill_n(kept, width(), real(0));
    add_product(x, spec_.input, w_.data(), width(), width(), kept);
    if (is_square()) std::copy_n(x, hidden, s);
    for (Index j = 0; j < hidden; ++j) {
      q[j] = c[j];
      f[j] = value(Activation::sigmoid, f[j] + v_[j] * q[j] + b_[j]);
      r[j] = value(Activation::sigmoid, r[j] + v_[hidden + j] * q[j] + b_[hidden + j]);
      c[j] = f[j] * q[j] + (1 - f[j]) * in[j];
      h[j] = r[j] * c[j] + (1 - r[j]) * kScale * s[j];
    }
  }

  void go_back_through(const RecurrentBackward& pass, Index text) const {
    const Index length = pass.packing->length(text);
    std::vector<real> dlast = state(pass.dlast_h, text), dc = state(pass.dlast_c, text);
    for (Index place = length - 1; place >= 0; --place) {
      const Index row = this->row(*pass.packing, text, place);
      std::vector<real> dh =
          pass.dh ? std::vector<real>(pass.dh.row(row), pass.dh.row(row) + spec_.hidden) : state(nullptr, text);
      for (Index j = 0; place == length - 1 && j < spec_.hidden; ++j) dh[j] += dlast[j];
      step_backward(dh, dc, pass.saved + row * saved());
      if (spec_.truncate > 0 && place > 0 && place % spec_.truncate == 0) std::fill(dc.begin(), dc.end(), real(0));
    }
    if (length > 0) std::fill(dlast.begin(), dlast.end(), real(0));  // h does not return into the recurrence
    if (pass.dinitial_h) std::copy(dlast.begin(), dlast.end(), pass.dinitial_h + text * spec_.hidden);
    if (pass.dinitial_c) std::copy(dc.begin(), dc.end(), pass.dinitial_c + text * spec_.hidden);
  }

  /// dc comes by c_t and leaves by c_{t-1}.
  void step_backward(const std::vector<real>& dh, std::vector<real>& dc, real* kept) const {
    const Index hidden = spec_.hidden;
    real *in = kept, *f = in + hidden, *r = f + hidden, *s = r + hidden, *q = s + hidden;
    for (Index j = 0; j < hidden; ++j) {
      const real c = f[j] * q[j] + (1 - f[j]) * in[j];
      const real all = dc[j] + dh[j] * r[j];
      const real df = all * (q[j] - in[j]) * slope(Activation::sigmoid, f[j]);
      const real dr = dh[j] * (c - kScale * s[j]) * slope(Activation::sigmoid, r[j]);
      dc[j] = all * f[j] + df * v_[j] + dr * v_[hidden + j];
      in[j] = all * (1 - f[j]);
      s[j] = dh[j] * (1 - r[j]) * kScale;
      f[j] = df;
      r[j] = dr;
    }
  }

  void weight_gradients(const RecurrentBackward& pass, Range units) const {
    const Index hidden = spec_.hidden;
    for (Index unit = units.begin; unit < units.end; ++unit) {
      for (Index column = unit; pass.dweights.w && column < width(); column += hidden) weight_gradient(pass, column);
      for (Index gate = 1; gate <= 2; ++gate) {
        real dv = 0, db = 0;
        for (Index row = 0; row < pass.packing->rows(); ++row) {
          const real* kept = pass.saved + row * saved();
          dv += kept[gate * hidden + unit] * kept[4 * hidden + unit];
          db += kept[gate * hidden + unit];
        }
        if (pass.dweights.u) pass.dweights.u[(gate - 1) * hidden + unit] = dv;
        if (pass.dweights.b) pass.dweights.b[(gate - 1) * hidden + unit] = db;
      }
    }
  }

  /// A column of w.
  void weight_gradient(const RecurrentBackward& pass, Index column) const {
    for (Index k = 0; k < spec_.input; ++k) {
      real dw = 0;
      for (Index row = 0; row < pass.packing->rows(); ++row) {
        dw += pass.x.row(row)[k] * pass.saved[row * saved() + column];
      }
      pass.dweights.w[k * width() + column] = dw;
    }
  }

  void input_gradient(const RecurrentBackward& pass, Range rows) const {
    if (!pass.dx) return;
    for (Index row = rows.begin; row < rows.end; ++row) {
      const real* kept = pass.saved + row * saved();
      real* dx = pass.dx.row(row);
      if (!pass.add_to_dx) std::fill_n(dx, spec_.input, real(0));
      for (Index j = 0; is_square() && j < spec_.hidden; ++j) dx[j] += kept[3 * spec_.hidden + j];
      add_product_transposed(kept, spec_.input, w_.data(), width(), width(), dx);
    }
  }

  static constexpr real kScale = static_cast<real>(kHighwayScale);

  RecurrentSpec spec_;
  std::vector<real> w_, v_, b_;
};

}  // namespace

std::unique_ptr<RecurrentKernel> make_sru(const RecurrentSpec& spec, const RecurrentWeights& weights) {
  return std::make_unique<ReferenceSru>(spec, weights);
}

}  // namespace recura::kernel::reference
