// Recurrent networks as graphs and plans: one trace for any batch and any number of times.

#include <gtest/gtest.h>

#include <functional>

#include "hebb/autograd/no_grad.h"
#include "hebb/graph/plan.h"
#include "hebb/graph/trace.h"
#include "hebb/nn/build.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/same_bits.h"

namespace hebb {
namespace {

using Program = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

const std::vector<Symbol> batch_and_times = {{"B", {{0, 0}}}, {"T", {{0, 1}}}};

Tensor ids(int64_t batch, int64_t times) {
  return cast(rand({batch, times}) * 9, DType::i64);
}

// The graph gives eager's bits at any sizes; a plan of it eager's numbers.
void expect_same_at_other_sizes(nn::Sequential& net,
                                const std::function<Tensor(int64_t, int64_t)>& batch_of) {
  NoGrad off;
  net.eval();
  const Program program = [&](const std::vector<Tensor>& in) { return std::vector{net(in[0])}; };
  const Graph graph = trace(program, {batch_of(2, 5)}, {.symbols = batch_and_times});
  for (const auto& [b, t] : {std::pair{2, 5}, {1, 1}, {7, 3}, {3, 31}, {33, 8}}) {
    SCOPED_TRACE(std::to_string(b) + " sequences of " + std::to_string(t));
    const Tensor x = batch_of(b, t), eager = program({x})[0];
    EXPECT_TRUE(same_bits(graph.run({x})[0], eager)) << to_string(graph);
    const auto plan = std::make_shared<const Plan>(graph, SymbolSizes{b, t});
    const Tensor planned = Context(plan).run({x})[0];
    ASSERT_EQ(planned.shape(), eager.shape());
    EXPECT_LE(amax(abs(planned - eager)).item(), 1e-5);
  }
}

TEST(RecurrentGraphs, LstmClassifier) {
  manual_seed(1);
  nn::Sequential net = nn::build(
      {"lstm 6 num_layers=2 bidirectional=true dropout=0.2", "dropout 0.3", "last", "linear 3"},
      {5, 4});
  expect_same_at_other_sizes(net, [](int64_t b, int64_t t) { return randn({b, t, 4}); });
}

TEST(RecurrentGraphs, GruClassifierOfTokens) {
  manual_seed(2);
  for (const char* over : {"last", "mean_pool", "max_pool"}) {
    SCOPED_TRACE(over);
    nn::Sequential net = nn::build(
        {"embedding 9 4 padding_idx=0", "gru 6 bidirectional=true", over, "linear 3"}, {5});
    expect_same_at_other_sizes(net, ids);
  }
}

// Padding is left out by a mask that is made of the ids.
TEST(RecurrentGraphs, TransformerClassifierOfTokens) {
  manual_seed(4);
  nn::Sequential net =
      nn::build({"embedding 9 4 padding_idx=0", "sinusoidal_positions",
                 "transformer_encoder 2 heads=2 dim_feedforward=6", "mean_pool", "linear 3"},
                {5});
  expect_same_at_other_sizes(net, ids);
}

// One training step of any sizes: loss and all gradients.
TEST(RecurrentGraphs, TrainingStep) {
  manual_seed(3);
  nn::Sequential net = nn::build(
      {"embedding 9 4 padding_idx=0", "lstm 6 bidirectional=true", "mean_pool", "linear 3"}, {5});
  const Program program = [&](const std::vector<Tensor>& in) {
    net.zero_grad();
    const Tensor loss = square(net(in[0])).mean();
    loss.backward();
    std::vector<Tensor> out{loss.detach()};
    for (const Tensor& param : net.parameters())
      out.push_back(param.grad());
    return out;
  };
  const Graph graph = trace(program, {ids(2, 5)}, {.symbols = batch_and_times});
  for (const auto& [b, t] : {std::pair{2, 5}, {7, 3}, {3, 31}}) {
    const Tensor x = ids(b, t);
    const std::vector<Tensor> eager = program({x}), again = graph.run({x});
    ASSERT_EQ(eager.size(), again.size());
    for (size_t i = 0; i < eager.size(); ++i)
      EXPECT_TRUE(same_bits(eager[i], again[i])) << i;
  }
}

}  // namespace
}  // namespace hebb
