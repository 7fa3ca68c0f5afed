#include "layer/crf.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "kernel/crf_case.h"

namespace recura {
namespace {

using Tags = std::vector<std::int32_t>;
using kernel::CrfCase;

/// A layer with the weights of a case.
std::unique_ptr<Crf> crf_of(const CrfCase& c) {
  auto crf = std::make_unique<Crf>(c.rules, nullptr);
  const auto weights = crf->parameters();
  weights[0]->change() = c.transitions;
  weights[1]->change() = c.begin;
  weights[2]->change() = c.end;
  return crf;
}

/// Of mixed lengths, 0 among them, with rules that leave every text a sequence.
std::vector<CrfCase> cases() {
  std::vector<CrfCase> found;
  for (unsigned seed = 0; found.size() < 40; ++seed) {
    CrfCase c(4, {3, 0, 5, 1, 4}, seed % 2 ? 2 : 150, 0.7, seed);
    bool has_all = true;
    for (Index text = 0; text < 5; ++text) has_all = has_all && !kernel::every_sequence(c, text).empty();
    if (has_all) found.push_back(std::move(c));
  }
  return found;
}

TEST(CrfLayerTest, ASpansProbabilityIsTheSumOverAllSequencesThatAgreeThere) {
  std::mt19937 random(1);
  Executor executor(1);
  for (const CrfCase& c : cases()) {
    const auto crf = crf_of(c);
    const CrfLattice lattice = crf->lattice(c.emissions, c.packing, executor);
    for (int round = 0; round < 40; ++round) {
      const Index text = static_cast<Index>(random() % 5), length = c.packing.length(text);
      const auto begin = random() % static_cast<std::size_t>(length + 1);
      Tags tags(random() % (static_cast<std::size_t>(length) - begin + 1));
      for (std::int32_t& tag : tags) tag = static_cast<std::int32_t>(random() % 4);
      const double p = kernel::probability(kernel::every_sequence(c, text), [&](const kernel::Sequence& s) {
        return std::equal(tags.begin(), tags.end(), s.tags.begin() + static_cast<std::ptrdiff_t>(begin));
      });
      const double got = lattice.probability(text, static_cast<Index>(begin), tags);
      ASSERT_NEAR(got, p, sizeof(real) == 8 ? 1e-9 : 1e-4);
      ASSERT_TRUE(p != 0 || got == 0) << "no legal sequence agrees";
    }
  }
}

TEST(CrfLayerTest, TheBestPathsHaveTheirProbabilitiesAndBeginWithTheDecodedOne) {
  Executor executor(1);
  for (const CrfCase& c : cases()) {
    const auto crf = crf_of(c);
    const Tags decoded = crf->decode(c.emissions, c.packing, executor);
    for (Index text = 0; text < 5; ++text) {
      Tensor emissions({c.packing.length(text), 4});
      Tags own;
      for (Index step = 0; step < c.packing.length(text); ++step) {
        std::copy_n(c.emissions.row(c.packing.row(text, step)), 4, emissions.row(step));
        own.push_back(decoded[static_cast<std::size_t>(c.packing.row(text, step))]);
      }
      const auto all = kernel::every_sequence(c, text);
      const auto paths = crf->best(emissions, 5);
      ASSERT_EQ(paths.size(), std::min<std::size_t>(5, all.size()));
      EXPECT_EQ(paths[0].tags, own);
      for (std::size_t i = 0; i < paths.size(); ++i) {
        EXPECT_EQ(paths[i].tags, all[i].tags);
        EXPECT_NEAR(paths[i].log_probability, std::log(all[i].probability), sizeof(real) == 8 ? 1e-9 : 1e-3);
      }
    }
  }
}

TEST(CrfLayerTest, WeightsStartAtZeroSoThatAllSequencesAreAlike) {
  const Rng rng(1);
  const Crf crf({2, {1, 1}, {1, 1}, {1, 1, 1, 1}}, &rng);
  Executor executor(1);
  const Tensor emissions({3, 2});
  const CrfLattice lattice = crf.lattice(emissions, Packing(std::vector<Index>{3}), executor);
  EXPECT_NEAR(lattice.log_partition()[0], std::log(8), 1e-6);
  EXPECT_NEAR(lattice.marginals().row(1)[0], 0.5, 1e-6);
  std::vector<std::string> names;
  for (const Parameter* parameter : crf.parameters()) names.push_back(parameter->name());
  EXPECT_EQ(names, (std::vector<std::string>{"transitions", "begin", "end"}));
}

TEST(CrfLayerTest, TheLossIsThatOfTheLattice) {
  Executor executor(1);
  for (const CrfCase& c : cases()) {
    const auto crf = crf_of(c);
    const Tags best = crf->decode(c.emissions, c.packing, executor);
    double expected = 0;
    for (Index text = 0; text < 5; ++text) expected -= std::log(kernel::every_sequence(c, text)[0].probability) / 5;
    Tape tape(Mode::infer);
    const Sequence sequence{tape.constant(c.emissions), std::make_shared<const Packing>(c.packing)};
    EXPECT_NEAR(crf->loss(sequence, {best}).value().data[0], expected, 1e-4);
  }
}

TEST(CrfLayerTest, WhatIsNotThereIsRefused) {
  Executor executor(1);
  const Rng rng(1);
  const Crf crf({2, {1, 1}, {1, 1}, {1, 1, 1, 1}}, &rng);
  const Packing packing(std::vector<Index>{3, 1});
  const Tensor emissions({4, 2}), narrow({4, 1});
  EXPECT_THROW(crf.decode(narrow, packing, executor), ArgumentError);
  EXPECT_THROW(crf.lattice(narrow, packing, executor), ArgumentError);
  EXPECT_THROW(crf.best(narrow, 1), ArgumentError);
  const CrfLattice lattice = crf.lattice(emissions, packing, executor);
  EXPECT_THROW(lattice.probability(2, 0, Tags{}), ArgumentError);
  EXPECT_THROW(lattice.probability(1, 1, Tags{0}), ArgumentError);
  EXPECT_THROW(lattice.probability(0, -1, Tags{0}), ArgumentError);
  EXPECT_THROW(lattice.probability(0, 0, Tags{2}), ArgumentError);
}

TEST(CrfLayerTest, ATextWithoutALegalSequenceIsNamed) {
  Executor executor(1);
  const Rng rng(1);
  const Crf crf({2, {1, 0}, {0, 1}, {1, 1, 1, 1}}, &rng);  // from 0 to 1: two steps at least
  const Packing packing(std::vector<Index>{3, 0, 1});
  const Tensor emissions({4, 2});
  const auto expect_named = [&](const auto& use) {
    try {
      use();
      FAIL() << "not refused";
    } catch (const ArgumentError& error) {
      EXPECT_NE(std::string(error.what()).find("text 2 of 1 steps"), std::string::npos) << error.what();
    }
  };
  expect_named([&] { crf.decode(emissions, packing, executor); });
  expect_named([&] { crf.lattice(emissions, packing, executor); });
  EXPECT_THROW(crf.best(Tensor({1, 2}), 3), ArgumentError);
}

}  // namespace
}  // namespace recura
