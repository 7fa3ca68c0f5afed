#pragma once

#include <string>

namespace recura {

/// Keeps other processes from what a name stands for, such as a file that is about to be replaced, whose own lock would
/// go with the old one. Lies in a file of this name, which is removed at the end; the lock of a process that dies is
/// gone, though its file stays.
class FileLock {
 public:
  /// `other`: who else may hold it, for the message.
  /// @throws SystemError  if another process, or another object of this one, holds it for more than a second, or the
  /// file cannot be made, or one of this name has content.
  explicit FileLock(std::string path, const char* other = "another process");
  ~FileLock();
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace recura
