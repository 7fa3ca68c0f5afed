#include "task/word_vectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace recura {
namespace {

const WordVectors kVectors{{"rome", "Oslo", "ROME"}, 2, {1, 2, 3, 4, 5, 6}, 0, {}, ""};

TEST(VectorFinderTest, FindsAWordAsItIsThenInLowerCase) {
  const VectorFinder finder(kVectors);
  EXPECT_EQ(finder.find("ROME")[0], 5);
  EXPECT_EQ(finder.find("Rome")[0], 1);
  EXPECT_EQ(finder.find("oslo"), nullptr);
}

TEST(VectorFinderTest, TellsWhichFrequentWordsHaveNone) {
  const VectorCoverage coverage = VectorFinder(kVectors).coverage({"the", "Rome", "of"});
  EXPECT_EQ(coverage.distinct, 3);
  EXPECT_EQ(coverage.with_vectors, 1);
  EXPECT_THAT(coverage.without_vector, testing::ElementsAre("the", "of"));
}

TEST(VectorFinderTest, LeavesRowsOfWordsWithoutOne) {
  Tensor table({3, 2}, std::vector<real>{7, 7, 8, 8, 9, 9});
  VectorFinder(kVectors).start(Vocabulary({"the", "Rome"}), table);
  EXPECT_THAT(std::vector<real>(table.data(), table.data() + 6), testing::ElementsAre(7, 7, 8, 8, 1, 2));
}

TEST(VectorFinderTest, WordsThatOnlyHaveAVectorStandBehindThoseOfTraining) {
  EXPECT_THAT(vocabulary_with(kVectors, {"the", "rome"}).forms(), testing::ElementsAre("the", "rome", "Oslo", "ROME"));
}

}  // namespace
}  // namespace recura
