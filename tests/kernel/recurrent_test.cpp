#include <algorithm>
#include <limits>

#include "kernel/recurrent_case.h"

namespace recura::kernel {
namespace {

class RecurrentTest : public EachLevelTest {};
INSTANTIATE_TEST_SUITE_P(EveryLevel, RecurrentTest, every_level(), level_name);

void expect_same_bits(const RecurrentResult& a, const RecurrentResult& b, const RecurrentCase& layer) {
  const auto left = a.named(), right = b.named();
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_TRUE(same_bits(*left[i].second, *right[i].second)) << left[i].first << " of " << describe(layer);
  }
}

TEST_P(RecurrentTest, EqualsItsReadableTwin) {
  std::mt19937 random(1);
  for (int round = 0, cases = random_cases(1000); round < cases && !HasFailure(); ++round) {
    RecurrentCase layer = random_case(random);
    want_less(random, layer);
    const int parts = static_cast<int>(random_size(random, 1, 8));
    const RecurrentResult results = run(level(), layer, parts), twins = run(twin(), layer);
    const auto result = results.named(), expected = twins.named();
    for (std::size_t i = 0; i < result.size(); ++i) {
      EXPECT_TRUE(alike(*result[i].second, *expected[i].second, 2e-4))
          << result[i].first << " of case " << round << " in " << parts << " parts: " << describe(layer);
    }
  }
}

#ifdef RECURA_DOUBLE

double dot(const Values& a, const Values& b) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) sum += a[i] * b[i];
  return sum;
}

/// The number whose gradients `run` gives: what comes out, weighted by the gradients that come in.
double loss(const Level& level, const RecurrentCase& layer) {
  const RecurrentResult result = run(level, layer, 1, false);
  double sum = dot(result.last_h, layer.dlast_h) + dot(result.last_c, layer.dlast_c);
  const Packing packing(layer.lengths);
  for (Index row = 0; row < packing.rows() && !layer.dh.empty(); ++row) {
    for (Index unit = row * layer.h_stride; unit < row * layer.h_stride + layer.spec.hidden; ++unit) {
      sum += result.h[unit] * layer.dh[unit];
    }
  }
  return sum;
}

TEST_P(RecurrentTest, GradientsEqualFiniteDifferences) {
  std::mt19937 random(8);
  for (int round = 0; round < 200; ++round) {
    RecurrentCase layer = random_case(random);
    layer.spec.truncate = 0;
    if (layer.spec.activation == Activation::relu) layer.spec.activation = Activation::tanh;  // away from the kink
    layer.dx_before = {};
    const RecurrentResult result = run(level(), layer);
    const auto expect_slope = [&](Values& values, const Values& gradient, const char* name) {
      if (values.empty() || gradient.empty()) return;
      const std::size_t at = random() % std::min(values.size(), gradient.size());
      if (&values == &layer.x && static_cast<Index>(at) % layer.x_stride >= layer.spec.input) return;  // between rows
      const real value = values[at], step = 1e-5;
      values[at] = value + step;
      const double above = loss(level(), layer);
      values[at] = value - step;
      const double below = loss(level(), layer);
      values[at] = value;
      const double slope = (above - below) / (2 * step);
      EXPECT_NEAR(gradient[at], slope, 1e-6 * std::max(1.0, std::abs(slope))) << name << " of " << describe(layer);
    };
    for (int element = 0; element < 4; ++element) {
      expect_slope(layer.x, result.dx, "x");
      expect_slope(layer.w, result.dw, "w");
      expect_slope(layer.u, result.du, "u");
      expect_slope(layer.b, result.db, "b");
      expect_slope(layer.d, result.dd, "d");
      expect_slope(layer.initial_h, result.dinitial_h, "initial_h");
      expect_slope(layer.initial_c, result.dinitial_c, "initial_c");
    }
  }
}

#endif  // RECURA_DOUBLE

TEST_P(RecurrentTest, PartsDoNotChangeABit) {
  std::mt19937 random(2);
  for (int round = 0; round < 150; ++round) {
    const RecurrentCase layer = random_case(random);
    const RecurrentResult whole = run(level(), layer);
    for (const int parts : {2, 3, 4, 8}) expect_same_bits(run(level(), layer, parts), whole, layer);
  }
}

TEST_P(RecurrentTest, InferringGivesTheBitsOfTraining) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const RecurrentCase layer = random_case(random);
    const RecurrentResult training = run(level(), layer), inferring = run(level(), layer, 1 + round % 3, false);
    EXPECT_TRUE(same_bits(inferring.h, training.h)) << describe(layer);
    EXPECT_TRUE(same_bits(inferring.last_h, training.last_h)) << describe(layer);
    EXPECT_TRUE(same_bits(inferring.last_c, training.last_c)) << describe(layer);
  }
}

TEST_P(RecurrentTest, NeighboursDoNotChangeAText) {
  std::mt19937 random(4);
  for (int round = 0; round < 150; ++round) {
    const RecurrentCase batch = random_case(random);
    const RecurrentResult together = run(level(), batch);
    const Packing packing(batch.lengths);
    const Index text = random_size(random, 0, packing.texts() - 1), hidden = batch.spec.hidden;
    const RecurrentResult alone = run(level(), only(batch, text));
    const auto same = [&](const Values& one, Index at, const Values& many, Index from, Index count) {
      return std::memcmp(one.data() + at, many.data() + from, static_cast<std::size_t>(count) * sizeof(real)) == 0;
    };
    for (Index step = 0; step < packing.length(text); ++step) {
      const Index row = packing.row(text, step);
      ASSERT_TRUE(same(alone.h, step * batch.h_stride, together.h, row * batch.h_stride, hidden)) << describe(batch);
      ASSERT_TRUE(same(alone.dx, step * batch.x_stride, together.dx, row * batch.x_stride, batch.spec.input))
          << describe(batch);
    }
    ASSERT_TRUE(same(alone.last_h, 0, together.last_h, text * hidden, hidden)) << describe(batch);
    ASSERT_TRUE(same(alone.dinitial_h, 0, together.dinitial_h, text * hidden, hidden)) << describe(batch);
  }
}

/// Steps `begin` … `end` of the one text of a case, in its direction of reading.
RecurrentCase piece(const RecurrentCase& text, Index begin, Index end) {
  const Index length = text.lengths[0], first = text.spec.reverse ? length - end : begin;
  RecurrentCase part = text;
  part.spec.truncate = 0;
  part.lengths = {end - begin};
  const auto cut = [&](const Values& values, Index stride) {
    if (values.empty()) return Values{};
    return Values(values.begin() + first * stride, values.begin() + (first + end - begin) * stride);
  };
  part.x = cut(text.x, text.x_stride);
  part.dh = cut(text.dh, text.h_stride);
  part.dx_before = cut(text.dx_before, text.x_stride);
  if (end < length) part.dlast_h = part.dlast_c = {};
  return part;
}

TEST_P(RecurrentTest, TruncationEqualsPiecesWithDetachedStates) {
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    RecurrentCase text = random_case(random);
    text = only(text, 0);
    const Index length = text.lengths[0];
    text.spec.truncate = random_size(random, 1, 4);
    const RecurrentResult whole = run(level(), text);
    Values dw(whole.dw.size()), du(whole.du.size()), h = text.initial_h, c = text.initial_c;
    for (Index begin = 0; begin < length; begin += text.spec.truncate) {
      RecurrentCase part = piece(text, begin, std::min(length, begin + text.spec.truncate));
      part.initial_h = h;
      part.initial_c = c;
      const RecurrentResult result = run(level(), part);
      for (std::size_t i = 0; i < dw.size(); ++i) dw[i] += result.dw[i];
      for (std::size_t i = 0; i < du.size(); ++i) du[i] += result.du[i];
      if (begin == 0) {
        EXPECT_TRUE(alike(whole.dinitial_h, result.dinitial_h, 1e-5)) << describe(text);
        EXPECT_TRUE(alike(whole.dinitial_c, result.dinitial_c, 1e-5)) << describe(text);
      }
      h = result.last_h;
      c = result.last_c;
    }
    EXPECT_TRUE(alike(whole.dw, dw, 1e-4)) << describe(text);
    EXPECT_TRUE(alike(whole.du, du, 1e-4)) << describe(text);
  }
}

TEST_P(RecurrentTest, SaturatedGatesStayFinite) {
  std::mt19937 random(6);
  for (int round = 0; round < 60; ++round) {
    RecurrentCase layer = random_case(random);
    if (layer.spec.cell == Cell::rnn) layer.spec.activation = round % 2 ? Activation::sigmoid : Activation::tanh;
    for (real& value : layer.x) value *= real(1e6);
    const RecurrentResult result = run(level(), layer);
    for (const auto& [name, values] : result.named()) {
      for (const real value : *values) ASSERT_TRUE(std::isfinite(value)) << name << " of " << describe(layer);
    }
  }
}

TEST_P(RecurrentTest, NotANumberReachesTheLastState) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    RecurrentCase layer = only(random_case(random), 0);
    if (layer.lengths[0] == 0) continue;
    // ReLU maps it to a number in some libraries; here it must not.
    layer.x[0] = std::numeric_limits<real>::quiet_NaN();
    const Values last_h = run(level(), layer).last_h;
    for (const real value : last_h) ASSERT_TRUE(std::isnan(value)) << describe(layer);
  }
}

}  // namespace
}  // namespace recura::kernel
