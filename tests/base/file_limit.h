#pragma once

#include <sys/resource.h>

#include <csignal>

namespace recura {

/// While it lives, no file of this process grows beyond `bytes`: what a full disk looks like to the one who writes.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) : old_action_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_limit_);
    const rlimit limit{bytes, old_limit_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_action_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  void (*old_action_)(int);
  rlimit old_limit_{};
};

}  // namespace recura
