#include "end_to_end/tagger.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "end_to_end/terminal.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// What a tagger's verbs print, with a model that knows its texts by heart.
class TaggerTest : public TaggerPlace {};

std::vector<json> rows_of(const std::string& lines) {
  std::vector<json> rows;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) rows.push_back(json::parse(line));
  return rows;
}

TEST_F(TaggerTest, TrainingSaysWhatItFoundAndWritesAModelNamedAfterTheData) {
  expect_said(trained_, "names.conll: conll bio, 48 texts to train on, 0 to choose the best epoch by\n");
  expect_said(trained_, "spans: LOC 32, PER 32\n");
  expect_said(trained_, "tokens (words): 280 read, 22 forms known, unknown 0.0 %");
  expect_said(trained_, "epoch 25/25  loss ");
  expect_said(trained_, "model: names.recura\n");
  const Outcome with_dev = run("train names.conll --dev names.conll -o dev.recura" + small_tagger());
  expect_said(with_dev, "48 texts to train on, 48 to choose the best epoch by");
  expect_said(with_dev, ": dev F1 1.0000\n");
  EXPECT_EQ(run("train - --task tag -o piped.recura" + small_tagger(), "cat names.conll |").code, 0);
  EXPECT_TRUE(read("piped.recura") == read("names.recura"));
}

TEST_F(TaggerTest, OneSeedGivesOneFileForAnyNumberOfThreads) {
  for (const std::string threads : {"1", "2", "4"}) {
    ASSERT_EQ(run("train names.conll -o t.recura --threads " + threads + small_tagger()).code, 0);
    EXPECT_TRUE(read("t.recura") == read("names.recura")) << threads;
  }
}

TEST_F(TaggerTest, EvaluationCountsSpansByTypeLengthAndWhetherTrainingHadThem) {
  const Outcome table = run("evaluate names.recura names.conll --train names.conll");
  EXPECT_THAT(table.out, HasSubstr("names.conll: conll, 48 texts, 64 spans\nF1 1.0000 (95 %: 1.0000 to 1.0000)"));
  EXPECT_THAT(table.out, testing::ContainsRegex("\nPER +1.0000 +1.0000 +1.0000 +32\n"));
  EXPECT_THAT(table.out, HasSubstr("of names that training has 1.0000 of 64"));
  EXPECT_THAT(table.out, HasSubstr("errors: 0 with a wrong type, 0 with wrong edges, 0 missed, 0 where nothing is"));
  const json report = json::parse(run("evaluate names.recura names.conll --train names.conll --json").out);
  EXPECT_EQ(report["file"], "names.conll");
  EXPECT_EQ(report["f1"], 1.0);
  EXPECT_EQ(report["f1_interval"], json::parse("[1.0,1.0]"));
  EXPECT_EQ(report["per_type"]["LOC"]["f1"], 1.0);
  EXPECT_EQ(report["per_length"][1], json::parse(R"({"right":40,"all":40,"rate":1.0})"));
  EXPECT_EQ(report["seen"]["all"], 64);
  EXPECT_EQ(report["unseen"]["all"], 0);
  EXPECT_EQ(report["whole_texts"]["right"], 48);
  EXPECT_EQ(report["errors"]["missed"], 0);
  EXPECT_EQ(report["unknown_types"], json::array());
  EXPECT_FALSE(report.contains("label_accuracy"));
}

TEST_F(TaggerTest, WithoutAModelTwoFilesAreCompared) {
  write("gold.conll", "Ann\tB-PER\nLee\tI-PER\nin\tO\nRome\tB-LOC\n\nOslo\tB-LOC\n\n");
  write("given.conll", "Ann\tB-PER\nLee\tO\nin\tO\nRome\tB-PER\n\nOslo\tB-LOC\n\n");
  const Outcome outcome = run("evaluate --gold gold.conll --predicted given.conll");
  EXPECT_THAT(outcome.out, HasSubstr("F1 0.3333"));
  EXPECT_THAT(outcome.out, HasSubstr("errors: 1 with a wrong type, 1 with wrong edges, 0 missed"));
  EXPECT_THAT(outcome.out, HasSubstr("  LOC taken for PER: 1\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  line 1: right Rome [LOC], given Rome [PER] in \"Ann Lee in Rome\"\n"));
  EXPECT_EQ(json::parse(run("evaluate --gold gold.conll --predicted given.conll --json").out)["right"], 1);
  write("shorter.conll", "Oslo\tB-LOC\n\n");
  write("other.conll", "Ann\tB-PER\nLee\tO\nin\tO\nLima\tB-PER\n\nOslo\tB-LOC\n\n");
  expect_refused(run("evaluate --gold gold.conll --predicted shorter.conll"), 3, "expected the 2 texts of gold.conll");
  expect_refused(run("evaluate --gold gold.conll --predicted other.conll"), 3,
                 "other.conll: line 1: not the tokens of");
  expect_refused(run("evaluate --gold gold.conll"), 2, "--gold FILE and --predicted FILE");
  for (const std::string more : {"--report page.html", "--against names.recura"})
    expect_refused(run("evaluate --gold gold.conll --predicted given.conll " + more), 2, "that give labels");
  write("gold.jsonl",
        "{\"text\":\"Ann Lee lives in "
        "Rome.\",\"spans\":[{\"start\":0,\"end\":7,\"type\":\"PER\"},{\"start\":17,\"end\":21,"
        "\"type\":\"LOC\"}]}\n");
  ASSERT_EQ(run("extract names.recura gold.jsonl", "", ">answers.jsonl").code, 0);
  const Outcome answers = run("evaluate --gold gold.jsonl --predicted answers.jsonl --json");
  EXPECT_EQ(json::parse(answers.out)["right"], 2) << answers.err;
  EXPECT_EQ(json::parse(answers.out)["format"], "jsonl");
  write("beyond.jsonl",
        "{\"spans\":[{\"start\":0,\"end\":7,\"type\":\"PER\"},{\"start\":4,\"end\":99,\"type\":\"LOC\"}]}\n");
  expect_refused(run("evaluate --gold gold.jsonl --predicted beyond.jsonl"), 3, "beyond.jsonl: line 1: outside span");
  write("more.jsonl", "{\"spans\":[]}\n{\"spans\":[]}\n");
  expect_refused(run("evaluate --gold gold.jsonl --predicted more.jsonl"), 3,
                 "more.jsonl: line 2: no field \"text\", and");
  write("torn.jsonl", "{\"spans\":\n");
  expect_refused(run("evaluate --gold gold.jsonl --predicted torn.jsonl"), 3, "torn.jsonl: line 1: not JSON");
  expect_refused(run("evaluate names.recura --gold gold.conll --predicted given.conll"), 2, "alone");
}

TEST_F(TaggerTest, ExtractGivesSpansAsJsonAsATableAndMarked) {
  write("two.txt", "Ann Lee lives in New York.\nit is late.\n");
  const std::vector<json> rows = rows_of(run("extract names.recura two.txt").out);
  ASSERT_EQ(rows.size(), 2U);
  const json person = rows[0]["spans"][0], place = rows[0]["spans"][1];
  EXPECT_EQ(person["start"], 0);
  EXPECT_EQ(person["end"], 7);
  EXPECT_EQ(person["type"], "PER");
  EXPECT_EQ(place["text"], "New York");
  EXPECT_GT(place["score"], 0.9);
  EXPECT_EQ(rows[1], json::parse(R"({"spans":[]})"));
  EXPECT_THAT(run("extract names.recura two.txt --output tsv").out,
              testing::MatchesRegex("1\t0\t7\tPER\t0\\.[0-9]+\tAnn Lee\n1\t17\t25\tLOC\t0\\.[0-9]+\tNew York\n"));
  EXPECT_EQ(run("extract names.recura two.txt --output text").out,
            "[Ann Lee](PER) lives in [New York](LOC).\nit is late.\n");
}

TEST_F(TaggerTest, APageShowsTheSpansAndNeedsNothingElse) {
  write("page.txt", "Ann Lee lives in Rome. <script src=\"http://x\">&\n");
  const std::string page = run("extract names.recura page.txt --output html").out;
  EXPECT_THAT(page, StartsWith("<!doctype html>\n"));
  EXPECT_THAT(page, testing::EndsWith("</html>\n"));
  EXPECT_THAT(page, testing::ContainsRegex("<mark [^>]*data-type=\"PER\"[^>]*>Ann Lee</mark>"));
  EXPECT_THAT(page, HasSubstr("&lt;script src=&quot;http://x&quot;&gt;&amp;"));
  for (const std::string outside : {"<script", "<link", "<img", "src=\"", "href", "url(", "@import"})
    EXPECT_THAT(page, Not(HasSubstr(outside)));
}

TEST_F(TaggerTest, ColoursAreForTerminalsThatWantThem) {
  write("one.txt", "Ann Lee lives in Rome.\n");
  const std::string command =
      "cd " + (*place_ / "").string() + " && exec " RECURA_PROGRAM " extract names.recura one.txt --output text";
  EXPECT_THAT(shown_on_terminal("unset NO_COLOR; " + command, 80), HasSubstr("\x1b["));
  EXPECT_EQ(shown_on_terminal("export NO_COLOR=1; " + command, 80), "[Ann Lee](PER) lives in [Rome](LOC).\r\n");
  EXPECT_EQ(run("extract names.recura one.txt --output text").out, "[Ann Lee](PER) lives in [Rome](LOC).\n");
}

TEST_F(TaggerTest, ALineOfAPipeIsAnsweredBeforeTheNextOneIsThere) {
  // Writes the next line only when the answer to the first one has come.
  const std::string waits =
      "{ echo Ann Lee lives in Rome.; for i in {1..600}; do [ -s answers ] && break; sleep 0.1; done; "
      "cp answers first; echo two; } |";
  ASSERT_EQ(run("extract names.recura", waits, ">answers").code, 0);
  EXPECT_THAT(read("first"), StartsWith("{\"spans\":[{\"start\":0"));
  EXPECT_EQ(std::ranges::count(read("first"), '\n'), 1);
  EXPECT_EQ(std::ranges::count(read("answers"), '\n'), 2);
}

TEST_F(TaggerTest, NothingGivesNothingAndAnEmptyLineAnEmptyAnswer) {
  const Outcome nothing = run("extract names.recura", "", "</dev/null");
  EXPECT_EQ(nothing.code, 0) << nothing.err;
  EXPECT_EQ(nothing.out, "");
  EXPECT_EQ(run("extract names.recura", "printf \"\\n \\n\" |").out, "{\"spans\":[]}\n{\"spans\":[]}\n");
  EXPECT_EQ(run("extract names.recura --output text", "printf \"\\n\\n\" |").out, "\n\n");
  EXPECT_EQ(run("extract names.recura --output tsv", "printf \"\\n\\n\" |").out, "");
}

TEST_F(TaggerTest, RowsKeepTheirFieldsAndABadRowHasItsErrorInItsPlace) {
  write("rows.jsonl",
        "{\"id\":7,\"text\":\"Ann Lee lives in Rome.\",\"spans\":1}\n{\"id\":8}\n{\"id\":9,\"text\":\"\"}\n");
  const Outcome outcome = run("extract names.recura rows.jsonl");
  expect_said(outcome, "bad rows: 1; each has an error in its place\n");
  const std::vector<json> rows = rows_of(outcome.out);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0]["id"], 7);
  EXPECT_EQ(rows[0]["input_spans"], 1);
  EXPECT_EQ(rows[0]["spans"].size(), 2U);
  EXPECT_EQ(rows[1]["line"], 2);
  EXPECT_THAT(rows[1]["error"], HasSubstr("no field \"text\""));
  EXPECT_EQ(rows[2], json::parse(R"({"id":9,"spans":[]})"));
  EXPECT_THAT(run("extract names.recura rows.jsonl --output tsv").out, HasSubstr("2\t\t\terror: no field \"text\""));
  EXPECT_THAT(run("extract names.recura rows.jsonl --output html").out, HasSubstr("<p class=\"error\">no field"));
  expect_refused(run("extract names.recura rows.jsonl --on-error fail"), 3, "rows.jsonl: line 2: no field \"text\"");
}

TEST_F(TaggerTest, TheLeastSureTextsComeFirstAndLowScoresAreLeftOut) {
  write("sure.txt", "it is late.\nAnn Stone met Rome Oslo in Fox.\nBob Stone lives in Oslo.\n");
  std::vector<json> least = rows_of(run("extract names.recura sure.txt --least-sure 2").out);
  ASSERT_EQ(least.size(), 2U);
  EXPECT_EQ(least[0]["line"], 2);
  EXPECT_EQ(least[0]["text"], "Ann Stone met Rome Oslo in Fox.");
  least[0].erase("line");
  least[0].erase("text");
  const json odd = rows_of(run("extract names.recura sure.txt").out)[1];
  EXPECT_EQ(least[0], odd);
  EXPECT_EQ(rows_of(run("extract names.recura sure.txt --least-sure 9").out).size(), 3U);
  EXPECT_EQ(run("extract names.recura sure.txt --min-score 0.999999 --output text").out, read("sure.txt"));
  expect_refused(run("extract names.recura sure.txt --min-score 2"), 2, "--min-score");
}

TEST_F(TaggerTest, ForARecallItAlsoGivesWhatIsLessProbable) {
  const std::string data = kCorpus + "names.train.conll", test = kCorpus + "names.test.conll";
  ASSERT_EQ(run("train " + data +
                " --hidden 16 --embedding 16 --epochs 15 --learning-rate 0.01 --seed 2 --threads 1 -q -o unsure.recura")
                .code,
            0);
  const auto scored = [&](const std::string& option) {
    return json::parse(run("evaluate unsure.recura " + test + " --json" + option).out);
  };
  const json usual = scored(""), many = scored(" --target-recall 0.95"), few = scored(" --target-precision 0.95");
  EXPECT_GT(many["recall"], usual["recall"]);
  run("convert " + test + " test.jsonl");
  std::size_t overlapping = 0, marked = 0;
  for (const json& row : rows_of(run("extract unsure.recura test.jsonl --target-recall 0.95").out)) {
    const json& spans = row["spans"];
    for (std::size_t i = 1; i < spans.size(); ++i) overlapping += spans[i]["start"] < spans[i - 1]["end"] ? 1 : 0;
  }
  EXPECT_GT(overlapping, 0U);
  for (const char sign : run("extract unsure.recura test.jsonl --target-recall 0.95 --output text").out)
    marked += sign == '[' ? 1 : 0;
  EXPECT_GE(marked, usual["given"]) << "where they overlap one is shown, but no fewer than usual";
  EXPECT_GT(few["precision"], usual["precision"]);
  expect_refused(run("extract unsure.recura - --target-recall 0.9 --target-precision 0.9"), 2, "the one or the other");
  expect_refused(run("evaluate --gold " + test + " --predicted " + test + " --target-recall 0.9"), 2, "there is none");
  write("letter.txt", "Ann Lee lives in Rome.\n");
  expect_said(run("extract names.recura letter.txt --target-recall 0.9"),
              "no dev text told what finds LOC: all of a probability of 0.01");
}

TEST_F(TaggerTest, ReadingsComeTheLikeliestFirst) {
  write("letter.txt", "Ann Lee lives in Rome .\n\n");
  const std::vector<json> rows = rows_of(run("extract names.recura letter.txt --readings 3").out);
  ASSERT_EQ(rows.size(), 2U);
  const json& readings = rows[0]["readings"];
  ASSERT_EQ(readings.size(), 3U);
  json spans = rows[0]["spans"];
  for (json& span : spans) span.erase("score");
  EXPECT_EQ(readings[0]["spans"], spans);
  EXPECT_GT(readings[0]["log_probability"], readings[1]["log_probability"]);
  EXPECT_GE(readings[1]["log_probability"], readings[2]["log_probability"]);
  EXPECT_EQ(rows[1]["readings"], json::parse(R"([{"log_probability":0,"spans":[]}])"));
  expect_refused(run("extract names.recura letter.txt --readings 3 --output text"), 2,
                 "expected --output jsonl, got text");
}

TEST_F(TaggerTest, AFileMayBeNamedLikeStandardInput) {
  write("-", small_names());
  write("-x", "Ann Lee lives in Rome.\n");
  EXPECT_THAT(run("evaluate names.recura ./-").out, StartsWith("./-: conll, 48 texts"));
  EXPECT_THAT(run("evaluate names.recura -", "", "<names.conll").out, StartsWith("-: conll, 48 texts"));
  EXPECT_THAT(run("extract names.recura --output text -- -x").out, StartsWith("[Ann Lee](PER)"));
  EXPECT_EQ(run("train ./- -o dash.recura" + small_tagger()).code, 0);
  EXPECT_TRUE(read("dash.recura") == read("names.recura"));
}

TEST_F(TaggerTest, InspectExportAndBenchmarkKnowTaggers) {
  EXPECT_THAT(run("inspect names.recura").out, StartsWith("names.recura: a tagger\n"));
  const json info = json::parse(run("inspect names.recura --json").out);
  EXPECT_EQ(info["task"], "tag");
  EXPECT_EQ(info["types"], json::parse(R"(["LOC","PER"])"));
  EXPECT_EQ(info["segmenter"], false);
  EXPECT_EQ(info["options"]["hidden"], "16");
  EXPECT_EQ(info["training"]["spans_per_type"], json::parse(R"({"LOC":32,"PER":32})"));
  const Outcome small = run("export names.recura -o small.recura --dev names.conll");
  expect_said(small, "weights: int8, dev F1 1.0000");
  EXPECT_LT(read("small.recura").size(), read("names.recura").size());
  EXPECT_EQ(marked("In Oslo we met Dan Fox.", "small.recura"), "In [Oslo](LOC) we met [Dan Fox](PER).\n");
  EXPECT_THAT(run("benchmark names.recura names.conll").err, HasSubstr("expected raw text"));
  run("convert names.conll texts.jsonl");
  const json speed = json::parse(run("benchmark names.recura texts.jsonl --seconds 0.1 --json").out);
  EXPECT_GT(speed["tokens_per_second"], 0);
}

TEST_F(TaggerTest, AClosedPipeIsNoCrash) {
  const Outcome outcome = run("extract names.recura", "yes Ann Lee lives in Rome. | head -n 100000 |",
                              "| head -n 1; echo ${PIPESTATUS[2]} >code");
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1);
  EXPECT_EQ(read("code"), "4\n");
}

}  // namespace
}  // namespace recura
