#include "train/weight_average.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "kernel/optimise.h"
#include "kernel/parts.h"
#include "train/run_state.h"

namespace recura {

WeightAverage::WeightAverage(std::vector<Parameter*> parameters, double decay, bool lazy)
    : parameters_(std::move(parameters)), decay_(decay), lazy_(lazy) {
  if (!(decay >= 0 && decay < 1)) throw ArgumentError("weight average: the decay must be in [0, 1), got {}", decay);
}

/// One row's mean comes nearer to its weight.
void WeightAverage::move(std::size_t parameter, Index row, double share) {
  const Tensor& weight = parameters_[parameter]->value();
  const auto columns = static_cast<std::size_t>(weight.shape().columns());
  kernel::move_average({means_[parameter].row(row), columns}, {weight.row(row), columns}, static_cast<real>(share));
}

void WeightAverage::catch_up(std::size_t parameter, std::span<const Index> rows, Executor& executor) {
  const Index columns = means_[parameter].shape().columns();
  kernel::for_pieces(static_cast<Index>(rows.size()), columns, executor, [&](kernel::Range piece) {
    for (Index i = piece.begin; i < piece.end; ++i) {
      const Index row = rows[static_cast<std::size_t>(i)];
      double& stamp = stamps_[parameter][static_cast<std::size_t>(row)];
      if (stamp != product_) move(parameter, row, 1 - product_ / stamp);
      stamp = product_;
    }
  });
}

void WeightAverage::catch_up(std::size_t parameter, Executor& executor) {
  std::vector<Index> rows(stamps_[parameter].size());
  std::iota(rows.begin(), rows.end(), Index{0});
  catch_up(parameter, rows, executor);
}

void WeightAverage::make_means() {
  for (const Parameter* parameter : parameters_) {
    means_.push_back(parameter->value());
    stamps_.emplace_back(static_cast<std::size_t>(parameter->value().shape().rows()), product_);
  }
}

void WeightAverage::before_step(const Gradients& gradients, Executor& executor) {
  for (std::size_t i = 0; lazy_ && i < means_.size(); ++i) {
    const Gradient gradient = gradients.of(*parameters_[i]);
    if (is_lazy(gradient)) {
      catch_up(i, gradient.rows, executor);
    } else {
      catch_up(i, executor);
    }
  }
}

void WeightAverage::after_step(const Gradients& gradients, Executor& executor) {
  ++steps_;
  if (means_.empty()) return make_means();
  constexpr double kLeast = 1e-100;  // before the product loses digits it starts anew
  if (product_ < kLeast) {
    for (std::size_t i = 0; i < means_.size(); ++i) catch_up(i, executor);
    product_ = 1;
    for (auto& stamps : stamps_) std::ranges::fill(stamps, product_);
  }
  const auto steps = static_cast<double>(steps_);
  const double decay = std::min(decay_, (1 + steps) / (10 + steps));
  product_ *= decay;
  for (std::size_t i = 0; i < means_.size(); ++i) {
    const Gradient gradient = gradients.of(*parameters_[i]);
    const bool all = !is_lazy(gradient);
    const Index rows = all ? means_[i].shape().rows() : static_cast<Index>(gradient.rows.size());
    kernel::for_pieces(rows, means_[i].shape().columns(), executor, [&](kernel::Range piece) {
      for (Index at = piece.begin; at < piece.end; ++at) {
        const Index row = all ? at : gradient.rows[static_cast<std::size_t>(at)];
        move(i, row, 1 - decay);
        stamps_[i][static_cast<std::size_t>(row)] = product_;
      }
    });
  }
}

const std::vector<Tensor>& WeightAverage::values(Executor& executor) {
  for (std::size_t i = 0; i < means_.size(); ++i) catch_up(i, executor);
  return means_;
}

void WeightAverage::swap(Executor& executor) {
  values(executor);
  for (std::size_t i = 0; i < means_.size(); ++i) std::swap(parameters_[i]->change(), means_[i]);
}

void WeightAverage::visit(RunState& state) {
  state.value("average.steps", steps_);
  state.value("average.product", product_);
  if (steps_ > 0 && means_.empty()) make_means();
  for (std::size_t i = 0; i < means_.size(); ++i) {
    state.tensor("average." + parameters_[i]->name(), means_[i]);
    state.numbers("average_stamps." + parameters_[i]->name(), stamps_[i]);
  }
}

}  // namespace recura
