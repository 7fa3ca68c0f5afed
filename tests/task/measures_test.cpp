#include "task/classify/report/measures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "task/classify/objective.h"
#include "task/classify/report/quality.h"
#include "task/classify/report/report.h"
#include "task/classify/report/set_report.h"
#include "task/expect_rates.h"

namespace recura {
namespace {

using nlohmann::json;

/// What reports of one label and of several have in common.
template <typename Report>
void expect_report(const Report& report, const json& expected) {
  expect_rates(report.micro, expected.at("micro"));
  expect_rates(report.macro, expected.at("macro"));
  expect_rates(report.weighted, expected.at("weighted"));
  EXPECT_NEAR(report.log_loss, expected.at("log_loss").get<double>(), kNear);
  ASSERT_EQ(report.labels.size(), expected.at("labels").size());
  for (std::size_t k = 0; k < report.labels.size(); ++k) expect_rates(report.labels[k], expected.at("labels")[k]);
}

TEST(MeasuresTest, FiguresAreThoseOfScikitLearn) {
  const json golden = json::parse(std::ifstream(RECURA_GOLDEN_DIR "/sklearn.json"));
  ASSERT_EQ(golden.at("sets").size(), 20U);
  for (const json& set : golden.at("sets")) {
    SCOPED_TRACE(set.at("name").get<std::string>());
    const auto gold = set.at("gold").get<std::vector<LabelSet>>();
    const auto p = set.at("probabilities").get<std::vector<double>>();
    const auto labels = set.at("labels").get<std::size_t>();
    const bool several = set.at("several").get<bool>();
    const json& expected = set.at("expected");
    for (const RankedRates& at : rates_at(kRanks, gold, p, labels)) {
      const json& rank = expected.at("at_" + std::to_string(at.k));
      EXPECT_NEAR(at.precision, rank.at("precision").get<double>(), kNear) << at.k;
      EXPECT_NEAR(at.recall, rank.at("recall").get<double>(), kNear) << at.k;
    }
    std::vector<LabelSet> given;
    if (several) {
      const std::vector<double> thresholds(labels, kMiddle);
      const SetReport report = set_report(gold, p, thresholds);
      given = chosen_labels(p, thresholds);
      expect_report(report, expected);
      EXPECT_NEAR(report.subset_accuracy, expected.at("accuracy").get<double>(), kNear);
    } else {
      const ClassificationReport report = classification_report(only_ones(gold), p, labels);
      given = one_each(best_labels(p, labels));
      expect_report(report, expected);
      EXPECT_NEAR(report.accuracy, expected.at("accuracy").get<double>(), kNear);
      EXPECT_NEAR(report.matthews, expected.at("matthews").get<double>(), kNear);
    }
    const Quality found = quality({gold, given, p, labels, several}, Rng(1));
    EXPECT_NEAR(calibration_error(found.calibration), expected.at("calibration").get<double>(), kNear);
    EXPECT_EQ(found.roc_auc.has_value(), !expected.at("auc").is_null());
    if (found.roc_auc) {
      EXPECT_NEAR(*found.roc_auc, expected.at("auc").get<double>(), kNear);
    }
  }
}

TEST(MeasuresTest, BinsOfEqualMassHoldAllRows) {
  const std::vector<double> confidence{.9, .5, .7, .6, .8};
  const auto bins = calibration_bins(confidence, {true, false, true, false, true}, 2);
  ASSERT_EQ(bins.size(), 2U);
  EXPECT_EQ(bins[0].rows, 3);
  EXPECT_NEAR(bins[0].confidence, 0.6, 1e-12);
  EXPECT_NEAR(bins[0].accuracy, 1.0 / 3, 1e-12);
  EXPECT_NEAR(calibration_error(bins), (3 * (0.6 - 1.0 / 3) + 2 * 0.15) / 5, 1e-12);
  EXPECT_EQ(calibration_error(calibration_bins({}, {})), 0);
}

TEST(MeasuresTest, McNemarsTestCountsTheTailsOfTheBinomialDistribution) {
  EXPECT_NEAR(mcnemar(1, 9), 2 * 11.0 / 1024, 1e-12);
  EXPECT_NEAR(mcnemar(9, 1), mcnemar(1, 9), 1e-15);
  EXPECT_EQ(mcnemar(0, 0), 1);
  EXPECT_EQ(mcnemar(5, 5), 1);
  EXPECT_LT(mcnemar(400, 600), 1e-9);
}

TEST(MeasuresTest, TheBootstrapGivesTheSameIntervalEachTimeAndHoldsTheScore) {
  const auto mean = [](std::span<const std::uint32_t> rows) {
    double sum = 0;
    for (const std::uint32_t row : rows) sum += row < 30 ? 1 : 0;
    return sum / static_cast<double>(rows.size());
  };
  const Interval interval = bootstrap(100, Rng(1), mean);
  EXPECT_NEAR(interval.low, 0.3 - 1.96 * 0.0458, 0.02) << "the normal distribution's";
  EXPECT_NEAR(interval.high, 0.3 + 1.96 * 0.0458, 0.02);
  EXPECT_EQ(bootstrap(100, Rng(1), mean).low, interval.low);
}

TEST(QualityTest, ErrorsComeSurestFirst) {
  const std::vector<LabelSet> gold{{0}, {1}, {0}}, given{{1}, {1}, {1}};
  const std::vector<double> p{.4, .6, .1, .9, .2, .8};
  const Quality found = quality({gold, given, p, 2, false}, Rng(1));
  ASSERT_EQ(found.errors.size(), 2U);
  EXPECT_EQ(found.errors[0], (std::pair<std::size_t, double>(2, 0.8)));
  EXPECT_EQ(found.errors[1].first, 0U);
}

TEST(QualityTest, TwoModelsAreComparedRowByRow) {
  const std::vector<LabelSet> gold(10, LabelSet{0}), right = gold, wrong(10, LabelSet{1});
  const AnswerComparison same = compare_answers(gold, right, gold, right, Rng(1));
  EXPECT_EQ(same.both, 10);
  EXPECT_EQ(same.p_value, 1);
  EXPECT_EQ(same.difference, 0);
  const AnswerComparison better = compare_answers(gold, right, gold, wrong, Rng(1));
  EXPECT_EQ(better.only_first, 10);
  EXPECT_NEAR(better.p_value, 2.0 / 1024, 1e-12);
  EXPECT_EQ(better.difference, 1);
  EXPECT_EQ(better.interval.low, 1);
}

}  // namespace
}  // namespace recura
