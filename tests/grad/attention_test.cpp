#include <cmath>

#include "base/error.h"
#include "grad/attention_op.h"
#include "grad/gradient_check.h"
#include "grad/sequence_ops.h"

namespace recura {
namespace {

/// Three texts of 2, 0 and 3 steps, of which 3, 2 and 1 words are written; and a text that nothing is written of.
class AttentionTest : public testing::Test {
 protected:
  Attended attend(Tape& tape) const {
    return additive_attention(pairs_, tape.parameter(q_), tape.parameter(k_), tape.parameter(v_), tape.parameter(h_));
  }
  std::vector<Parameter*> parameters() { return {&q_, &k_, &v_, &h_}; }

  Rng rng_{3};
  PackingPtr asked_ = std::make_shared<const Packing>(std::vector<Index>{3, 2, 1, 0}),
             read_ = std::make_shared<const Packing>(std::vector<Index>{2, 0, 3, 1});
  AttentionPairsPtr pairs_ = std::make_shared<const kernel::AttentionPairs>(asked_, read_);
  Parameter q_{"q", random_tensor({6, 9}, rng_)}, k_{"k", random_tensor({6, 9}, rng_)},
      v_{"v", random_tensor({9}, rng_)}, h_{"h", random_tensor({6, 4}, rng_)};
};

TEST_F(AttentionTest, IsWhatItsEquationsSay) {
  Tape tape(Mode::infer);
  const Attended attended = attend(tape);
  for (Index text = 0; text < asked_->texts(); ++text) {
    for (Index t = 0; t < asked_->length(text); ++t) {
      std::vector<double> e, c(4);
      double sum = 0;
      for (Index i = 0; i < read_->length(text); ++i) {
        double score = 0;
        for (Index j = 0; j < 9; ++j)
          score += static_cast<double>(v_.value().data()[j]) *
                   std::tanh(static_cast<double>(q_.value().row(asked_->row(text, t))[j]) +
                             static_cast<double>(k_.value().row(read_->row(text, i))[j]));
        e.push_back(std::exp(score));
        sum += e.back();
      }
      for (Index i = 0; i < read_->length(text); ++i) {
        const double weight = e[static_cast<std::size_t>(i)] / sum;
        EXPECT_NEAR(attended.weights.value().data[pairs_->at(text, t) + i], weight, 1e-6);
        for (Index j = 0; j < 4; ++j)
          c[static_cast<std::size_t>(j)] += weight * static_cast<double>(h_.value().row(read_->row(text, i))[j]);
      }
      for (Index j = 0; j < 4; ++j)
        EXPECT_NEAR(attended.context.value().row(asked_->row(text, t))[j], c[static_cast<std::size_t>(j)], 1e-5);
    }
  }
}

TEST_F(AttentionTest, HasItsGradientsThroughContextAndWeights) {
  const auto of_context = random_weights(24, rng_), of_weights = random_weights(pairs_->count(), rng_);
  check_gradients(parameters(), [&](Tape& tape) { return weighted_sum(attend(tape).context, of_context); });
  check_gradients(parameters(), [&](Tape& tape) { return weighted_sum(attend(tape).weights, of_weights); });
  check_gradients(parameters(), [&](Tape& tape) {
    const Attended attended = attend(tape);
    return add(weighted_sum(attended.context, of_context), weighted_sum(attended.weights, of_weights));
  });
}

TEST_F(AttentionTest, GivesTheSameBitsWhateverTheThreads) {
  const auto of_context = random_weights(24, rng_);
  std::vector<std::vector<real>> seen;
  for (const int threads : {1, 2, 3}) {
    Executor executor(threads);
    Tape tape(Mode::train, Rng(1), &executor);
    const Gradients gradients = tape.backward(weighted_sum(attend(tape).context, of_context));
    const auto dv = gradients.of(v_).values.values(), dk = gradients.of(k_).values.values();
    seen.emplace_back(dv.begin(), dv.end());
    seen.back().insert(seen.back().end(), dk.begin(), dk.end());
  }
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
}

TEST_F(AttentionTest, RefusesShapesThatDoNotFit) {
  Tape tape(Mode::infer);
  EXPECT_THROW(
      additive_attention(pairs_, tape.parameter(h_), tape.parameter(k_), tape.parameter(v_), tape.parameter(h_)),
      ArgumentError);
  EXPECT_THROW(kernel::AttentionPairs(asked_, std::make_shared<const Packing>(std::vector<Index>{1})), ArgumentError);
}

TEST_F(AttentionTest, CoverageIsTheSharedPartOfWeightsAndThoseBefore) {
  const Parameter weights("a", Tensor({10}, std::vector<real>{0.5, 0.5, 0.75, 0.25, 1, 0, 0.2, 0.3, 0.5, 0}));
  const auto read = std::make_shared<const Packing>(std::vector<Index>{2, 0, 3, 1});
  const auto asked = std::make_shared<const Packing>(std::vector<Index>{3, 0, 1, 1});
  const auto pairs = std::make_shared<const kernel::AttentionPairs>(asked, read);
  Tape tape(Mode::infer);
  // Of the first text: min(.75, .5) + min(.25, .5), then min(1, 1.25) + min(0, .75).
  EXPECT_NEAR(coverage_loss(pairs, tape.parameter(weights), 4).value().data[0], (0.75 + 1) / 4, 1e-6);
}

TEST_F(AttentionTest, CoverageHasItsGradients) {
  check_gradients(parameters(), [&](Tape& tape) { return coverage_loss(pairs_, attend(tape).weights, 5); });
}

class CopyLossTest : public AttentionTest {
 protected:
  Var loss(Tape& tape, real smoothing, kernel::CopyLoss* told = nullptr) const {
    const kernel::CopyTargets targets{classes_, places_, ends_};
    return copy_cross_entropy(tape.parameter(z_), tape.parameter(u_), attend(tape).weights, targets, smoothing, told);
  }

  // One word of the vocabulary alone, one of both, one of two places alone, one of neither, and two more.
  std::vector<std::int32_t> classes_{1, 4, -1, -1, 0, 2};
  std::vector<std::int64_t> places_{pairs_->at(0, 1), pairs_->at(2, 0), pairs_->at(2, 0) + 2}, ends_{0, 1, 3, 3, 3, 3};
  Parameter z_{"z", random_tensor({6, 5}, rng_)}, u_{"u", random_tensor({6, 1}, rng_)};
};

TEST_F(CopyLossTest, HasItsGradientsWithAndWithoutSmoothing) {
  for (const real smoothing : {real{0}, real(0.1)})
    check_gradients({&z_, &u_, &q_, &k_, &v_}, [&](Tape& tape) { return loss(tape, smoothing); });
}

TEST_F(CopyLossTest, IsTheMixtureOfVocabularyAndTextAndLeavesOutWhatNeitherHas) {
  Tape tape(Mode::infer);
  kernel::CopyLoss told;
  const Var got = loss(tape, 0, &told);
  const auto weights = attend(tape).weights.value();
  double sum = 0;
  for (std::size_t m = 0; m < 6; ++m) {
    double whole = 0, p = 0;
    for (Index k = 0; k < 5; ++k) whole += std::exp(static_cast<double>(z_.value().row(static_cast<Index>(m))[k]));
    const double gate = 1 / (1 + std::exp(-static_cast<double>(u_.value().data()[m])));
    if (classes_[m] >= 0)
      p += gate * std::exp(static_cast<double>(z_.value().row(static_cast<Index>(m))[classes_[m]])) / whole;
    for (std::int64_t i = m == 0 ? 0 : ends_[m - 1]; i < ends_[m]; ++i)
      p += (1 - gate) * static_cast<double>(weights.data[places_[static_cast<std::size_t>(i)]]);
    if (p > 0) sum -= std::log(p);
  }
  EXPECT_EQ(told.words, 5);
  EXPECT_NEAR(told.likelihood, sum, 1e-5);
  EXPECT_NEAR(got.value().data[0], sum / 5, 1e-5);
}

TEST_F(CopyLossTest, OfACertainErrorIsLargeAndFinite) {
  for (real& gate : u_.change().values()) gate = 300;
  z_.change().row(0)[1] = -300;
  Tape tape(Mode::train);
  const Var got = loss(tape, real(0.1));
  EXPECT_GT(got.value().data[0], 50);
  EXPECT_TRUE(std::isfinite(got.value().data[0]));
  const Gradients gradients = tape.backward(got);
  for (const Parameter* one : {&z_, &u_}) {
    for (const real value : gradients.of(*one).values.values()) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST_F(CopyLossTest, RefusesWordsAndPlacesThatAreNone) {
  Tape tape(Mode::infer);
  classes_[0] = 5;
  EXPECT_THROW(loss(tape, 0), ArgumentError);
  classes_[0] = 0;
  places_[0] = pairs_->count();
  EXPECT_THROW(loss(tape, 0), ArgumentError);
}

TEST(TiedLinearTest, HasItsGradientsBesideThoseOfTheRowsThatWereRead) {
  Rng rng(4);
  Parameter table("table", random_tensor({5, 3}, rng)), bias("b", random_tensor({4}, rng));
  const auto weights = random_weights(8, rng);
  check_gradients({&table, &bias}, [&](Tape& tape) {
    const Var rows = embed(tape.parameter(table), std::vector<std::int32_t>{4, 1});
    return weighted_sum(tied_linear(rows, tape.parameter(table), tape.parameter(bias)), weights);
  });
}

}  // namespace
}  // namespace recura
