// What a model's outputs mean: classes' probabilities, and what metrics take.

#include "hebb/tasks/outputs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/ops/create.h"

namespace hebb {
namespace {

Tensor numbers(std::vector<float> values, const Dims& shape) {
  return Tensor::from(values, shape);
}
Tensor labels(std::vector<int64_t> values) {
  const int64_t n = int64_t(values.size());
  return Tensor::from(values, {n});
}

TEST(Outputs, BecomeProbabilitiesOfClasses) {
  const Tensor one = numbers({-1.0f, 0.75f, 2.0f}, {3, 1});
  EXPECT_EQ(class_probabilities(one, Outputs::numbers),
            (std::vector<double>{1, 0, 0.25, 0.75, 0, 1}));
  EXPECT_EQ(class_probabilities(numbers({0.75f}, {1, 1}), Outputs::probabilities),
            (std::vector<double>{0.25, 0.75}));
  EXPECT_EQ(class_probabilities(numbers({0}, {1, 1}), Outputs::logits),
            (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(class_probabilities(numbers({5, 5}, {1, 2}), Outputs::logits),
            (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(class_probabilities(numbers({0.25f, 0.75f}, {1, 2}), Outputs::probabilities),
            (std::vector<double>{0.25, 0.75}));
}

TEST(Outputs, BecomeWhatMetricsTake) {
  const Tensor p = numbers({0, 0.5f, 1}, {3, 1}), y = labels({0, 0, 1});
  const double inf = INFINITY;
  EXPECT_EQ(metric_outputs(p, y, Outputs::probabilities).to_vector<double>(),
            (std::vector<double>{-inf, 0, inf}));
  EXPECT_EQ(metric_outputs(p, y, Outputs::numbers).to_vector<double>(),
            (std::vector<double>{-0.5, 0, 0.5}));
  EXPECT_EQ(metric_outputs(p, y, Outputs::logits).to_vector<double>(), p.to_vector<double>());
  EXPECT_EQ(metric_outputs(p, zeros({3, 1}), Outputs::numbers).to_vector<double>(),
            p.to_vector<double>());  // a regression
}

}  // namespace
}  // namespace hebb
