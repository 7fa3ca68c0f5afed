#pragma once

#include <deque>
#include <string>
#include <vector>

#include "grad/parameter.h"

namespace recura {

/// What owns weights: a layer, or a network of them. Using one never changes it, so any number of threads may share it.
class Module {
 public:
  Module() = default;
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  /// Its weights and those of its parts, in a fixed order, named as in a model file ("rnn0.forward.w").
  std::vector<Parameter*> parameters();
  std::vector<const Parameter*> parameters() const;

  /// Rounds all matrices to these numbers, and lets recurrent layers infer with them; training goes on in float32.
  void round_to(Precision precision);
  /// The same for weights that are rounded already.
  virtual void set_precision(Precision precision);
  Precision precision() const { return precision_; }
  /// What recurrent layers multiply in training: float32, or bf16 where the level multiplies it.
  virtual void set_training_precision(Precision precision);

 protected:
  Parameter& add_parameter(std::string name, Tensor value, Channel channel = Channel::column);
  /// `part` must live as long as this module; its weights get the name in front.
  void add_part(const std::string& name, Module& part);

 private:
  std::deque<Parameter> own_;  // a deque: a reference to an element stays valid
  std::vector<Parameter*> all_;
  std::vector<Module*> parts_;
  Precision precision_ = Precision::float32;
};

}  // namespace recura
