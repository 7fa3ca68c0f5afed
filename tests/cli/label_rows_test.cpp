#include "show/labels/label_rows.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace recura::cli {
namespace {

TEST(LabelRowsTest, ABarThatBelongsToALabelStandsBehindABackslash) {
  ExtractedRow row;
  row.text = "a";
  row.answer.labels = {{"z\\", 0.9}, {"x|y", 0.8}, {"w", 0.7}};
  EXPECT_EQ(tsv_line(row, {.several = true}), "z\\\\|x\\|y|w\ta\n");
}

TEST(LabelRowsTest, AnErrorHasAsManyCellsAsAnAnswer) {
  ExtractedRow answer, error;
  answer.answer.label = "x";
  answer.answer.labels = {{"x", 0.9}};
  answer.answer.scores = {{"x", 0.9}, {"y", 0.1}};
  error.error = "bad";
  for (const LabelView& view : {LabelView{}, LabelView{.top_k = 2}, LabelView{.several = true, .top_k = 1}})
    EXPECT_EQ(std::ranges::count(tsv_line(error, view), '\t'), std::ranges::count(tsv_line(answer, view), '\t'));
}

}  // namespace
}  // namespace recura::cli
