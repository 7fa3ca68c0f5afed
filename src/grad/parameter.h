#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "tensor/precision.h"
#include "tensor/tensor.h"

namespace recura {

/// A named weight. `version` changes with the value, so that what was computed from it (packed panels) can tell its
/// age.
class Parameter {
 public:
  Parameter(std::string name, Tensor value, Channel channel = Channel::column)
      : name_(std::move(name)), value_(std::move(value)), channel_(channel) {}

  const std::string& name() const { return name_; }
  void rename(std::string name) { name_ = std::move(name); }
  const Tensor& value() const { return value_; }
  /// Of a matrix: what has an int8 scale of its own.
  Channel channel() const { return channel_; }
  std::uint64_t version() const { return version_; }

  /// The value, to be changed: of what was a shape alone, zeros. Not while another thread reads it.
  Tensor& change() {
    ++version_;
    if (value_.data() == nullptr) value_ = Tensor(value_.shape());
    return value_;
  }

 private:
  std::string name_;
  Tensor value_;
  Channel channel_;
  std::uint64_t version_ = 0;
};

}  // namespace recura
