// The most memory that one training step over long sequences takes, beyond what was there before
// it. lstm: two layers of 128 units both ways, 8 sequences of 64 features. attention: one sequence,
// 8 heads of 64. Twice the length should be twice the memory.
//   build/release/bin/bench_sequence_memory

#include <fmt/format.h>

#include <cmath>

#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/tensor/storage.h"

using namespace hebb;

namespace {

template <class Step>
double peak_mib(nn::Module& module, const Step& step) {
  cpu_allocator().reset_peak();
  const uint64_t before = cpu_allocator().stats().in_use;
  step();
  module.zero_grad();
  return double(cpu_allocator().stats().peak - before) / 0x1p20;
}

// step(x): a step on input(length). Prints a line a length; false: memory is not linear.
template <class Input, class Step>
bool measure(const char* name, nn::Module& module, std::initializer_list<int64_t> lengths,
             const Input& input, const Step& step) {
  peak_mib(module, [&] { step(input(16)); });  // what is made once
  double before = 0;
  bool linear = true;
  for (const int64_t length : lengths) {
    const Tensor x = input(length);
    const double peak = peak_mib(module, [&] { step(x); });
    fmt::print("{} of {}: {:.0f} MiB\n", name, length, peak);
    linear = linear && (before == 0 || peak < 2.1 * before);
    before = peak;
  }
  if (!linear)
    fmt::print("wrong: twice the length takes more than twice the memory\n");
  return linear;
}

}  // namespace

int main() {
  manual_seed(1);
  nn::LSTM lstm({.in = 64, .hidden = 128, .num_layers = 2, .bidirectional = true});
  const bool of_lstm = measure(
      "lstm", lstm, {1000, 2000, 4000},
      [](int64_t length) {
        return randn({length, 8, 64});
      },
      [&](const Tensor& x) { lstm(x).out.square().mean().backward(); });
  nn::MultiheadAttention attention({.embed_dim = 512, .num_heads = 8, .batch_first = true});
  const bool of_attention = measure(
      "attention", attention, {4096, 8192, 16384},
      [](int64_t length) {
        return randn({1, length, 512}).requires_grad_();
      },
      [&](const Tensor& x) {
        attention(x, x, x, nn::AttentionArgs{.is_causal = true}).sum().backward();
      });
  return of_lstm && of_attention ? 0 : 1;
}
