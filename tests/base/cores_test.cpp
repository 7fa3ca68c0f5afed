#include "base/cores.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

#include "base/temporary_folder.h"

namespace recura {
namespace {

/// A copy of the files that the system shows, below a folder of its own.
class CgroupTest : public testing::Test {
 protected:
  void file(const std::string& path, const std::string& content) const {
    const std::filesystem::path whole = root_ / path;
    std::filesystem::create_directories(whole.parent_path());
    put(whole, content);
  }
  int cores(int of) const { return within_cgroup_quota(of, root_.path()); }

 private:
  TemporaryFolder root_;
};

TEST_F(CgroupTest, WithoutFilesOrLimitsAllCoresAreLeft) {
  EXPECT_EQ(cores(6), 6);
  file("proc/self/cgroup", "4:cpu,cpuacct:/a\n0::/a\n");
  EXPECT_EQ(cores(6), 6);
  file("sys/fs/cgroup/a/cpu.max", "max 100000\n");
  file("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n");
  file("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cores(6), 6);
}

TEST_F(CgroupTest, AQuotaOfVersion2GrantsWholeCoresAndOneAtLeast) {
  file("proc/self/cgroup", "0::/a/b\n");
  for (const auto& [quota, expected] : {std::pair{"350000 100000", 3}, {"50000 100000", 1}, {"4000000 100000", 6}}) {
    file("sys/fs/cgroup/a/b/cpu.max", quota);
    EXPECT_EQ(cores(6), expected) << quota;
  }
}

TEST_F(CgroupTest, AQuotaOfVersion1GrantsWholeCoresAndOneAtLeast) {
  file("proc/self/cgroup", "9:memory:/m\n4:cpu,cpuacct:/a/b\n3:cpuset:/\n");
  file("sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "50000\n");
  for (const auto& [quota, expected] : {std::pair{"120000", 2}, {"1000", 1}, {"400000", 6}}) {
    file("sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", quota);
    EXPECT_EQ(cores(6), expected) << quota;
  }
}

TEST_F(CgroupTest, TheTightestOfAllCgroupsAboveCounts) {
  file("proc/self/cgroup", "0::/a/b/c\n");
  file("sys/fs/cgroup/a/b/c/cpu.max", "500000 100000\n");
  file("sys/fs/cgroup/a/cpu.max", "200000 100000\n");
  EXPECT_EQ(cores(8), 2);
  file("sys/fs/cgroup/cpu.max", "100000 100000\n");
  EXPECT_EQ(cores(8), 1);
}

TEST_F(CgroupTest, AContainerThatSeesOnlyItsOwnCgroupIsLimitedByIt) {
  file("proc/self/cgroup", "2:cpu:/docker/0123\n0::/../elsewhere\n");
  file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "300000");
  file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000");
  EXPECT_EQ(cores(8), 3);
}

TEST_F(CgroupTest, FilesThatSaySomethingElseLimitNothing) {
  for (const char* const line : {"", "0", "0:", "0::", "::", "0:cpu:a", "0::/a"}) {
    file("proc/self/cgroup", line);
    for (const char* const content : {"", "x 100000", "100000", "100000 0", "-5 100000", "1e400 1"}) {
      file("sys/fs/cgroup/a/cpu.max", content);
      EXPECT_EQ(cores(8), 8) << line << ", " << content;
    }
  }
}

TEST(CoresTest, TheCpusetLimitsTheCores) {
  int cores = 0;
  // A thread has a cpuset of its own, so the other tests keep theirs.
  std::thread([&cores] {
    cpu_set_t all, one;
    ASSERT_EQ(sched_getaffinity(0, sizeof(all), &all), 0);
    CPU_ZERO(&one);
    for (int core = 0; core < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++core) {
      if (CPU_ISSET(core, &all)) CPU_SET(core, &one);
    }
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    cores = available_cores();
  }).join();
  EXPECT_EQ(cores, 1);
}

}  // namespace
}  // namespace recura
