#include "layer/module.h"

#include <utility>

namespace recura {

std::vector<Parameter*> Module::parameters() { return all_; }

std::vector<const Parameter*> Module::parameters() const { return {all_.begin(), all_.end()}; }

Parameter& Module::add_parameter(std::string name, Tensor value, Channel channel) {
  Parameter& parameter = own_.emplace_back(std::move(name), std::move(value), channel);
  all_.push_back(&parameter);
  return parameter;
}

void Module::round_to(Precision precision) {
  for (Parameter* parameter : all_) {
    if (parameter->value().shape().rank() == 2) recura::round_to(precision, parameter->channel(), parameter->change());
  }
  set_precision(precision);
}

void Module::set_precision(Precision precision) {
  precision_ = precision;
  for (Module* part : parts_) part->set_precision(precision);
}

void Module::set_training_precision(Precision precision) {
  for (Module* part : parts_) part->set_training_precision(precision);
}

void Module::add_part(const std::string& name, Module& part) {
  parts_.push_back(&part);
  for (Parameter* parameter : part.all_) {
    parameter->rename(name + "." + parameter->name());
    all_.push_back(parameter);
  }
}

}  // namespace recura
