#include "base/executor.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <fstream>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/floating_state.h"

namespace recura {
namespace {

/// Cores granted by the cgroup (v2: cpu.max holds "quota period"), or `cores` where there is no limit.
int within_cgroup_quota(int cores) {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return cores;
  char* end = nullptr;
  const double granted = std::strtod(quota.c_str(), &end) / period;
  return *end == '\0' && granted > 0 ? std::min(cores, std::max(1, static_cast<int>(granted))) : cores;
}

// A short spin catches the next piece of work of a training step (they follow each other within microseconds);
// after it a thread sleeps, so that a foreign process on the core is not fought for it.
constexpr int kSpins = 4000;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// How many forks lie between this process and the one that first asked.
std::atomic<unsigned> forks{0};

unsigned fork_count() {
  static const int registered = pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
  return registered == 0 ? forks.load(std::memory_order_relaxed) : 0;
}

}  // namespace

int available_cores() {
  cpu_set_t set;
  int cores = static_cast<int>(std::thread::hardware_concurrency());
  if (sched_getaffinity(0, sizeof(set), &set) == 0) cores = CPU_COUNT(&set);
  return within_cgroup_quota(std::max(1, cores));
}

struct Executor::Pool {
  ~Pool() {
    if (!has_threads()) {  // they ended with the fork: there is nothing to join, and no way to say so
      static_cast<void>(new std::vector<std::thread>(std::move(workers)));
      return;
    }
    stopping = true;
    publish();
    for (std::thread& worker : workers) worker.join();
  }

  bool has_threads() const { return fork_count() == born; }

  const unsigned born = fork_count();
  int threads = 1;
  std::vector<std::thread> workers;
  std::atomic<bool> busy{false};  // a caller's work is under way

  // The work under way. `generation` is raised to publish it, and `idle` counts the workers that are done with it.
  const std::function<void(int)>* part = nullptr;
  int parts = 0;
  std::atomic<int> next{0};
  std::atomic<unsigned> generation{0};
  std::atomic<int> idle{0};
  bool stopping = false;
  std::mutex failure_mutex;
  std::exception_ptr failure;

  void work() {
    for (int index = next++; index < parts; index = next++) {
      try {
        (*part)(index);
      } catch (...) {
        const std::scoped_lock lock(failure_mutex);
        if (!failure) failure = std::current_exception();
        next = parts;
      }
    }
  }

  void serve() {
    const FloatingState state;
    unsigned seen = 0;
    while (true) {
      for (int spin = 0; spin < kSpins && generation.load(std::memory_order_acquire) == seen; ++spin) pause();
      generation.wait(seen, std::memory_order_acquire);
      seen = generation.load(std::memory_order_acquire);
      if (stopping) return;
      work();
      idle.fetch_add(1, std::memory_order_acq_rel);
      idle.notify_one();
    }
  }

  void publish() {
    idle = 0;
    next = 0;
    generation.fetch_add(1, std::memory_order_acq_rel);
    generation.notify_all();
  }

  void wait_for_workers() {
    const int wanted = static_cast<int>(workers.size());
    for (int spin = 0; spin < kSpins && idle.load(std::memory_order_acquire) < wanted; ++spin) pause();
    for (int done = idle.load(std::memory_order_acquire); done < wanted; done = idle.load(std::memory_order_acquire)) {
      idle.wait(done, std::memory_order_acquire);
    }
  }
};

Executor::Executor(int threads) : pool_(std::make_unique<Pool>()) {
  if (threads < 1) throw ArgumentError("executor: needs at least 1 thread, got {}", threads);
  pool_->threads = threads;
  try {
    for (int index = 1; index < threads; ++index) pool_->workers.emplace_back([pool = pool_.get()] { pool->serve(); });
  } catch (const std::system_error& error) {
    throw SystemError("executor: cannot start thread {} of {}: {}", pool_->workers.size() + 2, threads, error.what());
  }
}

Executor::~Executor() = default;

int Executor::threads() const { return pool_->threads; }

void Executor::run(int parts, const std::function<void(int)>& part) {
  const FloatingState state;
  // A part that calls `run` finds the pool busy, and does its work itself.
  if (parts <= 1 || pool_->workers.empty() || !pool_->has_threads() ||
      pool_->busy.exchange(true, std::memory_order_acquire)) {
    for (int index = 0; index < parts; ++index) part(index);
    return;
  }
  pool_->part = &part;
  pool_->parts = parts;
  pool_->publish();
  pool_->work();
  pool_->wait_for_workers();
  const std::exception_ptr failure = std::exchange(pool_->failure, nullptr);
  pool_->busy.store(false, std::memory_order_release);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace recura
