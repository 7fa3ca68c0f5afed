#include "store/hostile.h"

namespace recura {
namespace {

/// `with_entries` for `count` empty tensors.
std::string with_many_tensors(int count) {
  std::string entries;
  for (int i = 0; i < count; ++i) entries += entry(std::to_string(i), "U8", "[0]", "[0,0]");
  return with_entries(entries, 0);
}

class HostileTensorTest : public testing::TestWithParam<Hostile> {};

TEST_P(HostileTensorTest, IsRefusedForItsOwnReason) { expect_refused(GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Places, HostileTensorTest,
    testing::ValuesIn(std::vector<Hostile>{
        Hostile{"overlap", with_entries(kW + entry("v", "F32", "[1]", "[4,8]"), 8), "starts at 4, the one before"},
        Hostile{"same place", with_entries(kW + entry("v", "F32", "[2]", "[0,8]"), 8), "starts at 0, the one before"},
        Hostile{"hole", with_entries(entry("w", "F32", "[1]", "[4,8]"), 8), "starts at 4, the one before ended at 0"},
        Hostile{"hole before the checksum", with_entries(entry("w", "F32", "[1]", "[0,4]"), 8), "starts at 8"},
        Hostile{"end before begin", with_entries(kW + entry("v", "U8", "[0]", "[8,0]"), 8), "[8, 0]"},
        Hostile{"longer than its shape", with_entries(entry("w", "F32", "[1]", "[0,8]"), 8), "needs 4 bytes"},
        Hostile{"shorter than its shape", with_entries(entry("w", "F32", "[3]", "[0,8]"), 8), "needs 12 bytes"},
        Hostile{"a size that wraps to the right one",
                with_entries(entry("w", "U8", "[8]", "[0,18446744073709551615]"), 8), "a number above 2^63 - 1"},
        Hostile{"more data than the file", with_entries(entry("w", "U8", "[1000000000]", "[0,1000000000]"), 1000000000),
                "cut short"},
        Hostile{
            "all the memory there is",
            with_entries(entry("w", "U8", "[9223372036854775807]", "[0,9223372036854775807]"), 9223372036854775807U),
            "a number above 2^63 - 1"},
        Hostile{"less data than the file", with_entries("", 0), "too long"},
        Hostile{"misaligned", with_entries(entry("a", "F32", "[1]", "[0,4]") + entry("w", "F64", "[1]", "[4,12]"), 12),
                "starts at 4, not at a multiple of 8", 12}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Shapes, HostileTensorTest,
    testing::ValuesIn(std::vector<Hostile>{
        Hostile{"product above 2 to the 64", with_entries(entry("w", "F32", "[4294967296,4294967296]", "[0,0]"), 0),
                "is too large"},
        Hostile{"product that wraps to 8 bytes",
                with_entries(entry("w", "F32", "[4611686018427387905,2,4]", "[0,32]"), 32), "is too large", 32},
        Hostile{"product that an empty axis hides",
                with_entries(entry("w", "U8", "[4611686018427387904,4,0]", "[0,0]"), 0), "is too large", 0},
        Hostile{"an empty axis first", with_entries(entry("w", "U8", "[0,4611686018427387904,4]", "[0,0]"), 0),
                "is too large", 0},
        Hostile{"bytes above 2 to the 63", with_entries(entry("w", "F64", "[2305843009213693952]", "[0,0]"), 0),
                "is too large", 0},
        Hostile{"extent 2 to the 63", with_entries(entry("w", "U8", "[9223372036854775808]", "[0,8]"), 8),
                "a number above 2^63 - 1"},
        Hostile{"extent 2 to the 64", with_entries(entry("w", "U8", "[18446744073709551616]", "[0,8]"), 8),
                "a number that is not whole"},
        Hostile{"negative extents", with_entries(entry("w", "F32", "[-1,-2]", "[0,8]"), 8), "a negative number"},
        Hostile{"minus nothing", with_entries(entry("w", "F32", "[-0]", "[0,8]"), 8), "a negative number"},
        Hostile{"fraction", with_entries(entry("w", "F32", "[2.0]", "[0,8]"), 8), "a number that is not whole"},
        Hostile{"exponent", with_entries(entry("w", "F32", "[2e0]", "[0,8]"), 8), "a number that is not whole"},
        Hostile{"exponent beyond every double", with_entries(entry("w", "F32", "[1e999]", "[0,8]"), 8), "not JSON"},
        Hostile{"four axes", with_entries(entry("w", "F32", "[1,1,1,2]", "[0,8]"), 8), "more than three numbers"},
        Hostile{"a million axes",
                with_entries(entry("w", "F32", fmt::format("[1{}]", repeated(",1", 1'000'000)), "[0,8]"), 8),
                "more than three numbers"},
        Hostile{"extent as a string", with_entries(entry("w", "F32", R"(["2"])", "[0,8]"), 8), "a string out of place"},
        Hostile{"extent null", with_entries(entry("w", "F32", "[null]", "[0,8]"), 8), "null out of place"},
        Hostile{"shape in a shape", with_entries(entry("w", "F32", "[[2]]", "[0,8]"), 8), "an array out of place"},
        Hostile{"object in a shape", with_entries(entry("w", "F32", R"([{"a":2}])", "[0,8]"), 8),
                "an object out of place"},
        Hostile{"shape a number", with_entries(entry("w", "F32", "2", "[0,8]"), 8), "a number out of place"},
        Hostile{"shape a string", with_entries(entry("w", "F32", R"("[2]")", "[0,8]"), 8), "a string out of place"},
        Hostile{"no offsets", with_entries(entry("w", "F32", "[2]", "[]"), 8), "must be two numbers, got 0"},
        Hostile{"one offset", with_entries(entry("w", "F32", "[2]", "[8]"), 8), "must be two numbers, got 1"},
        Hostile{"three offsets", with_entries(entry("w", "F32", "[2]", "[0,4,8]"), 8), "must be two numbers, got 3"},
        Hostile{"offsets an object", with_entries(entry("w", "F32", "[2]", R"({"begin":0,"end":8})"), 8),
                "an object out of place"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Fields, HostileTensorTest,
    testing::ValuesIn(std::vector<Hostile>{
        Hostile{"tensor twice", with_entries(kW + entry("w", "F32", "[1]", "[8,12]"), 12), "\"w\" stands twice", 12},
        Hostile{"dtype twice", with_fields(R"("dtype":"U8","dtype":"F32","shape":[2],"data_offsets":[0,8])"),
                "a string out of place in \"dtype\""},
        Hostile{"shape twice", with_fields(R"("dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8])"),
                "an array out of place in \"shape\""},
        Hostile{"offsets twice", with_fields(R"("dtype":"F32","shape":[2],"data_offsets":[0,4],"data_offsets":[0,8])"),
                "an array out of place in \"data_offsets\""},
        Hostile{"no dtype", with_fields(R"("shape":[2],"data_offsets":[0,8])"), "lacks one of"},
        Hostile{"no shape", with_fields(R"("dtype":"F32","data_offsets":[0,8])"), "lacks one of"},
        Hostile{"offsets missing", with_fields(R"("dtype":"F32","shape":[2])"), "lacks one of"},
        Hostile{"no fields", with_fields(""), "lacks one of"},
        Hostile{"unknown field", with_fields(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1)"),
                "unknown field \"x\""},
        Hostile{"unknown type", with_entries(entry("w", "F16", "[4]", "[0,8]"), 8), "unknown type \"F16\""},
        Hostile{"type in small letters", with_entries(entry("w", "f32", "[2]", "[0,8]"), 8), "unknown type \"f32\""},
        Hostile{"type without a name", with_entries(entry("w", "", "[2]", "[0,8]"), 8), "unknown type \"\""},
        Hostile{"type with a long name", with_entries(entry("w", std::string(1'000'000, 'F'), "[2]", "[0,8]"), 8),
                "unknown type \"FFF"},
        Hostile{"dtype a number", with_fields(R"("dtype":0,"shape":[2],"data_offsets":[0,8])"),
                "a number out of place"},
        Hostile{"dtype null", with_fields(R"("dtype":null,"shape":[2],"data_offsets":[0,8])"), "null out of place"},
        Hostile{"dtype a list", with_fields(R"("dtype":["F32"],"shape":[2],"data_offsets":[0,8])"),
                "an array out of place"},
        Hostile{"tensor without a name", with_entries(entry("", "F32", "[2]", "[0,8]"), 8), "an empty name"},
        Hostile{"tensor with a long name", with_entries(entry(std::string(257, 'w'), "F32", "[2]", "[0,8]"), 8),
                "a tensor's name has 257 bytes"},
        Hostile{"tensor a number", with_entries(R"(,"w":3)", 8), "a number in the place of an object"},
        Hostile{"tensor a list", with_entries(R"(,"w":[])", 8), "an array in the place of an object"},
        Hostile{"tensor null", with_entries(R"(,"w":null)", 8), "null in the place of an object"},
        Hostile{"too many tensors", with_many_tensors(100'001), "more than 100000 tensors", 0}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Checksums, HostileTensorTest,
    testing::ValuesIn(std::vector<Hostile>{
        Hostile{"missing", object(kTexts + entry("w", "U8", "[24]", "[0,24]")), "the checksum is missing"},
        Hostile{
            "not the last",
            with_entries("", 0).substr(0, with_entries("", 0).size() - 1) + entry("w", "U8", "[8]", "[16,24]") + "}",
            "\"w\" follows the checksum"},
        Hostile{"twice", with_entries(entry("__checksum__", "U8", "[16]", "[0,16]"), 16), "follows the checksum", 16},
        Hostile{"of 8 bytes",
                object(kTexts + entry("w", "U8", "[16]", "[0,16]") + entry("__checksum__", "U8", "[8]", "[16,24]")),
                "must be U8 [16]"},
        Hostile{"of another shape", object(kTexts + entry("__checksum__", "U8", "[4,4]", "[0,16]")), "must be U8 [16]",
                0},
        Hostile{"of another type", object(kTexts + entry("__checksum__", "F32", "[4]", "[0,16]")), "must be U8 [16]",
                0}}),
    name_of);

}  // namespace
}  // namespace recura
