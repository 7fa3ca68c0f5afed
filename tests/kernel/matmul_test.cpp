#include "kernel/matmul.h"

#include <algorithm>

#include "kernel/levels.h"

namespace recura::kernel {
namespace {

class MatmulTest : public EachLevelTest {
 protected:
  Values matmul(const Values& a, const Values& b, const Values& bias, Index n, Index k, Index m,
                int threads = 1) const {
    Values c(static_cast<std::size_t>(n * m), real(7));
    Executor executor(threads);
    level().matmul({a.data(), {n, k}}, {b.data(), {k, m}}, pointer(bias), {c.data(), {n, m}}, executor);
    return c;
  }
};
INSTANTIATE_TEST_SUITE_P(EveryLevel, MatmulTest, every_level(), level_name);

Values transposed(const Values& a, Index rows, Index columns) {
  Values result(a.size());
  for (Index row = 0; row < rows; ++row) {
    for (Index column = 0; column < columns; ++column) result[column * rows + row] = a[row * columns + column];
  }
  return result;
}

Values product_in_double(const Values& a, const Values& b, const Values& bias, Index n, Index k, Index m) {
  Values c;
  for (Index row = 0; row < n; ++row) {
    for (Index column = 0; column < m; ++column) {
      double sum = bias.empty() ? 0 : static_cast<double>(bias[column]);
      for (Index i = 0; i < k; ++i) sum += static_cast<double>(a[row * k + i]) * b[i * m + column];
      c.push_back(static_cast<real>(sum));
    }
  }
  return c;
}

TEST_P(MatmulTest, AllThreeFormsEqualTheSumsInDouble) {
  std::mt19937 random(1);
  Executor alone(1), several(3);
  for (int round = 0, cases = random_cases(300); round < cases; ++round) {
    const Index n = random_size(random, 0, round % 10 ? 40 : 300), k = random_size(random, 1, round % 7 ? 50 : 300);
    const Index m = random_size(random, 1, 90);
    Executor& executor = round % 3 ? several : alone;
    const Values a = random_values(random, n * k), b = random_values(random, k * m);
    const Values bias = round % 2 ? random_values(random, m) : Values{};
    Values c(static_cast<std::size_t>(n * m), real(7));
    level().matmul({a.data(), {n, k}}, {b.data(), {k, m}}, pointer(bias), {c.data(), {n, m}}, executor);
    ASSERT_TRUE(alike(c, product_in_double(a, b, bias, n, k, m), 1e-4)) << n << " " << k << " " << m;

    Values again(c.size(), real(7));
    const Values b_turned = transposed(b, k, m), a_turned = transposed(a, n, k);
    const ColumnBlocks blocks = blocks_of_transposed({b_turned.data(), {m, k}});
    level().matmul({a.data(), {n, k}}, blocks, pointer(bias), {again.data(), {n, m}}, executor);
    ASSERT_EQ(again, c) << n << " " << k << " " << m;

    const Values expected = product_in_double(a, b, {}, n, k, m);
    std::fill(c.begin(), c.end(), real(7));
    level().matmul_transposed_right({a.data(), {n, k}}, {b_turned.data(), {m, k}}, {c.data(), {n, m}}, executor);
    ASSERT_TRUE(alike(c, expected, 1e-4)) << n << " " << k << " " << m;
    std::fill(c.begin(), c.end(), real(7));
    level().matmul_transposed_left({a_turned.data(), {k, n}}, {b.data(), {k, m}}, {c.data(), {n, m}}, executor);
    ASSERT_TRUE(alike(c, expected, 1e-4)) << n << " " << k << " " << m;
  }
}

TEST_P(MatmulTest, TransposedLeftOfNoRowsIsZero) {
  Executor executor(1);
  Values c(6, real(7));
  level().matmul_transposed_left({nullptr, {0, 2}}, {nullptr, {0, 3}}, {c.data(), {2, 3}}, executor);
  EXPECT_EQ(c, Values(6, real(0)));
}

TEST_P(MatmulTest, ARowDoesNotDependOnTheNumberOfRows) {
  std::mt19937 random(2);
  for (const Index m : {1, 9, 16, 40, 130}) {
    const Index n = 130, k = 77;
    const Values a = random_values(random, n * k), b = random_values(random, k * m), bias = random_values(random, m);
    const Values all = matmul(a, b, bias, n, k, m);
    for (const Index rows : {1, 2, 5, 7, 8, 13, 97}) {
      const Values some(a.begin(), a.begin() + rows * k);
      ASSERT_TRUE(same_bits(matmul(some, b, bias, rows, k, m), Values(all.begin(), all.begin() + rows * m)))
          << rows << " rows, " << m << " columns";
    }
  }
}

TEST_P(MatmulTest, ThreadsDoNotChangeABit) {
  std::mt19937 random(3);
  for (const Index n : {3, 20, 500}) {
    const Index k = 160, m = 230;
    const Values a = random_values(random, n * k), b = random_values(random, k * m), dy = random_values(random, n * m);
    const Values one = matmul(a, b, {}, n, k, m);
    Values da(a.size()), db(b.size());
    Executor alone(1);
    level().matmul_transposed_right({dy.data(), {n, m}}, {b.data(), {k, m}}, {da.data(), {n, k}}, alone);
    level().matmul_transposed_left({a.data(), {n, k}}, {dy.data(), {n, m}}, {db.data(), {k, m}}, alone);
    for (const int threads : {2, 3, 4, 8}) {
      EXPECT_TRUE(same_bits(matmul(a, b, {}, n, k, m, threads), one)) << threads << " threads";
      Values da_many(a.size()), db_many(b.size());
      Executor many(threads);
      level().matmul_transposed_right({dy.data(), {n, m}}, {b.data(), {k, m}}, {da_many.data(), {n, k}}, many);
      level().matmul_transposed_left({a.data(), {n, k}}, {dy.data(), {n, m}}, {db_many.data(), {k, m}}, many);
      EXPECT_TRUE(same_bits(da_many, da)) << threads << " threads";
      EXPECT_TRUE(same_bits(db_many, db)) << threads << " threads";
    }
  }
}

TEST(SumRowsTest, AddsUpEachColumn) {
  const Values a{1, 2, 3, 10, 20, 30};
  Values sum(3, real(7));
  sum_rows({a.data(), {2, 3}}, sum);
  EXPECT_EQ(sum, (Values{11, 22, 33}));
}

}  // namespace
}  // namespace recura::kernel
