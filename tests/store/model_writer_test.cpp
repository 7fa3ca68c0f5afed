#include "store/model_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <regex>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/file_limit.h"
#include "base/temporary_folder.h"
#include "store/model_file.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<float> kOne = {1};

TEST(ModelWriterTest, TheSameContentGivesTheSameBytes) {
  const auto write = [](bool turned) {
    ModelWriter writer;
    writer.add_text(turned ? "b" : "a", turned ? "2" : "1");
    writer.add_text(turned ? "a" : "b", turned ? "1" : "2");
    writer.add_tensor<float>("w", {1}, kOne);
    return writer.bytes();
  };
  EXPECT_EQ(write(false), write(true));
}

TEST(ModelWriterTest, SavesOftenAndReplacesTheOldModel) {
  const TemporaryFolder folder;
  for (const char* text : {"one", "two"}) {
    ModelWriter writer;
    writer.add_text("text", text);
    writer.save(folder / "model");
    writer.save(folder / "model");
    EXPECT_EQ(ModelFile::open(folder / "model").text("text"), text);
  }
  EXPECT_EQ(folder.entries(), 1);
}

TEST(ModelWriterTest, TensorsThatFillWholeLinesStartAtOne) {
  const std::vector<float> odd(3), line(16), lines(160);
  ModelWriter writer;
  writer.add_tensor<float>("odd", {3}, odd);
  writer.add_tensor<float>("line", {16}, line);
  writer.add_tensor<float>("odd too", {3}, odd);
  writer.add_tensor<float>("lines", {10, 16}, lines);
  const TemporaryFolder folder;
  writer.save(folder / "model");
  const ModelFile file = ModelFile::open(folder / "model");
  for (const char* name : {"line", "lines"})
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.tensor<float>(name).elements.data()) % 64, 0u) << name;
}

TEST(ModelWriterTest, AFullDiskLeavesTheOldModelByteForByteAndNothingElse) {
  const TemporaryFolder folder;
  const std::string path = folder / "model";
  ModelWriter old;
  old.add_tensor<float>("w", {1}, kOne);
  old.save(path);
  const std::vector<float> many(10'000, 1);
  ModelWriter writer;
  writer.add_tensor<float>("w", {10'000}, many);
  const auto size = static_cast<rlim_t>(writer.bytes().size());
  for (const rlim_t room : {rlim_t{0}, rlim_t{100}, rlim_t{1000}, size / 2, size - 1}) {
    std::string message;
    try {
      const FileLimit limit(room);
      writer.save(path);
    } catch (const SystemError& error) {
      message = error.what();
    }
    EXPECT_THAT(message, HasSubstr(path + ": cannot write")) << room;
    EXPECT_EQ(content_of(path), old.bytes()) << room;
    EXPECT_EQ(folder.entries(), 1) << room;
  }
  {
    const FileLimit limit(size);
    writer.save(path);
  }
  EXPECT_EQ(content_of(path), writer.bytes());
}

template <typename T>
void expect_not_saved(T number) {
  const TemporaryFolder folder;
  put(folder / "model", "old");
  const std::vector<T> numbers = {0, 1, number};
  ModelWriter writer;
  writer.add_tensor<T>("w", {3}, numbers);
  EXPECT_THAT([&] { writer.save(folder / "model"); },
              ThrowsMessage<DataError>(HasSubstr("\"w\" holds a NaN or an infinite number")));
  EXPECT_EQ(content_of(folder / "model"), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(ModelWriterTest, NanAndInfinityAreNotSaved) {
  expect_not_saved(std::numeric_limits<float>::quiet_NaN());
  expect_not_saved(-std::numeric_limits<float>::infinity());
  expect_not_saved(std::numeric_limits<double>::quiet_NaN());
  expect_not_saved(std::numeric_limits<double>::infinity());
}

TEST(ModelWriterTest, NamesThatAreTakenReservedEmptyOrLongAreRefused) {
  const std::pair<std::string, const char*> cases[] = {{"text", "taken"},
                                                       {"w", "taken"},
                                                       {"s.bytes", "taken"},
                                                       {"format", "the format's own"},
                                                       {"__metadata__", "the format's own"},
                                                       {"__checksum__", "the format's own"},
                                                       {"", "empty or too long"},
                                                       {std::string(257, 'x'), "empty or too long"}};
  ModelWriter writer;
  writer.add_text("text", "");
  writer.add_tensor<float>("w", {1}, kOne);
  writer.add_strings("s", {});
  for (const auto& [taken, reason] : cases) {
    const std::string& name = taken;  // a lambda may not capture the name of a part
    const auto refused = ThrowsMessage<ArgumentError>(HasSubstr(reason));
    EXPECT_THAT([&] { writer.add_text(name, ""); }, refused);
    EXPECT_THAT([&] { writer.add_tensor<float>(name, Shape{1}, kOne); }, refused);
  }
  EXPECT_THROW(writer.add_strings("s", {}), ArgumentError);
  writer.add_text(std::string(256, 'x'), "");
  ModelFile::from_bytes(writer.bytes(), "memory");
}

TEST(ModelWriterTest, ElementsThatDoNotFillTheirShapeAreRefused) {
  ModelWriter writer;
  EXPECT_THROW(writer.add_tensor<float>("w", {2}, kOne), ArgumentError);
  EXPECT_THROW(writer.add_tensor<float>("w", {0}, kOne), ArgumentError);
}

TEST(ModelWriterTest, TextThatIsNotUtf8IsRefusedWhenItIsAdded) {
  ModelWriter writer;
  for (const char* bad : {"\xFF", "a\xC0\x80", "\xED\xA0\x80", "\xE4\xBD"}) {
    const auto refused = ThrowsMessage<ArgumentError>(HasSubstr("not UTF-8"));
    EXPECT_THAT([&] { writer.add_text("text", bad); }, refused);
    EXPECT_THAT([&] { writer.add_text(bad, ""); }, refused);
    EXPECT_THAT([&] { writer.add_tensor<float>(bad, Shape{1}, kOne); }, refused);
  }
}

TEST(ModelWriterTest, WhatNoReaderWouldOpenIsNotSaved) {
  ModelWriter long_text;
  long_text.add_text("text", std::string(std::size_t{5} << 20, 'x'));
  EXPECT_THAT([&] { long_text.bytes(); }, ThrowsMessage<DataError>(HasSubstr("more than 4194304 bytes")));
  ModelWriter long_texts;
  for (int i = 0; i < 5; ++i) long_texts.add_text(std::to_string(i), std::string(4'000'000, 'x'));
  EXPECT_THAT([&] { long_texts.bytes(); }, ThrowsMessage<DataError>(HasSubstr("at most 16777216 are allowed")));
  ModelWriter many_texts;
  for (int i = 0; i < 9'999; ++i) many_texts.add_text(std::to_string(i), "");
  ModelFile::from_bytes(many_texts.bytes(), "memory");
  EXPECT_THAT([&] { many_texts.add_text("one more", ""); }, ThrowsMessage<ArgumentError>(HasSubstr("10000 texts")));
}

/// The bytes of the hex dump on a page: lines of an offset, two blanks, bytes, and the same as characters.
std::string dumped_bytes(const std::string& path) {
  static const std::regex line_form("^([0-9a-f]{8})  ([0-9a-f ]+)\\|.*\\|$");
  std::ifstream page(path);
  std::string bytes;
  std::smatch match;
  for (std::string line; std::getline(page, line);) {
    if (!std::regex_match(line, match, line_form)) continue;
    EXPECT_EQ(std::stoul(match[1], nullptr, 16), bytes.size()) << line;
    std::istringstream pairs(match[2]);
    for (std::string pair; pairs >> pair;) bytes += static_cast<char>(std::stoi(pair, nullptr, 16));
  }
  return bytes;
}

TEST(ModelWriterTest, WritesTheExampleOfItsPage) {
  const std::vector<float> w = {1, -2};
  const std::vector<std::string> labels = {"no", "yes"};
  ModelWriter writer;
  writer.add_text("task", "classify");
  writer.add_strings("labels", labels);
  writer.add_tensor<float>("w", {2}, w);
  EXPECT_EQ(writer.bytes(), dumped_bytes(RECURA_SOURCE_DIR "/docs/model-file.md"));
}

}  // namespace
}  // namespace recura
