#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <string>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "store/model_file.h"
#include "store/model_writer.h"

namespace recura {
namespace {

/// What happens at one of the system calls by which a file is saved, counted from 1; 0: nothing.
struct Fault {
  enum class Kind { none, fail, kill } kind = Kind::none;
  int at = 0, error = 0;
  int calls = 0;
} g_fault;

/// True if this call has to fail; errno then says why.
bool strikes() {
  if (g_fault.kind == Fault::Kind::none || ++g_fault.calls != g_fault.at) return false;
  if (g_fault.kind == Fault::Kind::kill) ::raise(SIGKILL);
  errno = g_fault.error;
  return true;
}

}  // namespace
}  // namespace recura

// The linker prefers these to those of the system's library.
extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t count) {
  if (recura::strikes()) return -1;
  // Less than was asked for, as at a full disk or in a pipe.
  if (recura::g_fault.kind != recura::Fault::Kind::none && count > 100) count -= count / 3;
  return syscall(SYS_write, descriptor, bytes, count);
}
int fsync(int descriptor) { return recura::strikes() ? -1 : static_cast<int>(syscall(SYS_fsync, descriptor)); }
int rename(const char* from, const char* to) {
  return recura::strikes() ? -1 : static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
int close(int descriptor) {
  const bool fails = recura::strikes();
  const int error = errno;
  const auto result = static_cast<int>(syscall(SYS_close, descriptor));
  errno = error;
  return fails ? -1 : result;
}
}

namespace recura {
namespace {

class SaveFaultsTest : public testing::Test {
 protected:
  SaveFaultsTest() {
    old_.add_text("task", "old");
    old_.copy_tensor<float>("w", {3}, std::vector<float>{1, 2, 3});
    new_.add_text("task", "new");
    new_.copy_tensor<float>("w", {1000}, std::vector<float>(1000, 7));
    put(folder_ / "model", old_.bytes());
  }
  ~SaveFaultsTest() override { g_fault = {}; }

  TemporaryFolder folder_;
  ModelWriter old_, new_;
};

TEST_F(SaveFaultsTest, WhicheverCallFailsTheOldFileStandsOrAllOfTheNewOne) {
  for (const int error : {ENOSPC, EIO, EDQUOT}) {
    int refused = 0;
    for (int at = 1;; ++at) {
      put(folder_ / "model", old_.bytes());
      g_fault = {Fault::Kind::fail, at, error};
      bool has_failed = false;
      try {
        new_.save(folder_ / "model");
      } catch (const SystemError&) {
        has_failed = true;
      }
      const bool is_beyond = g_fault.calls < at;
      g_fault = {};
      const std::string content = content_of(folder_ / "model");
      ASSERT_TRUE(content == new_.bytes() || (has_failed && content == old_.bytes())) << "call " << at;
      ASSERT_EQ(folder_.entries(), 1) << "call " << at;
      if (is_beyond) break;
      refused += has_failed ? 1 : 0;
    }
    EXPECT_GE(refused, 4);  // write, fsync, rename, fsync of the folder
  }
}

TEST_F(SaveFaultsTest, AKillBeforeAnyCallLeavesTheOldFileOrAllOfTheNewOne) {
  int olds = 0, news = 0;
  for (int at = 1;; ++at) {
    put(folder_ / "model", old_.bytes());
    const pid_t child = fork();
    if (child == 0) {
      g_fault = {Fault::Kind::kill, at};
      new_.save(folder_ / "model");
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const std::string content = content_of(folder_ / "model");
    ASSERT_TRUE(content == old_.bytes() || content == new_.bytes()) << "call " << at;
    ++(content == old_.bytes() ? olds : news);
    ModelFile::open(folder_ / "model");
    ASSERT_LE(folder_.entries(), 2) << "what a save before left behind is there";
    if (WIFEXITED(status)) break;
  }
  EXPECT_EQ(folder_.entries(), 1);
  EXPECT_GE(olds, 4);
  EXPECT_GE(news, 2);
}

}  // namespace
}  // namespace recura
