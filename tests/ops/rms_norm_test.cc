// rms_norm without an eps against PyTorch (tests/reference/rms_norm.json, written by rms_norm.py),
// in every floating dtype, of inputs so small that the eps counts.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/nn/layer_norm.h"
#include "hebb/ops/layer_norm.h"
#include "ops/samples.h"
#include "support/places.h"

namespace hebb::test {
namespace {

struct RmsCase {
  nlohmann::json json;
  DType dtype;
  double tolerance;  // of the rounding
  Tensor tensor(const char* name, const Dims& shape) const {
    return Tensor::from(json[name].get<std::vector<double>>(), shape).to(dtype);
  }
};

std::vector<RmsCase> rms_cases() {
  const std::pair<std::string, std::pair<DType, double>> dtypes[] = {
      {"float64", {f64, 1e-14}},
      {"float32", {f32, 1e-6}},
      {"float16", {DType::f16, 0x1p-10}},
      {"bfloat16", {DType::bf16, 0x1p-7}}};
  std::vector<RmsCase> out;
  for (const auto& c : nlohmann::json::parse(read_file(reference_folder() / "rms_norm.json")))
    for (const auto& [name, dtype] : dtypes)
      if (c["dtype"] == name)
        out.push_back({c, dtype.first, dtype.second});
  return out;
}

TEST(RmsNorm, WithoutEpsFollowsPyTorch) {
  const std::vector<RmsCase> cases = rms_cases();
  EXPECT_EQ(cases.size(), 12u);
  for (const RmsCase& c : cases) {
    Tensor x = c.tensor("input", {3, 5}), weight = c.tensor("weight", {5});
    x.requires_grad_();
    weight.requires_grad_();
    const Tensor y = rms_norm(x, {5}, weight);
    EXPECT_EQ(difference(y, c.tensor("out", {3, 5}), c.tolerance, c.tolerance), "")
        << name(c.dtype);
    y.backward(c.tensor("gy", {3, 5}));
    EXPECT_EQ(difference(x.grad(), c.tensor("gx", {3, 5}), 2 * c.tolerance, 2 * c.tolerance), "")
        << name(c.dtype);
    EXPECT_EQ(difference(weight.grad(), c.tensor("gw", {5}), 4 * c.tolerance, 4 * c.tolerance), "")
        << name(c.dtype);
  }
}

TEST(RmsNorm, TheLayerHasTheSameDefault) {
  for (const RmsCase& c : rms_cases()) {
    if (c.dtype != f32)
      continue;
    nn::RMSNorm layer(5);
    layer.load_state_dict({{"weight", c.tensor("weight", {5})}});
    EXPECT_EQ(difference(layer(c.tensor("input", {3, 5})), c.tensor("out", {3, 5}), 1e-6, 1e-6),
              "");
  }
}

}  // namespace
}  // namespace hebb::test
