#include "base/file_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(FileLockTest, KeepsOthersOutAndLeavesNothing) {
  const TemporaryFolder folder;
  {
    const FileLock lock(folder / "lock");
    EXPECT_THAT([&] { FileLock(folder / "lock"); }, ThrowsMessage<SystemError>(HasSubstr("another process holds it")));
    const FileLock other(folder / "other");
  }
  EXPECT_EQ(folder.entries(), 0);
  const FileLock again(folder / "lock");
}

TEST(FileLockTest, DiesWithItsProcess) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    const FileLock lock(folder / "lock");
    raise(SIGKILL);
  }
  waitpid(child, nullptr, 0);
  EXPECT_EQ(folder.entries(), 1);
  const FileLock lock(folder / "lock");
}

TEST(FileLockTest, WhatIsNoLockIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  EXPECT_THROW(FileLock(folder / "nowhere/lock"), SystemError);
  put(folder / "file", "content");
  std::filesystem::create_symlink("file", folder / "link");
  EXPECT_THROW(FileLock(folder / "link"), SystemError);
  EXPECT_THROW(FileLock(folder / "file"), SystemError);
  EXPECT_EQ(content_of(folder / "file"), "content");
}

TEST(FileLockTest, OfManyProcessesOneAtATimeHoldsIt) {
  const TemporaryFolder folder;
  put(folder / "count", "0");
  for (int process = 0; process < 4; ++process) {
    if (fork() != 0) continue;
    for (int done = 0; done < 50;) {
      try {
        const FileLock lock(folder / "lock");
        put(folder / "count", std::to_string(std::stoi(content_of(folder / "count")) + 1));
        ++done;
      } catch (const SystemError&) {
        usleep(100);
      }
    }
    _exit(0);
  }
  while (wait(nullptr) > 0) {
  }
  EXPECT_EQ(content_of(folder / "count"), "200");
}

}  // namespace
}  // namespace recura
