#include "train/run_state.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace recura {
namespace {

constexpr const char* kText = "run";

template <typename T>
void read(const ModelFile& file, const std::string& name, const Shape& shape, std::span<T> values) {
  const auto stored = file.tensor<T>(name);
  if (!(stored.shape == shape)) {
    throw DataError("{}: tensor {:?} must be {}, it is {}", file.path(), name, to_string(shape),
                    to_string(stored.shape));
  }
  std::ranges::copy(stored.elements, values.begin());
}

}  // namespace

RunState::RunState(const ModelFile& file) : file_(&file) {
  values_ = nlohmann::ordered_json::parse(file.text(kText), nullptr, false);
  if (!values_.is_object()) throw DataError("{}: the text \"{}\" is no JSON object", file.path(), kText);
}

void RunState::tensor(const std::string& name, Tensor& value) {
  if (reads()) return read<real>(*file_, name, value.shape(), value.values());
  writer_->add_tensor<real>(name, value.shape(), std::as_const(value).values());
}

void RunState::numbers(const std::string& name, std::vector<double>& values) {
  const Shape shape{static_cast<Index>(values.size())};
  if (reads()) return read<double>(*file_, name, shape, values);
  writer_->copy_tensor<double>(name, shape, values);
}

void RunState::finish() { writer_->add_text(kText, values_.dump()); }

void RunState::fail(const std::string& name) const {
  throw DataError("{}: the run's {:?} is missing or of another type", file_->path(), name);
}

}  // namespace recura
