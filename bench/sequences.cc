// Attention and recurrent layers, forwards and with their gradients: what peers/sequences.py does
// in PyTorch. Prints the median and the least time of each, or of the one that is named.
//   build/release/bin/bench_sequences
//   build/release/bin/bench_sequences "lstm 64 x 32 x 128, two ways"

#include <cmath>
#include <cstdio>
#include <string>

#include "hebb/autograd/no_grad.h"
#include "hebb/ops/ops.h"
#include "support/time_calls.h"

using namespace hebb;

namespace {

std::string only;  // the work that is measured; empty: all
bool right = true;

void expect(bool holds, const std::string& what) {
  if (!holds)
    std::printf("wrong: %s\n", what.c_str());
  right = right && holds;
}

template <class F>
void measure(const std::string& what, const F& once) {
  if (!only.empty() && what != only)
    return;
  const CallTimes times = time_calls(once, 0);
  std::printf("%-44s median %.3f ms, least %.3f, %zu calls\n", what.c_str(), times.median,
              times.min, times.calls);
}

// [B, heads, length, 64] as projections leave them.
Tensor head_rows(int64_t batch, int64_t heads, int64_t length) {
  return randn({batch, length, heads, 64}).permute({0, 2, 1, 3});
}

void attention(int64_t batch, int64_t length, bool causal) {
  const int64_t heads = 8;
  Tensor q = head_rows(batch, heads, length), k = head_rows(batch, heads, length),
         v = head_rows(batch, heads, length);
  const ScaledDotProductAttentionAttrs options{.is_causal = causal};
  const std::string name = "attention " + std::to_string(batch) + " x 8 x " +
                           std::to_string(length) + " x 64" + (causal ? ", causal" : "");
  {
    const NoGrad none;
    const Tensor by_hand = matmul(softmax(matmul(q, transpose(k, -2, -1)) / 8.0, -1), v);
    if (!causal)
      expect(allclose(scaled_dot_product_attention(q, k, v), by_hand, 1e-4, 1e-5).item() != 0,
             name);
    measure(name, [&] { scaled_dot_product_attention(q, k, v, {}, options); });
  }
  const Tensor grad = randn({batch, heads, length, 64});
  for (Tensor* t : {&q, &k, &v})
    *t = t->detach().requires_grad_();
  measure(name + " + backward", [&] {
    for (Tensor* t : {&q, &k, &v})
      t->set_grad({});
    scaled_dot_product_attention(q, k, v, {}, options).backward(grad);
  });
}

// One layer of 128 units in two directions on [64, 32, 128].
void recurrent(const std::string& name, int64_t gates) {
  constexpr int64_t T = 64, B = 32, H = 128;
  std::vector<Tensor> weights;
  for (int d = 0; d < 2; ++d)
    for (const Dims& shape :
         {Dims{gates * H, H}, Dims{gates * H, H}, Dims{gates * H}, Dims{gates * H}})
      weights.push_back((rand(shape) * 0.17 - 0.085).detach().requires_grad_());
  Tensor x = randn({T, B, H}).requires_grad_();
  const Tensor grad = randn({T, B, 2 * H});
  const auto run = [&] {
    if (gates == 4)
      return lstm(x, {}, {}, weights, {{.bidirectional = true}}).out;
    if (gates == 3)
      return gru(x, {}, weights, {{.bidirectional = true}}).out;
    return rnn_tanh(x, {}, weights, {.bidirectional = true}).out;
  };
  {
    const NoGrad none;
    const Tensor out = run();
    // A step of the reverse direction alone: the last time sees one input.
    expect(std::isfinite(sum(out).item()) && out.shape() == Dims{T, B, 2 * H}, name);
    measure(name + " 64 x 32 x 128, two ways", [&] { run(); });
  }
  measure(name + " 64 x 32 x 128, two ways + backward", [&] {
    x.set_grad({});
    for (Tensor& w : weights)
      w.set_grad({});
    run().backward(grad);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1)
    only = argv[1];
  manual_seed(1);
  attention(32, 128, false);
  attention(1, 1024, false);
  attention(1, 1024, true);
  attention(1, 4096, false);
  recurrent("lstm", 4);
  recurrent("gru", 3);
  recurrent("rnn", 1);
  return right ? 0 : 1;
}
