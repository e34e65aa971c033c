// The memory of attention, forward and backward, grows with the length, not with its square.

#include <gtest/gtest.h>

#include <iostream>

#include "hebb/autograd/no_grad.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/tensor/storage.h"

namespace hebb {
namespace {

// Bytes at most while a step over so many positions runs, more than before it.
double peak_of_step(nn::MultiheadAttention& attention, int64_t length, bool padded) {
  Tensor x = randn({1, length, attention.options().embed_dim});
  x.requires_grad_();
  nn::AttentionArgs args = {.is_causal = true};
  if (padded)
    args.key_padding_mask = arange(double(length)).unsqueeze(0) >= length - 3;
  cpu_allocator().reset_peak();
  const uint64_t before = cpu_allocator().stats().in_use;
  attention(x, x, x, args).sum().backward();
  attention.zero_grad();
  return double(cpu_allocator().stats().peak - before);
}

TEST(AttentionMemory, GrowsWithTheLength) {
  nn::MultiheadAttention attention({.embed_dim = 16, .num_heads = 4, .batch_first = true});
  for (const bool padded : {false, true}) {
    peak_of_step(attention, 256, padded);  // what is made once
    const double once = peak_of_step(attention, 1024, padded),
                 twice = peak_of_step(attention, 2048, padded),
                 four_times = peak_of_step(attention, 4096, padded);
    EXPECT_LT(twice, 2.2 * once) << padded;
    EXPECT_LT(four_times, 2.2 * twice) << padded;
    EXPECT_LT(four_times, 4096.0 * 4096 * 4) << "not even one head's weights fit in there";
  }
}

// The figures of docs/guide/attention.md.
TEST(SlowAttentionMemory, OfEightHeadsOf64) {
  nn::MultiheadAttention attention({.embed_dim = 512, .num_heads = 8, .batch_first = true});
  peak_of_step(attention, 256, false);
  double before = 0;
  for (const int64_t length : {4096, 8192, 16384}) {
    const double peak = peak_of_step(attention, length, false);
    std::cout << length << " positions: at most " << int64_t(peak / 0x1p20) << " MiB\n";
    if (before > 0) {
      EXPECT_LT(peak, 2.2 * before);
    }
    before = peak;
  }
}

}  // namespace
}  // namespace hebb
