#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "end_to_end/program.h"
#include "end_to_end/tagger.h"
#include "end_to_end/terminal.h"

namespace recura {
namespace {

/// Clears the screen in two ways, deletes, and turns the direction of writing.
const std::string kMoves = "\x1b[2J\xc2\x9b" + std::string("2J\x7f\xe2\x80\xae");

/// Whether a terminal finds a command in it.
bool moves(const std::string& shown) {
  for (std::size_t at = 0; at < shown.size(); ++at) {
    const auto byte = static_cast<unsigned char>(shown[at]);
    const unsigned next = at + 1 < shown.size() ? static_cast<unsigned char>(shown[at + 1]) : 0U;
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) return true;
    if (byte == 0xC2 && next >= 0x80 && next < 0xA0) return true;
  }
  return false;
}

/// Models of every task, of data, labels and file names that are full of commands.
class EscapesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("escapes");
    write_rows();
    const std::string small = " --threads 1 --epochs 1 --min-count 1 --hidden 2 --embedding 2";
    expect_harmless("train " + file("c.jsonl") + " -o " + file("c.recura") + small);
    expect_harmless("train " + file("t.conll") + " -o " + file("t.recura") + " --character-hidden 2" + small);
    for (const std::string kind : {"select", "compress", "write"})
      expect_harmless("train " + file("s.jsonl") + " --task summarise --kind " + kind + " -o " +
                      file(kind + ".recura") + small);
    expect_harmless("train " + file("c.jsonl") + " --task language-model -o " + file("l.recura") + small);
    expect_harmless("train " + file("c.jsonl") + " --from " + file("l.recura") + " -o " + file("f.recura") +
                    " --threads 1 --epochs 1");
  }
  static void TearDownTestSuite() { place_.reset(); }

  /// Of a shell's line.
  static std::string file(const std::string& name) { return "\"" + kMoves + name + "\""; }
  static void write(const std::string& name, const std::string& content) {
    write_file(*place_ / (kMoves + name), content);
  }

  static void write_rows() {
    using nlohmann::json;
    std::string labelled, summaries;
    for (int row = 0; row < 30; ++row) {
      const std::string kind = row % 2 == 0 ? "good" : "bad";
      labelled +=
          json{{"text", kind + kMoves + " film"}, {"label", kind + kMoves}, {"own" + kMoves, kMoves}}.dump() + "\n";
      summaries +=
          json{{"text", "Ann" + kMoves + " is here. It is late."}, {"summary", "Ann" + kMoves + " is here."}}.dump() +
          "\n";
    }
    write("c.jsonl", labelled + json{{"body" + kMoves, ""}}.dump() + "\n" + kMoves + "\n");
    write("s.jsonl", summaries + json{{"text", kMoves}}.dump() + "\n");
    std::string tagged;
    for (int row = 0; row < 10; ++row)
      tagged += "# label = a" + kMoves + "\nAnn" + kMoves + "\tB-P" + kMoves + "\nsings\tO\n\n";
    write("t.conll", tagged + "a\t" + kMoves + "\n\n");
  }

  static void expect_harmless(const std::string& arguments, int code = 0) {
    const Outcome outcome = place_->run(arguments);
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_FALSE(moves(outcome.out)) << arguments;
    EXPECT_FALSE(moves(outcome.err)) << arguments;
  }

  inline static std::unique_ptr<Workplace> place_;
};

TEST_F(EscapesTest, InTextsLabelsAndNamesAreNotShownAsTheyAre) {
  for (const auto& [model, data] : {std::pair{"c", "c.jsonl"},
                                    {"t", "t.conll"},
                                    {"select", "s.jsonl"},
                                    {"compress", "s.jsonl"},
                                    {"write", "s.jsonl"},
                                    {"l", "c.jsonl"},
                                    {"f", "c.jsonl"}}) {
    const std::string name = file(std::string(model) + ".recura"), rows = file(data);
    for (const std::string json : {"", " --json"}) {
      expect_harmless("inspect " + name + json);
      expect_harmless("evaluate " + name + " " + rows + json);
    }
    for (const std::string output : {"jsonl", "text"})
      expect_harmless("extract " + name + " " + file("c.jsonl") + " --output " + output);
  }
  expect_harmless("extract " + file("c.recura") + " " + file("c.jsonl") + " --output tsv");
  expect_harmless("extract " + file("c.recura") + " " + file("c.jsonl") + " --why --output text");
  expect_harmless("extract " + file("t.recura") + " " + file("c.jsonl") + " --output html");
  expect_harmless("extract " + file("t.recura") + " " + file("c.jsonl") + " --output tsv");
  expect_harmless("extract " + file("l.recura") + " " + file("c.jsonl") + " --output tsv");
  for (const std::string output : {"jsonl", "text"})
    expect_harmless("extract " + file("select.recura") + " " + file("c.jsonl") + " --keyphrases 3 --output " + output);
  expect_harmless("extract " + file("write.recura") + " " + file("c.jsonl") + " --select " + file("select.recura"));
  expect_harmless("extract " + file("write.recura") + " " + file("c.jsonl") + " --select " + file("c.recura"), 2);
  expect_harmless("inspect data " + file("c.jsonl"));
  expect_harmless("export " + file("c.recura") + " -o " + file("x.recura") + " --dev " + file("c.jsonl"));
  expect_harmless("vectors " + file("c.jsonl") + " -o " + file("v.vec") + " --epochs 1 --min-count 1");
  expect_harmless("convert " + file("t.conll") + " " + file("t.jsonl"));
}

TEST_F(EscapesTest, NorAreThoseOfWrongUse) {
  for (const std::string verb :
       {"train", "evaluate", "extract", "inspect", "export", "convert", "vectors", "benchmark"})
    expect_harmless(verb + " --" + file("wrong"), 2);
  expect_harmless("train " + file("missing"), 4);
  expect_harmless("inspect " + file("c.jsonl"), 3);
  expect_harmless("train " + file("c.jsonl") + " --hidden " + file("many"), 2);
  expect_harmless("train " + file("c.jsonl") + " --text-field " + file("none"), 3);
  write("o.toml", "epochs = \"\\u001b\\u009b\"\n");
  expect_harmless("train " + file("c.jsonl") + " --config " + file("o.toml"), 2);
}

TEST_F(EscapesTest, WhatIsConvertedIsShownHarmlessAndWrittenByteForByte) {
  EXPECT_THAT(place_->run("convert " + file("t.conll") + " - --to conll").out,
              testing::HasSubstr("Ann" + kMoves + "\tB-P" + kMoves));
  const std::string shown = shown_on_terminal(
      "cd " + (*place_ / "").string() + " && exec " RECURA_PROGRAM " convert " + file("t.conll") + " - --to conll", 80);
  EXPECT_THAT(shown, testing::HasSubstr("Ann [2J 2J"));
  EXPECT_THAT(shown, testing::Not(testing::HasSubstr("\x1b")));
}

}  // namespace
}  // namespace recura
