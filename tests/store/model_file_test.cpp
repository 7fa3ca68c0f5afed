#include "store/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "store/model_writer.h"
#include "store/raw_file.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

template <typename T>
std::vector<T> copy(std::span<const T> elements) {
  return {elements.begin(), elements.end()};
}

/// A model with something of every kind.
struct Everything {
  std::vector<float> f32 = {0, -1.5F, 1e-45F, std::numeric_limits<float>::max(), 3, 4};
  std::vector<double> f64 = {-0.0, 0.1, std::numeric_limits<double>::denorm_min()};
  std::vector<std::int32_t> i32 = {std::numeric_limits<std::int32_t>::min(), -1, 7};
  std::vector<std::int64_t> i64 = {std::numeric_limits<std::int64_t>::max(), -1};
  std::vector<std::uint8_t> u8 = {0, 255, 7, 1, 2};
  std::vector<std::string> strings = {"", "a", "你好", std::string("\0\xFF", 2), "", "z"};
  std::string text = "line\n\"quoted\" \\ 你好 \x01 \xF0\x9F\x98\x80";

  /// Reads the elements when it writes: for as long as this lives.
  ModelWriter writer() const& {
    ModelWriter writer;
    writer.add_tensor<std::uint8_t>("u8", {5}, u8);
    writer.add_tensor<float>("f32", {3, 1, 2}, f32);
    writer.add_tensor<std::int32_t>("i32", {3}, i32);
    writer.add_tensor<double>("f64", {3}, f64);
    writer.add_tensor<std::int64_t>("i64", {1, 2}, i64);
    writer.add_tensor<float>("empty", {0, 4}, {});
    writer.add_tensor<std::uint8_t>("one", {}, std::span(u8).first(1));
    writer.add_strings("strings", strings);
    writer.add_strings("none", {});
    writer.add_text("text", text);
    writer.add_text("blank", "");
    return writer;
  }
};

std::string bytes_of_everything() {
  const Everything all;
  return all.writer().bytes();
}

void expect_everything(const ModelFile& file) {
  const Everything all;
  EXPECT_EQ(copy(file.tensor<float>("f32").elements), all.f32);
  EXPECT_EQ(copy(file.tensor<double>("f64").elements), all.f64);
  EXPECT_TRUE(std::signbit(file.tensor<double>("f64").elements[0]));
  EXPECT_EQ(copy(file.tensor<std::int32_t>("i32").elements), all.i32);
  EXPECT_EQ(copy(file.tensor<std::int64_t>("i64").elements), all.i64);
  EXPECT_EQ(copy(file.tensor<std::uint8_t>("u8").elements), all.u8);
  EXPECT_EQ(file.tensor<float>("f32").shape, (Shape{3, 1, 2}));
  EXPECT_EQ(file.tensor<float>("empty").shape, (Shape{0, 4}));
  EXPECT_EQ(file.tensor<std::uint8_t>("one").shape, Shape{});
  EXPECT_EQ(file.strings("strings").copies(), all.strings);
  EXPECT_TRUE(file.strings("none").copies().empty());
  EXPECT_EQ(file.text("text"), all.text);
  EXPECT_EQ(file.text("blank"), "");
}

TEST(ModelFileTest, GivesBackEverythingThatWasWritten) {
  const TemporaryFolder folder;
  const Everything all;
  const ModelWriter writer = all.writer();
  writer.save(folder / "model");
  expect_everything(ModelFile::open(folder / "model"));
  expect_everything(ModelFile::from_bytes(writer.bytes(), "memory"));
  EXPECT_EQ(content_of(folder / "model"), writer.bytes());
}

TEST(ModelFileTest, MayLieAtAnyAddressInsideOther) {
  const std::string bytes = bytes_of_everything();
  for (std::size_t offset = 0; offset < 9; ++offset) {
    const std::string other = std::string(offset, 'x') + bytes;
    expect_everything(ModelFile::inside(std::as_bytes(std::span(other)).subspan(offset), "inside"));
  }
}

TEST(ModelFileTest, ListsItsTensorsWithoutTheChecksum) {
  const ModelFile file = ModelFile::from_bytes(bytes_of_everything(), "memory");
  EXPECT_THAT(file.tensor_names(),
              testing::ElementsAre("empty", "f32", "f64", "i32", "i64", "none.bytes", "none.offsets", "one",
                                   "strings.bytes", "strings.offsets", "u8"));
  EXPECT_TRUE(file.has_tensor("f32"));
  EXPECT_FALSE(file.has_tensor("__checksum__"));
  EXPECT_EQ(file.text("format"), "recura 1");
  EXPECT_EQ(file.find_text("other"), nullptr);
}

TEST(ModelFileTest, TellsItsSizeAndTheChecksumThatItEndsWith) {
  const std::string bytes = bytes_of_everything();
  const ModelFile file = ModelFile::from_bytes(bytes, "memory");
  EXPECT_EQ(file.size(), bytes.size());
  EXPECT_EQ(file.digest(), to_hex(std::as_bytes(std::span(bytes)).last(16)));
  EXPECT_EQ(file.path(), "memory");
}

TEST(ModelFileTest, ElementsAreAlignedForTheirType) {
  const ModelFile file = ModelFile::from_bytes(bytes_of_everything(), "memory");
  const auto remainder = [](const void* start, std::size_t of) { return reinterpret_cast<std::uintptr_t>(start) % of; };
  EXPECT_EQ(remainder(file.tensor<double>("f64").elements.data(), alignof(double)), 0u);
  EXPECT_EQ(remainder(file.tensor<std::int64_t>("i64").elements.data(), alignof(std::int64_t)), 0u);
  EXPECT_EQ(remainder(file.tensor<float>("f32").elements.data(), alignof(float)), 0u);
}

TEST(ModelFileTest, WhatItGaveLivesAsLongAsACopyOfIt) {
  const TemporaryFolder folder;
  put(folder / "model", bytes_of_everything());
  const auto open = [&] { return ModelFile(ModelFile::open(folder / "model")); };
  const ModelFile file = open();
  std::filesystem::remove(folder / "model");
  expect_everything(file);
}

TEST(ModelFileTest, WhatIsMissingOrOfAnotherTypeIsNamed) {
  const ModelFile file = ModelFile::from_bytes(bytes_of_everything(), "memory");
  EXPECT_THAT([&] { file.text("other"); }, ThrowsMessage<DataError>("memory: the text \"other\" is missing"));
  EXPECT_THAT([&] { file.tensor<float>("other"); },
              ThrowsMessage<DataError>("memory: the tensor \"other\" is missing"));
  EXPECT_THAT([&] { file.tensor<double>("f32"); },
              ThrowsMessage<DataError>("memory: tensor \"f32\" must be F64, it is F32"));
  EXPECT_THAT([&] { file.strings("u8"); }, ThrowsMessage<DataError>("memory: the tensor \"u8.bytes\" is missing"));
}

class StringsTest : public testing::Test {
 protected:
  /// Five bytes with these ends.
  static std::vector<std::string> strings(std::vector<std::int64_t> ends) {
    const std::vector<std::uint8_t> bytes = {'a', 'b', 'c', 'd', 'e'};
    ModelWriter writer;
    writer.add_tensor<std::uint8_t>("s.bytes", {5}, bytes);
    writer.add_tensor<std::int64_t>("s.offsets", {static_cast<Index>(ends.size())}, ends);
    return ModelFile::from_bytes(writer.bytes(), "memory").strings("s").copies();
  }
};

TEST_F(StringsTest, EndWhereTheirOffsetsSay) {
  EXPECT_EQ(strings({2, 2, 5}), (std::vector<std::string>{"ab", "", "cde"}));
}

TEST_F(StringsTest, EndsOutOfOrderOrOutOfTheBytesAreRefused) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max(), kMin = -kMax - 1;
  for (const std::vector<std::int64_t>& ends :
       std::vector<std::vector<std::int64_t>>{{3, 2, 5}, {-1, 5}, {6}, {5, 6}, {kMax, 5}, {kMin, 5}, {5, kMin}}) {
    EXPECT_THAT([&] { strings(ends); }, ThrowsMessage<DataError>(HasSubstr("do not ascend within its bytes")));
  }
}

TEST_F(StringsTest, BytesOfNoStringAreRefused) {
  for (const std::vector<std::int64_t>& ends : std::vector<std::vector<std::int64_t>>{{}, {4}, {0, 0}})
    EXPECT_THAT([&] { strings(ends); }, ThrowsMessage<DataError>(HasSubstr("bytes that belong to no string")));
}

/// A small model: short enough to try everything on it.
std::string small_model() {
  const std::vector<float> w = {1, -2};
  const std::vector<std::string> labels = {"no", "yes"};
  ModelWriter writer;
  writer.add_text("task", "classify");
  writer.add_tensor<float>("w", {2}, w);
  writer.add_strings("labels", labels);
  return writer.bytes();
}

bool is_refused(const std::string& bytes) {
  try {
    ModelFile::from_bytes(bytes, "memory");
    return false;
  } catch (const DataError&) {
    return true;
  }
}

TEST(DamageTest, EveryTruncationIsRefused) {
  const TemporaryFolder folder;
  const std::string model = small_model();
  ASSERT_FALSE(is_refused(model));
  for (std::size_t size = 0; size < model.size(); ++size) {
    ASSERT_TRUE(is_refused(model.substr(0, size))) << size;
    put(folder / "model", model.substr(0, size));
    ASSERT_THROW(ModelFile::open(folder / "model"), DataError) << size;
  }
}

TEST(DamageTest, EveryFlippedBitIsRefused) {
  std::string model = small_model();
  for (std::size_t bit = 0; bit < 8 * model.size(); ++bit) {
    const char whole = model[bit / 8];
    model[bit / 8] = static_cast<char>(whole ^ (1 << bit % 8));
    ASSERT_TRUE(is_refused(model)) << "bit " << bit % 8 << " of byte " << bit / 8;
    model[bit / 8] = whole;
  }
  EXPECT_FALSE(is_refused(model));
}

TEST(DamageTest, EveryByteLeftOutOrDoubledIsRefused) {
  const std::string model = small_model();
  for (std::size_t at = 0; at < model.size(); ++at) {
    ASSERT_TRUE(is_refused(std::string(model).erase(at, 1))) << at;
    ASSERT_TRUE(is_refused(std::string(model).insert(at, 1, model[at]))) << at;
  }
  EXPECT_TRUE(is_refused(model + '\0'));
  EXPECT_TRUE(is_refused(model + model));
}

TEST(DamageTest, OneFilesHeaderBeforeAnothersDataIsRefused) {
  std::string model = small_model();
  std::swap(model[model.size() - 17], model[model.size() - 18]);
  EXPECT_THAT([&] { ModelFile::from_bytes(model, "memory"); },
              ThrowsMessage<DataError>("memory: damaged: its checksum does not fit its content"));
}

template <typename T>
std::string one_number(T number) {
  const std::string header =
      fmt::format(R"({{"__metadata__":{{"format":"recura 1"}},"w":{{"dtype":"{}","shape":[2],"data_offsets":[0,{}]}},)"
                  R"("__checksum__":{{"dtype":"U8","shape":[16],"data_offsets":[{},{}]}}}})",
                  info(kDtypeOf<T>).name, 2 * sizeof(T), 2 * sizeof(T), 2 * sizeof(T) + 16);
  const T numbers[] = {1, number};
  return raw_file(header, {reinterpret_cast<const char*>(numbers), sizeof(numbers)});
}

template <typename T>
class NumbersTest : public testing::Test {};
using FloatingTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(NumbersTest, FloatingTypes);

TYPED_TEST(NumbersTest, NanAndInfinityAreRefusedWhenOpened) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam number : {Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
    EXPECT_THAT([&] { ModelFile::from_bytes(one_number(number), "memory"); },
                ThrowsMessage<DataError>("memory: tensor \"w\" holds a NaN or an infinite number"));
  }
  for (const TypeParam number : {Limits::max(), Limits::lowest(), Limits::denorm_min(), TypeParam{0}})
    EXPECT_FALSE(is_refused(one_number(number)));
}

TEST(OpenTest, WhatIsNoFileIsASystemErrorThatNamesIt) {
  const TemporaryFolder folder;
  const std::string fifo = folder / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  for (const std::string& path : {folder.path().string(), fifo, folder / "missing", std::string("/dev/zero")})
    EXPECT_THAT([&] { ModelFile::open(path); }, ThrowsMessage<SystemError>(HasSubstr(path + ": cannot ")));
}

TEST(OpenTest, AFileOfAnotherKindIsNoModel) {
  const TemporaryFolder folder;
  for (const std::string& content :
       {std::string(), std::string("short"), std::string(100, '\0'),
        std::string("{\"text\": \"a row\", \"label\": \"b\"}\n"), std::string("\x1F\x8B")}) {
    put(folder / "file", content);
    EXPECT_THAT([&] { ModelFile::open(folder / "file"); }, ThrowsMessage<DataError>(HasSubstr(folder / "file: ")));
  }
}

}  // namespace
}  // namespace recura
