#include <recura/memory_file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace recura {

MemoryFile::MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("recura", MFD_CLOEXEC)) {
  if (descriptor_ < 0) throw SystemError("a file in memory: cannot be made: {}", std::strerror(errno));
  const std::string own = path();
  try {
    FileWriter(descriptor_, own).write(bytes);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

MemoryFile::~MemoryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

MemoryFile& MemoryFile::operator=(MemoryFile&& other) noexcept {
  MemoryFile taken(std::move(other));
  std::swap(descriptor_, taken.descriptor_);
  return *this;
}

std::string MemoryFile::path() const { return descriptor_ < 0 ? "" : "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace recura
