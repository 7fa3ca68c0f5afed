#pragma once

#include <functional>
#include <memory>

#include "base/cores.h"

namespace recura {

/// A pool of threads that runs the parts of one piece of work.
///
/// The caller works too, so `Executor(1)` owns no thread and costs nothing. A call made while another one is under way
/// (from inside a part, or from a second thread) runs its parts in order on the calling thread. Which thread runs a
/// part is never fixed: parts must not share what they write, and then no result depends on the number of threads.
/// Parts run in the `FloatingState`. In the child of a fork, which has no threads of the pool, parts run on the calling
/// thread.
class Executor {
 public:
  /// @throws ArgumentError  if threads is not positive.
  /// @throws SystemError    if the system does not give so many.
  explicit Executor(int threads = available_cores());
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  int threads() const;

  /// From now on `check` is called on this thread before each part that it runs; what it throws ends the run, as what a
  /// part throws does. An empty one ends that.
  void check_before_parts(std::function<void()> check);

  /// Runs `part(0)` … `part(parts - 1)` and returns when all have ended; then rethrows the first exception of a part.
  void run(int parts, const std::function<void(int)>& part);

 private:
  void run_parts(int parts, const std::function<void(int)>& part);

  struct Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace recura
