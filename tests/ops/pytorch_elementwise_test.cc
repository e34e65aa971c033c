// Elementwise operators in f64, and their gradients, against PyTorch's
// (reference/elementwise.json), NaN and infinities included.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "hebb/ops/create.h"
#include "hebb/ops/named.h"
#include "hebb/tensor/tensor.h"
#include "support/places.h"

namespace hebb {
namespace {

using nlohmann::json;

Tensor read(const json& j) {
  std::vector<double> values;
  for (const std::string v : j["values"])
    values.push_back(std::strtod(v.c_str(), nullptr));
  const Tensor out = Tensor::from(values, j["shape"].get<std::vector<int64_t>>());
  return j.value("bool", false) ? out.to(boolean) : out;
}

void expect_same(const Tensor& got, const json& expected, const std::string& what,
                 double tolerance = 1e-12) {
  const Tensor want = read(expected);
  ASSERT_EQ(to_string(got.shape()), to_string(want.shape())) << what;
  const std::vector<double> g = got.to_vector<double>(), w = want.to_vector<double>();
  for (size_t i = 0; i < w.size(); ++i) {
    if (std::isnan(w[i]) || std::isinf(w[i]))
      EXPECT_TRUE(std::isnan(w[i]) ? std::isnan(g[i]) : g[i] == w[i])
          << what << ", element " << i << ": " << g[i] << ", not " << w[i];
    else
      EXPECT_NEAR(g[i], w[i], tolerance * std::max(1.0, std::fabs(w[i])))
          << what << ", element " << i;
  }
}

TEST(PyTorch, ElementwiseOperatorsAgree) {
  const json cases = json::parse(std::ifstream(reference_folder() / "elementwise.json"));
  ASSERT_GT(cases.size(), 150u);
  for (const json& c : cases) {
    const std::string name = c["op"], what = name + " " + c["attrs"].dump();
    const Op* op = find_op(name);
    ASSERT_NE(op, nullptr) << name;
    NamedTensors operands, incoming;
    for (const auto& [key, value] : c["operands"].items())
      operands[key] = read(value);
    const Tensor out = read(c["out"]);
    incoming["out"] = arange(1, double(out.numel()) + 1, 1, f64).reshape(out.shape());
    const RunByName run =
        run_by_name(*op, operands, c["attrs"].dump(), c["grads"].empty() ? nullptr : &incoming);
    expect_same(run.results.at("out"), c["out"], what);
    for (const auto& [key, value] : c["grads"].items())
      expect_same(run.gradients.at(key), value, what + " gradient of " + key,
                  name == "hardsigmoid" || name == "celu"
                      ? 1e-7
                      : 1e-12);  // PyTorch divides by 6 and by alpha in f32
  }
}

}  // namespace
}  // namespace hebb
