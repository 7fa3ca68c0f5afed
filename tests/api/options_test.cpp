#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <recura/error.h>
#include <recura/options.h>

#include <algorithm>
#include <set>

namespace recura {
namespace {

Option option(TrainOptions& options, const std::string& name) {
  const auto all = describe(options);
  return *std::ranges::find(all, name, &Option::name);
}

TEST(OptionsTest, EveryOptionHasItsOwnNameAndTakesItsOwnDefault) {
  TrainOptions options;
  std::set<std::string> names;
  for (const Option& one : describe(options)) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_FALSE(one.help.empty() || one.values.empty() || one.group.empty()) << one.name;
    if (one.get().empty()) continue;
    EXPECT_NO_THROW(one.set(one.get())) << one.name;
  }
}

TEST(OptionsTest, TextsReachTheirFields) {
  TrainOptions options;
  option(options, "hidden").set("7");
  option(options, "dropout").set("0.25");
  option(options, "cell").set("gru");
  option(options, "lower-case").set("false");
  option(options, "bad-utf8").set("replace");
  EXPECT_EQ(options.hidden, 7);
  EXPECT_EQ(options.dropout, 0.25);
  EXPECT_EQ(options.cell, TrainOptions::Cell::gru);
  EXPECT_FALSE(options.lower_case);
  EXPECT_EQ(options.input.bad_utf8, InputOptions::BadUtf8::replace);
}

TEST(OptionsTest, WhatIsOutOfRangeIsRefusedByNameAndChangesNothing) {
  TrainOptions options;
  for (const auto& [name, wrong] : {std::pair{"hidden", "0"},
                                    {"hidden", "1.5"},
                                    {"hidden", "12x"},
                                    {"dropout", "1"},
                                    {"dropout", "nan"},
                                    {"epochs", ""},
                                    {"cell", "lsmt"},
                                    {"lower-case", "yes"},
                                    {"learning-rate", "inf"}}) {
    EXPECT_THROW(option(options, name).set(wrong), ArgumentError) << name << " " << wrong;
  }
  EXPECT_EQ(options.hidden, TrainOptions().hidden);
  try {
    option(options, "hidden").set("0");
  } catch (const ArgumentError& error) {
    EXPECT_STREQ(error.what(), "--hidden: expected an integer in 1 ... 65536, got \"0\"");
  }
}

TEST(OptionsTest, TheNearestNameIsFoundOnlyIfItIsNear) {
  EXPECT_EQ(nearest_name("lerning-rate", {"learning-rate", "layers"}), "learning-rate");
  EXPECT_EQ(nearest_name("completely-else", {"learning-rate", "layers"}), "");
}

}  // namespace
}  // namespace recura
