#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hostile/counted_memory.h"
#include "hostile/draft.h"

namespace recura {
namespace {

struct Large {
  const char* model;
  const char* what;
  Edit (*edit)();  // made when it is wanted: it holds megabytes
};

std::string megabytes() { return std::string(std::size_t{12} << 20, '['); }

const std::vector<Large> kLarge{
    {"classify", "decision", [] { return text("decision", megabytes()); }},
    {"classify", "network", [] { return text("network", megabytes()); }},
    {"tag", "network", [] { return text("network", megabytes()); }},
    {"select", "share", [] { return text("share", megabytes()); }},
    {"classify", "text_rule", [] { return text("text", megabytes()); }},
    {"tag", "tensor_of_no_part", [] { return list("other", std::vector<float>(6 << 20)); }},
    {"classify", "forms_that_are_empty", [] { return strings("vocabulary", std::vector<std::string>(3 << 20)); }},
    {"classify", "forms_that_are_not_UTF8",
     [] { return strings("vocabulary", std::vector<std::string>(2 << 20, "\xFF")); }},
    {"tag", "names_without_types",
     [] { return strings("lexicon", std::vector<std::string>(1 << 20, "a b c d e f g h")); }},
    {"write", "weights_of_another_shape", [] { return list("decoder.w", std::vector<float>(6 << 20)); }},
    {"classify", "a_table_as_large_as_the_file",
     [] {
       return Edit([](Draft& draft) {
         field("network", "/0/vocabulary", 2 << 20)(draft);
         tensor("embedding.table", std::vector<float>(6 << 20), {2 << 20, 3})(draft);
         without_tensor("dense0.b")(draft);
       });
     }},
};

void PrintTo(const Large& large, std::ostream* out) { *out << large.model << ": " << large.what; }

class LargeModelTest : public testing::TestWithParam<Large> {};

TEST_P(LargeModelTest, IsRefusedForNoMoreMemoryThanTwiceItsSizeAnd16MiB) {
  const TemporaryFolder folder;
  std::size_t size = 0;
  {
    Draft draft(kept_model(GetParam().model));
    GetParam().edit()(draft);
    const std::string file = draft.file();
    size = file.size();
    put(folder / "model", file);
  }
  memory::begin();
  EXPECT_THROW(build(ModelFile::open(folder / "model")), DataError);
  EXPECT_LT(memory::end().most, 2 * size + (std::size_t{16} << 20));
}

INSTANTIATE_TEST_SUITE_P(Every, LargeModelTest, testing::ValuesIn(kLarge),
                         [](const auto& info) { return std::string(info.param.model) + "_" + info.param.what; });

}  // namespace
}  // namespace recura
