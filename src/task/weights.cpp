#include "task/weights.h"

#include <algorithm>
#include <set>

#include "base/error.h"

namespace recura {
namespace {

bool is_narrow(const Parameter& parameter, Precision precision) {
  return precision != Precision::float32 && parameter.value().shape().rank() == 2;
}

std::string scale_name(const Parameter& parameter) { return parameter.name() + ".scale"; }

double bytes_of(Precision precision) {
  return precision == Precision::float32 ? static_cast<double>(sizeof(real)) : precision == Precision::bf16 ? 2 : 1;
}

std::size_t channel_at(const Parameter& parameter, Index element) {
  const Index columns = parameter.value().shape().columns();
  return static_cast<std::size_t>(parameter.channel() == Channel::row ? element / columns : element % columns);
}

void add_bf16(const Parameter& parameter, ModelWriter& writer) {
  std::vector<Bf16> numbers;
  for (const real x : parameter.value().values()) numbers.push_back(to_bf16(static_cast<float>(x)));
  writer.copy_tensor<Bf16>(parameter.name(), parameter.value().shape(), numbers);
}

void add_int8(const Parameter& parameter, ModelWriter& writer) {
  const Tensor& value = parameter.value();
  const std::vector<float> scales = int8_scales(value, parameter.channel());
  std::vector<std::int8_t> numbers;
  for (Index at = 0; at < value.size(); ++at) {
    numbers.push_back(to_int8(static_cast<float>(value.data()[at]), scales[channel_at(parameter, at)]));
  }
  writer.copy_tensor<std::int8_t>(parameter.name(), value.shape(), numbers);
  writer.copy_tensor<float>(scale_name(parameter), {static_cast<Index>(scales.size())}, scales);
}

/// Rounding such numbers again must give the same ones.
void check_int8(const std::string& name, std::span<const std::int8_t> numbers, std::span<const float> scales) {
  if (std::ranges::count(numbers, std::int8_t{-128}) > 0)
    throw DataError("tensor \"{}\" must hold numbers in -127 … 127, it has a -128", name);
  for (const float scale : scales) {
    if (!(scale >= 0 && int8_scale(127 * scale) == scale))
      throw DataError("tensor \"{}\" has the scale {}, expected one of 17 bits, from 0 to a 127th of the largest float",
                      name, scale);
  }
}

/// Of an int8 matrix: its numbers, and their scales.
struct Int8Weights {
  std::span<const std::int8_t> numbers;
  std::span<const float> scales;
};

Int8Weights stored_int8(const ModelFile& file, const Parameter& parameter) {
  const Shape shape = parameter.value().shape();
  const Index channels = parameter.channel() == Channel::row ? shape.rows() : shape.columns();
  return {stored_elements<std::int8_t>(file, parameter.name(), shape),
          stored_elements<float>(file, scale_name(parameter), {channels})};
}

void check(const ModelFile& file, Precision precision, const Parameter& parameter) {
  const Shape shape = parameter.value().shape();
  if (!is_narrow(parameter, precision)) {
    stored_elements<real>(file, parameter.name(), shape);
  } else if (precision == Precision::bf16) {
    stored_elements<Bf16>(file, parameter.name(), shape);
  } else {
    const Int8Weights stored = stored_int8(file, parameter);
    check_int8(parameter.name(), stored.numbers, stored.scales);
  }
}

void read(const ModelFile& file, Precision precision, Parameter& parameter) {
  const Shape shape = parameter.value().shape();
  const auto values = parameter.change().values();
  if (!is_narrow(parameter, precision)) {
    std::ranges::copy(stored_elements<real>(file, parameter.name(), shape), values.begin());
  } else if (precision == Precision::bf16) {
    std::ranges::transform(stored_elements<Bf16>(file, parameter.name(), shape), values.begin(), from_bf16);
  } else {
    const Int8Weights stored = stored_int8(file, parameter);
    const bool by_row = parameter.channel() == Channel::row;
    std::size_t at = 0;
    for (Index row = 0; row < shape.rows(); ++row) {
      for (Index column = 0; column < shape.columns(); ++column, ++at) {
        const auto scale = stored.scales[static_cast<std::size_t>(by_row ? row : column)];
        values[at] = static_cast<real>(stored.numbers[at]) * scale;
      }
    }
  }
}

}  // namespace

void add_weights(const Module& module, Precision precision, ModelWriter& writer) {
  for (const Parameter* parameter : module.parameters()) {
    if (!is_narrow(*parameter, precision)) {
      writer.add_tensor<real>(parameter->name(), parameter->value().shape(), parameter->value().values());
    } else if (precision == Precision::bf16) {
      add_bf16(*parameter, writer);
    } else {
      add_int8(*parameter, writer);
    }
  }
}

void check_weights(const ModelFile& file, Precision precision, const Module& module) {
  for (const Parameter* parameter : module.parameters()) check(file, precision, *parameter);
}

void read_weights(const ModelFile& file, Module& module) {
  for (Parameter* parameter : module.parameters()) read(file, module.precision(), *parameter);
}

std::vector<std::string> weight_names(const Module& module, Precision precision) {
  std::vector<std::string> names;
  for (const Parameter* parameter : module.parameters()) {
    names.push_back(parameter->name());
    if (precision == Precision::int8 && is_narrow(*parameter, precision)) names.push_back(scale_name(*parameter));
  }
  return names;
}

void check_weight_count(double count, Precision precision, const ModelFile& file) {
  if (count * bytes_of(precision) > static_cast<double>(file.size()))
    throw DataError("its network is larger than the file");
}

void refuse_unknown_tensors(const ModelFile& file, const std::vector<std::string>& names,
                            const std::vector<std::string>& strings) {
  std::set<std::string> known(names.begin(), names.end());
  for (const std::string& name : strings) {
    known.insert(name + std::string(kBytesSuffix));
    known.insert(name + std::string(kOffsetsSuffix));
  }
  for (const std::string& name : file.tensor_names()) {
    if (!known.contains(name)) throw DataError("tensor {:?} belongs to no part of the model", name);
  }
}

void add_network(const Network& network, ModelWriter& writer) {
  writer.add_text("network", to_json(network.layers()));
  writer.add_text("precision", name(network.precision()));
  add_weights(network, network.precision(), writer);
}

}  // namespace recura
