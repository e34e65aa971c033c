// Worked numbers, what must not depend on how samples are cut or ordered, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "hebb/base/error.h"
#include "hebb/metrics/classification.h"
#include "hebb/metrics/confusion_matrix.h"
#include "hebb/metrics/measure.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/ranking.h"
#include "hebb/metrics/regression.h"
#include "support/message_of.h"

namespace hebb::metrics {
namespace {

using Integers = std::vector<int64_t>;
using Doubles = std::vector<double>;

double value(const Measured& all, std::string_view name) {
  for (const auto& [key, number] : all.values)
    if (key == name)
      return number;
  ADD_FAILURE() << name << " is missing";
  return std::nan("");
}

// One in a hundred is ill, and the model calls everybody healthy.
TEST(Metrics, RareDisease) {
  Integers y_true(100, 0), y_pred(100, 0);
  y_true[42] = 1;
  const Measured all = measure_binary(y_true, Integers(y_pred), std::nullopt);
  EXPECT_EQ(value(all, "accuracy"), 0.99);
  EXPECT_EQ(value(all, "recall"), 0);
  EXPECT_EQ(value(all, "balanced_accuracy"), 0.5);
  EXPECT_EQ(value(all, "f1"), 0);
  EXPECT_EQ(value(all, "matthews_corrcoef"), 0);
  const auto says = [&](std::string_view part) {
    return std::count_if(all.warnings.begin(), all.warnings.end(),
                         [&](const std::string& line) { return line.find(part) != line.npos; });
  };
  EXPECT_EQ(says("matthews_corrcoef is 0/0 and set to 0"), 1);
  EXPECT_EQ(says("precision is 0/0 and set to 0: nothing was predicted as class 1"), 1);
}

TEST(Metrics, AreaAnchors) {
  const Integers y_true = {0, 0, 1, 1};
  EXPECT_EQ(roc_auc_score(y_true, Doubles{0.1, 0.2, 0.8, 0.9}), 1.0);
  EXPECT_EQ(roc_auc_score(y_true, Doubles{0.5, 0.5, 0.5, 0.5}), 0.5);
  EXPECT_EQ(roc_auc_score(y_true, Doubles{0.9, 0.8, 0.2, 0.1}), 0.0);
}

// Two samples of a hundred thousand classes: one line about those that are missing, not one each.
TEST(Metrics, AbsentClassesAreCounted) {
  constexpr int64_t classes = 100000;
  const Integers y_true = {0, 1};
  Doubles y_score(size_t(2 * classes), 1.0 / classes);
  Warnings warnings;
  EXPECT_GE(average_precision_score(y_true, y_score, classes, Average::macro, &warnings), 0);
  ASSERT_EQ(warnings.lines.size(), 1u);
  EXPECT_EQ(warnings.lines[0],
            "average_precision is 0/0 and set to 0: y_true holds no sample of 99998 of 100000 "
            "classes, the first of them 2");
  EXPECT_TRUE(std::isnan(roc_auc_ovr_score(y_true, y_score, classes, Average::macro, &warnings)));
  EXPECT_NE(warnings.lines[1].find("roc_auc is undefined: y_true holds no sample of 99998"),
            std::string::npos);
}

TEST(Metrics, R2Anchors) {
  RegressionSums perfect, mean, worse;
  const Doubles y = {1, 2, 3, 6};
  perfect.add(y, y);
  mean.add(y, Doubles(4, 3.0));
  worse.add(y, Doubles{6, 3, 2, 1});
  EXPECT_EQ(r2_score(perfect), 1);
  EXPECT_EQ(r2_score(mean), 0);
  EXPECT_LT(r2_score(worse), 0);
}

// The area as its definition has it: the part of (positive, negative) pairs in the right order,
// equal ones half.
TEST(Metrics, AreaIsThePartOfPairsInOrder) {
  std::mt19937 random(5);
  for (int round = 0; round < 50; ++round) {
    Integers y_true(40);
    Doubles y_score(40);
    for (auto& label : y_true)
      label = int64_t(random() % 2);
    for (auto& score : y_score)
      score = double(random() % 8);
    y_true[0] = 0, y_true[1] = 1;
    double right = 0, pairs = 0;
    for (size_t i = 0; i < 40; ++i)
      for (size_t j = 0; j < 40; ++j)
        if (y_true[i] == 1 && y_true[j] == 0)
          right += y_score[i] > y_score[j] ? 1 : y_score[i] == y_score[j] ? 0.5 : 0, ++pairs;
    EXPECT_EQ(roc_auc_score(y_true, y_score), right / pairs);
  }
}

TEST(Metrics, CountsAddUpHoweverSamplesAreCut) {
  std::mt19937 random(9);
  Integers y_true(1000), y_pred(1000);
  for (auto& label : y_true)
    label = int64_t(random() % 7);
  for (auto& label : y_pred)
    label = int64_t(random() % 7);
  ConfusionMatrix whole(7), parts;
  whole.add(y_true, y_pred);
  for (size_t begin = 0; begin < 1000; begin += 64) {
    const size_t n = std::min<size_t>(64, 1000 - begin);
    ConfusionMatrix part(7);
    part.add(std::span(y_true).subspan(begin, n), std::span(y_pred).subspan(begin, n));
    parts.merge(part);
  }
  EXPECT_EQ(whole, parts);
  ClassCounts counts(7);
  counts.add(y_true, y_pred);
  EXPECT_EQ(whole.counts(), counts);
  EXPECT_EQ(whole.total(), 1000);
}

// Targets of 1e12 + U(0, 1) against an exact computation in fractions, whole and in two parts.
TEST(Metrics, R2FarFromZero) {
  std::vector<double> truth, prediction, near_truth, near_prediction;
  for (int i = 0; i < 40; ++i) {  // multiples of 2^-13, which a double of that size still holds
    near_truth.push_back(double(i * 2711 % 8192) / 8192);
    near_prediction.push_back(double(i * 5119 % 8192) / 8192);
    truth.push_back(1e12 + near_truth.back());
    prediction.push_back(1e12 + near_prediction.back());
  }
  RegressionSums near, far, first, second;
  near.add(near_truth, near_prediction);
  far.add(truth, prediction);
  first.add(std::span(truth).first(17), std::span(prediction).first(17));
  second.add(std::span(truth).subspan(17), std::span(prediction).subspan(17));
  first.merge(second);
  EXPECT_NEAR(r2_score(far), r2_score(near), 1e-12);
  EXPECT_NEAR(explained_variance_score(far), explained_variance_score(near), 1e-12);
  EXPECT_NEAR(r2_score(first), r2_score(near), 1e-12);
  EXPECT_NEAR(explained_variance_score(first), explained_variance_score(near), 1e-12);
}

TEST(Metrics, RegressionSumsMerge) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal(1e4, 2);
  RegressionSums whole, parts;
  for (int part = 0; part < 10; ++part) {
    RegressionSums sums;
    for (int i = 0; i < 10 * part; ++i) {
      const double y = normal(random), p = y + normal(random) / 1e4;
      whole.add(y, p);
      sums.add(y, p);
    }
    parts.merge(sums);
  }
  EXPECT_EQ(whole.count, parts.count);
  EXPECT_NEAR(r2_score(whole), r2_score(parts), 1e-12);
  EXPECT_NEAR(explained_variance_score(whole), explained_variance_score(parts), 1e-12);
  EXPECT_NEAR(mean_squared_error(whole), mean_squared_error(parts), 1e-12);
  EXPECT_EQ(max_error(whole), max_error(parts));
}

TEST(Metrics, LargeCountsDoNotOverflow) {
  ClassCounts counts(2);
  counts.actual = {int64_t(3) << 40, int64_t(1) << 40};
  counts.predicted = counts.actual;
  counts.correct = counts.actual;
  EXPECT_DOUBLE_EQ(matthews_corrcoef(counts), 1);
  EXPECT_DOUBLE_EQ(cohen_kappa_score(counts), 1);
}

TEST(Metrics, PositiveClassMayBeZero) {
  const Integers y_true = {0, 0, 0, 1, 1}, flipped = {1, 1, 1, 0, 0};
  const Doubles score = {0.2, 0.4, 0.7, 0.6, 0.9}, other = {0.8, 0.6, 0.3, 0.4, 0.1};
  const Measured a = measure_binary(y_true, std::nullopt, score, {.positive = 0}),
                 b = measure_binary(flipped, std::nullopt, other);
  for (const char* name : {"precision", "recall", "f1", "specificity", "roc_auc",
                           "average_precision", "log_loss", "brier_score_loss"})
    EXPECT_NEAR(value(a, name), value(b, name), 1e-12) << name;
}

TEST(Metrics, Threshold) {
  const Integers y_true = {0, 0, 1, 1};
  const Doubles score = {0.1, 0.3, 0.35, 0.8};
  EXPECT_EQ(value(measure_binary(y_true, std::nullopt, score), "accuracy"), 0.75);
  EXPECT_EQ(value(measure_binary(y_true, std::nullopt, score, {.threshold = 0.32}), "accuracy"), 1);
}

TEST(Metrics, OfEqualScoresTheFirstIsTaken) {
  EXPECT_EQ(predicted_labels(Doubles{0.2, 0.4, 0.4, 1, 1, 1}, int64_t(3)), (Integers{1, 0}));
  EXPECT_EQ(top_k_accuracy_score(Integers{1, 2}, Doubles{0.5, 0.5, 0, 0.5, 0.5, 0}, 3, 1), 0);
  EXPECT_EQ(top_k_accuracy_score(Integers{1, 2}, Doubles{0.5, 0.5, 0, 0.5, 0.5, 0}, 3, 2), 0.5);
  EXPECT_EQ(top_k_accuracy_score(Integers{1, 2}, Doubles{0.5, 0.5, 0, 0.5, 0.5, 0}, 3, 9), 1);
}

TEST(Metrics, CertainAndWrongIsFinite) {
  EXPECT_NEAR(log_loss(Integers{1}, Doubles{0.0}),
              -std::log(std::numeric_limits<double>::epsilon()), 1e-9);
  EXPECT_NEAR(log_loss(Integers{1}, Doubles{0.0}, 2, std::numeric_limits<float>::epsilon()),
              15.942385, 1e-6);
}

TEST(Metrics, WithoutSamples) {
  EXPECT_TRUE(std::isnan(value(measure_binary({}, std::nullopt, Doubles{}), "accuracy")));
  EXPECT_TRUE(std::isnan(value(measure_multiclass({}, Integers{}, std::nullopt), "accuracy")));
  EXPECT_TRUE(std::isnan(value(measure_multiclass({}, std::nullopt, Doubles{}, 3), "roc_auc")));
  const Measured all = measure_regression({}, {});
  EXPECT_TRUE(std::isnan(value(all, "mean_squared_error")));
  EXPECT_FALSE(all.warnings.empty());
}

TEST(Metrics, MemoryIsBoundedByTheSamples) {
  const std::vector<int64_t> none;
  const std::vector<double> scores;
  EXPECT_THROW(measure_multiclass(none, std::nullopt, scores, 1'000'000'000), Error);
}

TEST(Metrics, TheLargestErrorOfNaNIsNaN) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  RegressionSums sums, other;
  for (double prediction : {1.0, nan, 2.0})
    sums.add(0, prediction);
  EXPECT_TRUE(std::isnan(max_error(sums)));
  other.add(0, 5);
  other.merge(sums);
  EXPECT_TRUE(std::isnan(max_error(other)));
  sums.merge(RegressionSums());
  EXPECT_TRUE(std::isnan(max_error(sums)));
}

TEST(Metrics, Refusals) {
  const Integers two = {0, 1};
  const double nan = std::nan("");
  const auto says = [](const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
  };
  EXPECT_PRED2(says, message_of([&] { confusion_matrix(two, Integers{0}); }),
               "y_true has 2 samples but y_pred has 1");
  EXPECT_PRED2(says, message_of([&] {
                 confusion_matrix(two, Integers{0, -1});
               }),
               "y_pred[1] is -1, but labels go from 0 to 1");
  EXPECT_PRED2(says, message_of([&] {
                 confusion_matrix(two, Integers{0, 1'000'000'000'000});
               }),
               "is too large");
  EXPECT_PRED2(says, message_of([&] { ConfusionMatrix(20'000); }), "at most 10000");
  EXPECT_PRED2(says, message_of([&] {
                 roc_auc_score(Integers{0, 2}, Doubles{0.1, 0.2});
               }),
               "y_true[1] is 2, but labels go from 0 to 1");
  EXPECT_PRED2(says, message_of([&] {
                 roc_auc_score(two, Doubles{0.1, nan});
               }),
               "the score of sample 1 is not a number");
  EXPECT_PRED2(says,
               message_of([&] { roc_auc_ovo_score(two, Doubles(4, 0.5), 2, Average::micro); }),
               "no micro average");
  EXPECT_PRED2(says, message_of([&] {
                 log_loss(two, Doubles{0.1, 0.2, 0.7}, 3);
               }),
               "y_score has 3 values, but 2 samples of 3 scores each need 6");
  EXPECT_PRED2(
      says, message_of([&] {
        measure_multiclass(Integers{0, std::numeric_limits<int64_t>::max()}, two, std::nullopt);
      }),
      "too large");
  EXPECT_PRED2(says, message_of([&] { measure_regression(Doubles{1}, Doubles{nan}); }),
               "y_pred[0] is nan, which is not a finite number");
  EXPECT_PRED2(says, message_of([&] { measure_binary(two, std::nullopt, std::nullopt); }),
               "neither y_pred nor y_score");
}

// Each warning about a class calls it as its data do, whichever class is the positive one.
TEST(Metrics, WarningsNameClassesByTheirLabels) {
  const std::vector<std::string> names = {"1", "2"};
  const auto has = [](const Measured& all, std::string_view line) {
    return std::count(all.warnings.begin(), all.warnings.end(), line) == 1;
  };
  const Integers ones(4, 0), twos(4, 1);
  const Doubles sure(4, 0.1);
  Measured all = measure_binary(ones, std::nullopt, sure, {.class_names = names});
  EXPECT_TRUE(has(all, "precision is 0/0 and set to 0: nothing was predicted as class 2"));
  EXPECT_TRUE(has(all, "recall is 0/0 and set to 0: no sample is of class 2"));
  EXPECT_TRUE(has(all, "roc_auc is undefined: y_true holds no sample of class 2"));
  EXPECT_TRUE(has(all, "average_precision is 0/0 and set to 0: y_true holds no sample of class 2"));
  all = measure_binary(twos, std::nullopt, sure, {.positive = 0, .class_names = names});
  EXPECT_TRUE(has(all, "roc_auc is undefined: y_true holds no sample of class 1"));
  EXPECT_TRUE(has(all, "average_precision is 0/0 and set to 0: y_true holds no sample of class 1"));
  all = measure_binary(twos, std::nullopt, sure, {.positive = 0});
  EXPECT_TRUE(has(all, "roc_auc is undefined: y_true holds no sample of class 0"));

  const Doubles first = {0.8, 0.1, 0.1, 0.8, 0.1, 0.1};
  all = measure_multiclass(Integers{0, 1}, std::nullopt, first, 3,
                           std::numeric_limits<double>::epsilon(), {"cat", "dog", "gnu"});
  EXPECT_TRUE(has(all, "precision is 0/0 and set to 0: nothing was predicted as class dog"));
  EXPECT_TRUE(has(all, "roc_auc is undefined: y_true holds no sample of class gnu"));
  EXPECT_TRUE(
      has(all, "average_precision is 0/0 and set to 0: y_true holds no sample of class gnu"));

  Warnings warnings;
  warnings.class_names = {"well", "ill"};
  roc_curve(Integers{0}, Doubles{0.5}, &warnings);
  precision_recall_curve(Integers{0}, Doubles{0.5}, &warnings);
  ASSERT_EQ(warnings.lines.size(), 2u);
  for (const std::string& line : warnings.lines)
    EXPECT_NE(line.find("y_true holds no sample of class ill"), std::string::npos) << line;
}

}  // namespace
}  // namespace hebb::metrics
