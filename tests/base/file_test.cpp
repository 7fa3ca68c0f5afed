#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <stdexcept>

#include "base/error.h"
#include "base/file_limit.h"
#include "base/temporary_folder.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

void replace_by(const std::string& path, std::string_view content) {
  replace_file(path, [&](FileWriter& file) { file.write(content); });
}

std::string mapped(const std::string& path) {
  const MappedFile file(path);
  return {reinterpret_cast<const char*>(file.bytes().data()), file.size()};
}

TEST(ReplaceFileTest, WritesANewFileAndReplacesAnOldOne) {
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  replace_by(path, "old and long");
  EXPECT_EQ(content_of(path), "old and long");
  replace_by(path, "new");
  EXPECT_EQ(content_of(path), "new");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(ReplaceFileTest, PiecesFollowEachOther) {
  const TemporaryFolder folder;
  replace_file(folder / "file", [](FileWriter& file) {
    for (const char* piece : {"one, ", "", "two"}) file.write(std::string_view(piece));
  });
  EXPECT_EQ(content_of(folder / "file"), "one, two");
}

TEST(ReplaceFileTest, TheOldFileStandsUntilTheNewOneIsComplete) {
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  put(path, "old");
  replace_file(path, [&](FileWriter& file) {
    file.write(std::string_view("new"));
    EXPECT_EQ(content_of(path), "old");
  });
  EXPECT_EQ(content_of(path), "new");
}

TEST(ReplaceFileTest, WhatAKilledProcessLeftIsRemovedButNotWhatOneIsWriting) {
  const TemporaryFolder folder;
  put(folder / ".recura-1-0.tmp", "left behind");
  put(folder / ".recura-notes", "somebody's own");
  replace_file(folder / "outer", [&](FileWriter& outer) {
    outer.write(std::string_view("outer"));
    replace_by(folder / "inner", "inner");
  });
  EXPECT_EQ(content_of(folder / "outer"), "outer");
  EXPECT_EQ(content_of(folder / "inner"), "inner");
  EXPECT_EQ(folder.entries(), 3);
}

TEST(ReplaceFileTest, AnExceptionOfTheWriterLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  put(folder / "file", "old");
  const auto write = [](FileWriter& file) {
    file.write(std::string_view("half"));
    throw std::runtime_error("stop");
  };
  EXPECT_THAT([&] { replace_file(folder / "file", write); }, ThrowsMessage<std::runtime_error>("stop"));
  EXPECT_EQ(content_of(folder / "file"), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(ReplaceFileTest, AFullDiskLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  put(path, "old");
  std::string message;
  try {
    const FileLimit limit(1000);
    replace_by(path, std::string(5000, 'x'));
  } catch (const SystemError& error) {
    message = error.what();
  }
  EXPECT_EQ(message, path + ": cannot write: File too large");
  EXPECT_EQ(content_of(path), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(ReplaceFileTest, FollowsALink) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "inside");
  put(folder / "inside/file", "old");
  std::filesystem::create_symlink("inside/file", folder / "link");
  replace_by(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(content_of(folder / "inside/file"), "new");
  std::filesystem::remove(folder / "inside/file");
  replace_by(folder / "link", "newer");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_TRUE(std::filesystem::exists(folder / "inside/file"));
}

TEST(ReplaceFileTest, KeepsWhoMayReadTheOldFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  put(path, "secret");
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  replace_by(path, "new secret");
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(ReplaceFileTest, RefusesAFolderAFifoADeviceAndAMissingFolder) {
  const TemporaryFolder folder;
  const std::string fifo = folder / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const std::pair<std::string, const char*> cases[] = {{folder.path().string(), "it is a folder"},
                                                       {fifo, "it is a FIFO"},
                                                       {"/dev/null", "it is a device"},
                                                       {folder / "missing/file", "cannot create a file in its folder"}};
  for (const auto& [path, message] : cases) {
    EXPECT_THAT([&path = path] { replace_by(path, "x"); }, ThrowsMessage<SystemError>(HasSubstr(message)));
  }
  EXPECT_EQ(folder.entries(), 1);
}

TEST(CheckWritableTest, LeavesAllAsItIsAndRefusesWhatReplacingWould) {
  const TemporaryFolder folder;
  replace_by(folder / "file", "old");
  check_writable(folder / "file");
  check_writable(folder / "new");
  EXPECT_EQ(content_of(folder / "file"), "old");
  EXPECT_EQ(folder.entries(), 1);
  for (const std::string& path : {std::string("/dev/full"), folder / "", folder / "missing/file"})
    EXPECT_THROW(check_writable(path), SystemError) << path;
}

TEST(MappedFileTest, ShowsTheBytesOfAFile) {
  const TemporaryFolder folder;
  const std::string content("a\0b\n\xFF", 5);
  put(folder / "file", content);
  EXPECT_EQ(mapped(folder / "file"), content);
}

TEST(MappedFileTest, AnEmptyFileHasNoBytes) {
  const TemporaryFolder folder;
  put(folder / "file", "");
  EXPECT_EQ(MappedFile(folder / "file").size(), 0u);
}

TEST(MappedFileTest, OutlivesTheReplacementOfItsFile) {
  const TemporaryFolder folder;
  put(folder / "file", "old");
  const MappedFile file(folder / "file");
  replace_by(folder / "file", "new");
  EXPECT_EQ(std::to_integer<char>(file.bytes()[0]), 'o');
}

TEST(MappedFileTest, MovesItsBytes) {
  const TemporaryFolder folder;
  put(folder / "one", "one");
  put(folder / "two", "second");
  MappedFile one(folder / "one"), moved(std::move(one));
  EXPECT_EQ(one.size(), 0u);  // NOLINT(bugprone-use-after-move): that it is empty is the fact
  EXPECT_EQ(moved.size(), 3u);
  moved = MappedFile(folder / "two");
  EXPECT_EQ(moved.size(), 6u);
}

TEST(MappedFileTest, RefusesWhatIsNoRegularFileWithoutWaiting) {
  const TemporaryFolder folder;
  const std::string fifo = folder / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const std::pair<std::string, const char*> cases[] = {
      {folder.path().string(), "it is a folder"},
      {fifo, "it is a FIFO"},
      {"/dev/null", "it is a device"},
      {folder / "missing", "cannot be opened: No such file or directory"}};
  for (const auto& [path, message] : cases) {
    EXPECT_THAT([&path = path] { MappedFile file(path); }, ThrowsMessage<SystemError>(HasSubstr(path + ": ")));
    EXPECT_THAT([&path = path] { MappedFile file(path); }, ThrowsMessage<SystemError>(HasSubstr(message)));
  }
}

}  // namespace
}  // namespace recura
