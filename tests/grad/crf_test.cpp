#include <random>

#include "base/error.h"
#include "grad/crf_op.h"
#include "grad/gradient_check.h"
#include "kernel/crf_case.h"

namespace recura {
namespace {

using Tags = std::vector<std::int32_t>;

/// Tags 0 (outside), 1 (begin), 2 (inside): a 2 stands after a 1 or a 2 alone.
class CrfLossTest : public testing::Test {
 protected:
  Var loss(Tape& tape, Tags tags) {
    const Sequence sequence{tape.parameter(emissions_), packing_};
    return crf_loss(sequence, {tape.parameter(transitions_), tape.parameter(begin_), tape.parameter(end_)}, graph_,
                    {tags, sets_});
  }
  /// In the rows' order.
  Tags packed(const std::vector<Tags>& texts) const {
    Tags tags(static_cast<std::size_t>(packing_->rows()));
    for (std::size_t text = 0; text < texts.size(); ++text) {
      for (std::size_t step = 0; step < texts[text].size(); ++step) {
        tags[static_cast<std::size_t>(packing_->row(static_cast<Index>(text), static_cast<Index>(step)))] =
            texts[text][step];
      }
    }
    return tags;
  }
  std::vector<Parameter*> parameters() { return {&emissions_, &transitions_, &begin_, &end_}; }

  Rng rng_{5};
  kernel::TagGraph graph_{{3, {1, 1, 0}, {1, 1, 1}, {1, 1, 0, 1, 1, 1, 1, 1, 1}}};
  std::vector<std::vector<std::uint8_t>> sets_{{1, 1, 0}, {0, 1, 1}, {1, 1, 1}};  // -2, -3, -4
  PackingPtr packing_ = std::make_shared<const Packing>(std::vector<Index>{2, 0, 4, 1});
  Parameter emissions_{"emissions", random_tensor({7, 3}, rng_)},
      transitions_{"transitions", random_tensor({3, 3}, rng_)}, begin_{"begin", random_tensor({3}, rng_)},
      end_{"end", random_tensor({3}, rng_)};
};

TEST_F(CrfLossTest, HasItsGradientsAlsoOfMixedLengthsAndEmptyTexts) {
  const Tags tags = packed({{1, 2}, {}, {0, 1, 2, 0}, {0}});
  check_gradients(parameters(), [&](Tape& tape) { return loss(tape, tags); });
}

TEST_F(CrfLossTest, HasItsGradientsOfUndecidedTags) {
  for (const auto& texts :
       {std::vector<Tags>{{1, -1}, {}, {0, -1, 2, -1}, {-1}}, std::vector<Tags>{{0, 1}, {}, {-1, -1, 2, 2}, {1}}}) {
    check_gradients(parameters(), [&](Tape& tape) { return loss(tape, packed(texts)); });
  }
}

TEST_F(CrfLossTest, HasItsGradientsOfTagsOfWhichASetIsKnown) {
  for (const auto& texts :
       {std::vector<Tags>{{1, -3}, {}, {-2, -3, 2, -2}, {-2}}, std::vector<Tags>{{0, 1}, {}, {-2, -2, -1, -3}, {-4}}}) {
    check_gradients(parameters(), [&](Tape& tape) { return loss(tape, packed(texts)); });
  }
}

TEST_F(CrfLossTest, ASetOfAllTagsIsAsUndecidedAndASetOfOneAsThatTag) {
  sets_.push_back({0, 1, 0});  // -5
  const auto bits = [&](const std::vector<Tags>& texts) {
    Tape tape(Mode::train);
    const Var value = loss(tape, packed(texts));
    const Gradients gradients = tape.backward(value);
    std::vector<real> all{value.value().data[0]};
    for (const Parameter* parameter : parameters())
      std::ranges::copy(gradients.of(*parameter).values.values(), std::back_inserter(all));
    return all;
  };
  const std::vector<real> undecided = bits({{1, -1}, {}, {0, -1, 2, -1}, {-1}});
  EXPECT_TRUE(bits({{1, -4}, {}, {0, -4, 2, -4}, {-4}}) == undecided);
  EXPECT_TRUE(bits({{-5, -1}, {}, {0, -1, 2, -4}, {-1}}) == undecided);
}

TEST_F(CrfLossTest, SumsOverAllSequencesThatAgreeWithWhatIsKnown) {
  std::mt19937 random(3);
  int checked = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    const kernel::CrfCase c(4, {5, 3}, seed % 3 == 0 ? 60 : 2, 0.8, seed);
    Tags tags;
    std::vector<std::vector<std::uint8_t>> sets(3, std::vector<std::uint8_t>(4));
    for (auto& set : sets) {
      for (std::uint8_t& flag : set) flag = random() % 2;
    }
    for (Index row = 0; row < c.packing.rows(); ++row) tags.push_back(static_cast<std::int32_t>(random() % 6) - 4);
    const kernel::KnownTags known{tags, sets};
    double expected = 0;
    for (Index text = 0; text < 2; ++text) {
      const auto agrees = [&](const kernel::Sequence& sequence) {
        for (Index step = 0; step < c.packing.length(text); ++step) {
          if (!known.may_be(c.packing.row(text, step), sequence.tags[static_cast<std::size_t>(step)])) return false;
        }
        return true;
      };
      const auto all = kernel::every_sequence(c, text);
      expected -= all.empty() ? std::numeric_limits<double>::infinity() : std::log(probability(all, agrees)) / 2;
    }
    Tape tape(Mode::infer);
    const auto constant = [&](const Tensor& tensor) { return tape.constant(tensor); };
    const kernel::TagGraph graph(c.rules);
    const auto value = [&] {
      return crf_loss({constant(c.emissions), std::make_shared<const Packing>(c.packing)},
                      {constant(c.transitions), constant(c.begin), constant(c.end)}, graph, known)
          .value()
          .data[0];
    };
    if (std::isfinite(expected)) {
      EXPECT_NEAR(value(), expected, 1e-4 * std::max(1.0, expected)) << "case " << seed;
      ++checked;
    } else if (seed % 3 != 0) {
      EXPECT_THROW(value(), ArgumentError) << "case " << seed;
    }
  }
  EXPECT_GT(checked, 50);
}

TEST_F(CrfLossTest, HasItsGradientsWhereProductsUnderflow) {
  if (sizeof(real) == 4) GTEST_SKIP() << "differences of so large a loss are rounding in float";
  for (real& value : emissions_.change().values()) value *= 70;
  for (real& value : transitions_.change().values()) value *= 70;
  const Tags tags = packed({{1, 2}, {}, {0, -1, 2, 0}, {0}});
  check_gradients(parameters(), [&](Tape& tape) { return loss(tape, tags); });
}

TEST_F(CrfLossTest, IsZeroWhereNothingIsDecidedAndForEmptyTextsAlone) {
  Tape tape(Mode::train);
  const Var undecided = loss(tape, Tags(7, -1));
  EXPECT_NEAR(undecided.value().data[0], 0, 1e-6);
  const Gradients gradients = tape.backward(undecided);
  for (const real d : gradients.of(emissions_).values.values()) EXPECT_NEAR(d, 0, 1e-6);
  packing_ = std::make_shared<const Packing>(std::vector<Index>{0, 0});
  emissions_ = Parameter("emissions", Tensor({0, 3}));
  Tape empty(Mode::train);
  const Var nothing = loss(empty, {});
  EXPECT_EQ(nothing.value().data[0], 0);
  for (const real d : empty.backward(nothing).of(transitions_).values.values()) EXPECT_EQ(d, 0);
}

TEST_F(CrfLossTest, WeightsOfIllegalStepsHaveNoGradientAndNoEffect) {
  const Tags tags = packed({{1, 2}, {}, {0, -1, 2, 0}, {0}});
  const auto evaluate = [&] {
    Tape tape(Mode::train);
    const Var value = loss(tape, tags);
    const Gradients gradients = tape.backward(value);
    EXPECT_EQ(gradients.of(transitions_).values.row(0)[2], 0);
    EXPECT_EQ(gradients.of(begin_).values.data[2], 0);
    return value.value().data[0];
  };
  const real before = evaluate();
  transitions_.change().row(0)[2] = std::numeric_limits<real>::quiet_NaN();
  begin_.change().data()[2] = 1000;
  EXPECT_EQ(evaluate(), before);
}

TEST_F(CrfLossTest, IsTheSameWhenInferring) {
  const Tags tags = packed({{1, 2}, {}, {0, -1, 2, 0}, {0}});
  Tape training(Mode::train), inferring(Mode::infer);
  EXPECT_EQ(loss(training, tags).value().data[0], loss(inferring, tags).value().data[0]);
}

TEST_F(CrfLossTest, ThreadsDoNotChangeABit) {
  std::vector<Index> lengths;
  for (Index text = 0; text < 1200; ++text) lengths.push_back(text % 97);
  packing_ = std::make_shared<const Packing>(lengths);
  const Index tags = 9;  // large enough for parts of eight threads
  graph_ = kernel::TagGraph(
      {tags, std::vector<std::uint8_t>(9, 1), std::vector<std::uint8_t>(9, 1), std::vector<std::uint8_t>(81, 1)});
  emissions_ = Parameter("emissions", random_tensor({packing_->rows(), tags}, rng_, 5));
  transitions_ = Parameter("transitions", random_tensor({tags, tags}, rng_));
  begin_ = Parameter("begin", random_tensor({tags}, rng_));
  end_ = Parameter("end", random_tensor({tags}, rng_));
  sets_ = {{1, 1, 0, 1, 0, 1, 1, 0, 1}};
  Tags given(static_cast<std::size_t>(packing_->rows()));
  for (std::size_t row = 0; row < given.size(); ++row) given[row] = static_cast<std::int32_t>(row * row % 11) - 2;
  const auto computed = [&](int threads) {
    Executor executor(threads);
    Tape tape(Mode::train, Rng(1), &executor);
    const Var value = loss(tape, given);
    const Gradients gradients = tape.backward(value);
    std::vector<real> all{value.value().data[0]};
    for (const Parameter* parameter : parameters()) {
      std::ranges::copy(gradients.of(*parameter).values.values(), std::back_inserter(all));
    }
    return all;
  };
  const std::vector<real> alone = computed(1);
  for (const int threads : {2, 3, 8}) EXPECT_TRUE(computed(threads) == alone) << threads << " threads";
}

TEST_F(CrfLossTest, IllegalTagsAreNamedWithTextAndStep) {
  const auto message = [&](const std::vector<Tags>& texts) -> std::string {
    Tape tape(Mode::infer);
    try {
      loss(tape, packed(texts));
    } catch (const ArgumentError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message({{1, 2}, {}, {0, 1, 2, 2}, {0}}), "");
  const std::string follows = message({{1, 2}, {}, {0, 1, 0, 2}, {0}});
  EXPECT_NE(follows.find("text 2"), std::string::npos) << follows;
  EXPECT_NE(follows.find("tag 2 at step 3"), std::string::npos) << follows;
  const std::string begins = message({{2, 2}, {}, {0, 1, 0, 0}, {0}});
  EXPECT_NE(begins.find("text 0"), std::string::npos) << begins;
  EXPECT_NE(message({{1, 2}, {}, {0, 1, 0, 3}, {0}}).find("in -4 … 2, got 3"), std::string::npos);
  EXPECT_NE(message({{1, 2}, {}, {0, 1, 0, -5}, {0}}).find("got -5"), std::string::npos);
  EXPECT_EQ(message({{-3, 2}, {}, {0, 0, -3, 2}, {-2}}), "");
  const std::string of_set = message({{1, 2}, {}, {0, 2, -2, -3}, {0}});
  EXPECT_NE(of_set.find("tag 2 at step 1, after 0"), std::string::npos) << of_set;
  sets_.back().pop_back();
  EXPECT_NE(message({{1, 2}, {}, {0, 1, 2, 2}, {0}}).find("a set must flag 3 tags, got 2"), std::string::npos);
}

TEST_F(CrfLossTest, ATextWithoutALegalSequenceIsAnError) {
  graph_ = kernel::TagGraph({3, {1, 1, 1}, {1, 1, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 0}});
  for (const Mode mode : {Mode::train, Mode::infer}) {
    Tape tape(mode);
    EXPECT_THROW(loss(tape, Tags(7, -1)), ArgumentError);
  }
}

TEST_F(CrfLossTest, ShapesThatDoNotFitAreRefused) {
  Tape tape(Mode::infer);
  EXPECT_THROW(loss(tape, Tags(6, 0)), ArgumentError);
  transitions_ = Parameter("transitions", Tensor({3, 2}));
  Tape another(Mode::infer);
  EXPECT_THROW(loss(another, Tags(7, 0)), ArgumentError);
}

}  // namespace
}  // namespace recura
