#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "store/model_file.h"
#include "store/model_writer.h"
#include "tensor/tensor.h"

namespace recura {

/// What a training run is made of, shown piece by piece to a checkpoint: one walk over the pieces writes them, the same
/// walk over the same pieces reads them back.
class RunState {
 public:
  /// Of tensors, which may be large, nothing is copied: they must live until the file is written. `finish` ends the
  /// walk.
  explicit RunState(ModelWriter& writer) : writer_(&writer) {}
  /// @throws DataError  if the file has no state of a run.
  explicit RunState(const ModelFile& file);

  bool reads() const { return file_ != nullptr; }

  /// A tensor, which has its shape already.
  /// @throws DataError  if the file has none of this name and shape.
  void tensor(const std::string& name, Tensor& value);
  /// Numbers in double, of which there are as many already.
  void numbers(const std::string& name, std::vector<double>& values);
  /// What JSON can hold: a number, a truth, a list of structs that have `to_json` and `from_json`.
  /// @throws DataError  if the file has none of this name and type.
  template <typename T>
  void value(const char* name, T& value) {
    if (writer_ != nullptr) {
      values_[name] = value;
      return;
    }
    try {
      values_.at(name).get_to(value);
    } catch (const nlohmann::json::exception&) {
      fail(name);
    }
  }

  /// Adds what `value` was given to the writer.
  void finish();

 private:
  [[noreturn]] void fail(const std::string& name) const;

  ModelWriter* writer_ = nullptr;
  const ModelFile* file_ = nullptr;
  nlohmann::ordered_json values_;
};

}  // namespace recura
