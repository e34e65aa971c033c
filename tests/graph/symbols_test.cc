// Programs traced with several symbols give what eager ones give at sizes that were never traced,
// and tracing takes no memory.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/graph/trace.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/adam.h"
#include "support/message_of.h"
#include "support/same_bits.h"

namespace hebb {
namespace {

using Program = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

// Bytes that were held at most while f ran, beyond those before.
uint64_t memory_taken(const std::function<void()>& f) {
  cpu_allocator().reset_peak();
  const uint64_t before = cpu_allocator().stats().in_use;
  f();
  return cpu_allocator().stats().peak - before;
}

Graph traced_without_memory(const Program& program, const std::vector<Tensor>& inputs,
                            const TraceOptions& options) {
  Graph graph;
  EXPECT_EQ(memory_taken([&] { graph = trace(program, inputs, options); }), 0U);
  return graph;
}

void expect_same(const Graph& graph, const Program& program, const std::vector<Tensor>& inputs) {
  const std::vector<Tensor> eager = program(inputs), again = graph.run(inputs);
  ASSERT_EQ(eager.size(), again.size());
  for (size_t i = 0; i < eager.size(); ++i)
    EXPECT_TRUE(same_bits(eager[i], again[i]))
        << "output " << i << " of " << describe(inputs[0]) << "\n"
        << to_string(graph);
}

// A Transformer's encoder layer, normalised before its parts.
struct EncoderLayer : nn::Module {
  nn::Linear qkv{8, 24}, out{8, 8}, wide{8, 16}, narrow{16, 8};
  nn::LayerNorm before{8}, between{8};
  HEBB_FIELDS(qkv, out, wide, narrow, before, between)

  Tensor forward(const Tensor& x, const Tensor& mask) {
    const int64_t batch = x.size(0), length = x.size(1);
    const Tensor all = qkv(before(x)).reshape({batch, length, 3, 2, 4});
    auto heads = [&](int64_t which) {
      return select(all, 2, which).transpose(1, 2).reshape({batch * 2, length, 4});
    };
    const Tensor scores = matmul(heads(0), heads(1).transpose(1, 2)) / std::sqrt(4.0) + mask;
    const Tensor mixed = matmul(softmax(scores, -1), heads(2)).reshape({batch, 2, length, 4});
    const Tensor y = x + out(mixed.transpose(1, 2).reshape({batch, length, 8}));
    return y + narrow(relu(wide(between(y))));
  }
};

const std::vector<Symbol> sequences = {{"B", {{0, 0}}}, {"S", {{0, 1}, {1, 0}, {1, 1}}}};

TEST(Symbols, TransformerEncoderLayer) {
  manual_seed(1);
  EncoderLayer layer;
  const Program program = [&](const std::vector<Tensor>& in) {
    return std::vector{layer.forward(in[0], in[1])};
  };
  const Graph graph =
      traced_without_memory(program, {randn({2, 5, 8}), randn({5, 5})}, {.symbols = sequences});
  const std::string text = to_string(graph);
  EXPECT_NE(text.find("f32[B, S, 8]"), std::string::npos) << text;
  EXPECT_NE(text.find("2*B"), std::string::npos) << text;
  for (const auto& [b, s] : {std::pair{2, 5}, {1, 1}, {7, 3}, {3, 31}, {11, 64}})
    expect_same(graph, program, {randn({b, s, 8}), randn({s, s})});
}

TEST(Symbols, TrainingStepOfATransformer) {
  manual_seed(1);
  EncoderLayer layer;
  const Program program = [&](const std::vector<Tensor>& in) {
    layer.zero_grad();
    const Tensor loss = mse_loss(layer.forward(in[0], in[1]), in[0]);
    loss.backward();
    std::vector<Tensor> out{loss.detach()};
    for (const Tensor& param : layer.parameters())
      out.push_back(param.grad());
    return out;
  };
  const Graph graph =
      traced_without_memory(program, {randn({2, 5, 8}), randn({5, 5})}, {.symbols = sequences});
  for (const auto& [b, s] : {std::pair{2, 5}, {7, 3}, {3, 31}})
    expect_same(graph, program, {randn({b, s, 8}), randn({s, s})});
}

const std::vector<Symbol> pictures = {{"B", {{0, 0}}}, {"H", {{0, 2}}}, {"W", {{0, 3}}}};

TEST(Symbols, ConvNetOfAnyHeightAndWidth) {
  manual_seed(2);
  nn::Sequential net(nn::Conv2d({.in = 3, .out = 4, .kernel = 3, .stride = 2, .padding = 1}),
                     nn::BatchNorm2d(4), nn::ReLU(), nn::MaxPool2d(2),
                     nn::Conv2d({.in = 4, .out = 6, .kernel = 3, .padding = 1}), nn::ReLU(),
                     nn::AdaptiveAvgPool2d(1), nn::Flatten(), nn::Linear(6, 3));
  for (const bool training : {true, false}) {
    net.train(training);
    const Program program = [&](const std::vector<Tensor>& in) { return std::vector{net(in[0])}; };
    const Graph graph =
        traced_without_memory(program, {randn({2, 3, 16, 16})}, {.symbols = pictures});
    const std::string text = to_string(graph);
    EXPECT_NE(text.find("f32[B, 4, (H+1)/2, (W+1)/2]"), std::string::npos) << text;
    EXPECT_NE(text.find("f32[B, 4, (H+1)/4, (W+1)/4]"), std::string::npos) << text;
    for (const auto& shape : {Dims{2, 3, 16, 16}, {1, 3, 33, 18}, {5, 3, 20, 47}, {3, 3, 101, 64}})
      expect_same(graph, program, {randn(shape)});
  }
}

TEST(Symbols, FlattenAndMeansOfPictures) {
  manual_seed(3);
  nn::Conv2d conv({.in = 1, .out = 2, .kernel = 3, .stride = 3});
  const Program program = [&](const std::vector<Tensor>& in) {
    const Tensor y = conv(in[0]);
    return std::vector{y.flatten(1), y.sum() / (y.size(0) * y.size(1) * y.size(2) * y.size(3)),
                       cat({y.flatten(1), in[0].flatten(1)}, 1), var(y)};
  };
  const Graph graph = traced_without_memory(program, {randn({2, 1, 9, 7})}, {.symbols = pictures});
  EXPECT_NE(to_string(graph).find("f32[B, 2*(H/3)*(W/3)]"), std::string::npos) << to_string(graph);
  for (const auto& shape : {Dims{2, 1, 9, 7}, {4, 1, 50, 12}, {7, 1, 29, 31}})
    expect_same(graph, program, {randn(shape)});
}

TEST(Symbols, SquarePicturesHaveOneSymbol) {
  manual_seed(4);
  nn::Conv2d conv({.in = 1, .out = 2, .kernel = 5, .stride = 2});
  const Program program = [&](const std::vector<Tensor>& in) {
    return std::vector{max_pool2d(relu(conv(in[0])), {.kernel_size = {2}}).flatten(1)};
  };
  const Graph graph = traced_without_memory(
      program, {randn({2, 1, 12, 12})}, {.symbols = {{"B", {{0, 0}}}, {"N", {{0, 2}, {0, 3}}}}});
  for (const auto& shape : {Dims{2, 1, 12, 12}, {3, 1, 55, 55}, {1, 1, 30, 30}})
    expect_same(graph, program, {randn(shape)});
}

// A step of an optimiser that has not stepped before.
TEST(Symbols, MlpTrainingStepChangesNothingAndTakesNothing) {
  manual_seed(5);
  nn::Sequential net(nn::Linear(6, 5), nn::Tanh(), nn::Dropout(0.5), nn::Linear(5, 3));
  optim::Adam adam(net.parameters(), {.lr = 0.05});
  const Program step = [&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    const Tensor loss = cross_entropy(net(in[0]), in[1]);
    adam.zero_grad();
    loss.backward();
    adam.step();
    return {loss.detach()};
  };
  const auto params = net.state_dict();
  auto values = [&] {
    std::vector<Tensor> all;
    for (const auto& [name, tensor] : params)
      all.push_back(tensor.detach().clone());
    return all;
  };
  const std::vector<Tensor> example = {randn({4, 6}), zeros({4}, i64)};
  trace(step, example);  // the moments exist
  const std::vector<Tensor> before = values();
  std::vector<uint64_t> versions;
  for (const auto& [name, tensor] : params)
    versions.push_back(tensor.version());
  const RandomState random = random_state();
  const Graph graph = traced_without_memory(step, example, {.state_names = params});
  EXPECT_EQ(random_state(), random);
  EXPECT_EQ(adam.steps(), 0);
  for (size_t i = 0; i < params.size(); ++i) {
    EXPECT_TRUE(same_bits(params[i].second, before[i])) << params[i].first;
    EXPECT_EQ(params[i].second.version(), versions[i]) << params[i].first;
  }

  const std::vector<std::vector<Tensor>> batches = {{randn({9, 6}), zeros({9}, i64)},
                                                    {randn({3, 6}), ones({3}, i64)}};
  const RandomState start = random_state();
  std::vector<Tensor> losses;
  for (const auto& batch : batches)
    losses.push_back(graph.run(batch)[0]);
  const std::vector<Tensor> by_graph = values();

  for (size_t i = 0; i < params.size(); ++i)
    params[i].second.detach().copy_(before[i]);
  set_random_state(start);
  optim::Adam fresh(net.parameters(), {.lr = 0.05});
  for (size_t k = 0; k < batches.size(); ++k) {
    const Tensor loss = cross_entropy(net(batches[k][0]), batches[k][1]);
    fresh.zero_grad();
    loss.backward();
    fresh.step();
    EXPECT_TRUE(same_bits(loss.detach(), losses[k])) << to_string(graph);
  }
  const std::vector<Tensor> eager = values();
  for (size_t i = 0; i < params.size(); ++i)
    EXPECT_TRUE(same_bits(eager[i], by_graph[i])) << params[i].first;
}

TEST(Symbols, AreToldApartAndNamedRightly) {
  const Program product = [](const std::vector<Tensor>& in) {
    return std::vector{matmul(in[0], in[1])};
  };
  const std::vector<Tensor> in = {randn({4, 4}), randn({4, 4})};
  const Graph graph =
      trace(product, in, {.symbols = {{"M", {{0, 0}}}, {"K", {{0, 1}, {1, 0}}}, {"N", {{1, 1}}}}});
  expect_same(graph, product, {randn({3, 9}), randn({9, 5})});
  EXPECT_NE(message_of([&] {
              graph.run({randn({3, 9}), randn({8, 5})});
            }).find("f32[K, N]"),
            std::string::npos);
  auto refused = [&](const std::vector<Symbol>& symbols) {
    return message_of([&] { trace(product, in, {.symbols = symbols}); });
  };
  EXPECT_NE(refused({{"M", {{0, 0}}}, {"M", {{1, 1}}}}).find("two symbols are named 'M'"),
            std::string::npos);
  EXPECT_NE(refused({{"M", {{0, 0}}}, {"N", {{0, 0}}}}).find("given two sizes"), std::string::npos);
  EXPECT_NE(refused({{"M", {}}}).find("no dimension of an input has the size M"),
            std::string::npos);
  EXPECT_NE(refused({{"M", {{0, 0}}, 5}}).find("too near"), std::string::npos);
}

TEST(Symbols, ALargestSizeIsKept) {
  const Tensor positions = randn({40, 3});
  const Program program = [&](const std::vector<Tensor>& in) {
    return std::vector{in[0] + positions[{Slice(0, in[0].size(1))}]};
  };
  const std::vector<Tensor> in = {randn({2, 5, 3})};
  const Graph graph = trace(program, in, {.symbols = {{"B", {{0, 0}}}, {"S", {{0, 1}}, 40}}});
  expect_same(graph, program, {randn({3, 40, 3})});
  EXPECT_NE(message_of([&] {
              trace(program, in, {.symbols = {{"B", {{0, 0}}}, {"S", {{0, 1}}}}});
            }),
            "no error");
}

TEST(Graph, CompositesStandWholeWithTheirPartsInside) {
  const Program program = [](const std::vector<Tensor>& in) {
    return std::vector{masked_fill(in[0], in[1], 2.0) + 1};
  };
  const Graph graph = trace(program, {randn({2, 3}), zeros({2, 3}, boolean)});
  ASSERT_EQ(graph.body.size(), 2U);
  const GraphNode& whole = graph.nodes[size_t(graph.body[0])];
  EXPECT_EQ(whole.op->name, "masked_fill");
  ASSERT_FALSE(whole.region.empty());
  const NodeId last = whole.region.back();
  EXPECT_EQ(graph.nodes[size_t(last)].parent, graph.body[0]);
  EXPECT_EQ(whole.outputs, graph.nodes[size_t(last)].outputs);
  EXPECT_EQ(graph.values[size_t(whole.outputs[0])].producer, last);
  const std::string text = to_string(graph);
  EXPECT_NE(text.find("= masked_fill(input0, input1, 2)  : f32[B, 3] {\n    "), std::string::npos)
      << text;
  expect_same(graph, program, {randn({5, 3}), ones({5, 3}, boolean)});
}

TEST(Graph, ValuesKnowTheirUses) {
  const Graph graph = trace(
      [](const std::vector<Tensor>& in) {
        const Tensor y = relu(in[0]);
        return std::vector{y * y};
      },
      {randn({2, 3})});
  EXPECT_EQ(graph.values[size_t(graph.inputs[0])].uses, (std::vector<Use>{{0, 0, 0}}));
  EXPECT_EQ(graph.values[size_t(graph.nodes[0].outputs[0])].uses,
            (std::vector<Use>{{1, 0, 0}, {1, 1, 0}}));
  EXPECT_EQ(graph.values[size_t(graph.outputs[0])].producer, 1);
}

TEST(Graph, PromotionsCastsAreSeen) {
  const Program program = [](const std::vector<Tensor>& in) { return std::vector{in[0] + in[1]}; };
  const Graph graph = trace(program, {randn({2}), zeros({2}, i32)});
  EXPECT_EQ(graph.nodes[0].takes, (std::vector<DType>{f32, f32}));
  EXPECT_NE(to_string(graph).find("add(input0, input1 as f32"), std::string::npos)
      << to_string(graph);
  EXPECT_TRUE(trace(program, {randn({2}), randn({2})}).nodes[0].takes.empty());
}

TEST(Graph, ConstantsAreApartFromState) {
  Tensor weight = randn({3}), count = zeros({}, i64);
  const Graph graph = trace(
      [&](const std::vector<Tensor>& in) {
        count.copy_(count + 1);
        return std::vector{in[0] * weight};
      },
      {randn({2, 3})}, {.state_names = {{"weight", weight}, {"count", count}}});
  for (const GraphValue& value : graph.values) {
    if (value.name == "weight") {
      EXPECT_EQ(value.kind, GraphValue::Kind::constant);
    }
    if (value.name == "count") {
      EXPECT_EQ(value.kind, GraphValue::Kind::state);
    }
  }
}

}  // namespace
}  // namespace hebb
