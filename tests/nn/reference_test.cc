// Every layer of the table against PyTorch's values, forward, backward and in what training moves,
// and the losses; tests/reference/layers.json and .npz, which layers.py writes. The census: what a
// layer's walk visits is what it has.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "hebb/base/file.h"
#include "hebb/base/spec.h"
#include "hebb/formats/npz.h"
#include "hebb/graph/compile.h"
#include "hebb/nn/build.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/named.h"
#include "hebb/ops/ops.h"
#include "support/places.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

struct Stored {
  nlohmann::json layers, losses;
  NamedTensors arrays;
};

const Stored& stored() {
  static const Stored one = [] {
    const nlohmann::json json =
        nlohmann::json::parse(read_file(reference_folder() / "layers.json"));
    return Stored{json["layers"], json["losses"], read_npz(reference_folder() / "layers.npz")};
  }();
  return one;
}

NamedTensors part(const std::string& prefix) {
  NamedTensors found;
  const NamedTensors& all = stored().arrays;
  for (auto at = all.lower_bound(prefix); at != all.end() && at->first.starts_with(prefix); ++at)
    found.emplace(at->first.substr(prefix.size()), at->second);
  return found;
}

// f32 beside f64: sums of some dozens of terms.
void expect_near(const std::string& what, const Tensor& got, const Tensor& expected) {
  ASSERT_TRUE(got.defined()) << what << " is missing";
  ASSERT_EQ(got.shape(), expected.shape()) << what;
  const std::vector<double> a = got.to_vector<double>(), b = expected.to_vector<double>();
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_NEAR(a[i], b[i], 2e-5 + 2e-5 * std::abs(b[i])) << what << "[" << i << "]";
}

Dims shape_of_sample(const Tensor& batch) {
  Dims shape = batch.shape();
  shape.erase(0);
  return shape;
}

TEST(Reference, LayersAgreeWithPyTorch) {
  for (const auto& one : stored().layers) {
    const std::string line = one["line"], label = one["label"].get<std::string>() + "/";
    const bool training = one["training"];
    SCOPED_TRACE(line + (training ? ", training" : ", evaluation"));
    const NamedTensors given = part(label), state = part(label + "state/"),
                       grads = part(label + "grad/"), after = part(label + "after/");
    Tensor x = given.at("x");
    const bool floating = is_floating(x.dtype());  // or token ids
    nn::Sequential net = nn::build({line}, shape_of_sample(x));
    nn::StateDict named;
    for (const auto& [name, tensor] : state)
      named.emplace_back("0." + name, tensor);
    net.load_state_dict(named);
    net.train(training);
    if (floating)
      x.requires_grad_();
    const Tensor y = net(x);
    expect_near("output", y, given.at("y"));
    y.backward(given.at("gy"));
    if (floating)
      expect_near("gradient of the input", x.grad(), given.at("gx"));
    std::set<std::string> seen;
    for (const auto& [name, parameter] : net.named_parameters()) {
      const auto expected = grads.find(name.substr(2));
      ASSERT_NE(expected, grads.end()) << name;
      expect_near("gradient of " + name, parameter.grad(), expected->second);
      seen.insert(name.substr(2));
    }
    EXPECT_EQ(seen.size(), grads.size());
    size_t compared = 0;
    for (const auto& [name, tensor] : net.state_dict())
      if (const auto expected = after.find(name.substr(2)); expected != after.end()) {
        expect_near(name + " after", tensor, expected->second);
        ++compared;
      }
    EXPECT_EQ(compared, after.size());
    if (training)
      continue;
    const Compiled run =
        compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> { return {net(in[0])}; });
    expect_near("output by plan", run({x.detach()})[0], given.at("y"));
    EXPECT_EQ(run.why_eager(), "");
  }
}

TEST(Reference, LossesAgreeWithPyTorch) {
  for (const auto& one : stored().losses) {
    SCOPED_TRACE(one["name"].get<std::string>() + " " + one["options"].dump());
    const NamedTensors given = part(one["label"].get<std::string>() + "/");
    NamedTensors operands{{"input", given.at("output")}, {"target", given.at("target")}};
    if (const auto weight = given.find("weight"); weight != given.end())
      operands.emplace("weight", weight->second);
    const NamedTensors ones_like_y{{"out", ones(given.at("y").shape())}};
    const RunByName run = run_by_name(*find_op(one["name"].get<std::string>()), operands,
                                      one["options"].dump(), &ones_like_y);
    expect_near("loss", run.results.at("out"), given.at("y"));
    expect_near("gradient", run.gradients.at("input"), given.at("goutput"));
  }
}

using Census = TempFolder;

// The layers of the table, each in its plainest form: from the stored cases, so that a layer
// without values fails here.
TEST_F(Census, OfLayers) {
  const fs::path file = folder_ / "layer.safetensors";
  for (const SpecHelp& help : nn::layer_help()) {
    SCOPED_TRACE(help.name);
    bool found = false;
    for (const auto& one : stored().layers) {
      const std::string line = one["line"];
      if (SpecLine::parse(line).name != help.name)
        continue;
      found = true;
      const Dims shape = shape_of_sample(part(one["label"].get<std::string>() + "/").at("x"));
      const size_t before = nn::live_params().size();
      nn::Sequential net = nn::build({line}, shape);
      size_t alive = 0;  // also what a moved-from layer may have left, without values
      for (const nn::Param* param : nn::live_params())
        alive += param->tensor().defined();
      EXPECT_EQ(alive, before + net.parameters().size()) << line;
      save(net, file);
      nn::Sequential other = nn::build({line}, shape);
      load(other, file);
      const nn::StateDict a = net.state_dict(), b = other.state_dict();
      for (size_t i = 0; i < a.size(); ++i)
        EXPECT_EQ(a[i].second.to_vector<double>(), b[i].second.to_vector<double>())
            << line << " " << a[i].first;
    }
    EXPECT_TRUE(found)
        << "no values of PyTorch are stored: add a case to tests/reference/layers.py";
  }
}

}  // namespace
}  // namespace hebb
