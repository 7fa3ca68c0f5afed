#include "kernel/skip_gram.h"

#include <algorithm>
#include <numeric>

#include "kernel/levels.h"

namespace recura::kernel {
namespace {

class SkipGramTest : public EachLevelTest {};
INSTANTIATE_TEST_SUITE_P(EveryLevel, SkipGramTest, every_level(), level_name);

struct SkipGramCase {
  explicit SkipGramCase(std::mt19937& random) : width(random_size(random, 1, 150)) {
    x = random_values(random, width);
    dx = random_values(random, width);
    words.resize(static_cast<std::size_t>(random_size(random, 1, 40)));
    table = random_values(random, std::ssize(words) * width);
    std::iota(words.begin(), words.end(), Index{0});
    std::shuffle(words.begin(), words.end(), random);
    rate = std::uniform_real_distribution<real>(0, 1)(random);
  }

  void run(const Level& level) {
    std::vector<real*> rows;
    for (const Index word : words) rows.push_back(&table[static_cast<std::size_t>(word * width)]);
    level.skip_gram_step(x, {rows.data(), std::ssize(rows)}, rate, dx);
  }

  Index width;
  Values x, dx, table;
  std::vector<Index> words;
  real rate = 0;
};

TEST_P(SkipGramTest, EqualsItsReadableTwin) {
  std::mt19937 random(3);
  for (int round = 0, cases = random_cases(300); round < cases && !HasFailure(); ++round) {
    SkipGramCase one(random), two = one;
    one.run(level());
    two.run(kernel::level("reference"));
    EXPECT_TRUE(alike(one.dx, two.dx, 1e-5)) << "case " << round;
    EXPECT_TRUE(alike(one.table, two.table, 1e-5)) << "case " << round;
  }
}

TEST_P(SkipGramTest, BringsNeighboursTogetherAndOthersApart) {
  Values x{1, 0}, dx(2), neighbour{0, 1}, other{1, 0};
  real* const rows[] = {neighbour.data(), other.data()};
  level().skip_gram_step(x, {rows, 2}, real(0.1), dx);
  EXPECT_NEAR(neighbour[0], 0.05, 1e-6);                // 0.1 (1 - sigmoid(0))
  EXPECT_NEAR(other[0], 1 - 0.1 * 0.7310585786, 1e-6);  // 0.1 (0 - sigmoid(1))
  EXPECT_NEAR(dx[0], -0.1 * 0.7310585786, 1e-6);
  EXPECT_NEAR(dx[1], 0.05, 1e-6);
}

}  // namespace
}  // namespace recura::kernel
