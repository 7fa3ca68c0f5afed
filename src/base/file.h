#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace recura {

/// What `replace_file` hands to its caller: bytes go to the new file, in order.
class FileWriter {
 public:
  FileWriter(int descriptor, const std::string& path) : descriptor_(descriptor), path_(path) {}

  /// @throws SystemError  if the bytes cannot be written in full (disk full, file too large, …).
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

 private:
  int descriptor_;
  const std::string& path_;
};

/// Writes a file so that `path` holds the old content or all of the new one, whatever happens: a failure, a full disk,
/// a kill, a power cut.
///
/// `write` fills a temporary file in the same folder, which is synced, renamed to `path`, and the folder synced. On any
/// failure before the renaming, an exception of `write` among them, the temporary file is removed and the old file is
/// untouched; a killed process leaves it behind (".recura-….tmp") until the next file is written in that folder. A link
/// is followed, and who may read the old file may read the new one.
/// @throws SystemError  if a step fails, or `path` is there and is no regular file (a folder, a device).
void replace_file(const std::string& path, const std::function<void(FileWriter&)>& write);

/// @throws ArgumentError  if a file to write has no name, or is "-", which elsewhere is standard output.
void refuse_no_name(const std::string& path);

/// Finds what would keep `replace_file` from writing `path`, as far as one can know beforehand: makes a file in its
/// folder and removes it.
/// @throws ArgumentError  as `refuse_no_name`.
/// @throws SystemError    if no file can be made there, or `path` is there and is no regular file (a folder, a device).
void check_writable(const std::string& path);

/// Whether a file's name ends so, in small letters as `ending` is or in capitals.
bool has_ending(std::string_view path, std::string_view ending);

/// A regular file seen as bytes in memory, to read only; pages are read when first touched.
///
/// The bytes live as long as this object and are aligned to a page. Whoever replaces the file by renaming does no harm;
/// cutting it in place while it is mapped ends the process with SIGBUS.
class MappedFile {
 public:
  /// @throws SystemError  if the file is missing, may not be read, or is no regular file. Never waits on a FIFO.
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::size_t size() const { return bytes_.size(); }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace recura
