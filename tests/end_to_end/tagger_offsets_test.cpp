#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "end_to_end/tagger.h"

namespace recura {
namespace {

using nlohmann::json;

/// The offsets of spans cut out just what the spans name, in each unit, whatever stands around them.
class TaggerOffsetsTest : public TaggerPlace {};

void append_utf8(std::string& bytes, char32_t c) {
  const auto tail = [&](int shift) { bytes += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    bytes += static_cast<char>(c);
  } else if (c < 0x800) {
    bytes += static_cast<char>(0xC0 | c >> 6), tail(0);
  } else if (c < 0x10000) {
    bytes += static_cast<char>(0xE0 | c >> 12), tail(6), tail(0);
  } else {
    bytes += static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0);
  }
}

/// The bytes of `text` from `begin` to `end`, offsets that count each character as its `width` says.
template <typename Width>
std::string cut_out(const std::string& text, std::size_t begin, std::size_t end, Width width) {
  std::size_t at = 0;
  std::string piece;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at >= begin && at < end) piece += text.substr(i, bytes);
    at += width(bytes);
    i += bytes;
  }
  return piece;
}

struct Unit {
  std::string name;
  std::size_t (*width)(std::size_t bytes);
};

const Unit kUnits[] = {{"code-points", [](std::size_t) -> std::size_t { return 1; }},
                       {"bytes", [](std::size_t bytes) { return bytes; }},
                       {"utf16", [](std::size_t bytes) -> std::size_t { return bytes == 4 ? 2 : 1; }}};

TEST_F(TaggerOffsetsTest, EmojiCombiningMarksAndLineEndsCountAsTheyStand) {
  write("odd.jsonl", R"({"text":"\ud83d\ude00 e\u0301.\r\n\r\nAnn Lee lives in Rome."})"
                     "\n");
  const std::vector<std::pair<int, int>> wanted{{9, 25}, {13, 29}, {10, 26}};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const json spans = json::parse(run("extract names.recura odd.jsonl --offsets " + kUnits[i].name).out)["spans"];
    ASSERT_EQ(spans.size(), 2U) << kUnits[i].name;
    EXPECT_EQ(spans[0]["start"], wanted[i].first) << kUnits[i].name;
    EXPECT_EQ(spans[0]["end"], wanted[i].first + 7) << kUnits[i].name;
    EXPECT_EQ(spans[1]["start"], wanted[i].second + 1) << kUnits[i].name;
  }
  EXPECT_EQ(run("extract names.recura", "printf \"Ann Lee lives in Rome.\\r\\n\" |").out,
            run("extract names.recura", "printf \"Ann Lee lives in Rome.\\n\" |").out);
  EXPECT_EQ(run("extract names.recura --offsets letters", "echo x |").code, 2);
}

/// Of any plane, half of them of the first, and of these half in ASCII.
char32_t random_character(std::mt19937_64& rng) {
  const auto plane = static_cast<char32_t>(rng() % 2 == 0 ? 0 : rng() % 17);
  const auto c = static_cast<char32_t>(rng() % (plane == 0 && rng() % 2 == 0 ? 0x80 : 0x10000));
  const bool surrogate = plane == 0 && c >= 0xD800 && c < 0xE000;
  return surrogate ? U'é' : plane << 16 | c;
}

std::string random_text(std::mt19937_64& rng) {
  std::string text;
  for (std::uint64_t left = rng() % 12; left > 0; --left) append_utf8(text, random_character(rng));
  return text;
}

/// A sentence that the tagger knows, between random strings: apart from them, or right beside them.
std::string text_with_names(std::mt19937_64& rng, bool apart) {
  const std::string gap = apart ? "\n\n" : "";
  return random_text(rng) + gap + "Ann Lee lives in Rome." + gap + random_text(rng);
}

void check(const json& answer, const std::string& text, bool apart, const Unit& unit) {
  std::vector<std::string> names;
  for (const json& span : answer["spans"]) {
    ASSERT_EQ(cut_out(text, span["start"], span["end"], unit.width), span["text"].get<std::string>())
        << json(text) << " in " << unit.name;
    names.push_back(span["text"]);
  }
  if (!apart) return;
  EXPECT_THAT(names, testing::IsSupersetOf({"Ann Lee", "Rome"})) << json(text);
}

/// RECURA_CASES says how many strings.
TEST_F(TaggerOffsetsTest, TheyCutOutTheNamesOfRandomStringsOfAllPlanes) {
  const char* wanted = std::getenv("RECURA_CASES");
  const int cases = wanted ? std::atoi(wanted) : 1000;
  std::mt19937_64 rng(7);
  std::vector<std::string> texts;
  std::string rows;
  for (int i = 0; i < cases; ++i) {
    texts.push_back(text_with_names(rng, i % 2 == 0));
    rows += json{{"text", texts.back()}}.dump() + "\n";
  }
  write("random.jsonl", rows);
  for (const Unit& unit : kUnits) {
    const Outcome outcome = run("extract names.recura random.jsonl --offsets " + unit.name);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    std::istringstream answers(outcome.out);
    std::string line;
    for (int i = 0; i < cases; ++i) {
      ASSERT_TRUE(std::getline(answers, line)) << i;
      check(json::parse(line), texts[static_cast<std::size_t>(i)], i % 2 == 0, unit);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace recura
