#include "store/hostile.h"

namespace recura {
namespace {

using testing::HasSubstr;

std::string with_many_texts(int count) {
  std::string texts = R"("__metadata__":{"format":"recura 1")";
  for (int i = 1; i < count; ++i) texts += fmt::format(R"(,"{}":"")", i);
  return with_texts(texts + "}");
}

class HostileHeaderTest : public testing::TestWithParam<Hostile> {};

TEST_P(HostileHeaderTest, IsRefusedForItsOwnReason) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Texts, HostileHeaderTest,
    testing::ValuesIn(std::vector<Hostile>{
        Hostile{"missing", object(kW.substr(1) + entry("__checksum__", "U8", "[16]", "[8,24]")),
                "not a Recura model: its header begins with \"w\""},
        Hostile{"not first", object(kW.substr(1) + "," + kTexts + entry("__checksum__", "U8", "[16]", "[8,24]")),
                "not a Recura model: its header begins with \"w\""},
        Hostile{"twice", with_texts(kTexts + "," + kTexts), "__metadata__ stands twice"},
        Hostile{"a string", with_texts(R"("__metadata__":"recura 1")"), "a string in the place of an object"},
        Hostile{"null", with_texts(R"("__metadata__":null)"), "null in the place of an object"},
        Hostile{"a list", with_texts(R"("__metadata__":[])"), "an array in the place of an object"},
        Hostile{"a text twice", with_texts(R"("__metadata__":{"format":"recura 1","a":"","a":""})"),
                "text \"a\" stands twice"},
        Hostile{"the format twice", with_texts(R"("__metadata__":{"format":"recura 2","format":"recura 1"})"),
                "text \"format\" stands twice"},
        Hostile{"a text without a name", with_texts(R"("__metadata__":{"format":"recura 1","":""})"), "an empty name"},
        Hostile{"a text with a long name",
                with_texts(fmt::format(R"("__metadata__":{{"format":"recura 1","{}":""}})", std::string(257, 'a'))),
                "a text's name has 257 bytes"},
        Hostile{"text a number", with_texts(R"("__metadata__":{"format":1})"), "a number in the place of a string"},
        Hostile{"text null", with_texts(R"("__metadata__":{"format":null})"), "null in the place of a string"},
        Hostile{"text true", with_texts(R"("__metadata__":{"format":true})"), "true or false in the place of a string"},
        Hostile{"text an object", with_texts(R"("__metadata__":{"format":{}})"), "an object in the place of a string"},
        Hostile{"text a list", with_texts(R"("__metadata__":{"format":[]})"), "an array in the place of a string"},
        Hostile{"too many", with_many_texts(10'001), "more than 10000 texts", 0},
        Hostile{"a text too long",
                with_texts(fmt::format(R"("__metadata__":{{"format":"{}"}})", std::string((4 << 20) + 1, 'a'))),
                "a text or number of its header has more than 4194304 bytes"},
        Hostile{"a text too long with escapes",
                with_texts(fmt::format(R"("__metadata__":{{"format":"{}"}})", repeated(R"(\\\",{)", 1 << 20))),
                "a text or number of its header has more than 4194304 bytes"},
        Hostile{"no format", with_texts(R"("__metadata__":{})"), "not a Recura model: its format is \"\""},
        Hostile{"format of another program", with_texts(R"("__metadata__":{"format":"pt"})"),
                "not a Recura model: its format is \"pt\""},
        Hostile{"format of a later version", with_texts(R"("__metadata__":{"format":"recura 2"})"),
                R"(the file's format is "recura 2", this program reads "recura 1")"},
        Hostile{"format with a tail", with_texts(R"("__metadata__":{"format":"recura 1 "})"),
                R"(the file's format is "recura 1 ", this program reads "recura 1")"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Json, HostileHeaderTest,
    testing::ValuesIn(std::vector<Hostile>{
        Hostile{"empty", "", "does not begin with {"},
        Hostile{"a number of megabytes", "{\"w\":" + std::string(5 << 20, '1') + "}", "a text or number of its header"},
        Hostile{"blank", std::string(56, ' '), "does not begin with {"},
        Hostile{"no entries", "{}", "the checksum is missing"},
        Hostile{"a list", fmt::format("[{}]", with_entries(kW, 8)), "does not begin with {"},
        Hostile{"a string", R"("model")", "does not begin with {"},
        Hostile{"a number", "17", "does not begin with {"},
        Hostile{"null", "null", "does not begin with {"},
        Hostile{"unterminated", with_entries(kW, 8).substr(0, with_entries(kW, 8).size() - 1), "not JSON"},
        Hostile{"two objects", with_entries(kW, 8) + "{}", "not JSON"},
        Hostile{"a tail", with_entries(kW, 8) + "x", "not JSON"},
        Hostile{"a NUL after it", with_entries(kW, 8) + std::string(1, '\0'), "a NUL at byte 164"},
        Hostile{"a byte order mark", std::string("\xEF\xBB\xBF").append(with_entries(kW, 8)), "does not begin with {"},
        Hostile{"garbage behind a NUL", with_entries(kW, 8) + std::string(1, '\0') + "garbage", "a NUL at byte"},
        Hostile{"a comma too many", object(kTexts + ","), "not JSON"},
        Hostile{"a comment", fmt::format("/**/{}", with_entries(kW, 8)), "does not begin with {"},
        Hostile{"not a number", with_entries(entry("w", "F32", "[NaN]", "[0,8]"), 8), "not JSON"},
        Hostile{"lists a million deep", repeated("[", 1'000'000), "does not begin with {"},
        Hostile{"objects a million deep", object(repeated(R"("__metadata__":{)", 500'000)), "an object in the place"},
        Hostile{"a shape a million deep", with_entries(entry("w", "F32", repeated("[", 1'000'000), "[0,8]"), 8),
                "an array out of place"},
        Hostile{"a byte that is not UTF8", with_entries(entry("w\xFF", "F32", "[2]", "[0,8]"), 8), "not JSON"},
        Hostile{"an overlong code point", with_entries(entry("w\xC0\x80", "F32", "[2]", "[0,8]"), 8), "not JSON"},
        Hostile{"a surrogate", with_entries(entry("w\xED\xA0\x80", "F32", "[2]", "[0,8]"), 8), "not JSON"},
        Hostile{"an escaped surrogate", with_entries(entry("w\\uD800", "F32", "[2]", "[0,8]"), 8), "not JSON"},
        Hostile{"a code point cut short", with_entries(entry("w\xE4\xBD", "F32", "[2]", "[0,8]"), 8), "not JSON"},
        Hostile{"a line break in a name", with_entries(entry("w\n", "F32", "[2]", "[0,8]"), 8), "not JSON"}}),
    name_of);

TEST(HeaderTest, TheHeadersThatTheHostileOnesWereMadeOfAreAccepted) {
  const std::string eight(8, '\0');
  EXPECT_EQ(message_of(raw_file(with_entries(kW, 8), eight)), "");
  EXPECT_EQ(message_of(raw_file(with_fields(R"("data_offsets":[0,8],"shape":[2],"dtype":"F32")"), eight)), "");
  EXPECT_EQ(message_of(raw_file(with_entries(entry(std::string(256, 'w'), "U8", "[2,2,2]", "[0,8]"), 8), eight)), "");
  EXPECT_EQ(message_of(raw_file(with_entries(entry("w", "F64", "[]", "[0,8]"), 8), eight)), "");
  EXPECT_EQ(message_of(raw_file(with_texts(kTexts), "")), "");
  EXPECT_EQ(message_of(raw_file(with_many_texts(10'000), "")), "");
}

TEST(HeaderTest, AMessageShowsNoControlCharacters) {
  const std::string message = message_of(raw_file(with_texts(R"("__metadata__":{"format":"\u001b[31m\n\u0000"})"), ""));
  EXPECT_THAT(message, HasSubstr("its format is"));
  for (const char c : message) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
}

TEST(HeaderSizeTest, ASizeThatDoesNotFitTheFileIsRefused) {
  const std::string file = raw_file(with_texts(kTexts), "");
  const auto with_size = [&](std::uint64_t size) { return message_of(prefix(size) + file.substr(8)); };
  EXPECT_THAT(with_size(file.size()), HasSubstr("cut short"));
  EXPECT_THAT(with_size(file.size() - 7), HasSubstr("cut short"));
  EXPECT_THAT(with_size(file.size() - 8), HasSubstr("not JSON"));
  EXPECT_THAT(with_size(0), HasSubstr("does not begin with {"));
  EXPECT_THAT(with_size(std::uint64_t{16} << 20), HasSubstr("cut short"));
  for (const std::uint64_t size : {(std::uint64_t{16} << 20) + 1, std::uint64_t{1} << 63, ~std::uint64_t{0}})
    EXPECT_THAT(with_size(size), HasSubstr("it does not begin with the size of a header"));
}

TEST(HeaderSizeTest, DataThatDoesNotStartAtAMultipleOf64IsRefused) {
  std::string header = with_texts(kTexts);
  while ((kPrefixSize + header.size()) % kDataAlignment != 1) header += ' ';
  EXPECT_THAT(message_of(with_checksum(prefix(header.size()) + header)), HasSubstr("at a multiple of 64"));
}

}  // namespace
}  // namespace recura
