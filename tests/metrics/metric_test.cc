// Metric: fed batch by batch in training.
#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/error.h"
#include "hebb/metrics/measure.h"
#include "hebb/metrics/metric.h"
#include "hebb/metrics/ranking.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "support/message_of.h"

namespace hebb::metrics {
namespace {

// Ten samples of four classes; their argmax is {0, 1, 2, 3, 0, 1, 2, 3, 0, 1}.
struct Batch {
  Tensor outputs, targets;
};

Batch batch(int64_t begin, int64_t end) {
  std::vector<float> logits;
  std::vector<int64_t> labels;
  for (int64_t i = begin; i < end; ++i) {
    for (int64_t k = 0; k < 4; ++k)
      logits.push_back(k == i % 4 ? 2.0f : 0.1f * float((i * 7 + k * 3) % 11));
    labels.push_back(i < 6 ? i % 4 : (i + 1) % 4);
  }
  return {Tensor::from(logits, {end - begin, 4}), Tensor::from(labels, {end - begin})};
}

TEST(Metric, EveryWordMakesOneThatDoesNotDependOnBatches) {
  for (const std::string& word : metric_names()) {
    SCOPED_TRACE(word);
    Metric whole = metric(word), parts = metric(word), resumed = metric(word);
    EXPECT_EQ(whole.name, word);
    EXPECT_TRUE(std::isnan(whole.value()));
    const bool numbers = metric(word).of_numbers();
    const auto feed = [&](Metric& m, int64_t begin, int64_t end) {
      Batch b = batch(begin, end);
      if (numbers)
        b.targets = b.targets.to(DType::f32) + 1, b.outputs = (b.targets * 1.5 + 1).unsqueeze(1);
      m.update(b.outputs, b.targets);
    };
    feed(whole, 0, 10);
    feed(parts, 0, 3);
    resumed.set_state(parts.state());
    feed(parts, 3, 10);
    Metric copy = resumed;
    feed(copy, 3, 10);
    EXPECT_FALSE(std::isnan(whole.value()));
    EXPECT_NEAR(whole.value(), parts.value(), 1e-12);
    EXPECT_EQ(copy.value(), parts.value());
    EXPECT_EQ(copy.state(), parts.state());
    Metric merged = metric(word), rest = metric(word);
    feed(merged, 0, 4);
    feed(rest, 4, 10);
    merged.merge(rest);
    EXPECT_NEAR(merged.value(), whole.value(), 1e-12);
    whole.reset();
    EXPECT_TRUE(std::isnan(whole.value()));
  }
}

TEST(Metric, Accuracy) {
  Metric m = accuracy();
  const Batch b = batch(0, 10);
  m.update(b.outputs, b.targets);
  EXPECT_EQ(m.value(), 0.6);
  EXPECT_EQ(m.better, Better::higher);
  Metric wrong = zero_one_loss();
  wrong.update(b.outputs, b.targets);
  EXPECT_EQ(wrong.value(), 0.4);
  EXPECT_EQ(wrong.better, Better::lower);
  Metric top = top_k_accuracy(4);
  top.update(b.outputs, b.targets);
  EXPECT_EQ(top.value(), 1);
  EXPECT_EQ(top.name, "top4_accuracy");
}

TEST(Metric, OneLogitForTwoClasses) {
  Metric m = accuracy(), p = precision(), area = roc_auc();
  const Tensor logits = Tensor::from(std::vector<float>{-1, 2, 0.5f, -3}, {4, 1}),
               targets = Tensor::from(std::vector<float>{0, 1, 0, 0}, {4, 1});
  for (Metric* each : {&m, &p, &area})
    each->update(logits, targets);
  EXPECT_EQ(m.value(), 0.75);
  EXPECT_EQ(p.value(), 0.5);  // of class 1
  EXPECT_EQ(area.value(), 1);
}

TEST(Metric, RocAucOfAnAbsentClassIsUndefined) {
  Metric area = roc_auc();
  area.update(Tensor::from(std::vector<float>{2, 1, 0, 0, 1, 2}, {2, 3}),
              Tensor::from(std::vector<int64_t>{0, 2}, {2}));
  Warnings warnings;
  EXPECT_TRUE(std::isnan(area.value(&warnings)));
  EXPECT_EQ(warnings.lines,
            std::vector<std::string>{"roc_auc is undefined: y_true holds no sample of class 1"});
}

TEST(Metric, EveryPlaceOfAPictureIsASample) {
  Metric m = accuracy();
  const Tensor logits =
      Tensor::from(std::vector<float>{1, 0, 0, 1, /* class 1 */ 0, 1, 1, 0}, {1, 2, 2, 2});
  m.update(logits, Tensor::from(std::vector<int64_t>{0, 1, 1, 1}, {1, 2, 2}));
  EXPECT_EQ(m.value(), 0.75);
}

TEST(Metric, Better) {
  const Metric up = accuracy(), down = mean_squared_error();
  EXPECT_TRUE(up.is_better(0.9, 0.8));
  EXPECT_TRUE(down.is_better(0.8, 0.9));
  EXPECT_FALSE(up.is_better(0.8, 0.8));
  EXPECT_TRUE(down.is_better(7, std::nan("")));
  EXPECT_FALSE(down.is_better(std::nan(""), 7));
}

TEST(Metric, LogarithmicErrors) {
  Metric mean = metric("msle"), root = metric("rmsle");
  const Tensor truth = tensor({0.0, 1.0, 3.0}), guess = tensor({1.0, 1.0, 0.0});
  mean.update(guess, truth);
  root.update(guess, truth);
  const double expected = (std::pow(std::log(2), 2) + std::pow(std::log(4), 2)) / 3;
  EXPECT_NEAR(mean.value(), expected, 1e-12);
  EXPECT_NEAR(root.value(), std::sqrt(expected), 1e-12);
  mean.update(tensor({-2.0}), tensor({0.0}));
  Warnings warnings;
  EXPECT_TRUE(std::isnan(mean.value(&warnings)));
  EXPECT_EQ(warnings.lines.size(), 1u);
}

// Also what is measured beside the words of a configuration.
TEST(Metric, BetterOfEverythingThatIsMeasured) {
  const std::vector<int64_t> labels = {0, 1, 2, 3, 4, 5, 0, 1}, two = {0, 1, 1, 0, 1, 0, 0, 1};
  const std::vector<double> one_each = {0.1, 0.9, 0.6, 0.4, 0.3, 0.2, 0.1, 0.8};
  const std::vector<double> scores(labels.size() * 6, 1.0 / 6);
  for (const Measured& measured :
       {measure_multiclass(labels, {}, scores, 6), measure_binary(two, {}, one_each),
        measure_regression(one_each, one_each)})
    for (const auto& [name, value] : measured.values)
      EXPECT_TRUE(better_of(name)) << name;
  for (const char* name : {"roc_auc_ovr_weighted", "average_precision_macro", "f1_micro", "mcc",
                           "top3_accuracy", "accuracy"})
    EXPECT_EQ(better_of(name), Better::higher) << name;
  for (const char* name : {"median_absolute_error", "mean_squared_log_error", "mae", "log_loss"})
    EXPECT_EQ(better_of(name), Better::lower) << name;
  EXPECT_FALSE(better_of("accuracy_macro"));
  EXPECT_FALSE(better_of("generator_loss"));
}

TEST(Metric, KnowsWhetherItMeasuresNumbers) {
  for (const char* word : {"mse", "r2", "max_error", "explained_variance"})
    EXPECT_TRUE(metric(word).of_numbers()) << word;
  for (const char* word : {"accuracy", "f1_macro", "roc_auc", "top5_accuracy"})
    EXPECT_FALSE(metric(word).of_numbers()) << word;
}

TEST(Metric, Refusals) {
  const auto says = [](const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
  };
  EXPECT_PRED2(says, message_of([] { metric("acuracy"); }), "did you mean 'accuracy'");
  EXPECT_PRED2(says, message_of([] { metric("top0_accuracy"); }), "metrics: ");
  EXPECT_PRED2(says, message_of([] { f1("makro"); }), "unknown average 'makro'");
  Metric m = accuracy();
  const Tensor logits = zeros({2, 3});
  EXPECT_PRED2(says, message_of([&] {
                 m.update(logits, Tensor::from(std::vector<int64_t>{0, 3}, {2}));
               }),
               "accuracy: target 1 is 3, but labels go from 0 to 2");
  EXPECT_PRED2(says,
               message_of([&] { m.update(logits, Tensor::from(std::vector<int64_t>{0}, {1})); }),
               "do not belong together");
  EXPECT_PRED2(says, message_of([&] {
                 m.update(logits, Tensor::from(std::vector<float>{0.5f, 1}, {2}));
               }),
               "target 0 is 0.5, which is not a label");
  EXPECT_PRED2(says, message_of([&] {
                 m.set_state(std::vector<double>{1, 2});
               }),
               "not the state of such a metric");
  Metric mse = mean_squared_error();
  EXPECT_PRED2(says, message_of([&] { mse.update(logits, zeros({2})); }), "do not belong together");
}

TEST(Metric, AveragePrecisionIsThatOfAllScores) {
  const std::vector<float> logits = {0.3f, -1, 2, 0.3f, 4, -0.5f};
  const std::vector<int64_t> labels = {1, 0, 1, 0, 0, 1};
  Metric m = average_precision();
  m.update(Tensor::from(logits, {6, 1}), Tensor::from(labels, {6}));
  EXPECT_EQ(m.value(),
            average_precision_score(labels, std::vector<double>(logits.begin(), logits.end())));
}

}  // namespace
}  // namespace hebb::metrics
