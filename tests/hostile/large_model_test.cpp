#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "hostile/counted_memory.h"
#include "hostile/draft.h"
#include "store/model_writer.h"
#include "train/checkpoint.h"

namespace recura {
namespace {

struct Large {
  const char* model;
  const char* what;
  Edit (*edit)();  // made when it is wanted: it holds megabytes

  friend std::ostream& operator<<(std::ostream& out, const Large& one) { return out << one.what; }
};

std::string megabytes() { return std::string(std::size_t{12} << 20, '['); }

std::vector<std::string> numbered(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

/// Of 64 MiB and a little together: what doubles its room has just done so.
std::vector<std::string> long_forms() {
  std::vector<std::string> forms;
  for (int i = 0; i < 66; ++i) forms.push_back(std::to_string(i) + std::string(1 << 20, 'a'));
  return forms;
}

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
    {"tag", "short_names_without_types", [] { return strings("lexicon", std::vector<std::string>(3 << 20, "a")); }},
    {"tag", "types_more_than_tags", [] { return strings("types", numbered(2 << 20)); }},
    {"tag", "labels_of_no_network", [] { return strings("labels", numbered(2 << 20)); }},
    {"tag", "words_more_than_vectors", [] { return strings("words", numbered(2 << 20)); }},
    {"tag", "a_type_of_megabytes",
     [] { return both(strings("types", {"A", "B", std::string(40 << 20, 'C')}), without_tensor("crf.end")); }},
    {"classify", "labels_more_than_outputs", [] { return strings("labels", numbered(2 << 20)); }},
    {"classify", "long_forms_more_than_rows", [] { return strings("vocabulary", long_forms()); }},
    {"classify", "long_texts", [] { return both(add_long_texts, without_tensor("dense0.b")); }},
    {"subword", "a_score_that_outweighs_all",
     [] {
       std::vector<float> scores(2 << 20, -1);
       scores.back() = 1e30F;
       return both(strings("vocabulary", numbered(2 << 20)), list("scores", scores));
     }},
    {"subword", "pieces_more_than_rows",
     [] { return both(strings("vocabulary", numbered(2 << 20)), list("scores", std::vector<float>(2 << 20, -1))); }},
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

/// JSON whose tree would take many times its size. That of "run" is built: it grows with the epochs of a training.
TEST(LargeCheckpointTest, TextsOfMegabytesAreRefusedForAsLittle) {
  for (const std::string name : {"options", "data"}) {
    const TemporaryFolder folder;
    ModelWriter writer;
    for (const std::string other : {"options", "data", "run"}) {
      if (other != name) writer.add_text(other, "{}");
    }
    writer.add_text("task", "checkpoint");
    writer.add_text(name, "{\"a\":[" + std::string(3 << 20, '['));
    writer.save(folder / "m.checkpoint");
    const std::size_t size = std::filesystem::file_size(folder / "m.checkpoint");
    CheckpointPlan plan;
    plan.path = folder / "m.checkpoint";
    plan.options = plan.data = "{}";
    memory::begin();
    EXPECT_THROW(read_checkpoint(plan, [](RunState&) {}), Error) << name;
    EXPECT_LT(memory::end().most, 2 * size + (std::size_t{16} << 20)) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, LargeModelTest, testing::ValuesIn(kLarge),
                         [](const auto& info) { return std::string(info.param.model) + "_" + info.param.what; });

}  // namespace
}  // namespace recura
