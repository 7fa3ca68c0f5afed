#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "grad/gradients.h"
#include "grad/parameter.h"

namespace recura {

class RunState;

/// Euclidean norms over gradients, NaN or infinite if one of them is.
struct GradientNorms {
  double all = 0;
  double moving = 0;  // of the weights that move
};

/// Scales the gradients of all weights so that the norm of those that move is `limit` at most (Pascanu et al. 2013; it
/// may be infinite); gives the norms before.
GradientNorms clip_global_norm(Gradients& gradients, double limit, const std::unordered_set<const Parameter*>& moving,
                               Executor& executor);

/// Cuts every element of the weights' gradients to [-limit, limit].
void clip_value(Gradients& gradients, double limit);

/// Changes weights along their gradients. Keeps what it needs of each from step to step.
class Optimiser {
 public:
  virtual ~Optimiser() = default;
  /// One step for all of `parameters`; one that no gradient reached takes part with a gradient of zero.
  virtual void step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate,
                    Executor& executor) = 0;
  /// What share of the rate a weight moves by from now on; 0: not at all. All begin with 1.
  void set_share(const Parameter& parameter, double share) { shares_[&parameter] = share; }
  /// Shows a checkpoint all that it keeps of these weights.
  void visit(RunState& state, std::span<Parameter* const> parameters);

 protected:
  /// `names`: what it keeps of each weight, tensors of the weight's shape that begin as zeros.
  explicit Optimiser(std::vector<std::string> names) : names_(std::move(names)) {}
  Tensor& kept(const Parameter& parameter, std::size_t index);
  double share_of(const Parameter& parameter) const {
    const auto found = shares_.find(&parameter);
    return found == shares_.end() ? 1 : found->second;
  }

  std::uint64_t steps_ = 0;

 private:
  std::vector<std::string> names_;
  std::unordered_map<const Parameter*, std::vector<Tensor>> kept_;
  std::unordered_map<const Parameter*, double> shares_;
};

/// Stochastic gradient descent: v = momentum v + g; p = p - rate v.
class Sgd : public Optimiser {
 public:
  /// @throws ArgumentError  if momentum is not in [0, 1).
  explicit Sgd(double momentum = 0);
  void step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate,
            Executor& executor) override;

 private:
  double momentum_;
};

struct AdamOptions {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  /// Adds epsilon to sqrt(v) before the bias correction (epsilon-hat, as Keras does) instead of after it (PyTorch).
  bool epsilon_hat = false;
  /// Leaves the rows of an embedding that a batch does not touch, and their moments, as they are (PyTorch's
  /// SparseAdam). Else they move on along their last gradients: a word seen once goes ten times as far, and is learnt
  /// by heart.
  bool lazy = false;
};

/// Adam (Kingma & Ba 2015).
class Adam : public Optimiser {
 public:
  /// @throws ArgumentError  if a beta is not in [0, 1) or epsilon not positive.
  explicit Adam(const AdamOptions& options = {});
  void step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate,
            Executor& executor) override;

 private:
  AdamOptions options_;
};

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019), as PyTorch counts it: p = p - rate decay p before each
/// of Adam's steps. Weights that no gradient reaches decay too.
class AdamW : public Adam {
 public:
  /// @throws ArgumentError  as `Adam`, or if the decay is negative or not finite.
  AdamW(double decay, const AdamOptions& options);
  void step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate,
            Executor& executor) override;

 private:
  double decay_;
};

/// RMSProp (Tieleman & Hinton 2012), as PyTorch counts it:
///
///     v = decay v + (1 - decay) g^2;   p = p - rate g / (sqrt(v) + epsilon)
class RmsProp : public Optimiser {
 public:
  /// @throws ArgumentError  if the decay is not in [0, 1) or epsilon not positive.
  explicit RmsProp(double decay = 0.9, double epsilon = 1e-7);
  void step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate,
            Executor& executor) override;

 private:
  double decay_, epsilon_;
};

}  // namespace recura
