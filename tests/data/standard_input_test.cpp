#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "data/rows/line_reader.h"
#include "data/text_rows.h"

namespace recura {
namespace {

/// Standard input is a pipe for as long as this lives.
class PipedInput {
 public:
  PipedInput() {
    int ends[2] = {};
    EXPECT_EQ(::pipe(ends), 0);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    writer_ = ends[1];
  }
  ~PipedInput() {
    end();
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }
  PipedInput(const PipedInput&) = delete;
  PipedInput& operator=(const PipedInput&) = delete;
  void write(std::string_view text) const {
    EXPECT_EQ(::write(writer_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (writer_ >= 0) ::close(writer_);
    writer_ = -1;
  }

 private:
  int before_ = ::dup(STDIN_FILENO), writer_ = -1;
};

TEST(StandardInputTest, ALineOfAPipeIsReadBeforeTheNextOneIsWritten) {
  PipedInput input;
  input.write("one\ntw");
  TextRowReader reader("-", {});
  TextRow row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, "one");
  EXPECT_FALSE(reader.at_hand());
  input.write("o\n\n");
  EXPECT_TRUE(reader.at_hand());
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, "two");
  EXPECT_TRUE(reader.at_hand());
  ASSERT_TRUE(reader.next(row));
  EXPECT_FALSE(reader.at_hand());
  input.end();
  EXPECT_TRUE(reader.at_hand());
  EXPECT_FALSE(reader.next(row));
}

TEST(StandardInputTest, ASignalDoesNotEndReading) {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  struct sigaction before{};
  ::sigaction(SIGUSR1, &action, &before);  // without SA_RESTART
  PipedInput input;
  std::thread writer([&, reading = ::pthread_self()] {
    for (int i = 0; i < 3; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ::pthread_kill(reading, SIGUSR1);
    }
    input.write("a\n");
    input.end();
  });
  LineReader reader("-");
  std::string line;
  EXPECT_TRUE(reader.next(line));
  EXPECT_EQ(line, "a");
  writer.join();
  ::sigaction(SIGUSR1, &before, nullptr);
}

TEST(StandardInputTest, ProseOnStandardInputIsLinesUnlessItsFirstLineCanBeNothingElse) {
  const auto form = [](const std::string& text, const ReadOptions& options = {}) {
    PipedInput input;
    input.write(text);
    input.end();
    return TextRowReader("-", options).format();
  };
  EXPECT_EQ(form("{hello} my parcel\n"), DataFormat::lines);
  EXPECT_EQ(form("{\"body\":\"a\"}\n"), DataFormat::jsonl);
  EXPECT_EQ(form("{\"text\":\"a\",\"n\":1e400}\n"), DataFormat::jsonl);  // a bad row of JSON, but no prose
  EXPECT_EQ(form("{\"text\":\"a\",}\n"), DataFormat::jsonl);
  EXPECT_EQ(form("[\n{\"text\":\"a\"}\n]\n"), DataFormat::jsonl);
  EXPECT_EQ(form("[{\"text\":\"a\"}]\n"), DataFormat::jsonl);
  EXPECT_EQ(form("[laughs] and so on\n"), DataFormat::lines);
  EXPECT_EQ(form("text,please send it\n"), DataFormat::lines);
  EXPECT_EQ(form("text\tand so on\n"), DataFormat::lines);
  EXPECT_EQ(form("text\tlabel\n"), DataFormat::tsv);
  EXPECT_EQ(form("my text\tlabel\n", {.text_field = "my text"}), DataFormat::tsv);
  EXPECT_EQ(form("id,text\n1,a b\n"), DataFormat::csv);
  EXPECT_EQ(form("__label__x a\n"), DataFormat::fasttext);
  EXPECT_EQ(form("{\"id\":1,\"text\":\"a\"}\n"), DataFormat::jsonl);
  EXPECT_EQ(form("text,id\na,1\n", {.format = DataFormat::csv}), DataFormat::csv);
}

TEST(StandardInputTest, ARowOfAnArrayIsReadBeforeTheNextOneIsWritten) {
  PipedInput input;
  input.write("[{\"text\":\"one\"},\n");
  TextRowReader reader("-", {});
  TextRow row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, "one");
  EXPECT_FALSE(reader.at_hand());
  input.write("{\"text\":\"two\"}]\n");
  EXPECT_TRUE(reader.at_hand());
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, "two");
  input.end();
  EXPECT_FALSE(reader.next(row));
}

}  // namespace
}  // namespace recura
