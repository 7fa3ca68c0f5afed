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

void Module::add_part(const std::string& name, Module& part) {
  for (Parameter* parameter : part.all_) {
    parameter->rename(name + "." + parameter->name());
    all_.push_back(parameter);
  }
}

}  // namespace recura
