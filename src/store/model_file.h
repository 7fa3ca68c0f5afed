#pragma once

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

/// A list of strings of an open model file, whose bytes live as long as the `ModelFile`.
class StoredStrings {
 public:
  StoredStrings(std::string_view bytes, std::span<const std::int64_t> ends) : bytes_(bytes), ends_(ends) {}

  std::size_t size() const { return ends_.size(); }
  /// All strings, one behind the other.
  std::string_view bytes() const { return bytes_; }
  std::string_view operator[](std::size_t at) const {
    const auto begin = at == 0 ? 0 : static_cast<std::size_t>(ends_[at - 1]);
    return bytes_.substr(begin, static_cast<std::size_t>(ends_[at]) - begin);
  }
  std::vector<std::string> copies() const;

 private:
  std::string_view bytes_;
  std::span<const std::int64_t> ends_;  // they ascend within the bytes, and the last one is theirs
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
  /// The same for bytes that outlive the `ModelFile`, such as a tensor of another one. They may lie at any address, so
  /// the tensors are copied, the header is not.
  static ModelFile inside(std::span<const std::byte> bytes, const std::string& name);

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
  /// Strings, all of whose ends are checked.
  /// @throws DataError  if there are none of this name, or their ends do not ascend within their bytes.
  StoredStrings strings(std::string_view name) const;

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
