#include "kernel/crf.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "kernel/crf_case.h"
#include "kernel/viterbi.h"

namespace recura::kernel {
namespace {

constexpr double kTolerance = sizeof(real) == 8 ? 1e-9 : 2e-5;

/// What all passes give for a case.
struct Passes {
  explicit Passes(const CrfCase& crf, int threads = 1)
      : graph(crf.rules),
        rows(crf.packing, crf.rules.tags, true, arena),
        expected({crf.rules.tags, crf.rules.tags}),
        best(static_cast<std::size_t>(crf.packing.rows())) {
    Executor executor(threads);
    const CrfTables tables(graph, crf.weights());
    crf_forward(tables, crf.emissions, crf.packing, rows, executor);
    crf_backward(tables, crf.emissions, crf.packing, rows, executor);
    crf_expected_transitions(tables, crf.packing, rows, expected, executor);
    viterbi(graph, crf.weights(), crf.emissions, crf.packing, best, executor);
  }

  TagGraph graph;
  Arena arena;
  CrfRows rows;
  Tensor expected;
  std::vector<std::int32_t> best;
};

/// Small random cases; every third has scores in which most sums of products underflow.
CrfCase random_crf(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](Index end) { return std::uniform_int_distribution<Index>(0, end - 1)(random); };
  std::vector<Index> lengths;
  for (Index text = 0; text < 3; ++text) lengths.push_back(below(6));
  const double scales[] = {1, 10, 200};
  return {1 + below(4), lengths, scales[seed % 3], 0.4 + 0.1 * static_cast<double>(below(7)), seed};
}

bool has_all_texts(const CrfCase& crf) {
  for (Index text = 0; text < crf.packing.texts(); ++text) {
    if (every_sequence(crf, text).empty()) return false;
  }
  return true;
}

TEST(CrfTest, PartitionsAndMarginalsEqualThoseOfAllSequences) {
  int checked = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    const CrfCase crf = random_crf(seed);
    if (!has_all_texts(crf)) continue;
    const Passes passes(crf);
    for (Index text = 0; text < crf.packing.texts(); ++text) {
      const auto all = every_sequence(crf, text);
      ASSERT_NEAR(passes.rows.log_partition[static_cast<std::size_t>(text)], log_partition(all),
                  kTolerance * std::max(1.0, std::abs(log_partition(all))))
          << "case " << seed;
      for (Index step = 0; step < crf.packing.length(text); ++step) {
        for (Index tag = 0; tag < crf.rules.tags; ++tag) {
          const double p =
              probability(all, [&](const Sequence& s) { return s.tags[static_cast<std::size_t>(step)] == tag; });
          const real got = passes.rows.marginals.row(crf.packing.row(text, step))[tag];
          ASSERT_NEAR(got, p, kTolerance) << "case " << seed << ", text " << text << ", step " << step;
          ASSERT_TRUE(p != 0 || got == 0) << "a tag without a legal sequence, case " << seed;
          ++checked;
        }
      }
    }
  }
  EXPECT_GT(checked, 3000);
}

TEST(CrfTest, ExpectedTransitionsEqualThoseOfAllSequences) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    const CrfCase crf = random_crf(seed);
    if (!has_all_texts(crf)) continue;
    std::vector<double> expected(static_cast<std::size_t>(crf.rules.tags * crf.rules.tags));
    for (Index text = 0; text < crf.packing.texts(); ++text) {
      for (const Sequence& sequence : every_sequence(crf, text)) {
        for (std::size_t i = 1; i < sequence.tags.size(); ++i) {
          expected[static_cast<std::size_t>(sequence.tags[i - 1] * crf.rules.tags + sequence.tags[i])] +=
              sequence.probability;
        }
      }
    }
    const Passes passes(crf);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const real got = passes.expected.data()[i];
      ASSERT_NEAR(got, expected[i], 3 * kTolerance) << "case " << seed << ", pair " << i;
      ASSERT_TRUE(crf.rules.follow[i] || got == 0) << "an illegal pair, case " << seed;
    }
  }
}

TEST(CrfTest, ViterbiAndTheBestPathsAreThoseOfAllSequences) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    const CrfCase crf = random_crf(seed);
    const Passes passes(crf);
    for (Index text = 0; text < crf.packing.texts(); ++text) {
      const auto all = every_sequence(crf, text);
      const Index length = crf.packing.length(text);
      Tensor emissions({length, crf.rules.tags});
      std::vector<std::int32_t> best;
      for (Index step = 0; step < length; ++step) {
        const Index row = crf.packing.row(text, step);
        best.push_back(passes.best[static_cast<std::size_t>(row)]);
        std::copy_n(crf.emissions.row(row), crf.rules.tags, emissions.row(step));
      }
      ASSERT_EQ(best, all.empty() ? std::vector<std::int32_t>(best.size(), -1) : all.front().tags) << "case " << seed;
      for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{7}, all.size() + 5}) {
        const auto paths = best_paths(passes.graph, crf.weights(), emissions, count);
        ASSERT_EQ(paths.size(), std::min(count, all.size()));
        for (std::size_t i = 0; i < paths.size(); ++i) {
          ASSERT_EQ(paths[i].tags, all[i].tags) << "case " << seed << ", path " << i;
          ASSERT_NEAR(paths[i].score, all[i].score, 1e-4 * std::max(1.0, std::abs(all[i].score)));
        }
      }
    }
  }
}

TEST(CrfTest, TheBestPathsOfEachCountAreTheFirstOfAllSequencesThatHaveIt) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    const CrfCase crf = random_crf(seed);
    std::vector<std::uint8_t> counts;
    for (Index tag = 0; tag < crf.rules.tags; ++tag) counts.push_back((seed >> (tag % 8)) & 1U);
    for (Index text = 0; text < crf.packing.texts(); ++text) {
      const Index length = crf.packing.length(text);
      Tensor emissions({length, crf.rules.tags});
      for (Index step = 0; step < length; ++step)
        std::copy_n(crf.emissions.row(crf.packing.row(text, step)), crf.rules.tags, emissions.row(step));
      const auto all = every_sequence(crf, text);
      const auto paths = best_by_count(TagGraph(crf.rules), crf.weights(), emissions, counts);
      ASSERT_EQ(std::ssize(paths), length + 1);
      for (std::size_t count = 0; count < paths.size(); ++count) {
        std::vector<Sequence> those;
        std::ranges::copy_if(all, std::back_inserter(those), [&](const Sequence& sequence) {
          return std::ranges::count_if(sequence.tags, [&](std::int32_t tag) {
                   return counts[static_cast<std::size_t>(tag)] != 0;
                 }) == static_cast<std::ptrdiff_t>(count);
        });
        ASSERT_EQ(paths[count].tags, those.empty() ? std::vector<std::int32_t>() : those.front().tags)
            << "case " << seed;
        if (!those.empty()) {
          ASSERT_NEAR(paths[count].score, those.front().score, 1e-4 * std::max(1.0, std::abs(those.front().score)));
        }
        const CountedSteps only{counts, static_cast<Index>(count)};
        const auto few = best_paths(TagGraph(crf.rules), crf.weights(), emissions, 4, &only);
        if (length > 0) {
          ASSERT_EQ(few.size(), std::min<std::size_t>(4, those.size()));
        }
        for (std::size_t i = 0; i < few.size(); ++i) ASSERT_EQ(few[i].tags, those[i].tags) << "case " << seed;
      }
    }
  }
}

TEST(CrfTest, ATextWithoutALegalSequenceHasNoPartition) {
  CrfCase crf(3, {2, 1}, 1, 1, 5);
  std::ranges::fill(crf.rules.follow, std::uint8_t{0});
  const Passes passes(crf);
  EXPECT_EQ(passes.rows.log_partition[0], -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isfinite(passes.rows.log_partition[1]));
}

/// Long texts of many tags: too many sequences to try, but the same sums in plain double.
TEST(CrfTest, ALongTextLosesNoDigits) {
  const Index tags = 20, length = 500;
  const CrfCase crf(tags, {length}, 8, 0.8, 3);
  std::vector<double> alpha(static_cast<std::size_t>(tags)), next(alpha);
  for (Index step = 0; step <= length; ++step) {
    for (Index to = 0; to < (step == length ? 1 : tags); ++to) {
      std::vector<double> scores;
      for (Index from = 0; from < (step == 0 ? 1 : tags); ++from) {
        const auto at = static_cast<std::size_t>(from), target = static_cast<std::size_t>(to);
        const double before = step == 0 ? 0 : alpha[at];
        if (step == length && crf.rules.end[at]) scores.push_back(before + crf.end.data()[from]);
        if (step == 0 && crf.rules.begin[target]) scores.push_back(crf.begin.data()[to]);
        if (step > 0 && step < length && crf.rules.follow[at * static_cast<std::size_t>(tags) + target])
          scores.push_back(before + crf.transitions.row(from)[to]);
      }
      double most = -1e9, sum = 0;
      for (const double score : scores) most = std::max(most, score);
      for (const double score : scores) sum += std::exp(score - most);
      next[static_cast<std::size_t>(to)] =
          most + std::log(sum) + (step < length ? static_cast<double>(crf.emissions.row(step)[to]) : 0.0);
    }
    std::swap(alpha, next);
  }
  EXPECT_NEAR(Passes(crf).rows.log_partition[0], alpha[0], sizeof(real) == 8 ? 1e-9 : 2e-4);
}

std::vector<Index> mixed_lengths(Index count, Index longest, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Index> lengths;
  for (Index text = 0; text < count; ++text)
    lengths.push_back(std::uniform_int_distribution<Index>(0, longest)(random));
  return lengths;
}

TEST(CrfTest, ThreadsDoNotChangeABit) {
  const CrfCase crf(17, mixed_lengths(300, 60, 1), 12, 0.7, 2);
  const Passes alone(crf, 1);
  for (const int threads : {2, 3, 8}) {
    const Passes passes(crf, threads);
    EXPECT_TRUE(std::ranges::equal(passes.rows.marginals.values(), alone.rows.marginals.values()));
    EXPECT_TRUE(std::ranges::equal(passes.rows.log_partition, alone.rows.log_partition));
    EXPECT_TRUE(std::ranges::equal(passes.expected.values(), alone.expected.values()));
    EXPECT_EQ(passes.best, alone.best);
  }
}

TEST(CrfTest, NeighboursDoNotChangeABitOfAText) {
  const Index tags = 21;
  const CrfCase together(tags, mixed_lengths(40, 30, 4), 30, 0.7, 5);
  const Passes all(together);
  for (Index text = 0; text < together.packing.texts(); ++text) {
    const Index length = together.packing.length(text);
    CrfCase one = together;
    one.packing = Packing(std::span(&length, 1));
    one.emissions = Tensor({length, tags});
    for (Index step = 0; step < length; ++step)
      std::copy_n(together.emissions.row(together.packing.row(text, step)), tags, one.emissions.row(step));
    const Passes alone(one);
    EXPECT_EQ(alone.rows.log_partition[0], all.rows.log_partition[static_cast<std::size_t>(text)]);
    for (Index step = 0; step < length; ++step) {
      const Index row = together.packing.row(text, step);
      ASSERT_TRUE(std::equal(alone.rows.marginals.row(step), alone.rows.marginals.row(step) + tags,
                             all.rows.marginals.row(row)))
          << "text " << text << ", step " << step;
      ASSERT_EQ(alone.best[static_cast<std::size_t>(step)], all.best[static_cast<std::size_t>(row)]);
    }
  }
}

TEST(CrfTest, NotANumberStaysOneAndIsNoLegalSequence) {
  CrfCase crf(3, {4}, 1, 1, 5);
  crf.emissions.row(1)[2] = std::numeric_limits<real>::quiet_NaN();
  const Passes passes(crf);
  EXPECT_TRUE(std::isnan(passes.rows.log_partition[0]));
}

TEST(TagGraphTest, TheFirstIllegalStepIsFoundAlsoAmongUndecidedTags) {
  // 0 0 0 … 1 2: only a 0 may begin, only a 2 may end.
  const TagGraph graph({3, {1, 0, 0}, {0, 0, 1}, {1, 1, 0, 0, 0, 1, 0, 0, 0}});
  using Tags = std::vector<std::int32_t>;
  EXPECT_EQ(graph.first_illegal_step({Tags{0, 0, 1, 2}}), -1);
  EXPECT_EQ(graph.first_illegal_step({Tags{1, 2}}), 0);
  EXPECT_EQ(graph.first_illegal_step({Tags{0, 2}}), 1);
  EXPECT_EQ(graph.first_illegal_step({Tags{0, 1}}), 1);
  EXPECT_EQ(graph.first_illegal_step({Tags{-1, -1, -1}}), -1);
  EXPECT_EQ(graph.first_illegal_step({Tags{-1, -1}}), 1);
  EXPECT_EQ(graph.first_illegal_step({Tags{0, -1, 0, -1, 2}}), -1);
  EXPECT_EQ(graph.first_illegal_step({Tags{0, -1, 2, -1, 2}}), 3);
  EXPECT_EQ(graph.first_illegal_step({Tags{}}), -1);
  const std::vector<std::vector<std::uint8_t>> sets{{1, 1, 0}, {0, 1, 1}};
  EXPECT_EQ(graph.first_illegal_step({Tags{-2, -3, -3}, sets}), -1);
  EXPECT_EQ(graph.first_illegal_step({Tags{-2, -2, -2}, sets}), 2) << "no tag of it ends";
  EXPECT_EQ(graph.first_illegal_step({Tags{-3, -1, 2}, sets}), 0);
  EXPECT_EQ(Tags(graph.before(2).begin(), graph.before(2).end()), Tags{1});
  EXPECT_EQ(Tags(graph.after(0).begin(), graph.after(0).end()), (Tags{0, 1}));
}

TEST(TagGraphTest, RulesOfMixedSizesAreRefused) {
  EXPECT_THROW(TagGraph({0, {}, {}, {}}), ArgumentError);
  EXPECT_THROW(TagGraph({2, {1, 1}, {1}, {1, 1, 1, 1}}), ArgumentError);
  EXPECT_THROW(TagGraph({2, {1, 1}, {1, 1}, {1, 1, 1}}), ArgumentError);
}

}  // namespace
}  // namespace recura::kernel
