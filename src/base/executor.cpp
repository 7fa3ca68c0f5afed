#include "base/executor.h"

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/floating_state.h"

namespace recura {
namespace {

// A short spin catches the next piece of work of a training step (they follow each other within microseconds);
// after it a thread sleeps, so that a foreign process on the core is not fought for it.
constexpr int kSpins = 4000;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb");  // `yield` takes no time on most of these processors
#endif
}

/// How many forks lie between this process and the one that first asked.
std::atomic<unsigned> forks{0};

unsigned fork_count() {
  static const int registered = pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  return registered == 0 ? forks.load(std::memory_order_relaxed) : 0;
}

}  // namespace

/// Threads claim the parts of the work under way one by one. A run ends when its parts have: it never waits for a
/// thread that has not begun, which a foreign process may keep from its core for milliseconds.
struct Executor::Pool {
  ~Pool() {
    if (!has_threads()) {  // they ended with the fork: there is nothing to join, and no way to say so
      static_cast<void>(workers.release());
      return;
    }
    stopping = true;
    wake();
    for (std::thread& worker : *workers) worker.join();
  }

  bool has_threads() const { return fork_count() == born; }

  /// Runs the parts that are left, and returns when there is none to claim.
  void work() {
    while (true) {
      std::uint64_t claim = ticket.load(std::memory_order_acquire);
      const int count = parts.load(std::memory_order_acquire);
      const std::function<void(int)>* run = part.load(std::memory_order_acquire);
      const std::uint64_t index = claim & kIndex;
      if (index >= static_cast<std::uint64_t>(count)) return;
      // Fails if the ticket moved on meanwhile: what was read beside it may belong to another run.
      if (!ticket.compare_exchange_weak(claim, claim + 1, std::memory_order_acq_rel)) continue;
      if (!failed.load(std::memory_order_relaxed)) try_part(*run, static_cast<int>(index));
      if (finished.fetch_add(1, std::memory_order_acq_rel) + 1 == count) finished.notify_one();
    }
  }

  void try_part(const std::function<void(int)>& run, int index) {
    try {
      run(index);
    } catch (...) {
      const std::scoped_lock lock(failure_mutex);
      if (!failure) failure = std::current_exception();
      failed = true;
    }
  }

  void serve() {
    const FloatingState state;
    unsigned seen = 0;
    while (true) {
      for (int spin = 0; spin < kSpins && wakes.load(std::memory_order_acquire) == seen; ++spin) pause();
      wakes.wait(seen, std::memory_order_acquire);
      seen = wakes.load(std::memory_order_acquire);
      if (stopping) return;
      work();
    }
  }

  void wake() {
    wakes.fetch_add(1, std::memory_order_acq_rel);
    wakes.notify_all();
  }

  void publish(const std::function<void(int)>& run, int count) {
    const std::uint64_t next_run = (ticket.load(std::memory_order_relaxed) | kIndex) + 1;
    ticket.store(next_run | kIndex, std::memory_order_release);  // nothing to claim while the rest changes
    part.store(&run, std::memory_order_release);
    parts.store(count, std::memory_order_release);
    finished.store(0, std::memory_order_release);
    failed.store(false, std::memory_order_release);
    ticket.store(next_run, std::memory_order_release);
    wake();
  }

  void wait_for_parts(int count) {
    for (int spin = 0; spin < kSpins && finished.load(std::memory_order_acquire) < count; ++spin) pause();
    for (int done = finished.load(std::memory_order_acquire); done < count;
         done = finished.load(std::memory_order_acquire)) {
      finished.wait(done, std::memory_order_acquire);
    }
  }

  static constexpr std::uint64_t kIndex = 0xFFFFFFFF;

  std::function<void()> check;  // of `checker`
  std::thread::id checker;

  const unsigned born = fork_count();
  int threads = 1;
  std::unique_ptr<std::vector<std::thread>> workers = std::make_unique<std::vector<std::thread>>();
  std::atomic<bool> busy{false};  // a caller's work is under way
  std::atomic<bool> stopping{false};
  std::atomic<unsigned> wakes{0};

  // The work under way. The ticket holds the number of the run and, in its lower half, the next part to claim.
  std::atomic<std::uint64_t> ticket{kIndex};
  std::atomic<const std::function<void(int)>*> part{nullptr};
  std::atomic<int> parts{0};
  std::atomic<int> finished{0};
  std::atomic<bool> failed{false};
  std::mutex failure_mutex;
  std::exception_ptr failure;
};

Executor::Executor(int threads) : pool_(std::make_unique<Pool>()) {
  if (threads < 1) throw ArgumentError("executor: needs at least 1 thread, got {}", threads);
  pool_->threads = threads;
  try {
    for (int index = 1; index < threads; ++index) pool_->workers->emplace_back([pool = pool_.get()] { pool->serve(); });
  } catch (const std::system_error& error) {
    throw SystemError("executor: cannot start thread {} of {}: {}", pool_->workers->size() + 2, threads, error.what());
  }
}

Executor::~Executor() = default;

int Executor::threads() const { return pool_->threads; }

void Executor::check_before_parts(std::function<void()> check) {
  pool_->check = std::move(check);
  pool_->checker = std::this_thread::get_id();
}

void Executor::run(int parts, const std::function<void(int)>& part) {
  const FloatingState state;
  if (!pool_->check || std::this_thread::get_id() != pool_->checker) return run_parts(parts, part);
  run_parts(parts, [&](int index) {
    if (std::this_thread::get_id() == pool_->checker) pool_->check();
    part(index);
  });
}

void Executor::run_parts(int parts, const std::function<void(int)>& part) {
  // A part that calls `run` finds the pool busy, and does its work itself.
  if (parts <= 1 || pool_->workers->empty() || !pool_->has_threads() ||
      pool_->busy.exchange(true, std::memory_order_acquire)) {
    for (int index = 0; index < parts; ++index) part(index);
    return;
  }
  pool_->publish(part, parts);
  pool_->work();
  pool_->wait_for_parts(parts);
  const std::exception_ptr failure = std::exchange(pool_->failure, nullptr);
  pool_->busy.store(false, std::memory_order_release);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace recura
