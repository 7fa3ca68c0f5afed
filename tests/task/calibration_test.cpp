#include "task/tag/answer/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "base/random.h"

namespace recura {
namespace {

const std::vector<std::string> kTypes{"LOC", "PER"};

double uniform(Rng& rng) { return static_cast<double>(rng.below(1'000'000)) / 1e6; }

/// Spans whose scores are too sure: one of score p is right with the probability sigmoid(log odds of p / 2).
std::vector<ScoredSpan> too_sure(std::size_t count) {
  Rng rng(5);
  std::vector<ScoredSpan> spans;
  for (std::size_t i = 0; i < count; ++i) {
    const double score = 0.5 + 0.4999 * uniform(rng);
    const double right = 1 / (1 + std::sqrt((1 - score) / score));
    spans.push_back({kTypes[i % 2], score, uniform(rng) < right});
  }
  return spans;
}

TEST(CalibrationTest, FindsHowMuchTooSureScoresAre) {
  const SpanCalibration calibration(too_sure(20'000), kTypes);
  EXPECT_NEAR(calibration.numbers()[0], 0.5, 0.03);
  EXPECT_NEAR(calibration.numbers()[1], 0, 0.05);
  EXPECT_NEAR(calibration.apply(0.9), 0.75, 0.02);
}

TEST(CalibrationTest, LeavesScoresNearlyAsTheyAreIfThereAreFewSpans) {
  EXPECT_EQ(SpanCalibration().apply(0.3), 0.3);
  EXPECT_NEAR(SpanCalibration(std::vector<ScoredSpan>{}, kTypes).apply(0.3), 0.3, 1e-6);
  const SpanCalibration few(std::vector<ScoredSpan>{{"LOC", 0.9, false}}, kTypes);
  EXPECT_GT(few.apply(0.9), 0.7);
  for (const double score : {0.0, 1.0}) EXPECT_TRUE(std::isfinite(few.apply(score)));
}

TEST(CalibrationTest, ThresholdsReachTheirPrecisionOnDev) {
  const auto spans = too_sure(5'000);
  const SpanCalibration calibration(spans, kTypes);
  for (std::size_t type = 0; type < kTypes.size(); ++type) {
    for (std::size_t wanted = 0; wanted < SpanCalibration::kPrecisions.size(); ++wanted) {
      double kept = 0, right = 0;
      for (const ScoredSpan& span : spans) {
        if (span.type != kTypes[type] || calibration.apply(span.score) < calibration.threshold(type, wanted)) continue;
        ++kept;
        right += span.right ? 1 : 0;
      }
      EXPECT_GE(right, kept * (SpanCalibration::kPrecisions[wanted] - 1e-3));
    }
    EXPECT_LT(calibration.threshold(type, 0), calibration.threshold(type, 3));
  }
}

TEST(CalibrationTest, WhereAPrecisionIsNeverReachedNothingIsLeft) {
  const SpanCalibration calibration(std::vector<ScoredSpan>{{"LOC", 0.99, false}, {"LOC", 0.9, true}}, kTypes);
  EXPECT_GT(calibration.threshold(0, 5), 1);
  EXPECT_EQ(calibration.threshold(1, 5), 0) << "of a type without dev spans nothing is known";
}

TEST(CalibrationTest, ThresholdsReachTheirRecallOnDev) {
  auto spans = too_sure(5'000);
  SpanCalibration calibration(spans, kTypes);
  EXPECT_LT(calibration.recall_threshold(0, 0), 0) << "nothing is known yet";
  std::int64_t likeliest = 0;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    spans[i].likeliest = i % 10 == 0;
    likeliest += spans[i].likeliest && spans[i].right && spans[i].type == "LOC" ? 1 : 0;
  }
  const std::vector<std::int64_t> right{2'000, 0};
  calibration.set_recalls(spans, right, kTypes);
  std::int64_t found = 0;
  for (const ScoredSpan& span : spans) {
    const bool is_given = span.likeliest || calibration.apply(span.score) >= calibration.recall_threshold(0, 0);
    found += span.type == "LOC" && span.right && is_given ? 1 : 0;
  }
  EXPECT_EQ(found, 1'600) << "0.8 of them, and no more than it takes";
  EXPECT_EQ(calibration.recall_threshold(0, 3), 0) << "fewer right ones are among the probable";
  EXPECT_LT(calibration.recall_threshold(1, 0), 0) << "a type without right spans";
  calibration.set_recalls(spans, std::vector<std::int64_t>{likeliest, 1}, kTypes);
  EXPECT_GT(calibration.recall_threshold(0, 3), 1) << "it takes no others";
  EXPECT_EQ(SpanCalibration(calibration.numbers(), kTypes).recall_threshold(0, 0), calibration.recall_threshold(0, 0));
}

TEST(CalibrationTest, IsReadFromItsNumbersOrRefused) {
  const SpanCalibration calibration(too_sure(100), kTypes);
  std::vector<float> numbers = calibration.numbers();
  EXPECT_EQ(SpanCalibration(numbers, kTypes).apply(0.7), calibration.apply(0.7));
  EXPECT_EQ(SpanCalibration(numbers, kTypes).threshold(1, 2), calibration.threshold(1, 2));
  EXPECT_THROW(SpanCalibration(numbers, {"LOC"}), DataError);
  numbers[0] = 0;
  EXPECT_THROW(SpanCalibration(numbers, kTypes), DataError);
}

}  // namespace
}  // namespace recura
