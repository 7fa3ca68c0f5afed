#include "layer/json_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(JsonValueTest, HoldsWhatTheTextSays) {
  const JsonValue json = parse_json("it", R"({"list":[true,null,7,-7,0.5,"é\n"],"empty":{}})", 100);
  const JsonValue::List& list = *json.object()->at("list").list();
  ASSERT_EQ(list.size(), 6u);
  EXPECT_TRUE(std::get<bool>(list[0].value));
  EXPECT_TRUE(std::holds_alternative<std::nullptr_t>(list[1].value));
  EXPECT_EQ(std::get<std::uint64_t>(list[2].value), 7u);
  EXPECT_EQ(std::get<double>(list[3].value), -7);
  EXPECT_EQ(std::get<double>(list[4].value), 0.5);
  EXPECT_EQ(std::get<std::string>(list[5].value), "é\n");
  EXPECT_TRUE(json.object()->at("empty").object()->empty());
  EXPECT_EQ(json.list(), nullptr);
}

TEST(JsonValueTest, WhatNoDescriptionHasIsRefusedByName) {
  const std::pair<std::string, const char*> cases[] = {
      {R"({"a":1,"a":2})", "it: the key \"a\" stands twice"},
      {R"([{"a":{"b":1,"b":1}}])", "the key \"b\" stands twice"},
      {"[[[[[]]]]]", "it: nested more than 4 deep"},
      {std::string(50, '['), "it: nested more than 4 deep"},
      {std::string("{}\0{}", 5), "it: a NUL at byte 3"},
      {"{} {}", "it: not JSON at byte"},
      {"", "it: not JSON at byte"},
      {"[1e999]", "it: not JSON at byte"},
      {"[\"\xFF\"]", "it: not JSON at byte"},
      {std::string(101, ' '), "it: it has 100 bytes at most, got 101"},
  };
  for (const auto& [text, message] : cases) {
    const std::string& json = text;  // a lambda may not capture the name of a part
    EXPECT_THAT([&] { parse_json("it", json, 100); }, ThrowsMessage<DataError>(HasSubstr(message))) << json;
  }
}

}  // namespace
}  // namespace recura
