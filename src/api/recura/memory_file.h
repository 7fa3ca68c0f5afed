#pragma once

#include <string>
#include <string_view>

namespace recura {

/// Bytes in memory under a path: rows or a model that never were on a disk, for all that reads a file.
///
///     MemoryFile rows(R"({"text": "I'd like a refund.", "label": "refund"})" "\n" …);
///     auto classifier = Classifier::train(rows.path(), …);
///
/// The form of rows is found by looking at them, since the path has no ending.
class MemoryFile {
 public:
  /// Copies the bytes.
  /// @throws SystemError  if the system has no memory or no descriptor for them.
  explicit MemoryFile(std::string_view bytes);
  ~MemoryFile();
  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile& operator=(MemoryFile&& other) noexcept;

  /// Of this process alone, as long as this object lives; empty once it was moved from.
  std::string path() const;

 private:
  int descriptor_ = -1;
};

}  // namespace recura
