#include <nlohmann/json.hpp>

#include "end_to_end/tagger.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// Bad input of a tagger: named by its line and left out, or refused.
class TaggerInputTest : public TaggerPlace {
 protected:
  static Outcome train(const std::string& data, const std::string& options = "", int epochs = 25) {
    return run("train " + data + " -o other.recura" + small_tagger(epochs) + options);
  }
};

TEST_F(TaggerInputTest, ALineWithoutItsTagIsNamedAndItsTextLeftOut) {
  write("missing.conll", small_names() + "Ann\tB-PER\nLee\n\n");
  const std::string problem = "line 330: expected 2 columns, got 1";
  const Outcome skipped = train("missing.conll");
  expect_said(skipped, "left out: 1 bad rows, such as\n  " + problem + "\n");
  expect_said(skipped, "48 texts to train on");
  expect_refused(train("missing.conll", " --on-error fail"), 3, "missing.conll: " + problem);
  EXPECT_THAT(run("evaluate names.recura missing.conll").out, HasSubstr("left out: 1 bad rows, 0 bad spans, such as"));
  EXPECT_EQ(json::parse(run("evaluate names.recura missing.conll --json").out)["bad_rows"], 1);
  expect_said(train("names.conll", " --dev missing.conll"), "left out of the dev file: 1 bad rows");
}

TEST_F(TaggerInputTest, ColumnsAndFieldsAreThoseOfTheTraining) {
  write("swapped.conll", "B-PER\tAnn\nO\tslept\n\nB-PER\tBob\nO\tran\n\n");
  ASSERT_EQ(train("swapped.conll", " --token-column 1 --tag-column 0", 2).code, 0);
  const Outcome outcome = run("evaluate other.recura swapped.conll");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("by --tag-column 0 --token-column 1\n"));
  expect_refused(train("swapped.conll", " --text-field a,b"), 2, "--text-field: marked spans lie in one field");
}

TEST_F(TaggerInputTest, PredictedSpansAreThoseOfExtractWhateverTheRightOnesAreCalled) {
  write("marks.jsonl", "{\"text\":\"Ann Lee lives in Rome.\",\"marks\":[[8,13,\"PER\"]]}\n");
  ASSERT_EQ(run("extract names.recura marks.jsonl", "", ">answers.jsonl").code, 0);
  const Outcome scored = run("evaluate --gold marks.jsonl --predicted answers.jsonl --spans-field marks");
  EXPECT_EQ(scored.code, 0) << scored.err;
  EXPECT_THAT(scored.out, HasSubstr("F1 0.0000"));
}

TEST_F(TaggerInputTest, ATagThatMayNotFollowIsRefusedOrMendedAndCounted) {
  write("after.conll", small_names() + "Ann\tB-PER\nRome\tI-LOC\n\n");
  const std::string problem = "line 330: \"I-LOC\" does not follow a tag of its type";
  expect_said(train("after.conll"), "left out: 1 bad rows, such as\n  " + problem);
  expect_refused(train("after.conll", " --on-error fail"), 3, "after.conll: " + problem);
  const Outcome repaired = train("after.conll", " --repair");
  expect_said(repaired, "mended: 1 tags\n");
  expect_said(repaired, "49 texts to train on");
  EXPECT_THAT(run("evaluate names.recura after.conll --repair").out, HasSubstr("mended: 1 tags\n"));
  EXPECT_EQ(json::parse(run("evaluate names.recura after.conll --repair --json").out)["repaired"], 1);
}

TEST_F(TaggerInputTest, TypesThatTheModelDoesNotKnowAreNamedAndCountAsMissed) {
  write("new.conll", "Ann\tB-PER\nLee\tI-PER\ndrinks\tO\ntea\tB-DRINK\nand\tO\nwater\tB-DRINK\n.\tO\n\n");
  EXPECT_THAT(run("evaluate names.recura new.conll").out,
              HasSubstr("types that the model does not know, of 2 spans, which count as missed: DRINK\n"));
  const json report = json::parse(run("evaluate names.recura new.conll --json").out);
  EXPECT_EQ(report["unknown_types"], json::parse(R"(["DRINK"])"));
  EXPECT_EQ(report["unknown_spans"], 2);
  EXPECT_EQ(report["per_type"]["DRINK"]["recall"], 0.0);
  expect_said(train("names.conll", " --dev new.conll"),
              "dev spans of a type that no training text has: 2; they count as missed");
}

TEST_F(TaggerInputTest, SpansOutsideTheTextOrWithinATokenAreNamedAndLeftOut) {
  write("spans.jsonl",
        "{\"text\":\"Ann Lee lives in Rome.\",\"spans\":[[0,7,\"PER\"],[17,21,\"LOC\"]]}\n"
        "{\"text\":\"Ann\",\"spans\":[[0,9,\"PER\"]]}\n{\"text\":\"Ann Lee\",\"spans\":[[0,2,\"PER\"]]}\n");
  const Outcome trained = train("spans.jsonl");
  expect_said(trained, "left out of good rows: 2 bad spans\n");
  expect_said(trained, "  line 2: outside span: \"PER\" [0, 9), of a text of 3 code points\n");
  expect_said(trained, "  line 3: misaligned span: \"PER\" [0, 2) \"An\": an edge lies inside the token \"Ann\"\n");
  expect_refused(train("spans.jsonl", " --on-error fail"), 3, "spans.jsonl: line 2: outside span");
  EXPECT_THAT(run("evaluate names.recura spans.jsonl").out, HasSubstr("left out: 0 bad rows, 2 bad spans"));
}

TEST_F(TaggerInputTest, ASentenceOf100000TokensIsReadInPieces) {
  std::string lines, text;
  for (int i = 0; i < 20'000; ++i) {
    lines += "Ann\tB-PER\nLee\tI-PER\nlives\tO\nin\tO\nRome\tB-LOC\n";
    text += "Ann Lee lives in Rome ";
  }
  write("long.conll", lines + "\n");
  write("long.txt", text + "\n");
  const json report = json::parse(run("evaluate names.recura long.conll --json").out);
  EXPECT_EQ(report["spans"], 40'000);
  EXPECT_GT(report["f1"], 0.99);
  const Outcome found = run("extract names.recura long.txt --output tsv");
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_GT(std::ranges::count(found.out, '\n'), 39'600);
  write("both.conll", small_names() + lines + "\n");
  const Outcome trained = train("both.conll", "", 1);
  expect_said(trained, "49 texts to train on");
  expect_said(trained, "tokens (words): 100280 read");
}

TEST_F(TaggerInputTest, AFileWithNothingToLearnFromIsRefused) {
  write("empty.conll", "");
  write("outside.conll", "it\tO\nis\tO\n\nlate\tO\n\n");
  write("plain.txt", "Ann Lee lives in Rome.\n");
  expect_refused(train("empty.conll"), 3, "empty.conll: has no texts");
  expect_refused(train("outside.conll"), 3, "outside.conll: no text has a span, a tagger needs some");
  expect_refused(train("plain.txt", " --task tag"), 3, "plain.txt: unknown form of data: line 1");
  expect_refused(train("missing_file.conll"), 4, "missing_file.conll: cannot be opened");
  expect_refused(run("evaluate names.recura empty.conll"), 3, "empty.conll: has no texts");
  expect_refused(run("evaluate names.recura plain.txt"), 3, "plain.txt: unknown form of data");
}

TEST_F(TaggerInputTest, BlankAndRepeatedLinesOfALexiconAreOneNameOrNone) {
  write("places.txt", "Rome\n\n  \n Rome \nNew York\r\nOslo\n");
  write("people.txt", "Ann Lee\n");
  write("broken.txt", "Rome\nOs\xfflo\n");
  expect_said(train("names.conll", " --lexicon LOC=places.txt,PER=people.txt"), "names to look for: 4\n");
  EXPECT_EQ(json::parse(run("inspect other.recura --json").out)["lexicon"], 4);
  EXPECT_EQ(marked("Ann Lee lives in Oslo.", "other.recura"), "[Ann Lee](PER) lives in [Oslo](LOC).\n");
  expect_refused(train("names.conll", " --lexicon LOC=broken.txt"), 3, "broken.txt: line 2: no UTF-8 at column 3");
  expect_refused(train("names.conll", " --lexicon LOC=none.txt"), 4, "none.txt: cannot be opened");
}

TEST_F(TaggerInputTest, VectorsOfAnotherSizeThanTheirFileSaysAreNamed) {
  write("vectors.txt", "3 4\nann 1 2 3 4\nlee 1 2 3\nrome 1 2 3 4\n");
  const Outcome some = train("names.conll", " --vectors vectors.txt");
  expect_said(some, "vectors: for 2 of 21 training words");
  expect_said(some, "note: vectors.txt: bad lines: 1; the first: line 3: expected 4 numbers, got 3\n");
  expect_said(some, "note: vectors.txt: has vectors of 4 numbers, so the embedding is not 16\n");
  write("none.vec", "2 4\nann 1 2 3\nlee 1 2 3\n");
  expect_refused(train("names.conll", " --vectors none.vec"), 3,
                 "none.vec: none of its 2 rows is good; line 2: expected 4");
}

TEST_F(TaggerInputTest, AnOptionOfAnotherTaskIsRefusedAndSaysWhoseItIs) {
  write("sure.txt", "it is late.\n");
  expect_refused(train("names.conll", " --pooling max"), 2, "--pooling: no option of tag, but of classify");
  write("wrong.toml", "epochs = 1\npooling = \"max\"\n");
  expect_refused(train("names.conll", " --config wrong.toml"), 2,
                 "wrong.toml: line 2: --pooling: no option of tag, but of classify");
  write("reviews.jsonl", small_corpus(20));
  ASSERT_EQ(run("train reviews.jsonl --epochs 1 --hidden 4 --embedding 4").code, 0);
  expect_refused(run("train reviews.jsonl --crf"), 2, "--crf: no option of classify, but of tag");
  expect_refused(run("evaluate reviews.recura reviews.jsonl --train x"), 2, "--train: no option of classify");
  expect_refused(run("extract names.recura sure.txt --top-k 2"), 2, "--top-k is for models that give labels");
  expect_refused(run("extract reviews.recura sure.txt --least-sure 2"), 2,
                 "--least-sure is for models that find spans");
  expect_refused(run("train names.conll --lexcion LOC=x"), 2, "did you mean --lexicon?");
}

TEST_F(TaggerInputTest, AModelAndDataOfDifferentTasksDoNotFit) {
  write("reviews.jsonl", small_corpus(20));
  ASSERT_EQ(run("train reviews.jsonl --epochs 1 --hidden 4 --embedding 4").code, 0);
  expect_refused(run("evaluate reviews.recura names.conll"), 3, "names.conll: unknown form of data");
  expect_refused(run("evaluate names.recura reviews.jsonl"), 3,
                 "reviews.jsonl: none of its 20 texts is good; line 1: no spans");
  expect_refused(run("train reviews.jsonl --task tag"), 3, "no spans");
  expect_refused(run("train names.conll --task classify"), 3, "names.conll: unknown form of data");
}

TEST_F(TaggerInputTest, ADamagedTaggerIsRefused) {
  std::string model = read("names.recura");
  write("short.recura", model.substr(0, model.size() / 2));
  model[model.size() / 2] = static_cast<char>(model[model.size() / 2] ^ 4);
  write("flipped.recura", model);
  expect_refused(run("extract short.recura"), 3, "cut short");
  expect_refused(run("evaluate flipped.recura names.conll"), 3, "flipped.recura: damaged");
}

}  // namespace
}  // namespace recura
