#include <nlohmann/json.hpp>
#include <sstream>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;

const std::string kSmallSegmenter = " --hidden 8 --embedding 8 --epochs 2 --seed 3 --threads 1 -q ";

/// Models that read the words of a segmenter.
class SegmenterProgramTest : public testing::Test {
 protected:
  void SetUp() override { segmenter("words.recura", ""); }

  Outcome run(const std::string& arguments, const std::string& before = "") const {
    const Outcome outcome = place_.run(arguments, before);
    EXPECT_EQ(outcome.code, 0) << arguments << ": " << outcome.err;
    return outcome;
  }
  void segmenter(const std::string& model, const std::string& more) const {
    run("train " + kCorpus + "words-zh.train.seg --hidden 16 --epochs 5 --seed 3 -q -o " + model + more);
  }
  void train(const std::string& more, const std::string& model = "m.recura") const {
    run("train " + kCorpus + "zh.train.jsonl --segmenter words.recura --ngrams 1" + kSmallSegmenter + more + " -o " +
        model);
  }
  json info(const std::string& model) const { return json::parse(run("inspect " + model + " --json").out); }
  std::string refusal(const std::string& arguments, int code) const {
    const Outcome outcome = place_.run(arguments);
    EXPECT_EQ(outcome.code, code) << arguments;
    return outcome.err;
  }
  std::vector<std::string> words_of(const std::string& text) const {
    std::istringstream out(run("extract words.recura --output text", "echo " + text + " |").out);
    return {std::istream_iterator<std::string>(out), {}};
  }
  /// The words that a classifier reads, cut out of the text by their offsets.
  std::vector<std::string> words_read(const std::string& model, const std::string& text) const {
    write_file(place_ / "text.txt", text + "\n");
    const json answer = json::parse(run("extract " + model + " text.txt --why --offsets bytes").out);
    std::vector<std::string> words;
    for (const json& token : answer["why"]["tokens"])
      words.push_back(text.substr(token["start"], token["end"].get<std::size_t>() - token["start"].get<std::size_t>()));
    return words;
  }

  Workplace place_{"segmenter"};
  const std::string text_ = "今天晚上我想看电视明天去学校";
};

TEST_F(SegmenterProgramTest, AClassifierReadsItsWordsAndHoldsItInside) {
  train("");
  const std::vector<std::string> words = words_of(text_);
  EXPECT_LT(words.size(), 12U);  // of 14 characters
  EXPECT_EQ(info("m.recura")["text"]["segmenter"], info("words.recura")["digest"]);
  std::filesystem::remove(place_ / "words.recura");
  EXPECT_THAT(words_read("m.recura", text_), ElementsAreArray(words));
  EXPECT_THAT(run("inspect m.recura --verify").out, HasSubstr("sound"));
  run("export m.recura --precision bf16 -o narrow.recura");
  EXPECT_THAT(words_read("narrow.recura", text_), ElementsAreArray(words));
}

TEST_F(SegmenterProgramTest, ItCutsChineseAloneAndNeverAcrossBlanksOrTags) {
  train("--drop-html");
  const std::string text = "I love this iPhone 15, 今 天<br/>很好";
  const std::vector<std::string> words = words_read("m.recura", text);
  const std::vector<std::string> latin(words.begin(), words.begin() + 6);
  EXPECT_THAT(latin, testing::ElementsAre("I", "love", "this", "iPhone", "15", ","));
  std::string all;
  for (const std::string& word : words) all += word;
  EXPECT_EQ(all, "IlovethisiPhone15,今天很好");
  for (const std::string& word : words) EXPECT_EQ(word.find_first_of(" <>"), std::string::npos) << word;
}

TEST_F(SegmenterProgramTest, LooksForWordsThatTrainingHasTwiceUnlessTold) {
  const auto looks = [&](const std::string& arguments) {
    return run("train " + arguments + " --epochs 1 --hidden 4 -o l.recura").err.find("names to look for: ") !=
           std::string::npos;
  };
  EXPECT_TRUE(looks(kCorpus + "words-zh.train.seg"));
  EXPECT_FALSE(looks(kCorpus + "words-zh.train.seg --lexicon-count 0"));
  EXPECT_FALSE(looks(kCorpus + "names-zh.train.conll"));
  EXPECT_TRUE(looks(kCorpus + "names-zh.train.conll --lexicon-count 2"));
}

TEST_F(SegmenterProgramTest, IsNotOverwritten) {
  const std::string data = kCorpus + "zh.train.jsonl --segmenter words.recura ";
  for (const std::string& command :
       {"train " + data + "-o words.recura", "train " + data + "-o m.recura --log-json words.recura",
        "tune " + data + "-o words.recura", "vectors " + data + "-o words.recura"})
    EXPECT_THAT(refusal(command, 2), HasSubstr("would overwrite the segmenter")) << command;
}

TEST_F(SegmenterProgramTest, ATrainingThatBeginsWithSuchAModelKeepsIt) {
  train("", "first.recura");
  run("train " + kCorpus + "zh.train.jsonl --task language-model --segmenter words.recura" + kSmallSegmenter +
      "-o lm.recura");
  const std::string digest = info("words.recura")["digest"];
  for (const char* const from : {"first.recura", "lm.recura"}) {
    run("train " + kCorpus + "zh.train.jsonl --epochs 1 -q -o next.recura --from " + from);
    EXPECT_EQ(info("next.recura")["text"]["segmenter"], digest) << from;
  }
  EXPECT_THAT(refusal("train " + kCorpus + "zh.train.jsonl --segmenter words.recura --from first.recura -o x", 2),
              HasSubstr("--segmenter: does nothing beside --from"));
  EXPECT_THAT(refusal("train " + kCorpus + "names-zh.train.conll --from lm.recura -o x", 2),
              HasSubstr("--from: the model to begin with cuts texts into words, but tokens of the training texts are "
                        "single characters"));
}

/// A language model of characters decides nothing about words beside them.
TEST_F(SegmenterProgramTest, ATaggerBegunWithALanguageModelOfCharactersMayReadItsWords) {
  run("train " + kCorpus + "zh.train.jsonl --task language-model --unit character" + kSmallSegmenter + "-o lm.recura");
  run("train " + kCorpus + "names-zh.train.conll --from lm.recura --segmenter words.recura --epochs 1 -q -o t.recura");
  EXPECT_EQ(info("t.recura")["text"]["segmenter"], info("words.recura")["digest"]);
  EXPECT_EQ(info("t.recura")["text"]["unit"], "character");
}

TEST_F(SegmenterProgramTest, SummarizersAndVectorsUseItsWords) {
  write_file(place_ / "news.jsonl",
             R"({"text": "今天晚上我想看电视。明天我去学校。", "summary": "今天晚上我想看电视。"})"
             "\n"
             R"({"text": "他在图书馆看书。我们下午去公园。", "summary": "他在图书馆看书。"})"
             "\n");
  for (const std::string kind : {"select", "write"}) {
    const std::string size = kind == "write" ? " --decoder-hidden 8 --attention 8" : " --document-hidden 8";
    run("train news.jsonl --dev news.jsonl --segmenter words.recura --kind " + kind + size + kSmallSegmenter +
        "-o s.recura");
    EXPECT_EQ(info("s.recura")["text"]["segmenter"], info("words.recura")["digest"]) << kind;
    run("extract s.recura news.jsonl");
  }
  run("train news.jsonl --dev news.jsonl --segmenter words.recura --kind compress --character-size 4" +
      kSmallSegmenter + "-o c.recura");
  EXPECT_EQ(info("c.recura")["text"]["segmenter"], info("words.recura")["digest"]);
  const std::string sentence = "今天晚上我想看电视";
  const Outcome one = run("extract c.recura --words 1 --output text", "echo " + sentence + " |");
  EXPECT_THAT(words_of(sentence), testing::Contains(one.out.substr(0, one.out.find('\n'))));
  run("vectors " + kCorpus +
      "zh.train.jsonl --segmenter words.recura --min-count 1 --dimensions 4 --epochs 1 -q -o v.vec");
  EXPECT_THAT(read_file(place_ / "v.vec"), HasSubstr("\n快递 "));
}

/// Taggers of characters read the word that each one is in; the Unicode library's dictionary would give other ones.
TEST_F(SegmenterProgramTest, TaggersReadItsWordsBesideCharacters) {
  const std::string train = "train " + kCorpus + "names-zh.train.conll --hidden 16 --epochs 8 --seed 3 --threads 1 -q ";
  run(train + "--segmenter words.recura -o t.recura");
  EXPECT_EQ(info("t.recura")["text"]["segmenter"], info("words.recura")["digest"]);
  run(train + "-o plain.recura");
  const auto scores = [&](const std::string& model) {
    return json::parse(run("evaluate " + model + " " + kCorpus + "names-zh.train.conll --json").out);
  };
  const json before = scores("t.recura");
  EXPECT_NE(before, scores("plain.recura"));
  std::filesystem::remove(place_ / "words.recura");  // the model has it inside
  EXPECT_EQ(scores("t.recura"), before);
  run("export t.recura --precision int8 -o small.recura");
  EXPECT_EQ(info("small.recura")["text"]["segmenter"], info("t.recura")["text"]["segmenter"]);
  segmenter("words.recura", "");
  EXPECT_THAT(refusal(train + "--segmenter words.recura --segment-size 0 -o x.recura", 2),
              HasSubstr("--segmenter: does nothing where tokens are characters"));
  run("train " + kCorpus + "words-zh.train.seg --segmenter words.recura" + kSmallSegmenter + "-o nested.recura");
  EXPECT_THAT(refusal(train + "--segmenter nested.recura -o x.recura", 3),
              HasSubstr("nested.recura: reads words of a segmenter inside it"));
}

/// Words of raw text are its tokens where a tagger was trained on words.
TEST_F(SegmenterProgramTest, TaggersOfWordsReadRawTextByItsWords) {
  const std::vector<std::string> words = words_of(text_);
  std::string rows;
  for (const std::string& word : words) rows += word + (word.size() > 3 ? "\tB-LONG\n" : "\tO\n");
  write_file(place_ / "rows.conll", rows + "\n" + rows);
  run("train rows.conll --unit word --min-count 1 --dev rows.conll --hidden 16 --epochs 150 --patience 0 --seed 3 -q "
      "--segmenter "
      "words.recura -o t.recura");
  const json answer = json::parse(run("extract t.recura", "echo " + text_ + " |").out);
  EXPECT_EQ(answer["spans"].size(), std::ranges::count_if(words, [](const auto& word) { return word.size() > 3; }))
      << "of characters none would be known";
}

TEST_F(SegmenterProgramTest, WhatIsNoSegmenterIsRefused) {
  const std::string data = "train " + kCorpus + "zh.train.jsonl -o m.recura --segmenter ";
  EXPECT_THAT(refusal(data + "words.recura --dictionary", 2),
              HasSubstr("--segmenter, --dictionary: the one or the other"));
  EXPECT_THAT(refusal(data + "words.recura --unit character", 2),
              HasSubstr("--segmenter: does nothing unless --unit is word"));
  EXPECT_THAT(refusal(data + "missing.recura", 4), HasSubstr("missing.recura"));
  train("", "m2.recura");
  EXPECT_THAT(refusal(data + "m2.recura", 3), AllOf(HasSubstr("m2.recura"), HasSubstr("its task is \"classify\"")));
  run("train " + kCorpus + "names.train.conll" + kSmallSegmenter + "-o names.recura");
  EXPECT_THAT(refusal(data + "names.recura", 3), HasSubstr("names.recura: finds names"));
}

TEST_F(SegmenterProgramTest, AStoppedTrainingGoesOnWithNoOtherOne) {
  const std::string data =
      "train " + kCorpus + "zh.train.jsonl --segmenter words.recura --hidden 8 --embedding 8 --epochs 40 --patience 0 ";
  const Outcome stopped = place_.run(data + "-o m.recura", "rm -f err;",
                                     "& until grep -sq ^epoch err; do sleep 0.01; done; kill -INT $!; wait $!");
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  segmenter("words.recura", " --learning-rate 0.01");
  EXPECT_THAT(refusal(data + "--resume -o m.recura", 3), HasSubstr("segmenter"));
}

}  // namespace
}  // namespace recura
