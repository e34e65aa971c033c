// Layers of all kinds on a device with every kernel: training, inference with packed weights, and a
// traced step, in the CPU's bits.

#include <gtest/gtest.h>

#include "hebb/graph/trace.h"
#include "hebb/hebb.h"
#include "hebb/nn/eval_scope.h"
#include "support/message_of.h"
#include "support/other_device.h"
#include "support/same_bits.h"

namespace hebb::test {
namespace {

// The state after each step, and what the model answers in the end.
std::vector<Tensor> train_pictures(Device device, bool traced) {
  manual_seed(11);
  nn::Sequential net(nn::Conv2d({.in = 3, .out = 8, .kernel = 3}), nn::BatchNorm2d(8), nn::ReLU(),
                     nn::MaxPool2d(2), nn::Dropout(0.25), nn::Flatten(), nn::Linear(8 * 3 * 3, 10),
                     nn::LayerNorm(10), nn::Tanh(), nn::Linear(10, 4));
  const Tensor x = randn({5, 3, 8, 8}).to(device),
               y = tensor(std::vector<int64_t>{0, 1, 2, 3, 0}).to(device);
  net.to(device);
  optim::AdamW adam(net.parameters(), {.lr = 0.01});
  const auto step = [&](const std::vector<Tensor>& batch) -> std::vector<Tensor> {
    const Tensor loss = cross_entropy(net(batch[0]), batch[1]);
    adam.zero_grad();
    loss.backward();
    const Tensor norm = optim::clip_grad_norm_(net.parameters(), 0.5);
    adam.step();
    return {loss.detach(), norm};
  };
  std::vector<Tensor> out = step({x, y});  // the moments exist from here on
  std::optional<Graph> graph;
  if (traced)
    graph = trace(step, {x, y}, {.fixed_sizes = true});
  for (int i = 0; i < 3; ++i)
    for (const Tensor& answer : graph ? graph->run({x, y}) : step({x, y}))
      out.push_back(answer);
  for (const auto& [name, tensor] : net.state_dict())
    out.push_back(tensor.detach());
  NoGrad off;
  const nn::EvalScope evaluation(net);
  out.push_back(net(x));
  out.push_back(net(x));  // weights that are packed by now
  for (Tensor& tensor : out) {
    EXPECT_EQ(tensor.device(), device);
    tensor = tensor.to(Device::cpu);
  }
  return out;
}

TEST(Layers, TrainOnADevice) {
  const uint64_t before = allocator_of(whole()).stats().in_use;
  const std::vector<Tensor> here = train_pictures(Device::cpu, false);
  for (bool traced : {false, true}) {
    const std::vector<Tensor> there = train_pictures(whole(), traced);
    ASSERT_EQ(there.size(), here.size());
    for (size_t i = 0; i < here.size(); ++i)
      EXPECT_TRUE(same_bits(there[i], here[i])) << i << (traced ? " traced" : "");
  }
  EXPECT_EQ(allocator_of(whole()).stats().in_use, before);
}

TEST(Functions, ComputeWhereTheirOperandsAre) {
  manual_seed(12);
  const Tensor x = randn({4, 5}), positions = tensor(std::vector<int64_t>{2, 0}),
               labels = tensor(std::vector<int64_t>{0, 4, 2, 1});
  const auto all = [&](Device d) {
    const Tensor on = x.to(d), at = positions.to(d);
    return std::vector<Tensor>{eye(3, f32, d),
                               linspace(0, 1, 5, f32, d),
                               arange(2, 9, 2, f32, d),
                               on[{at}],
                               on[{Slice(), at}],
                               one_hot(labels.to(d), 5),
                               var(on, {1}),
                               norm(on, 2, {1}),
                               tril(on),
                               masked_fill(on, gt(on, 0), -1),
                               cross_entropy(on, labels.to(d), {.label_smoothing = 0.1}),
                               clamp(on, -1, 1),
                               where(gt(on, 0), on, 0),
                               topk(on, 2).first,
                               nonzero(gt(on, 0))};
  };
  const std::vector<Tensor> here = all(Device::cpu), there = all(whole());
  for (size_t i = 0; i < here.size(); ++i) {
    EXPECT_EQ(there[i].device(), whole()) << i;
    EXPECT_TRUE(same_bits(there[i].to(Device::cpu), here[i])) << i;
  }
}

TEST(Functions, TakeRandomKeysFromTheHost) {
  const Tensor key = draw_key(), x = ones({50});
  EXPECT_TRUE(same_bits(dropout(x.to(whole()), 0.5, true, key).to(Device::cpu),
                        dropout(x, 0.5, true, key)));
  EXPECT_TRUE(same_bits(randperm(20, i64, key, whole()).to(Device::cpu), randperm(20, i64, key)));
  EXPECT_NE(message_of([&] {
              rand({2}, f32, key.to(whole()), whole());
            }).find("key is on whole:0, should be on the CPU"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb::test
