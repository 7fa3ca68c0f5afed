#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hostile/counted_memory.h"
#include "hostile/draft.h"
#include "hostile/wide_models.h"

namespace recura {
namespace {

/// Of the 16 MiB that a refusal may cost beside twice the file's size: so little that a few megabytes of weights count.
constexpr std::size_t kSpare = std::size_t{2} << 20;

void expect_cheap_refusal(const std::string& what, const Draft& draft, std::size_t spare = kSpare) {
  const TemporaryFolder folder;
  const std::string file = draft.file();
  put(folder / "model", file);
  memory::begin();
  EXPECT_THROW(build(ModelFile::open(folder / "model")), DataError) << what;
  EXPECT_LT(memory::end().most, 2 * file.size() + spare) << what;
}

bool ends_with(const std::string& name, std::string_view end) { return name.ends_with(end); }

/// What is wrong with a model in one place, wherever that is looked at.
std::map<std::string, Edit> edits_of(const Draft& draft) {
  std::map<std::string, Edit> edits;
  for (const auto& [name, entry] : draft.tensors) {
    if (name == kSegmenter) continue;
    edits[name + " missing"] = without_tensor(name);
    edits[name + " of one more axis"] = [name](Draft& edited) {
      Shape& shape = edited.tensors.at(name).shape;
      shape = shape.rank() == 1 ? Shape{shape[0], 1} : Shape{shape[0], 1, shape[1]};
    };
    if (ends_with(name, ".scale")) edits[name + " negative"] = element(name, 0, -1.0F);
    if (entry.dtype == Dtype::kI8 && name != "spacing")
      edits[name + " beyond int8"] = element<std::int8_t>(name, entry.bytes.size() - 1, -128);
    if (!ends_with(name, ".offsets")) continue;
    const std::string list = name.substr(0, name.size() - std::string_view(".offsets").size());
    edits[list + " not UTF-8"] = strings(list, {"a", "b", "\xFF"});
    edits[list + " more"] = strings(list, {"a", "b", "c", "d", "e", "f", "g"});
  }
  for (const std::string name :
       {"task", "network", "precision", "text", "decision", "outside", "kind", "share", "cut"}) {
    if (draft.texts.contains(name)) edits[name + " wrong"] = text(name, "wrong");
  }
  edits["tensor of no part"] = list<float>("other", {1});
  if (draft.texts.contains("longest")) edits["longest wrong"] = text("longest", "0");
  for (const std::string name : {"options", "training", "unicode"})
    edits[name + " missing"] = [name](Draft& edited) { edited.texts.erase(name); };
  return edits;
}

/// Narrow weights take four bytes each once they are read.
class WideModelTest : public testing::TestWithParam<std::tuple<std::string, Precision>> {
 protected:
  std::string kind() const { return std::get<0>(GetParam()); }
  Precision precision() const { return std::get<1>(GetParam()); }
};

TEST_P(WideModelTest, WhateverIsWrongIsFoundBeforeWeightsTakeMemory) {
  const Draft draft(wide_model(kind(), precision()));
  for (const auto& [what, edit] : edits_of(draft)) {
    Draft edited = draft;
    edit(edited);
    expect_cheap_refusal(what, edited);
  }
}

TEST_P(WideModelTest, IsReadInFourBytesAWeight) {
  const std::string file = wide_model(kind(), precision());
  const auto weights = static_cast<double>(file.size()) / (precision() == Precision::int8 ? 1 : 2);
  memory::begin();
  EXPECT_EQ(refusal_of(file), "");
  EXPECT_LT(static_cast<double>(memory::end().most), 4 * weights + static_cast<double>(file.size() + kSpare));
}

const auto name_of_wide = [](const auto& info) {
  return std::get<0>(info.param) + "_" + name(std::get<1>(info.param));
};

INSTANTIATE_TEST_SUITE_P(Int8, WideModelTest,
                         testing::Combine(testing::Values("classify", "tag", "select", "write", "compress", "language"),
                                          testing::Values(Precision::int8)),
                         name_of_wide);
INSTANTIATE_TEST_SUITE_P(Bf16, WideModelTest,
                         testing::Combine(testing::Values("classify"), testing::Values(Precision::bf16)), name_of_wide);

/// A small model with a wide segmenter inside, both of them of int8.
class WideSegmenterTest : public testing::TestWithParam<std::string> {
 protected:
  static void put_inside(Draft& draft, const Draft& inside) {
    const std::string bytes = inside.file();
    draft.tensors[kSegmenter] = {Dtype::kU8, {std::ssize(bytes)}, bytes};
  }

  const std::string segmenter_ = wide_model("segmenter", Precision::int8);
  const Draft inside_{segmenter_};
  const Draft draft_{
      wide_model(GetParam(), Precision::int8, 3, read_segmenter(ModelFile::from_bytes(segmenter_, "segmenter")))};
};

TEST_P(WideSegmenterTest, WhateverIsWrongInsideIsFoundBeforeWeightsTakeMemory) {
  EXPECT_EQ(refusal_of(draft_.file()), "");
  if (GetParam() != "classify" && GetParam() != "compress") return;  // the others read it as a classifier does
  for (const auto& [what, edit] : edits_of(inside_)) {
    Draft edited = draft_, inside = inside_;
    edit(inside);
    put_inside(edited, inside);
    expect_cheap_refusal(what, edited);
  }
}

TEST_P(WideSegmenterTest, WhateverIsWrongOutsideIsFoundBeforeTheSegmenterTakesMemory) {
  for (const auto& [what, edit] : edits_of(draft_)) {
    Draft edited = draft_;
    edit(edited);
    expect_cheap_refusal(what, edited);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, WideSegmenterTest,
                         testing::Values("classify", "select", "write", "compress", "language"),
                         [](const auto& info) { return info.param; });

/// Texts of the header are held, and those of both headers may be as long as a header.
TEST(WideSegmenterTextsTest, LongTextsInsideAndOutsideCostLittle) {
  const std::string segmenter = wide_model("segmenter", Precision::int8);
  Draft draft(kept_model("classify")), inside(segmenter);
  for (Draft* const each : {&draft, &inside}) add_long_texts(*each);
  inside.tensors["other"] = entry_of(std::vector<float>{1}, {1});
  const std::string bytes = inside.file();
  draft.tensors[kSegmenter] = {Dtype::kU8, {std::ssize(bytes)}, bytes};
  expect_cheap_refusal("a tensor of no part inside", draft, std::size_t{16} << 20);
}

TEST(WideSegmenterTextsTest, ASegmenterInsideASegmenterIsRefusedBeforeItIsRead) {
  const std::string segmenter = wide_model("segmenter", Precision::int8);
  Draft draft(kept_model("classify")), inside(segmenter);
  inside.tensors[kSegmenter] = {Dtype::kU8, {3}, "abc"};
  const std::string bytes = inside.file();
  draft.tensors[kSegmenter] = {Dtype::kU8, {std::ssize(bytes)}, bytes};
  EXPECT_THAT(refusal_of(draft.file()), testing::HasSubstr("reads words of a segmenter inside it"));
}

}  // namespace
}  // namespace recura
