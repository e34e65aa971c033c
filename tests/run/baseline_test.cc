// What scores are compared with, beside scikit-learn's linear models
// (tests/reference/baselines.json, written by baselines.py).
#include "hebb/run/baseline.h"

#include <gtest/gtest.h>
#include <algorithm>

#include <cmath>
#include <nlohmann/json.hpp>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/file.h"
#include "hebb/data/tensors.h"
#include "hebb/ops/create.h"
#include "hebb/ops/softmax.h"
#include "support/message_of.h"
#include "support/places.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

struct Case {
  data::Dataset data;
  BaselineProblem problem;
  std::vector<double> outputs;
};

Case case_of(const nlohmann::json& c) {
  const std::string task = c["task"];
  const std::vector<float> x = c["x"];
  const auto n = int64_t(c["y"].size());
  const Tensor rows = Tensor::from(x, {n, int64_t(x.size()) / n});
  const bool quantity = task == "quantity";
  const Tensor y = quantity ? Tensor::from(c["y"].get<std::vector<double>>(), {n, 1})
                            : Tensor::from(c["y"].get<std::vector<int64_t>>(), {n});
  return {.data = data::from_tensors(rows, y),
          .problem = {.output = {task == "classes" ? 3 : 1},
                      .loss = quantity            ? "mse"
                              : task == "classes" ? "cross_entropy"
                                                  : "bce_with_logits"},
          .outputs = c["outputs"]};
}

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const auto& c : nlohmann::json::parse(read_file(reference_folder() / "baselines.json")))
    out.push_back(case_of(c));
  return out;
}

Tensor inputs_of(const data::Dataset& data) {
  std::vector<float> out;
  for (int64_t i = 0; i < data.size(); ++i) {
    const std::vector<float> row = data.sample(i).x.to_vector<float>();
    out.insert(out.end(), row.begin(), row.end());
  }
  return Tensor::from(out, {data.size(), int64_t(out.size()) / data.size()});
}

TEST(Baseline, LinearModelsAreScikitLearns) {
  for (const Case& c : cases()) {
    Baselines made = fit_baselines(c.data, c.problem);
    ASSERT_TRUE(made.linear) << made.no_linear;
    NoGrad off;
    Tensor outputs = (*made.linear)(inputs_of(c.data));
    if (c.problem.output[0] > 1)
      outputs = softmax(outputs, 1);
    const std::vector<double> got = outputs.to_vector<double>();
    ASSERT_EQ(got.size(), c.outputs.size());
    for (size_t i = 0; i < got.size(); ++i)
      EXPECT_NEAR(got[i], c.outputs[i], 2e-3) << c.problem.loss << " " << i;
  }
}

double found(const NamedValues& values, const std::string& name) {
  const std::optional<double> value = find_value(values, name);
  EXPECT_TRUE(value) << name;
  return value.value_or(std::nan(""));
}

TEST(Baseline, ConstantsAreTheMostFrequentClassAndTheMean) {
  for (const Case& c : cases()) {
    Baselines made = fit_baselines(c.data, c.problem);
    const BaselineScores scores = baseline_scores(made, c.problem, c.data);
    ASSERT_EQ(scores.size(), 2u);
    EXPECT_EQ(scores[1].first, "linear");
    if (c.problem.loss == "mse") {
      EXPECT_EQ(scores[0].first, "mean");
      EXPECT_NEAR(found(scores[0].second, "r2"), 0, 1e-6);
      EXPECT_GT(found(scores[1].second, "r2"), 0.3);
      continue;
    }
    EXPECT_EQ(scores[0].first, "majority");
    std::vector<double> counts(size_t(c.data.classes()));
    for (int64_t label : c.data.labels())
      ++counts[size_t(label)];
    const double most = *std::max_element(counts.begin(), counts.end());
    EXPECT_NEAR(found(scores[0].second, "accuracy"), most / double(c.data.size()), 1e-12);
    EXPECT_NEAR(found(scores[0].second, "roc_auc"), 0.5, 1e-12);
    EXPECT_GT(found(scores[1].second, "roc_auc"), 0.75);
    double entropy = 0;
    for (double count : counts)
      entropy -= count / double(c.data.size()) * std::log(count / double(c.data.size()));
    EXPECT_NEAR(found(scores[0].second, "loss"), entropy, 1e-5);
  }
}

TEST(Baseline, ALossThatIsNotTheirsIsLeftOut) {
  Case c = cases()[1];
  c.problem.loss = "focal";
  Baselines made = fit_baselines(c.data, c.problem);
  EXPECT_FALSE(find_value(baseline_scores(made, c.problem, c.data)[1].second, "loss"));
}

TEST(Baseline, SamplesOfWeightZeroDoNotCount) {
  Case c = cases()[0];
  // Each sample once more with the other label, and no weight.
  const Tensor x = inputs_of(c.data);
  std::vector<float> rows = x.to_vector<float>();
  std::vector<int64_t> labels = c.data.labels();
  std::vector<double> weights(labels.size(), 2.0);
  const size_t n = labels.size();
  const std::vector<float> again = rows;
  rows.insert(rows.end(), again.begin(), again.end());
  for (size_t i = 0; i < n; ++i) {
    labels.push_back(1 - labels[i]);
    weights.push_back(0);
  }
  const data::Dataset weighted =
      data::from_tensors(Tensor::from(rows, {int64_t(2 * n), x.size(1)}),
                         Tensor::from(labels, {int64_t(2 * n)}), {.weights = weights});
  Baselines plain = fit_baselines(c.data, c.problem), other = fit_baselines(weighted, c.problem);
  const double accuracy = found(baseline_scores(plain, c.problem, c.data)[1].second, "accuracy");
  EXPECT_NEAR(found(baseline_scores(other, c.problem, weighted)[1].second, "accuracy"), accuracy,
              0.03);
}

TEST(Baseline, TooLargeOnesAreLeftOut) {
  const data::Dataset wide =
      data::from_tensors(zeros({4, 70000}), Tensor::from(std::vector<int64_t>{0, 1, 0, 1}, {4}));
  const Baselines made = fit_baselines(wide, {.output = {2}, .loss = "cross_entropy"});
  EXPECT_FALSE(made.linear);
  EXPECT_NE(made.no_linear.find("a sample has 70000 numbers"), std::string::npos);
  const data::Dataset tokens =
      data::from_tensors(Tensor::from(std::vector<int64_t>{1, 2, 3, 4}, {4, 1}),
                         Tensor::from(std::vector<int64_t>{0, 1, 0, 1}, {4}));
  EXPECT_EQ(fit_baselines(tokens, {.output = {2}, .loss = "cross_entropy"}).no_linear,
            "the inputs are no numbers");
}

TEST(Baseline, OfSeveralInputsNoneIsLinear) {
  const data::Dataset two =
      data::from_tensors(TensorDict{{"x", zeros({4, 3})}, {"codes", arange(0, 4)}},
                         TensorDict{{"y", Tensor::from(std::vector<int64_t>{0, 1, 1, 1}, {4})}});
  const BaselineProblem problem{.output = {2}, .loss = "cross_entropy"};
  Baselines made = fit_baselines(two, problem);
  EXPECT_EQ(made.no_linear, "it takes x alone, and a sample has codes too");
  const BaselineScores scores = baseline_scores(made, problem, two);
  ASSERT_EQ(scores.size(), 1U);
  EXPECT_EQ(found(scores[0].second, "accuracy"), 0.75);
}

using BaselineFile = TempFolder;

TEST_F(BaselineFile, IsReadAsItWasWritten) {
  for (const Case& c : cases()) {
    Baselines made = fit_baselines(c.data, c.problem);
    const fs::path file = folder_ / "baseline.safetensors";
    save_baselines(file, made);
    std::optional<Baselines> read = load_baselines(file, c.data.recipe());
    ASSERT_TRUE(read);
    EXPECT_EQ(baseline_scores(*read, c.problem, c.data), baseline_scores(made, c.problem, c.data));
  }
  EXPECT_FALSE(load_baselines(folder_ / "none", {}));
  write_file_atomic(folder_ / "damaged", "no safetensors");
  EXPECT_NE(message_of([&] { load_baselines(folder_ / "damaged", {}); }), "no error");
}

}  // namespace
}  // namespace hebb
