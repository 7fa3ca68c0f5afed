#include "tensor/precision.h"

#include <bit>

#include "kernel/recurrent_case.h"
#include "kernel/simd/code.h"

namespace recura::kernel {
namespace {

/// Narrow weights, which have no backward pass: inference alone, against the twin in float32 with rounded weights.
class NarrowWeightsTest : public EachLevelTest {
 protected:
  static RecurrentCase random_narrow_case(std::mt19937& random) {
    RecurrentCase layer = random_case(random);
    RecurrentSpec& spec = layer.spec;
    spec.precision = random() % 2 == 0 ? Precision::bf16 : Precision::int8;
    const RecurrentShapes shapes = weight_shapes(spec);
    round_to(spec.precision, Channel::column, {layer.w.data(), shapes.w});
    round_to(spec.precision, Channel::column, {layer.u.data(), shapes.u});
    return layer;
  }

  RecurrentResult infer(const RecurrentCase& layer, int parts = 1) const { return run(level(), layer, parts, false); }

  static RecurrentResult expected(RecurrentCase layer) {
    layer.spec.precision = Precision::float32;
    return run(*available_levels().front(), layer, 1, false);
  }
};
INSTANTIATE_TEST_SUITE_P(Levels, NarrowWeightsTest, every_level(), level_name);

bool keeps_errors_small(const RecurrentSpec& spec) { return spec.cell == Cell::sru || has_states_in_unit(spec); }

/// Texts of one step, whose inputs and states are such that levels which round them too lose nothing.
TEST_P(NarrowWeightsTest, OneStepIsThatOfTheTwin) {
  std::mt19937 random(11);
  for (int round = 0; round < random_cases(300); ++round) {
    RecurrentCase layer = random_narrow_case(random);
    for (Index& length : layer.lengths) length = std::min<Index>(length, 1);
    for (real& x : layer.x) x = from_bf16(to_bf16(static_cast<float>(x)));
    const bool whole = layer.spec.precision == Precision::int8 && has_states_in_unit(layer.spec);
    for (real& h : layer.initial_h) {
      h = whole ? static_cast<real>(std::round(h * 127) / 127)
                : static_cast<real>(from_bf16(to_bf16(static_cast<float>(h))));
    }
    const RecurrentResult result = infer(layer), twin = expected(layer);
    ASSERT_TRUE(alike(result.h, twin.h, 2e-5)) << describe(layer);
    ASSERT_TRUE(alike(result.last_h, twin.last_h, 2e-5)) << describe(layer);
    ASSERT_TRUE(alike(result.last_c, twin.last_c, 2e-5)) << describe(layer);
  }
}

TEST_P(NarrowWeightsTest, WholeTextsStayNearTheTwin) {
  std::mt19937 random(12);
  for (int round = 0; round < random_cases(300); ++round) {
    const RecurrentCase layer = random_narrow_case(random);
    if (!keeps_errors_small(layer.spec)) continue;
    const RecurrentResult result = infer(layer), twin = expected(layer);
    ASSERT_TRUE(alike(result.h, twin.h, 0.04)) << describe(layer);
    ASSERT_TRUE(alike(result.last_c, twin.last_c, 0.04)) << describe(layer);
  }
}

TEST_P(NarrowWeightsTest, NeitherPartsNorNeighboursChangeABit) {
  std::mt19937 random(13);
  for (int round = 0; round < 150; ++round) {
    const RecurrentCase layer = random_narrow_case(random);
    const RecurrentResult whole = infer(layer);
    for (const int parts : {2, 3, 8}) {
      const RecurrentResult cut = infer(layer, parts);
      ASSERT_TRUE(same_bits(cut.h, whole.h) && same_bits(cut.last_c, whole.last_c)) << describe(layer);
    }
    const Packing packing(layer.lengths);
    const Index text = random_size(random, 0, packing.texts() - 1), hidden = layer.spec.hidden;
    const RecurrentResult alone = infer(only(layer, text));
    const auto* last = whole.last_h.data() + text * hidden;
    ASSERT_TRUE(same_bits(alone.last_h, Values(last, last + hidden))) << describe(layer);
  }
}

/// Near, but not the same where bf16 is multiplied; the same bits elsewhere.
TEST_P(NarrowWeightsTest, TrainingInBf16IsNearToFloat32) {
  std::mt19937 random(14);
  for (int round = 0; round < random_cases(200); ++round) {
    RecurrentCase layer = random_case(random);
    if (!keeps_errors_small(layer.spec)) continue;
    const RecurrentResult expected = run(level(), layer);
    layer.spec.precision = Precision::bf16;
    const RecurrentResult result = run(level(), layer);
    for (std::size_t i = 0; i < result.named().size(); ++i) {
      const Values &values = *result.named()[i].second, &wanted = *expected.named()[i].second;
      double error = 0, size = 0.1;
      for (std::size_t at = 0; at < values.size(); ++at) {
        error += std::pow(static_cast<double>(values[at]) - static_cast<double>(wanted[at]), 2);
        size += std::pow(static_cast<double>(wanted[at]), 2);
      }
      ASSERT_LE(std::sqrt(error / size), 0.02) << result.named()[i].first << " of " << describe(layer);
    }
    const bool has_kernel = layer.spec.cell != Cell::sru && (layer.spec.cell != Cell::gru || layer.spec.reset_after);
    const bool multiplies = level().multiplies_narrow() && has_kernel && Packing(layer.lengths).rows() > 0;
    ASSERT_EQ(same_bits(result.h, expected.h), !multiplies) << describe(layer);
    for (const int parts : {2, 3}) {
      const RecurrentResult cut = run(level(), layer, parts);
      for (std::size_t i = 0; i < result.named().size(); ++i)
        ASSERT_TRUE(same_bits(*cut.named()[i].second, *result.named()[i].second)) << result.named()[i].first;
    }
  }
}

class TilesTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto is_there = [](const Level* level) { return level->name() == "v4-amx"; };
    if (std::ranges::none_of(available_levels(), is_there)) GTEST_SKIP() << "this processor has no v4-amx";
  }
};

/// Sums of int8 numbers are exact: in tiles as in vectors.
TEST_F(TilesTest, Int8GivesTheBitsOfVectors) {
  std::mt19937 random(16);
  for (int round = 0; round < random_cases(300); ++round) {
    RecurrentCase layer = random_case(random);
    layer.spec.precision = Precision::int8;
    layer.spec.activation = Activation::tanh;
    std::ranges::fill(layer.w, real{0});  // inputs meet int8 weights as bf16, whose sums are not exact
    const RecurrentResult tiles = run(level("v4-amx"), layer, 1, false),
                          vectors = run(level("v4-bf16"), layer, 1, false);
    ASSERT_TRUE(same_bits(tiles.h, vectors.h) && same_bits(tiles.last_c, vectors.last_c)) << describe(layer);
  }
}

#if defined(__x86_64__) && !defined(RECURA_DOUBLE)

/// Pairs of bf16 numbers of all sizes, those below the normal ones among them.
std::vector<float> random_pairs(std::mt19937& random, Index count) {
  const auto number = [&] {
    const float value = std::normal_distribution<float>()(random);
    return static_cast<std::uint32_t>(
        to_bf16(random() % 3 == 0 ? std::ldexp(value, -static_cast<int>(random() % 140)) : value));
  };
  std::vector<float> pairs(static_cast<std::size_t>(count));
  for (float& pair : pairs) pair = std::bit_cast<float>(number() << 16 | number());
  return pairs;
}

/// The products of rows that are given `at_once`.
std::vector<float> tile_products(simd::Product product, Index at_once, std::vector<float> c) {
  const Index rows = product.rows;
  for (Index row = 0; row < rows; row += at_once) {
    product.rows = std::min(at_once, rows - row);
    product.c = c.data() + row * product.c_stride;
    product.start = product.c;
    simd::kAmxProduct(product);
    product.a += product.rows * product.a_stride;
  }
  return c;
}

TEST_F(TilesTest, AFewRowsGetTheBitsOfMany) {
  std::mt19937 random(17);
  for (int round = 0, cases = random_cases(300); round < cases; ++round) {
    const Index rows = random_size(random, 3, 40), depth = random_size(random, 0, 70),
                columns = random_size(random, 1, 90);
    const Index blocks = simd::blocks_of(columns);
    const std::vector<float> a = random_pairs(random, rows * depth),
                             b = random_pairs(random, blocks * depth * simd::kBlock),
                             scale(static_cast<std::size_t>(blocks * simd::kBlock), 0.5f);
    simd::Product product{.rows = rows, .columns = columns, .a = a.data(), .a_stride = depth, .depth = depth};
    product.precision = Precision::bf16;
    product.b = b.data();
    product.b_panel = depth * simd::kBlock;
    product.start_stride = product.c_stride = columns;
    product.scale = scale.data();
    const std::vector<float> start = random_pairs(random, rows * columns), whole = tile_products(product, rows, start);
    for (const Index at_once : {1, 2, 5})
      ASSERT_TRUE(same_bits(tile_products(product, at_once, start), whole)) << round;
  }
}

#endif

/// Other weights in the memory of the first ones.
TEST_P(NarrowWeightsTest, PackingAgainIsPackingAnew) {
  std::mt19937 random(15);
  for (int round = 0; round < 200; ++round) {
    RecurrentCase layer = random_case(random);
    layer.spec.precision = static_cast<Precision>(random() % 3);
    const bool training = random() % 2 == 0;
    RecurrentCase other = layer;
    for (Values* weights : {&other.w, &other.u, &other.b, &other.d}) {
      *weights = random_values(random, static_cast<Index>(weights->size()));
    }
    const RecurrentResult anew = run(level(), layer, 1, training);
    const RecurrentResult again = run(level(), layer, 1, training, &other);
    for (std::size_t i = 0; i < anew.named().size(); ++i) {
      ASSERT_TRUE(same_bits(*again.named()[i].second, *anew.named()[i].second))
          << anew.named()[i].first << " of " << describe(layer);
    }
  }
}

}  // namespace
}  // namespace recura::kernel
