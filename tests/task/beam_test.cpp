#include "task/summarise/write/search/beam.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "base/random.h"

namespace recura {
namespace {

using testing::ElementsAre;
using Ids = std::vector<std::int32_t>;

/// A probability for each next word that depends on all words before.
std::vector<real> next_of(const Ids& words) {
  std::uint64_t seed = 7;
  for (const std::int32_t word : words) seed = seed * 31 + static_cast<std::uint64_t>(word) + 1;
  Rng rng(seed);
  std::vector<real> p(4);
  real sum = 0;
  for (real& value : p) sum += value = static_cast<real>(rng.uniform() + 0.01);
  for (real& value : p) value /= sum;
  return p;
}

Beam search_all(const BeamOptions& options, const Ids& marks = {}) {
  Beam beam(options, marks);
  while (!beam.live().empty()) {
    std::vector<std::vector<real>> next;
    for (const Hypothesis& one : beam.live()) next.push_back(next_of(one.words));
    beam.advance(next);
  }
  return beam;
}

bool repeats(const Ids& words, std::size_t run) {
  std::map<Ids, int> seen;
  for (std::size_t i = 0; run > 0 && i + run <= words.size(); ++i) {
    const auto begin = words.begin() + static_cast<std::ptrdiff_t>(i);
    if (++seen[Ids(begin, begin + static_cast<std::ptrdiff_t>(run))] > 1) return true;
  }
  return false;
}

/// The best score of all sequences, by trying them.
std::pair<double, Ids> brute_force(const BeamOptions& options, const Ids& marks) {
  std::pair<double, Ids> best{-1e9, {}};
  const auto is_mark = [&](std::int32_t word) { return std::ranges::count(marks, word) > 0; };
  const std::function<void(Ids&, double)> follow = [&](Ids& words, double log_p) {
    const std::vector<real> p = next_of(words);
    const auto length = std::ssize(words) - std::ranges::count_if(words, is_mark);
    const bool behind_mark = !words.empty() && is_mark(words.back());
    if (length >= options.least && !behind_mark) {
      const double ended = (log_p + std::log(double{p[0]})) /
                           std::pow((5.0 + static_cast<double>(length + 1)) / 6, options.length_penalty);
      if (ended > best.first) best = {ended, words};
    }
    for (std::int32_t word = 1; length < options.most && word < 4; ++word) {
      if (behind_mark && is_mark(word)) continue;
      words.push_back(word);
      if (!repeats(words, static_cast<std::size_t>(options.no_repeat)))
        follow(words, log_p + std::log(double{p[static_cast<std::size_t>(word)]}));
      words.pop_back();
    }
  };
  Ids words;
  follow(words, 0);
  return best;
}

TEST(BeamTest, AsWideAsAllSequencesItFindsTheBestOneThatTryingThemAllFinds) {
  for (const double penalty : {0.0, 0.7, 2.0}) {
    for (const Index run : {0, 1, 2}) {
      for (const Index least : {0, 2}) {
        for (const Ids& marks : {Ids{}, Ids{2}}) {
          const BeamOptions options{
              .beam = 1'000, .length_penalty = penalty, .no_repeat = run, .least = least, .most = 5};
          const auto [score, words] = brute_force(options, marks);
          const std::vector<Hypothesis> found = search_all(options, marks).found();
          ASSERT_FALSE(found.empty());
          EXPECT_EQ(found.front().words, words) << penalty << " " << run << " " << least << " " << marks.size();
          EXPECT_NEAR(found.front().score, score, 1e-9);
        }
      }
    }
  }
}

TEST(BeamTest, GivesAsManyAsItIsWideTheBestFirst) {
  const std::vector<Hypothesis> found = search_all({.beam = 4, .most = 6}).found();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(found, std::ranges::greater{}, &Hypothesis::score));
}

TEST(BeamTest, EndsWhereNothingMayFollow) {
  Beam beam({.beam = 2, .no_repeat = 1, .least = 5, .most = 9});
  const std::vector<std::vector<real>> one{{real(0.5), real(0.5)}};
  beam.advance(one);
  ASSERT_EQ(beam.live().size(), 1U);
  beam.advance(one);  // the only word would stand twice, the end comes too soon
  EXPECT_TRUE(beam.live().empty());
  EXPECT_THAT(beam.found().front().words, ElementsAre(1));
}

TEST(BeamTest, AMarkIsNoWordAndBehindItStandsOne) {
  const std::vector<std::vector<real>> mark_or_end(3, {real(0.5), real(0.4), real(0.1)});
  const Ids marks{1};
  for (const Index least : {0, 1}) {
    Beam beam({.beam = 3, .no_repeat = 0, .least = least, .most = 1}, marks);
    while (!beam.live().empty()) beam.advance(std::span(mark_or_end).first(beam.live().size()));
    std::vector<Ids> found;
    for (const Hypothesis& one : beam.found()) found.push_back(one.words);
    if (least == 0) {
      EXPECT_THAT(found, ElementsAre(Ids{}, Ids{2}, Ids{1, 2}));
    } else {
      EXPECT_THAT(found, ElementsAre(Ids{2}, Ids{1, 2}));
    }
  }
}

}  // namespace
}  // namespace recura
