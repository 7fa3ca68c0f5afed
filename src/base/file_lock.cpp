#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"

namespace recura {
namespace {

/// False if the holder before removed the file between our opening and locking it: then it locks nothing.
bool is_still_there(const std::string& path, const struct stat& ours) {
  struct stat there{};
  return stat(path.c_str(), &there) == 0 && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

}  // namespace

FileLock::FileLock(std::string path, const char* other) : path_(std::move(path)) {
  using namespace std::chrono_literals;
  constexpr int kTries = 20;  // in a second: a process that was killed a moment ago may still be about to end
  for (int tries = 0; descriptor_ < 0;) {
    const int descriptor = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (descriptor < 0) throw SystemError("{}: cannot be opened: {}", path_, std::generic_category().message(errno));
    struct stat status{};
    const int reason = flock(descriptor, LOCK_EX | LOCK_NB) != 0 || fstat(descriptor, &status) != 0 ? errno : 0;
    if (reason == 0 && status.st_size == 0 && is_still_there(path_, status)) {
      descriptor_ = descriptor;
      return;
    }
    ::close(descriptor);
    if (reason == EWOULDBLOCK) {
      if (++tries > kTries) throw SystemError("{}: {} holds it", path_, other);
      std::this_thread::sleep_for(50ms);
      continue;
    }
    if (reason != 0 && reason != EINTR)
      throw SystemError("{}: cannot lock: {}", path_, std::generic_category().message(reason));
    if (status.st_size > 0) throw SystemError("{}: it has content, so it is no lock and is left alone", path_);
  }
}

FileLock::~FileLock() {
  if (descriptor_ < 0) return;
  unlink(path_.c_str());  // while it is held: whoever waits for this file finds that it is gone
  ::close(descriptor_);
}

FileLock::FileLock(FileLock&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

}  // namespace recura
