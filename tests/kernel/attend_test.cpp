#include "kernel/attention_query.h"
#include "kernel/levels.h"

namespace recura::kernel {
namespace {

class AttendTest : public EachLevelTest {};
INSTANTIATE_TEST_SUITE_P(EveryLevel, AttendTest, every_level(), level_name);

/// Random rows, and all that a query of them gives forward and backward.
struct AttendCase {
  explicit AttendCase(std::mt19937& random)
      : keys(random_size(random, 1, 40)), units(random_size(random, 1, 150)), width(random_size(random, 1, 150)) {
    for (Values* const values : {&q, &v, &dv}) *values = random_values(random, units, 2);
    dc = random_values(random, width);
    for (Values* const values : {&k, &dk}) *values = random_values(random, keys * units, 2);
    for (Values* const values : {&h, &dh}) *values = random_values(random, keys * width);
    da = random_values(random, keys);
    a.resize(da.size());
    c.resize(dc.size());
    dq.resize(q.size());
  }

  void run(const Level& level) {
    std::vector<const real*> k_rows, h_rows;
    std::vector<real*> dk_rows, dh_rows;
    for (Index i = 0; i < keys; ++i) {
      k_rows.push_back(k.data() + i * units);
      h_rows.push_back(h.data() + i * width);
      dk_rows.push_back(dk.data() + i * units);
      dh_rows.push_back(dh.data() + i * width);
    }
    const AttentionQuery query{keys, units, width, q.data(), v.data(), k_rows.data(), h_rows.data()};
    level.attend(query, a.data(), c.data());
    level.attend_backward(query,
                          {a.data(), da.data(), dc.data(), dq.data(), dv.data(), dk_rows.data(), dh_rows.data()});
  }

  Index keys, units, width;
  Values q, v, k, h, a, c, da, dc, dq, dv, dk, dh;
};

TEST_P(AttendTest, EqualsItsReadableTwin) {
  std::mt19937 random(5);
  for (int round = 0, cases = random_cases(300); round < cases && !HasFailure(); ++round) {
    AttendCase one(random), two = one;
    one.run(level());
    two.run(twin());
    for (const auto values :
         {&AttendCase::a, &AttendCase::c, &AttendCase::dq, &AttendCase::dv, &AttendCase::dk, &AttendCase::dh})
      EXPECT_TRUE(alike(one.*values, two.*values, 2e-5)) << "case " << round;
  }
}

TEST_P(AttendTest, AQueryLikeAllKeysTakesTheirMean) {
  const Values k{1, 2, 1, 2}, h{1, 0, 3, 4}, q{0, 0}, v{1, 1};
  const real *const k_rows[] = {k.data(), k.data() + 2}, *const h_rows[] = {h.data(), h.data() + 2};
  Values a(2), c(2);
  level().attend({2, 2, 2, q.data(), v.data(), k_rows, h_rows}, a.data(), c.data());
  EXPECT_TRUE(alike(a, {0.5, 0.5}, 1e-6));
  EXPECT_TRUE(alike(c, {2, 2}, 1e-6));
}

}  // namespace
}  // namespace recura::kernel
