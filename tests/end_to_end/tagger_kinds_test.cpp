#include <nlohmann/json.hpp>
#include <sstream>

#include "end_to_end/tagger.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// What taggers find besides names: words, and slots with the intent of the whole text.
class TaggerKindsTest : public TaggerPlace {};

const std::string kSegmented =
    "我 喜欢 北京\n她 喜欢 上海\n我们 在 图书馆 看 书\n他 在 北京 工作\n我们 喜欢 看 电影\n今天 天气 很 好\n"
    "她 在 上海 看 电影\n他们 很 喜欢 图书馆\n";

TEST_F(TaggerKindsTest, ASegmenterCutsTextIntoWords) {
  write("words.seg", kSegmented);
  const Outcome trained = run("train words.seg" + small_tagger(60));
  expect_said(trained, "words.seg: words, 8 texts to train on");
  expect_said(trained, "\nwords: 32\ntokens (characters): 52 read");
  EXPECT_THAT(run("evaluate words.recura words.seg").out, HasSubstr("F1 1.0000"));
  EXPECT_EQ(marked("我们在图书馆看电影\n\n今天 天气很好\n", "words.recura"),
            "我们 在 图书馆 看 电影\n\n今天 天气 很 好\n");
  write("text.txt", "她喜欢上海\n");
  EXPECT_EQ(run("extract words.recura text.txt").out, "{\"words\":[\"她\",\"喜欢\",\"上海\"]}\n");
  EXPECT_THAT(run("extract words.recura text.txt --output tsv").out, testing::StartsWith("1\t0\t1\t\t"));
  EXPECT_THAT(run("inspect words.recura").out, testing::StartsWith("words.recura: cuts text into words\n"));
  EXPECT_EQ(json::parse(run("inspect words.recura --json").out)["segmenter"], true);
}

TEST_F(TaggerKindsTest, ASegmentersOwnOutputIsDataToLearnFrom) {
  write("words.seg", kSegmented);
  std::string raw = kSegmented;
  std::erase(raw, ' ');
  write("raw.txt", raw);
  ASSERT_EQ(run("train words.seg" + small_tagger(60)).code, 0);
  const std::string cut = run("extract words.recura raw.txt --output text").out;
  EXPECT_EQ(cut, kSegmented);
  write("cut.seg", cut);
  EXPECT_THAT(run("evaluate --gold words.seg --predicted cut.seg").out, HasSubstr("F1 1.0000"));
}

TEST_F(TaggerKindsTest, ASegmenterGivesBackEveryCharacterOfWordsLongerThanItReads) {
  write("words.seg", kSegmented);
  ASSERT_EQ(run("train words.seg" + small_tagger(30)).code, 0);
  const std::string text = "我们喜欢" + std::string(3000, 'a') + "北京";
  std::string cut = marked(text + "\n", "words.recura");
  std::erase(cut, ' ');
  EXPECT_EQ(cut, text + "\n");
  for (const char* option : {" --min-score 0.5", " --target-precision 0.9", " --target-recall 0.9"}) {
    const Outcome refused = run(std::string("extract words.recura words.seg") + option);
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("cuts text into words"));
  }
}

TEST_F(TaggerKindsTest, ATaggerGoesOnWithNewNamesAndTypes) {
  std::string more;
  for (const std::string firm : {"Veridian Labs", "Hexa"}) {
    for (const std::string place : {"Rome", "Tarn"})
      more += lines_of(firm, "ORG") + "sells\tO\nto\tO\n" + lines_of(place, "LOC") + ".\tO\n\n";
  }
  write("more.conll", more);
  const std::string few = " --dev-share 0 --epochs 30 --batch-size 4 --learning-rate 0.01 -o more.recura";
  const Outcome trained = run("train more.conll --task tag --from names.recura" + few);
  expect_said(trained, "begins with names.recura, whose text rule, vocabularies and layers it has; new words: 2, ");
  expect_said(trained, ", new types: 1\n");
  EXPECT_EQ(marked("Hexa sells to Tarn .", "more.recura"), "[Hexa](ORG) sells to [Tarn](LOC) .\n");
  EXPECT_EQ(marked("In Oslo we met Ann Lee .", "more.recura"), marked("In Oslo we met Ann Lee ."));
  const json options = json::parse(run("inspect more.recura --json").out)["options"];
  EXPECT_EQ(options["from"], "names.recura");
  EXPECT_FALSE(options.contains("hidden"));
  const std::pair<const char*, const char*> wrong[] = {
      {" --hidden 30", "--hidden: does nothing beside --from"},
      {" --no-lower-case", "--lower-case: does nothing beside --from"},
      {" --characters none", "--characters: does nothing beside --from"},
      {" --vectors v.txt", "--from, --vectors: the embedding begins with the one or the other"},
  };
  for (const auto& [option, message] : wrong)
    expect_refused(run(std::string("train more.conll --from names.recura -o x.recura") + option), 2, message);
  write("words.seg", kSegmented);
  expect_refused(run("train words.seg --from names.recura -o x.recura"), 3,
                 "the model to begin with finds spans, these texts are for one that cuts text into words");
  expect_refused(run("train more.conll --from none.recura -o x.recura"), 4, "none.recura");
  expect_refused(run("train more.conll --from names.recura -o names.recura"), 2,
                 "would overwrite the model to begin with");
}

/// `small_names` with the names of one type alone.
std::string names_of(const std::string& type) {
  std::string lines, line;
  for (std::istringstream all(small_names()); std::getline(all, line);) {
    const std::size_t tab = line.find('\t');
    const bool other = tab != std::string::npos && line[tab + 1] != 'O' && !line.ends_with("-" + type);
    lines += (other ? line.substr(0, tab) + "\tO" : line) + "\n";
  }
  return lines;
}

TEST_F(TaggerKindsTest, FilesThatEachMarkTheirOwnTypesGiveOneModelOfAllTypes) {
  write("people.conll", names_of("PER"));
  write("places.conll", names_of("LOC"));
  const std::string both = "train people.conll places.conll -o both.recura" + small_tagger(40);
  const Outcome trained = run(both + " --own-types --threads 2");
  expect_said(trained, "people.conll, places.conll: conll bio, 96 texts to train on");
  EXPECT_EQ(marked("Ann Lee lives in Rome .\n", "both.recura"), "[Ann Lee](PER) lives in [Rome](LOC) .\n");
  const std::string model = read("both.recura");
  ASSERT_EQ(run(both + " --own-types --threads 1").code, 0);
  EXPECT_TRUE(read("both.recura") == model);
  EXPECT_THAT(run("evaluate both.recura names.conll").out, HasSubstr("F1 1.0000"));
  const std::string evaluate = "evaluate both.recura people.conll";
  EXPECT_THAT(run(evaluate).out, HasSubstr("32 where nothing is"));
  const Outcome own = run(evaluate + " --own-types");
  EXPECT_THAT(own.out, HasSubstr("spans given of types that the file does not mark, which are not scored: 32\nF1 1.0"));
  EXPECT_EQ(json::parse(run(evaluate + " --own-types --json").out)["foreign_spans"], 32);
  expect_said(run(both), "note: the files do not mark the same types");
  EXPECT_NE(marked("Ann Lee lives in Rome .\n", "both.recura"), "[Ann Lee](PER) lives in [Rome](LOC) .\n");
  expect_said(run("train names.conll -o one.recura --own-types" + small_tagger()),
              "note: --own-types changes nothing in training: no file marks");
  write("none.conll", "it\tO\nrains\tO\n");
  expect_said(run("train names.conll none.conll -o one.recura --own-types" + small_tagger(1)),
              "note: none.conll marks no type: nothing about spans is learnt from it\n");
}

TEST_F(TaggerKindsTest, ATaggerThatGoesOnKeepsTheTypesThatItsTextsLeaveUnmarked) {
  std::string firms;
  for (const std::string firm : {"Veridian Labs", "Hexa"}) {
    for (const std::string place : {"Rome", "Oslo"})
      firms += lines_of(firm, "ORG") + "lives\tO\nin\tO\n" + place + "\tO\n.\tO\n\n";
  }
  write("firms.conll", firms);
  const std::string few = " --dev-share 0 --epochs 30 --batch-size 4 --learning-rate 0.01 -o more.recura";
  const std::string train = "train firms.conll names.conll --from names.recura" + few;
  const Outcome own = run(train + " --own-types");
  EXPECT_THAT(own.err, testing::Not(HasSubstr("note: --own-types changes nothing")));
  EXPECT_EQ(marked("Hexa lives in Rome .", "more.recura"), "[Hexa](ORG) lives in [Rome](LOC) .\n");
  EXPECT_EQ(marked("In Oslo we met Ann Lee .", "more.recura"), "In [Oslo](LOC) we met [Ann Lee](PER) .\n");
  const std::string alone = "train firms.conll --from names.recura" + few;
  expect_said(run(alone), "note: the model to begin with knows types that no text marks, and unlearns them; ");
  EXPECT_EQ(marked("Hexa lives in Rome .", "more.recura"), "[Hexa](ORG) lives in Rome .\n");
  EXPECT_THAT(run(alone + " --own-types").err, testing::Not(HasSubstr("--own-types")));
}

TEST_F(TaggerKindsTest, ATaggerGoesOnFromOneThatIsRounded) {
  ASSERT_EQ(run("export names.recura --precision int8 -o rounded.recura").code, 0);
  const std::string train = "train names.conll --from rounded.recura --dev-share 0 --epochs 1 -o more.recura";
  expect_said(run(train), "begins with rounded.recura, ");
  EXPECT_THAT(run("evaluate more.recura names.conll").out, HasSubstr("F1 1.0000"));
  EXPECT_EQ(json::parse(run("inspect more.recura --json").out)["precision"], "float32");
}

TEST_F(TaggerKindsTest, SeveralFilesAreOfOneFormAndForTaggersAlone) {
  write("words.seg", kSegmented);
  expect_refused(run("train names.conll words.seg"), 3, "words.seg: expected conll as in the files before it");
  expect_refused(run("train names.conll missing.conll"), 4, "missing.conll: cannot be opened");
  write("copy.conll", small_names());
  expect_refused(run("train names.conll copy.conll -o copy.conll"), 2, "would overwrite the training data, copy.conll");
  write("bad.conll", "Ann\tB-PER\n\nLee\n");
  write("single.conll", "Ann\tS-PER\nmet\tO\nBob\tB-PER\nLee\tE-PER\n");
  const Outcome trained =
      run("train bad.conll - single.conll --task tag -o x.recura" + small_tagger(1), "", "<names.conll");
  expect_said(trained, "bad.conll, standard input, single.conll: conll bio and bioes, 50 texts to train on");
  expect_said(trained, "\n  bad.conll: line 3: expected 2 columns, got 1\n");
  expect_refused(run("train - - --task tag -o x.recura"), 2, "standard input (-) is named twice");
  write("labels.csv", "text,label\ngood,a\nbad,b\n");
  expect_refused(run("train labels.csv labels.csv"), 2, "only a tagger learns from several files of data, got 2");
}

std::string slots() {
  std::string lines;
  for (const std::string room : {"kitchen", "garden", "hall"}) {
    lines += "turn\tO\non\tO\nthe\tO\nlight\tO\nin\tO\nthe\tO\n" + lines_of(room, "room") + "\n";
    lines += "play\tO\n" + lines_of("Nina Simone", "artist") + "in\tO\nthe\tO\n" + lines_of(room, "room") + "\n";
  }
  return lines;
}

TEST_F(TaggerKindsTest, SlotsAndIntentsComeFromOneModel) {
  write("slots.conll", slots());
  write("intents", "light\nmusic\nlight\nmusic\nlight\nmusic\n");
  expect_said(run("train slots.conll --labels intents" + small_tagger()), "labels of whole texts: 2\n");
  EXPECT_THAT(run("evaluate slots.recura slots.conll --labels intents").out,
              HasSubstr("labels of whole texts: 1.0000 of 6 right\n"));
  EXPECT_EQ(json::parse(run("evaluate slots.recura slots.conll --labels intents --json").out)["label_accuracy"], 1.0);
  write("text.txt", "turn on the light\n");
  EXPECT_THAT(run("extract slots.recura text.txt --output tsv").out, testing::StartsWith("1\t\t\tlight\t"));
  write("command.txt", "play Nina Simone in the hall\n");
  const json answer = json::parse(run("extract slots.recura command.txt").out);
  EXPECT_EQ(answer["label"], "music");
  EXPECT_GT(answer["score"], 0.5);
  EXPECT_EQ(answer["spans"][0]["text"], "Nina Simone");
  EXPECT_EQ(answer["spans"][1]["type"], "room");
  EXPECT_EQ(marked("turn on the light in the garden", "slots.recura"),
            "light: turn on the light in the [garden](room)\n");
}

TEST_F(TaggerKindsTest, LabelsThatDoNotFitTheTextsAreRefused) {
  write("slots.conll", slots());
  write("few", "light\nmusic\n");
  write("gap", "light\nmusic\n\nmusic\nlight\nmusic\n");
  expect_refused(run("train slots.conll --labels few"), 3, "few: expected a label for each of the 6 texts");
  expect_refused(run("train slots.conll --labels gap"), 3, "gap: line 3: the label is empty");
  expect_refused(run("train slots.conll --labels none"), 4, "none: cannot be opened");
}

TEST_F(TaggerKindsTest, NamesComeFromAllFormsThatHoldThem) {
  for (const std::string form : {"names.jsonl", "names.ann"}) {
    ASSERT_EQ(run("convert names.conll " + form).code, 0);
    expect_said(run("train " + form + " -o from.recura" + small_tagger()), "spans: LOC 32, PER 32\n");
    EXPECT_EQ(marked("In Lima we met Bob Stone.", "from.recura"), "In [Lima](LOC) we met [Bob Stone](PER).\n");
  }
}

}  // namespace
}  // namespace recura
