#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace recura {

/// The bytes of a file, gzip-compressed (of one member or several) or not, or of standard input ("-").
class ByteSource {
 public:
  /// @throws SystemError  if the file is missing, a folder, or may not be read.
  explicit ByteSource(const std::string& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Fills the front of `bytes`, as far as something is there: waits for the first byte alone. 0 at the end.
  /// @throws DataError    if compressed data is damaged, cut short, or followed by other bytes.
  /// @throws SystemError  if reading fails.
  std::size_t read(std::span<char> bytes);
  /// `read` need not wait, as far as can be told: of a file never.
  bool at_hand() const;
  /// For messages: the path, or "standard input".
  const std::string& name() const { return name_; }

 private:
  struct Inflater;
  std::size_t read_file(std::span<char> bytes);
  void look_for_gzip();
  bool refill();

  std::string name_;
  int descriptor_ = -1;
  std::unique_ptr<char[]> input_;  // read, but not yet given out
  std::size_t at_ = 0, end_ = 0;
  bool started_ = false;
  std::unique_ptr<Inflater> inflater_;  // none if the data is not compressed
};

}  // namespace recura
