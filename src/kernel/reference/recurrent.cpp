#include "kernel/reference/recurrent.h"

#include <algorithm>

#include "kernel/parts.h"
#include "kernel/reference/cells.h"
#include "kernel/reference/sru.h"

namespace recura::kernel::reference {
namespace {

class ReferenceRecurrent : public RecurrentKernel {
 public:
  ReferenceRecurrent(const RecurrentSpec& spec, const RecurrentWeights& weights)
      : cell_(spec, weights), hidden_(spec.hidden), zero_(static_cast<std::size_t>(hidden_)) {}

  void pack(const RecurrentWeights& weights) override { cell_ = CellWeights(cell_.spec, weights); }

  Index saved_size(const Packing& packing) const override { return packing.rows() * cell_.saved(); }

  void forward(const RecurrentForward& pass, int part, int parts) const override {
    for (Index rank = part; rank < pass.packing->texts(); rank += parts) read_text(pass, text_at(*pass.packing, rank));
  }

  void backward(const RecurrentBackward& pass, BackwardStage stage, int part, int parts) const override {
    switch (stage) {
      case BackwardStage::through_time:
        for (Index rank = part; rank < pass.packing->texts(); rank += parts) {
          go_back_through(pass, text_at(*pass.packing, rank));
        }
        return;
      case BackwardStage::weights:
        return weight_gradients(pass, share(cell_.width(), part, parts));
      case BackwardStage::input:
        return input_gradient(pass, share(pass.packing->rows(), part, parts));
    }
  }

 private:
  static Index text_at(const Packing& packing, Index rank) { return packing.order()[static_cast<std::size_t>(rank)]; }

  /// The row that is read at place `place` of a text.
  Index row(const Packing& packing, Index text, Index place) const {
    return packing.row(text, cell_.spec.reverse ? packing.length(text) - 1 - place : place);
  }
  const real* state(const real* states, Index text) const { return states ? states + text * hidden_ : zero_.data(); }

  void read_text(const RecurrentForward& pass, Index text) const {
    const Index length = pass.packing->length(text), width = cell_.saved();
    std::vector<real> unsaved(static_cast<std::size_t>(pass.saved ? 0 : length * width));
    const real *h = state(pass.initial_h, text), *c = state(pass.initial_c, text);
    for (Index place = 0; place < length; ++place) {
      const Index row = this->row(*pass.packing, text, place);
      real* kept = pass.saved ? pass.saved + row * width : unsaved.data() + place * width;
      reference::forward(cell_, {pass.x.row(row), h, c, kept, pass.h.row(row)});
      h = pass.h.row(row);
      c = kept + 4 * hidden_;
    }
    if (pass.last_h) std::copy_n(h, hidden_, pass.last_h + text * hidden_);
    if (pass.last_c) std::copy_n(c, hidden_, pass.last_c + text * hidden_);
  }

  void go_back_through(const RecurrentBackward& pass, Index text) const {
    const auto copy = [&](const real* states) {
      const real* values = state(states, text);
      return std::vector<real>(values, values + hidden_);
    };
    std::vector<real> dh = copy(pass.dlast_h), dc = copy(pass.dlast_c);
    const Index truncate = cell_.spec.truncate;
    for (Index place = pass.packing->length(text) - 1; place >= 0; --place) {
      const Index row = this->row(*pass.packing, text, place);
      for (Index j = 0; pass.dh && j < hidden_; ++j) dh[j] += pass.dh.row(row)[j];
      const real *h_before = state(pass.initial_h, text), *c_before = state(pass.initial_c, text);
      if (place > 0) {
        const Index before = this->row(*pass.packing, text, place - 1);
        h_before = pass.h.row(before);
        c_before = pass.saved + before * cell_.saved() + 4 * hidden_;
      }
      reference::backward(cell_, {h_before, c_before, pass.h.row(row), pass.saved + row * cell_.saved(), dh, dc});
      if (truncate > 0 && place > 0 && place % truncate == 0) {
        std::fill(dh.begin(), dh.end(), real(0));
        std::fill(dc.begin(), dc.end(), real(0));
      }
    }
    if (pass.dinitial_h) std::copy(dh.begin(), dh.end(), pass.dinitial_h + text * hidden_);
    if (pass.dinitial_c) std::copy(dc.begin(), dc.end(), pass.dinitial_c + text * hidden_);
  }

  /// The state before each row, in the order of rows.
  std::vector<const real*> states_before(const RecurrentBackward& pass) const {
    std::vector<const real*> before(static_cast<std::size_t>(pass.packing->rows()));
    for (Index text = 0; text < pass.packing->texts(); ++text) {
      const real* h = state(pass.initial_h, text);
      for (Index place = 0; place < pass.packing->length(text); ++place) {
        const Index row = this->row(*pass.packing, text, place);
        before[static_cast<std::size_t>(row)] = h;
        h = pass.h.row(row);
      }
    }
    return before;
  }

  void weight_gradients(const RecurrentBackward& pass, Range columns) const {
    const std::vector<const real*> before = states_before(pass);
    for (Index column = columns.begin; column < columns.end; ++column) weight_gradient(pass, before, column);
  }

  /// Gradients of one gate's column of w, u, b and d.
  void weight_gradient(const RecurrentBackward& pass, const std::vector<const real*>& before, Index column) const {
    const RecurrentWeightGradients& gradients = pass.dweights;
    const bool of_n = cell_.spec.cell == Cell::gru && column >= 2 * hidden_;
    const bool through_q = of_n && cell_.spec.reset_after;
    std::vector<real> dw(static_cast<std::size_t>(cell_.spec.input)), du(zero_);
    real db = 0, dd = 0;
    for (Index row = 0; row < pass.packing->rows(); ++row) {
      const real* kept = pass.saved + row * cell_.saved();
      const real dz = kept[column], dzu = kept[through_q ? column + hidden_ : column];
      const real* h = of_n && !through_q ? kept + 3 * hidden_ : before[static_cast<std::size_t>(row)];
      for (Index k = 0; k < cell_.spec.input; ++k) dw[k] += pass.x.row(row)[k] * dz;
      for (Index k = 0; k < hidden_; ++k) du[k] += h[k] * dzu;
      db += dz;
      dd += dzu;
    }
    for (Index k = 0; gradients.w && k < cell_.spec.input; ++k) gradients.w[k * cell_.width() + column] = dw[k];
    for (Index k = 0; gradients.u && k < hidden_; ++k) gradients.u[k * cell_.width() + column] = du[k];
    if (gradients.b) gradients.b[column] = db;
    if (gradients.d && through_q) gradients.d[column - 2 * hidden_] = dd;
  }

  void input_gradient(const RecurrentBackward& pass, Range rows) const {
    if (!pass.dx) return;
    for (Index row = rows.begin; row < rows.end; ++row) {
      real* dx = pass.dx.row(row);
      if (!pass.add_to_dx) std::fill_n(dx, cell_.spec.input, real(0));
      add_product_transposed(pass.saved + row * cell_.saved(), cell_.spec.input, cell_.w.data(), cell_.width(),
                             cell_.width(), dx);
    }
  }

  CellWeights cell_;
  Index hidden_;
  std::vector<real> zero_;
};

}  // namespace

std::unique_ptr<RecurrentKernel> make_recurrent(const RecurrentSpec& spec, const RecurrentWeights& weights) {
  if (spec.cell == Cell::sru) return make_sru(spec, weights);
  return std::make_unique<ReferenceRecurrent>(spec, weights);
}

}  // namespace recura::kernel::reference
