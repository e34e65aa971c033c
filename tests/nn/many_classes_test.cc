// Layers that are a loss of many classes, against PyTorch's values
// (tests/reference/many_classes.py).

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/nn/adaptive_softmax.h"
#include "hebb/nn/linear_cross_entropy.h"
#include "hebb/ops/ops.h"
#include "support/places.h"

namespace hebb::many_classes {
namespace {

using Json = nlohmann::json;

Json stored(const char* cases) {
  return Json::parse(read_file(reference_folder() / "many_classes.json"))[cases];
}
Tensor numbers(const Json& given) {
  return Tensor::from(given["values"].get<std::vector<double>>(),
                      Dims(given["shape"].get<std::vector<int64_t>>()));
}
Tensor classes(const Json& given) {
  return tensor(given["values"].get<std::vector<int64_t>>(),
                Dims(given["shape"].get<std::vector<int64_t>>()));
}

void expect_near(const std::string& what, const Tensor& got, const Json& expected) {
  ASSERT_TRUE(got.defined()) << what;
  const Tensor wanted = numbers(expected);
  ASSERT_EQ(got.shape(), wanted.shape()) << what;
  const auto a = got.to_vector<double>(), b = wanted.to_vector<double>();
  for (size_t i = 0; i < a.size(); ++i)
    EXPECT_NEAR(a[i], b[i], 1e-12 * (1 + std::abs(b[i]))) << what << "[" << i << "]";
}

void load(nn::Module& layer, const Json& state) {
  layer.to(f64);
  nn::StateDict named;
  for (const auto& [name, values] : state.items())
    named.emplace_back(name, numbers(values));
  layer.load_state_dict(named);
}

// Those of clusters without a sample are not there.
void expect_gradients(nn::Module& layer, const Tensor& x, const Json& expected) {
  expect_near("gradient of x", x.grad(), expected["x"]);
  size_t compared = 1;
  for (const auto& [name, param] : layer.named_parameters()) {
    if (!expected.contains(name)) {
      EXPECT_FALSE(param.grad().defined()) << name;
      continue;
    }
    expect_near("gradient of " + name, param.grad(), expected[name]);
    ++compared;
  }
  EXPECT_EQ(compared, expected.size());
}

TEST(ManyClasses, AdaptiveSoftmaxAgreesWithPyTorch) {
  for (const Json& c : stored("adaptive")) {
    nn::AdaptiveLogSoftmaxWithLoss layer({.in_features = c["in_features"].get<int64_t>(),
                                          .n_classes = c["n_classes"].get<int64_t>(),
                                          .cutoffs = c["cutoffs"].get<std::vector<int64_t>>(),
                                          .div_value = c["div_value"],
                                          .head_bias = c["head_bias"]});
    load(layer, c["state"]);
    const Tensor x = numbers(c["x"]).requires_grad_(), target = classes(c["target"]);
    const auto [output, loss] = layer(x, target);
    expect_near("output", output, c["output"]);
    expect_near("loss", loss, c["loss"]);
    (sum(output * linspace(0.5, 1.5, x.size(0), f64)) + 2 * loss).backward();
    expect_gradients(layer, x, c["grads"]);
    expect_near("log_prob", layer.log_prob(x), c["log_prob"]);
    EXPECT_EQ(layer.predict(x).to_vector<int64_t>(), classes(c["predict"]).to_vector<int64_t>());
    const auto [one, one_loss] = layer(x[0], target[0]);
    EXPECT_NEAR(one.item(), output[0].item(), 1e-12);
    EXPECT_NEAR(one_loss.item(), -output[0].item(), 1e-12);
  }
}

TEST(ManyClasses, LinearCrossEntropyAgreesWithPyTorch) {
  for (const Json& c : stored("linear")) {
    const Json& options = c["options"];
    const Tensor weight = c["state"].contains("weight") ? numbers(c["state"]["weight"]) : Tensor();
    ClassLossAttrs loss_options;
    loss_options.reduction = options.value("reduction", "mean");
    loss_options.label_smoothing = options.value("label_smoothing", 0.0);
    nn::LinearCrossEntropyLoss layer(
        {.in_features = c["in_features"].get<int64_t>(),
         .num_classes = c["num_classes"].get<int64_t>(),
         .out_features = Dims(c["out_features"].get<std::vector<int64_t>>()),
         .bias = options.value("bias", false),
         .loss = loss_options},
        weight);
    load(layer, c["state"]);
    const Tensor x = numbers(c["x"]).requires_grad_();
    const Tensor loss = layer(x, classes(c["target"]));
    expect_near("loss", loss, c["loss"]);
    loss.backward();
    expect_gradients(layer, x, c["grads"]);
  }
}

}  // namespace
}  // namespace hebb::many_classes
