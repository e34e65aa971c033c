// Plans of a residual network: the blocks of ResNet-18 (bench/models/resnet.h) with few channels.

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "bench/models/resnet.h"
#include "bench/models/seeded.h"
#include "hebb/graph/compile.h"
#include "hebb/graph/plan.h"
#include "hebb/graph/trace.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/math.h"
#include "support/same_bits.h"

namespace hebb {
namespace {

bench::ResNet small_resnet() {
  const bench::ResNetOptions options{.width = 8, .blocks = {1, 2, 1, 1}, .classes = 5};
  return bench::seeded<bench::ResNet>(3, {3, 64, 64}, options);
}

Compiled::Function program_of(bench::ResNet& net) {
  return [&net](const std::vector<Tensor>& in) { return std::vector<Tensor>{net(in[0])}; };
}

// torchvision's resnet18 has as many, under these names.
TEST(ResidualPlans, TheNetIsTorchvisions) {
  bench::ResNet net;
  EXPECT_EQ(net.parameter_count(), 11'689'512);
  const nn::StateDict state = net.state_dict();
  EXPECT_EQ(state.size(), 122U);
  std::set<std::string> names;
  for (const auto& [name, tensor] : state)
    names.insert(name);
  for (const char* name :
       {"conv1.weight", "bn1.running_var", "layer1.0.conv1.weight", "layer4.0.downsample.0.weight",
        "layer4.0.downsample.1.running_mean", "layer4.1.bn2.num_batches_tracked", "fc.bias"})
    EXPECT_TRUE(names.contains(name)) << name;
}

// As a part of the largest magnitude expected.
double difference(const Tensor& got, const Tensor& expected) {
  return (max(abs(got - expected)) / max(abs(expected))).item();
}

TEST(ResidualPlans, AnswerWhatTheNetAnswersEagerly) {
  NoGrad off;
  bench::ResNet net = small_resnet();
  const Compiled run = compile(program_of(net));
  // The first is what is traced; then other batches, and pictures of other sizes.
  const std::vector<Dims> shapes = {{2, 3, 32, 32}, {1, 3, 32, 32}, {3, 3, 32, 32},
                                    {7, 3, 32, 32}, {1, 3, 40, 56}, {3, 3, 33, 47}};
  for (const Dims& shape : shapes) {
    const Tensor x = randn(shape);
    const Tensor expected = net(x);
    for (int call = 0; call < 2; ++call) {  // the second finds memory that has been used
      const Tensor got = run({x})[0];
      ASSERT_EQ(got.shape(), expected.shape());
      EXPECT_LE(difference(got, expected), 1e-5) << to_string(shape);
    }
  }
  EXPECT_EQ(run.why_eager(), "");
  EXPECT_EQ(run.plans_made(), shapes.size());
}

TEST(ResidualPlans, SeveralThreadsMayRunOnePlan) {
  NoGrad off;
  bench::ResNet net = small_resnet();
  const Tensor x = randn({3, 3, 32, 32});
  const Graph graph = trace(program_of(net), {x});
  const auto plan = std::make_shared<const Plan>(graph, graph.sizes_of({x}));
  const Tensor alone = Context(plan).run({x})[0];
  std::vector<Tensor> answers(8);
  const auto work = [&](size_t first) {
    Context context(plan);
    for (size_t i = first; i < first + 4; ++i)
      answers[i] = context.run({x})[0];
  };
  std::thread other(work, 0);
  work(4);
  other.join();
  for (const Tensor& answer : answers)
    EXPECT_TRUE(same_bits(answer, alone));
}

}  // namespace
}  // namespace hebb
