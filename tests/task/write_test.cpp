#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "base/random.h"
#include "grad/gradient_check.h"
#include "task/summarise/write/report.h"
#include "task/ten_pairs.h"
#include "task/text_json.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(NextWordTest, IsAMixtureOfWhatIsWrittenAndWhatIsCopied) {
  const WriteSource source{.tokens = {}, .ids = {}, .numbers = {1, 3, 1}, .others = {"x"}, .marks = {}};
  const std::vector<real> logits(3), attention{real(0.5), real(0.3), real(0.2)};
  const NextWord next{logits, 0.4, attention};
  const std::vector<real> p = mixture(next, source);
  const double expected[] = {0.4 / 3, 0.4 / 3 + 0.6 * 0.7, 0.4 / 3, 0.6 * 0.3};
  ASSERT_EQ(p.size(), 4U);
  for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(double{p[i]}, expected[i], 1e-6);
  const WordOrigin copied = origin_of(1, next, source, true), written = origin_of(2, next, source, false);
  EXPECT_NEAR(copied.copied, 0.6 * 0.7 / expected[1], 1e-6);
  EXPECT_EQ(copied.place, 0);
  EXPECT_EQ(copied.attention, attention);
  EXPECT_THAT(written.attention, IsEmpty());
  EXPECT_EQ(written.copied, 0);
  EXPECT_EQ(written.place, -1);
}

TEST(NextWordTest, TheMostAttendedTokensHaveBytes) {
  const std::vector<Token> tokens{{0, 0}, {0, 3}, {4, 4}, {4, 6}, {6, 7}};
  const std::vector<real> attention{real(0.5), real(0.1), real(0.2), real(0.125), real(0.1)};
  EXPECT_THAT(most_attended(attention, tokens, 2), ElementsAre(Pair(3, 0.125), Pair(1, double{real(0.1)})));
  EXPECT_EQ(most_attended(attention, tokens, 9).size(), 3U);
  EXPECT_THAT(most_attended({}, tokens, 2), IsEmpty());
}

TEST(SpacingTest, IsLearntFromTextsOfAnyLanguage) {
  const std::vector<std::string> forms{"He", "said", ",", "(", ")", "-", "yes", "\"", "我", "们", "。"};
  const TextEncoder encoder = encoder_of(forms);
  SpacingCounter counter(encoder);
  counter.add("He said, yes (yes). He said \"yes\", He-He, said. Said he, he said. Yes, he yes.");
  counter.add("我们。我们。我们");
  const Spacing spacing = counter.spacing();
  const auto join = [&](const std::vector<std::string>& words) {
    std::vector<Piece> pieces;
    for (const std::string& word : words) pieces.push_back({word, encoder.vocabulary().id(word)});
    return spacing.join(pieces).text;
  };
  EXPECT_EQ(join({"He", "said", ",", "\"", "yes", "\"", "(", "He", ")"}), "He said, \"yes\" (He)");
  EXPECT_EQ(join({"yes", "-", "yes"}), "yes-yes");
  EXPECT_EQ(join({"我", "们", "。"}), "我们。");
  EXPECT_EQ(join({}), "");
  EXPECT_EQ(join({"He", "Qwertyu", "42", ",", "yes"}), "He Qwertyu 42, yes") << "unknown words";
  EXPECT_EQ(join({"我", "龘", "鱻", "们", "。"}), "我龘鱻们。");
  EXPECT_EQ(join({"我", "42", "们"}), "我42们");
  EXPECT_EQ(join({"He", "मैं", "Ame\u0301", "yes"}), "He मैं Ame\u0301 yes") << "marks end words, too";
  EXPECT_EQ(join({"ที่", "ได้"}), "ที่ได้");
}

TEST(SpacingTest, SaysWhereEachPieceLies) {
  const Spacing spacing({3, 3});
  const JoinedPieces joined = spacing.join(std::vector<Piece>{{"ab", 1}, {"c", 0}});
  EXPECT_EQ(joined.text, "ab c");
  EXPECT_THAT(joined.places, ElementsAre(Token{0, 2}, Token{3, 4}));
}

TEST(WriteSourceTest, WordsThatCannotBeWrittenAreNumberedAsTheyCome) {
  const TextEncoder encoder = encoder_of({"a", "b", "c"});  // of which a and b can be written
  const WriteExample example = make_example(encoder, 3, "b x c y x", "x a c z");
  EXPECT_THAT(example.source.ids, ElementsAre(2, 0, 3, 0, 0));
  EXPECT_THAT(example.source.numbers, ElementsAre(2, 3, 4, 5, 3));
  EXPECT_THAT(example.source.others, ElementsAre("x", "c", "y"));
  EXPECT_THAT(example.ids, ElementsAre(0, 1, 3, 0));
  EXPECT_THAT(example.numbers, ElementsAre(3, 1, 4, -1));
  const std::vector<Index> rows{0};
  const WriteBatch batch = make_batch({example}, rows, 3, 9);
  EXPECT_THAT(batch.before, ElementsAre(9, 0, 1, 3, 0));
  EXPECT_THAT(batch.classes, ElementsAre(-1, 1, -1, -1, 0));
  EXPECT_THAT(batch.places, ElementsAre(1, 4, 12));
  EXPECT_THAT(batch.ends, ElementsAre(2, 2, 3, 3, 3));
}

class WriterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { trained_ = std::make_unique<TrainedWriter>(train_small(1)); }
  static void TearDownTestSuite() { trained_.reset(); }

  static std::vector<WrittenSummaries> write(const std::vector<std::string>& texts, const BeamOptions& options = {},
                                             Index count = 1, Index attended = 0) {
    Executor executor(2);
    return write_summaries(trained_->model, texts, {options, count, attended}, executor);
  }

  inline static std::unique_ptr<TrainedWriter> trained_;
};

TEST_F(WriterTest, OverfitsTenPairs) {
  const std::vector<SummaryRow> rows = ten_pairs().rows;
  Executor executor(1);
  const WriteReport report = write_report(trained_->model, rows, {.beam = {.most = 10}}, executor);
  EXPECT_GT(report.model.rouge.mean.rouge2.f1, 0.95);
  EXPECT_GT(report.model.rouge.mean.rouge2.f1, report.lead.rouge.mean.rouge2.f1);
  EXPECT_EQ(write({rows[0].text})[0].summaries[0].text, rows[0].summaries[0]);
}

TEST_F(WriterTest, CopiesAWordThatItNeverSawAndSaysFromWhere) {
  const std::string text = "It rained. Then Zoltan won 12 races (of 40), they said, in May.";
  const WrittenSummaries written = write({text}, {}, 1, 2)[0];
  ASSERT_EQ(written.summaries.size(), 1U);
  const WrittenSummary& summary = written.summaries[0];
  ASSERT_THAT(summary.text, HasSubstr("Zoltan"));
  for (const WrittenWord& word : summary.words) {
    const std::string form = summary.text.substr(word.place.begin, word.place.end - word.place.begin);
    EXPECT_EQ(word.attended.size(), 2U);
    if (form != "Zoltan") continue;
    EXPECT_GT(word.origin.copied, 0.99);
    const Token from = written.tokens[static_cast<std::size_t>(word.origin.place)];
    EXPECT_EQ(text.substr(from.begin, from.end - from.begin), "Zoltan");
    EXPECT_FALSE(word.is_new);
  }
}

TEST_F(WriterTest, FlagsNumbersAndNamesThatTheTextLacks) {
  const WrittenSummaries written = write({"It rained. Then he won races, they said."}, {.least = 4, .most = 4})[0];
  for (const WrittenWord& word : written.summaries[0].words) {
    const std::string form = written.summaries[0].text.substr(word.place.begin, word.place.end - word.place.begin);
    EXPECT_EQ(word.is_new, form == "12" || form == "40") << form;
  }
}

TEST_F(WriterTest, ATextAmongOthersHasTheSummariesThatItHasAlone) {
  const std::vector<std::string> texts{"Then Ann lost the key.", "",
                                       "Dan won. Bob won 12 races in May, they said (40)."};
  const auto together = write(texts, {}, 3);
  EXPECT_TRUE(together[1].summaries.empty());
  for (const std::size_t i : {0U, 2U}) {
    const auto alone = write({texts[i]}, {}, 3)[0].summaries;
    ASSERT_EQ(together[i].summaries.size(), alone.size());
    for (std::size_t k = 0; k < alone.size(); ++k) {
      EXPECT_EQ(together[i].summaries[k].text, alone[k].text);
      EXPECT_EQ(together[i].summaries[k].score, alone[k].score);
    }
  }
}

TEST_F(WriterTest, KeepsToTheLeastAndTheMost) {
  for (const Index most : {1, 3, 7})
    EXPECT_LE(write({"Then Ann won."}, {.most = most})[0].summaries[0].words.size(), std::size_t(most));
  EXPECT_GE(write({"Then Ann won."}, {.least = 9, .most = 12})[0].summaries[0].words.size(), 9U);
}

TEST_F(WriterTest, IsWhatItsFileHolds) {
  save(trained_->model, testing::TempDir() + "writer.recura");
  const WriteModel read = read_writer(ModelFile::open(testing::TempDir() + "writer.recura"));
  Executor executor(1);
  const std::vector<std::string> texts{ten_pairs().rows[3].text};
  EXPECT_EQ(write_summaries(read, texts, {}, executor)[0].summaries[0].score, write(texts)[0].summaries[0].score);
}

TEST_F(WriterTest, AFileWhosePartsDoNotFitIsRefusedBeforeMemoryIsTaken) {
  const auto error_of = [](const std::function<void(ModelWriter&)>& add, const std::string& longest = "5") {
    ModelWriter writer;
    add_facts({}, "summarise", writer);
    writer.add_text("kind", "write");
    writer.add_text("longest", longest);
    writer.add_text("text", to_json(TextSettings{}));
    writer.add_text("precision", "float32");
    add(writer);
    try {
      read_writer(ModelFile::from_bytes(writer.bytes(), "bad"));
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  WriteNetworkSpec spec{
      .vocabulary = 1, .outputs = 1, .embedding = 1, .hidden = 1, .decoder_hidden = 1, .attention = 1};
  const auto described = [&](const WriteNetworkSpec& one) {
    return error_of([&](ModelWriter& writer) { writer.add_text("network", to_json(one)); });
  };
  spec.vocabulary = Index{1} << 60;
  EXPECT_THAT(described(spec), HasSubstr("larger than the file"));
  spec.vocabulary = spec.outputs = 1;
  spec.decoder_hidden = Index{1} << 60;
  EXPECT_THAT(described(spec), HasSubstr("larger than the file"));
  EXPECT_THAT(error_of([](ModelWriter& writer) { writer.add_text("network", "{}"); }), HasSubstr("network"));

  const auto whole = [&](const std::string& longest, const std::vector<std::int8_t>& sides) {
    spec.vocabulary = 2;
    spec.outputs = 1;
    spec.decoder_hidden = 1;
    Rng rng(1);
    const WriteNetwork network(spec, &rng);
    const std::vector<std::string> forms{"a"};
    return error_of(
        [&](ModelWriter& writer) {
          writer.add_text("network", to_json(spec));
          writer.add_strings("vocabulary", forms);
          writer.copy_tensor<std::int8_t>("spacing", {std::ssize(sides)}, sides);
          for (const Parameter* one : network.parameters())
            writer.copy_tensor<real>(one->name(), one->value().shape(), one->value().values());
        },
        longest);
  };
  EXPECT_EQ(whole("5", {0, 3}), "");
  EXPECT_THAT(whole("5", {0, 4}), HasSubstr("spacing must be"));
  EXPECT_THAT(whole("5", {0}), HasSubstr("\"spacing\" must be [2]"));
  EXPECT_THAT(whole("0", {0, 3}), HasSubstr("longest"));
  EXPECT_THAT(whole("9999999999", {0, 3}), HasSubstr("longest"));
  spec.outputs = 3;
  EXPECT_THAT(described(spec), HasSubstr("outputs"));
}

TEST(WriteNetworkTest, GradientsAreThoseOfTheLoss) {
  Rng rng(3);
  WriteNetwork network(
      {.vocabulary = 5, .outputs = 3, .embedding = 3, .hidden = 2, .decoder_hidden = 3, .attention = 2}, &rng);
  for (Parameter* one : network.parameters()) {
    for (real& value : one->change().values()) value = static_cast<real>(rng.uniform(-0.7, 0.7));
  }
  const TextEncoder encoder = encoder_of({"a", "b", "c", "d"});
  const std::vector<WriteExample> examples{make_example(encoder, 3, "b x c x", "x a b"),
                                           make_example(encoder, 3, "d", "q d")};
  const std::vector<Index> rows{0, 1};
  const WriteBatch batch = make_batch(examples, rows, 3, network.begin());
  check_gradients(network.parameters(), [&](Tape& tape) { return write_loss(tape, network, batch, {0.1, 0.5}); });
}

TEST(WriteNetworkTest, TheOutputMatrixIsMadeOnceForAnEmbedding) {
  Rng rng(3);
  WriteNetwork network(
      {.vocabulary = 5, .outputs = 3, .embedding = 2, .hidden = 2, .decoder_hidden = 3, .attention = 2}, &rng);
  const auto first = network.output_matrix();
  EXPECT_EQ(first, network.output_matrix());
  network.table().change().row(2)[1] = 7;
  EXPECT_NE(first, network.output_matrix());
  const auto again = network.output_matrix();
  EXPECT_EQ(again->depth, 2);
  EXPECT_EQ(again->columns, 3);
  EXPECT_EQ(again->values.data()[kernel::ColumnBlocks::kWidth + 2], 7);
}

TEST(WriterTrainingTest, TheSameSeedGivesTheSameModelForAnyThreads) {
  WriteRecipe recipe = small_writer_recipe();
  recipe.fit.epochs = 3;
  recipe.loss = {0.1, 0.5};
  recipe.network.dropout = 0.2;
  recipe.network.word_dropout = 0.1;
  const TrainedWriter one = train_small(1, recipe);
  for (const int threads : {2, 3})
    EXPECT_TRUE(same_weights(*one.model.network, *train_small(threads, recipe).model.network));
}

TEST(WriterTrainingTest, EveryCellWrites) {
  for (const kernel::Cell cell : {kernel::Cell::rnn, kernel::Cell::gru, kernel::Cell::sru}) {
    WriteRecipe recipe = small_writer_recipe();
    recipe.network.cell = cell;
    recipe.fit.epochs = 4;
    const TrainedWriter trained = train_small(1, recipe);
    EXPECT_LT(trained.fit.epochs.back().loss, trained.fit.epochs.front().loss);
    Executor executor(1);
    const auto written = write_summaries(trained.model, std::vector<std::string>{"It rained ."}, {}, executor)[0];
    ASSERT_FALSE(written.summaries.empty());
    EXPECT_TRUE(std::isfinite(written.summaries[0].score));
    EXPECT_EQ(weight_count(trained.model.network->spec()), [&] {
      double count = 0;
      for (const Parameter* one : trained.model.network->parameters())
        count += static_cast<double>(one->value().size());
      return count;
    }());
  }
}

TEST(WriterTrainingTest, WithoutAWordToLearnItSaysSo) {
  WriteRecipe recipe = small_writer_recipe();
  recipe.min_count = 100;
  SummaryData data;
  data.rows.push_back({.text = "a b", .summaries = {"c"}});
  Executor executor(1);
  EXPECT_THROW(train_writer({std::move(data)}, recipe, executor, {}), DataError);
}

}  // namespace
}  // namespace recura
