// The tracer records training steps, forward and backward, with a symbolic batch; the graph runs again with equal bits.

#include "hebb/graph/trace.h"

#include <gtest/gtest.h>

#include <cstring>

#include "hebb/base/error.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/adam.h"

namespace hebb {
namespace {

using Program = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

bool same_bits(const Tensor& a, const Tensor& b) {
  const Tensor x = a.contiguous(), y = b.contiguous();
  return a.dtype() == b.dtype() && a.shape() == b.shape() && std::memcmp(x.raw_data(), y.raw_data(), size_t(x.nbytes())) == 0;
}

// What a step answers with: the loss and all gradients.
template <class Net>
Program step_of(Net& net) {
  return [&net](const std::vector<Tensor>& batch) {
    net.zero_grad();
    const Tensor loss = cross_entropy(net(batch[0]), batch[1]);
    loss.backward();
    std::vector<Tensor> out{loss.detach()};
    for (const Tensor& param : net.parameters()) out.push_back(param.grad());
    return out;
  };
}

std::vector<Tensor> batch_of(int64_t n, const Dims& sample) {
  Dims shape = sample;
  shape.insert(0, n);
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < n; ++i) labels.push_back(i % 3);
  return {randn(shape), tensor(labels)};
}

// The graph gives what the program gives, also at batches that were not traced, and moves the same state.
template <class Net>
void expect_same(Net& net, const Dims& sample) {
  const Program step = step_of(net);
  const Graph graph = trace(step, batch_of(4, sample), {.state_names = net.state_dict()});
  for (int64_t n : {4, 5, 9}) {
    const std::vector<Tensor> batch = batch_of(n, sample);
    Net copy = net;  // state before
    const RandomState random = random_state();
    const std::vector<Tensor> eager = step(batch);
    std::vector<Tensor> state_after;
    for (const auto& [name, tensor] : net.state_dict()) state_after.push_back(tensor.clone());
    const RandomState random_after = random_state();

    net = copy;
    set_random_state(random);
    const std::vector<Tensor> again = graph.run(batch);
    ASSERT_EQ(again.size(), eager.size());
    for (size_t i = 0; i < eager.size(); ++i) EXPECT_TRUE(same_bits(eager[i], again[i])) << "output " << i << " at a batch of " << n << "\n" << to_string(graph);
    const auto state = net.state_dict();
    for (size_t i = 0; i < state.size(); ++i) EXPECT_TRUE(same_bits(state[i].second, state_after[i])) << state[i].first;
    EXPECT_EQ(random_state(), random_after);
  }
}

TEST(Trace, MlpStep) {
  manual_seed(1);
  nn::Sequential net(nn::Flatten(), nn::Linear(12, 8), nn::ReLU(), nn::Linear(8, 3));
  expect_same(net, {3, 4});
}

TEST(Trace, CnnStepWithBatchNormAndDropout) {
  manual_seed(2);
  nn::Sequential net(nn::Conv2d({.in = 1, .out = 4, .kernel = 3, .padding = 1}), nn::BatchNorm2d(4), nn::ReLU(), nn::MaxPool2d(2), nn::Dropout(0.4),
                     nn::Flatten(), nn::Linear(4 * 4 * 4, 3));
  expect_same(net, {1, 8, 8});
}

TEST(Trace, OptimiserStepIsInTheGraph) {
  manual_seed(3);
  nn::Sequential net(nn::Linear(6, 5), nn::Tanh(), nn::Linear(5, 3));
  optim::Adam adam(net.parameters(), {.lr = 0.05});
  const Program step = [&](const std::vector<Tensor>& batch) -> std::vector<Tensor> {
    const Tensor loss = cross_entropy(net(batch[0]), batch[1]);
    adam.zero_grad();
    loss.backward();
    adam.step();
    return {loss.detach()};
  };
  const std::vector<Tensor> batch = batch_of(4, {6});
  step(batch);  // the moments exist
  const nn::Sequential before = net;
  const Graph graph = trace(step, batch, {.state_names = net.state_dict()});
  for (size_t i = 0; i < net.state_dict().size(); ++i)
    EXPECT_TRUE(same_bits(net.state_dict()[i].second, nn::Sequential(before).state_dict()[i].second)) << "tracing leaves weights as they were";
  EXPECT_FALSE(graph.writes.empty());
  const Tensor first = net.parameters()[0].clone();
  graph.run(batch);
  EXPECT_FALSE(same_bits(first, net.parameters()[0]));
}

TEST(Trace, PrintsSymbolicSizes) {
  nn::Sequential net(nn::Flatten(), nn::Linear(12, 2));
  const Graph graph = trace([&](const std::vector<Tensor>& in) { return std::vector{net(in[0])}; }, {randn({3, 3, 4})}, {.state_names = net.state_dict()});
  const std::string text = to_string(graph);
  EXPECT_NE(text.find("input: f32[B, 3, 4]"), std::string::npos) << text;
  EXPECT_NE(text.find("@1.weight"), std::string::npos) << text;
  EXPECT_NE(text.find("f32[B, 2]"), std::string::npos) << text;
}

TEST(Trace, ASizeReadByTheProgramStaysSymbolic) {
  const Program program = [](const std::vector<Tensor>& in) { return std::vector{in[0].reshape({in[0].size(0) * 2, 2}).sum() / in[0].size(0)}; };
  const Graph graph = trace(program, {randn({3, 4})});
  const Tensor x = randn({7, 4});
  EXPECT_TRUE(same_bits(graph.run({x})[0], program({x})[0]));
}

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Trace, RefusesWhatAGraphCannotKnow) {
  const Tensor x = randn({3, 4});
  EXPECT_NE(message_of([&] { trace([](const std::vector<Tensor>& in) { return std::vector{in[0] * in[0].sum().item()}; }, {x}); }).find("read by the program"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              trace([](const std::vector<Tensor>& in) { return std::vector{in[0].size(0) > 3 ? relu(in[0]) : in[0] + 1}; }, {x});
            }).find("branches on the batch"),
            std::string::npos);
  const Graph graph = trace([](const std::vector<Tensor>& in) { return std::vector{in[0] + 1}; }, {x});
  EXPECT_NE(message_of([&] { graph.run({randn({3, 5})}); }).find("takes f32[B, 4]"), std::string::npos);
}

}  // namespace
}  // namespace hebb
