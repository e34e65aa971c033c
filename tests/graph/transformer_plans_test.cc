// A Transformer's encoder with a batch and a length that vary: its graph and its plans give what it
// gives eagerly, at sizes that were never traced.

#include <gtest/gtest.h>

#include "hebb/autograd/no_grad.h"
#include "hebb/graph/compile.h"
#include "hebb/graph/trace.h"
#include "hebb/nn/transformer.h"
#include "hebb/ops/ops.h"
#include "support/same_bits.h"

namespace hebb {
namespace {

using TransformerProgram = Compiled::Function;

// The sizes of x [batch, length, 8] and of what is padded in it [batch, length].
const std::vector<Symbol> batch_and_length = {{"B", {{0, 0}, {1, 0}}}, {"S", {{0, 1}, {1, 1}}}};

std::vector<Tensor> padded_sequences(int64_t batch, int64_t length) {
  const Tensor lengths = randint(1, length + 1, {batch, 1});
  return {randn({batch, length, 8}), arange(double(length)) >= lengths};
}

// Before the weights are drawn.
struct SeededFirst {
  SeededFirst() { manual_seed(9); }
};

struct TransformerPlans : testing::Test {
  SeededFirst seeded;
  nn::TransformerEncoder encoder{
      {.d_model = 8, .nhead = 2, .dim_feedforward = 12, .dropout = 0, .batch_first = true},
      2,
      true};
  bool causal = false;
  TransformerProgram program = [this](const std::vector<Tensor>& in) {
    return std::vector{encoder(
        in[0], nn::TransformerEncoderArgs{.src_key_padding_mask = in[1], .is_causal = causal})};
  };
};

TEST_F(TransformerPlans, AnswerAtOtherSizes) {
  NoGrad off;
  encoder.eval();
  for (bool on : {false, true}) {
    causal = on;
    const Graph graph = trace(program, padded_sequences(2, 5), {.symbols = batch_and_length});
    EXPECT_NE(to_string(graph).find("f32[B, S, 8]"), std::string::npos);
    const Compiled run = compile(program, {.trace = {.symbols = batch_and_length}});
    for (const auto& [batch, length] : {std::pair{2, 5}, {1, 1}, {7, 3}, {3, 31}, {5, 140}}) {
      const std::vector<Tensor> in = padded_sequences(batch, length);
      const Tensor eager = program(in)[0];
      EXPECT_TRUE(same_bits(graph.run(in)[0], eager)) << describe(in[0]);
      const double apart = (run(in)[0] - eager).abs().max().item();
      EXPECT_LT(apart, 1e-5) << describe(in[0]);
    }
    EXPECT_EQ(run.why_eager(), "");
    EXPECT_EQ(run.plans_made(), 5U);
  }
}

TEST_F(TransformerPlans, TrainAtOtherSizes) {
  causal = true;
  const TransformerProgram step = [&](const std::vector<Tensor>& in) {
    encoder.zero_grad();
    const Tensor loss = program(in)[0].square().mean();
    loss.backward();
    std::vector<Tensor> out{loss.detach()};
    for (const Tensor& parameter : encoder.parameters())
      out.push_back(parameter.grad());
    return out;
  };
  const Graph graph = trace(step, padded_sequences(2, 5), {.symbols = batch_and_length});
  for (const auto& [batch, length] : {std::pair{2, 5}, {7, 3}, {3, 31}}) {
    const std::vector<Tensor> in = padded_sequences(batch, length);
    const std::vector<Tensor> eager = step(in), again = graph.run(in);
    ASSERT_EQ(eager.size(), again.size());
    for (size_t i = 0; i < eager.size(); ++i)
      EXPECT_TRUE(same_bits(eager[i], again[i])) << i << " of " << describe(in[0]);
  }
}

}  // namespace
}  // namespace hebb
