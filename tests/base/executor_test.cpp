#include "base/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <cfenv>
#include <cstdlib>
#include <memory>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/error.h"

namespace recura {
namespace {

TEST(ExecutorTest, RunsEveryPartOnceForEveryNumberOfThreads) {
  for (const int threads : {1, 2, 3, 8}) {
    Executor executor(threads);
    EXPECT_EQ(executor.threads(), threads);
    for (const int parts : {0, 1, 2, 7, 100}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(parts));
      executor.run(parts, [&](int part) { ++runs[static_cast<std::size_t>(part)]; });
      for (const auto& count : runs) ASSERT_EQ(count, 1) << threads << " threads, " << parts << " parts";
    }
  }
}

TEST(ExecutorTest, WhatPartsWroteIsSeenAfterManyShortRuns) {
  Executor executor(4);
  std::vector<int> plain(4, 0);
  constexpr int kRuns = 2000;
  for (int run = 0; run < kRuns; ++run) executor.run(4, [&](int part) { ++plain[static_cast<std::size_t>(part)]; });
  EXPECT_EQ(plain, std::vector<int>(4, kRuns));
}

TEST(ExecutorTest, WorkThatComesAfterThePoolFellAsleepIsDone) {
  Executor executor(3);
  std::atomic<int> runs = 0;
  for (int round = 0; round < 3; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    executor.run(10, [&](int) { ++runs; });
  }
  EXPECT_EQ(runs, 30);
}

TEST(ExecutorTest, PartsRunAtTheSameTime) {
  Executor executor(2);
  std::atomic<int> arrived = 0;
  executor.run(2, [&](int) {  // each part waits for the other one
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
  });
  EXPECT_EQ(arrived, 2);
}

TEST(ExecutorTest, TheCallerAloneWorksWhereThereIsOneThread) {
  Executor executor(1);
  std::vector<int> order;
  executor.run(4, [&, caller = std::this_thread::get_id()](int part) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(part);
  });
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3}));
}

TEST(ExecutorTest, ARunInsideAPartRunsInOrderOnItsThread) {
  Executor executor(4);
  std::atomic<int> in_order = 0;
  executor.run(8, [&](int) {
    std::vector<int> order;
    executor.run(3, [&, outer = std::this_thread::get_id()](int part) {
      if (std::this_thread::get_id() == outer) order.push_back(part);
    });
    in_order += order == std::vector<int>{0, 1, 2};
  });
  EXPECT_EQ(in_order, 8);
}

TEST(ExecutorTest, SeveralCallersShareIt) {
  Executor executor(3);
  std::atomic<int> runs = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round) executor.run(5, [&](int) { ++runs; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(runs, 4 * 200 * 5);
}

TEST(ExecutorTest, AnExceptionOfAPartReachesTheCallerAndThePoolGoesOn) {
  for (const int threads : {1, 4}) {
    Executor executor(threads);
    const auto throws = [](int part) {
      if (part == 5) throw std::runtime_error("part 5");
    };
    EXPECT_THAT([&] { executor.run(20, throws); }, testing::ThrowsMessage<std::runtime_error>("part 5"));
    std::atomic<int> runs = 0;
    executor.run(20, [&](int) { ++runs; });
    EXPECT_EQ(runs, 20);
  }
}

TEST(ExecutorTest, NeedsOneThreadAtLeast) {
  for (const int threads : {0, -1}) EXPECT_THROW(Executor{threads}, ArgumentError);
  EXPECT_GE(available_cores(), 1);
}

/// In a process of its own, whose memory has no room for the stacks of so many threads.
int try_too_many_threads() {
  const rlimit limit{rlim_t{512} << 20, rlim_t{512} << 20};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return 1;
  try {
    const Executor executor(1000);
    return 2;
  } catch (const SystemError&) {
    return 0;
  }
}

TEST(ExecutorTest, ThreadsThatTheSystemDoesNotGiveAreAnErrorNotACrash) {
#ifdef RECURA_SANITIZED
  GTEST_SKIP() << "a sanitizer's shadow does not fit a limit of memory";
#endif
  const pid_t child = fork();
  if (child == 0) _exit(try_too_many_threads());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

/// Whether `in_child` gives true in a forked process, which is ended after 20 seconds.
template <typename InChild>
bool holds_after_fork(const InChild& in_child) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // a child that waits for threads it does not have ends here
    _exit(in_child() ? 0 : 1);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ExecutorTest, InTheChildOfAForkPartsRunOnTheCallingThread) {
  auto executor = std::make_unique<Executor>(4);
  // Each thread takes a part: one that is still starting may hold a lock of the address sanitizer over the fork.
  std::barrier all_have_begun(4);
  executor->run(4, [&](int) { all_have_begun.arrive_and_wait(); });
  EXPECT_TRUE(holds_after_fork([&] {
    int runs = 0;
    executor->run(8, [&](int) { ++runs; });
    executor.reset();
    Executor own(2);
    std::atomic<int> more = 0;
    own.run(8, [&](int) { ++more; });
    return runs == 8 && more == 8;
  }));
  std::atomic<int> runs = 0;
  executor->run(8, [&](int) { ++runs; });
  EXPECT_EQ(runs, 8);
}

TEST(ExecutorTest, AForkWhileWorkIsUnderWayLeavesBothProcessesWorking) {
  Executor executor(4);
  std::atomic<int> held = 0;
  executor.run(4, [&](int) {
    held += holds_after_fork([&] {
      int runs = 0;
      executor.run(8, [&](int) { ++runs; });
      return runs == 8;
    });
  });
  EXPECT_EQ(held, 4);
}

TEST(ExecutorTest, PartsRoundAlikeWhateverTheCallersStateWhichIsGivenBack) {
  volatile float third = 1.0f / 3, tiny = 1e-38f;
  for (const int threads : {1, 3}) {
    Executor executor(threads);
    std::vector<float> sums(30), products(30);
    std::fesetround(FE_UPWARD);
    executor.run(30, [&](int part) {
      const auto i = static_cast<std::size_t>(part);
      sums[i] = third + tiny;
      products[i] = tiny * 0.25f;
    });
    EXPECT_EQ(std::fegetround(), FE_UPWARD);
    std::fesetround(FE_TONEAREST);
    for (const float sum : sums) EXPECT_EQ(sum, 1.0f / 3);
#if defined(__x86_64__) || defined(__aarch64__)
    for (const float product : products) EXPECT_EQ(product, 0);
#endif
  }
}

TEST(ExecutorTest, ACheckIsMadeOnTheThreadThatAskedForItAndEndsARun) {
  for (const int threads : {1, 3}) {
    Executor executor(threads);
    const auto caller = std::this_thread::get_id();
    int checks = 0;
    executor.check_before_parts([&] {
      EXPECT_EQ(std::this_thread::get_id(), caller);
      if (++checks == 3) throw std::runtime_error("enough");
    });
    // A part inside another one is checked by the same thread alone too.
    const auto work = [&] { executor.run(1000, [&](int) { executor.run(2, [](int) { usleep(10); }); }); };
    EXPECT_THROW(work(), std::runtime_error);
    EXPECT_EQ(checks, 3);
    executor.check_before_parts({});
    EXPECT_NO_THROW(work());
  }
}

}  // namespace
}  // namespace recura
