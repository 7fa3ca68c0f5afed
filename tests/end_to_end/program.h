#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace recura {

const std::string kCorpus = std::string(RECURA_SOURCE_DIR) + "/examples/corpus/";

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}

inline void write_file(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

struct Outcome {
  int code = 0;
  std::string out, err;
};

/// A folder of its own for each test, and the program run inside it by a shell.
class Workplace {
 public:
  explicit Workplace(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() / ("recura_" + name + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Workplace() { std::filesystem::remove_all(folder_); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  /// `arguments` as a shell reads them; what stands before "recura" in `before` (a pipe, ulimit) too.
  Outcome run(const std::string& arguments, const std::string& before = "", const std::string& after = "") const {
    const std::string command = "cd " + folder_.string() + " && { " + before + " " RECURA_PROGRAM " " + arguments +
                                " 2>err " + after + "; } >out";
    const int status = std::system(("timeout 120 bash -c '" + command + "'").c_str());
    return {WEXITSTATUS(status), read_file(folder_ / "out"), read_file(folder_ / "err")};
  }

 private:
  std::filesystem::path folder_;
};

/// The program said why, perhaps behind what it had to say before, and ended with this code.
inline void expect_refused(const Outcome& outcome, int code, const std::string& what) {
  EXPECT_EQ(outcome.code, code) << outcome.err;
  EXPECT_THAT(outcome.err, testing::AnyOf(testing::StartsWith("recura: "), testing::HasSubstr("\nrecura: ")));
  EXPECT_THAT(outcome.err, testing::HasSubstr(what));
}

/// Rows of two labels that a small network learns at once, in English and Chinese.
inline std::string small_corpus(int rows) {
  const char* const good[] = {"a good film", "I love it", "很好的电影", "我喜欢"};
  const char* const bad[] = {"a bad film", "I hate it", "很差的电影", "我讨厌"};
  std::string lines;
  for (int row = 0; row < rows; ++row) {
    const bool is_good = row % 2 == 0;
    lines += std::string("{\"text\":\"") + (is_good ? good : bad)[row / 2 % 4] + " " + std::to_string(row % 7) +
             "\",\"label\":\"" + (is_good ? "pos" : "neg") + "\"}\n";
  }
  return lines;
}

}  // namespace recura
