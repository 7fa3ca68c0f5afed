#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/format.h"
#include "tensor/shape.h"

namespace recura {

/// A tensor of an open model file: the elements lie in the file's memory and live as long as the `ModelFile`.
template <typename T>
struct StoredTensor {
  Shape shape;
  std::span<const T> elements;
};

/// A model file, checked in full when it is opened: sizes before anything is allocated, then the checksum over all of
/// it.
///
/// Const after opening, and safe for any number of threads.
class ModelFile {
 public:
  /// @throws SystemError  if the file is missing, may not be read or is no regular file.
  /// @throws DataError    if it is not a model file, is cut short, changed, or of another format version.
  static ModelFile open(const std::string& path);
  /// The same for bytes in memory, which are copied; `name` stands in messages.
  static ModelFile from_bytes(std::span<const std::byte> bytes, const std::string& name);
  static ModelFile from_bytes(std::string_view bytes, const std::string& name) {
    return from_bytes(std::as_bytes(std::span(bytes)), name);
  }

  /// @throws DataError  if there is no such text.
  const std::string& text(std::string_view name) const;
  const std::string* find_text(std::string_view name) const;

  std::vector<std::string> text_names() const;

  bool has_tensor(std::string_view name) const;
  std::vector<std::string> tensor_names() const;
  /// @throws DataError  if there is none of this name and type.
  template <typename T>
  StoredTensor<T> tensor(std::string_view name) const {
    StoredTensor<T> result;
    const auto bytes = elements(name, kDtypeOf<T>, result.shape);
    result.elements = {reinterpret_cast<const T*>(bytes.data()),
                       bytes.size() / sizeof(T)};  // aligned: checked when opened
    return result;
  }
  /// Copies of strings, once all of their ends are checked.
  /// @throws DataError  if there are none of this name, or their ends do not ascend within their bytes.
  std::vector<std::string> strings(std::string_view name) const;
  /// Shows each of them in turn, without memory for any. @throws DataError  as above, at the first wrong end.
  void each_string(std::string_view name, const std::function<void(std::string_view)>& show) const;

  const std::string& path() const;
  /// Bytes of the whole file, and its checksum as 32 hexadecimal digits.
  std::size_t size() const;
  std::string digest() const;

 private:
  struct Content;
  explicit ModelFile(std::shared_ptr<const Content> content) : content_(std::move(content)) {}
  std::span<const std::byte> elements(std::string_view name, Dtype dtype, Shape& shape) const;

  std::shared_ptr<const Content> content_;
};

}  // namespace recura
