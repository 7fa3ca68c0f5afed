#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hostile/kept_models.h"
#include "store/raw_file.h"

namespace recura {
namespace {

class DamageToModelTest : public testing::TestWithParam<std::string> {
 protected:
  const std::string model_ = kept_model(GetParam());
  /// Where the data begin.
  const std::size_t data_ = kPrefixSize + static_cast<unsigned char>(model_[0]) +
                            (static_cast<std::size_t>(static_cast<unsigned char>(model_[1])) << 8);

  std::string flipped(std::size_t byte, int bit) const {
    std::string damaged = model_;
    damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << bit));
    return damaged;
  }
};

TEST_P(DamageToModelTest, NoneIsThereWithoutIt) { EXPECT_EQ(refusal_of(model_), ""); }

TEST_P(DamageToModelTest, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < model_.size(); ++size)
    ASSERT_THAT(refusal_of(model_.substr(0, size)), testing::StartsWith("model: ")) << size << " bytes";
}

/// Under a sanitizer, which takes ten times as long, one of nine.
TEST_P(DamageToModelTest, EveryFlippedBitOfTheHeaderIsRefused) {
#ifdef RECURA_SANITIZED
  constexpr std::size_t kStep = 9;
#else
  constexpr std::size_t kStep = 1;
#endif
  for (std::size_t bit = 0; bit < 8 * data_; bit += kStep)
    ASSERT_THAT(refusal_of(flipped(bit / 8, static_cast<int>(bit % 8))), testing::StartsWith("model: "))
        << "bit " << bit;
}

TEST_P(DamageToModelTest, EveryFlippedByteOfTheDataIsRefused) {
  for (std::size_t byte = data_; byte < model_.size(); ++byte)
    ASSERT_THAT(refusal_of(flipped(byte, static_cast<int>(byte % 8))), testing::StartsWith("model: ")) << byte;
}

/// Whoever flips a bit may compute the checksum: then it is a model, or it is refused, and nothing else.
TEST_P(DamageToModelTest, AFlippedBitOfTheHeaderUnderARightChecksumIsRefusedOrAModel) {
  std::size_t refused = 0;
  for (std::size_t byte = 0; byte < data_; ++byte) {
    const std::string damaged = flipped(byte, static_cast<int>(byte % 8));
    const std::string why = refusal_of(with_checksum(damaged.substr(0, damaged.size() - kChecksumSize)));
    if (why.empty()) continue;
    ++refused;
    ASSERT_THAT(why, testing::StartsWith("model: ")) << byte;
    ASSERT_LT(why.size(), 500u) << byte;
  }
  EXPECT_GT(refused, data_ / 8);
}

INSTANTIATE_TEST_SUITE_P(Every, DamageToModelTest, testing::ValuesIn(kKeptModels),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace recura
