#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "store/format.h"
#include "store/header.h"

namespace recura {

/// Collects the texts, strings and tensors of a model, then writes them as one file; docs/model-file.md describes it.
class ModelWriter {
 public:
  /// @throws ArgumentError  (all of these) if the name is taken, empty, too long, not UTF-8 or one that the format
  /// keeps
  ///                        for itself, if there are too many, if a text is not UTF-8, or elements do not fill a shape.
  void add_text(const std::string& name, std::string value);
  /// Copies nothing: `elements` must live until the file is written.
  template <typename T>
  void add_tensor(const std::string& name, Shape shape, std::span<const T> elements) {
    add_bytes(name, kDtypeOf<T>, shape, std::as_bytes(elements));
  }
  /// The same for elements that go away: copies them.
  template <typename T>
  void copy_tensor(const std::string& name, Shape shape, std::span<const T> elements) {
    const auto bytes = std::as_bytes(elements);
    owned_.emplace_back(bytes.begin(), bytes.end());
    add_bytes(name, kDtypeOf<T>, shape, owned_.back());
  }
  /// Stored as two tensors: the bytes of all strings, and where each ends.
  void add_strings(const std::string& name, std::span<const std::string> strings);

  /// Replaces the file at `path`: whatever happens, it holds the old model or all of the new one.
  /// @throws DataError    if a floating-point tensor holds a NaN or an infinite number: nothing is written.
  /// @throws SystemError  if writing fails.
  void save(const std::string& path) const;
  /// What `save` would write.
  std::string bytes() const;

 private:
  struct Pending {
    std::string name;
    TensorEntry entry;
    std::span<const std::byte> elements;
  };

  void add_bytes(const std::string& name, Dtype dtype, Shape shape, std::span<const std::byte> elements);
  void check_name(const std::string& name) const;
  /// Calls `piece(bytes)` for the file's parts in order.
  template <typename Piece>
  void write(Piece piece) const;

  std::map<std::string, std::string, std::less<>> texts_;
  std::vector<Pending> tensors_;
  std::deque<std::vector<std::byte>> owned_;  // copies; a deque: elements stay where they are
};

}  // namespace recura
