// What the samples cannot see: the layouts that convolutions and pooling give, and which kernels
// they run on.

#include <gtest/gtest.h>

#include "hebb/kernels/convolution.h"
#include "hebb/kernels/devices.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/pooling.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

const Dims channels_last_strides = {5 * 6 * 8, 1, 6 * 8, 8};  // of [2, 8, 5, 6]

TEST(Convolution, ChannelsLastIsKept) {
  const Tensor x = randn({2, 3, 10, 12}), w = randn({8, 3, 3, 3});
  const Tensor y = max_pool2d(relu(conv2d(x, w, {}, {.padding = {1}})), {.kernel_size = {2}});
  EXPECT_EQ(to_string(y.shape()), "[2, 8, 5, 6]");
  EXPECT_EQ(to_string(y.strides()), to_string(channels_last_strides));
}

Operand row_major(const Dims& shape) {
  return {true, f32, shape, contiguous_strides(shape)};
}

// oneDNN pads one channel to sixteen, or takes its reference code.
const Kernels& backward_kernels() {
  return kernels_of(Device::Kind::cpu, kernel::conv_backward_input);
}
PreparedKernel gemm(const Signature& signature) {
  return backward_kernels()[0](signature);
}
PreparedKernel onednn(const Signature& signature) {
  return backward_kernels()[1](signature);
}

TEST(Convolution, GradientOfOneChannelIsAMatrixProduct) {
  const ConvolutionAttrs attrs{.stride = {2, 2},
                               .padding = {1, 1},
                               .padding_end = {1, 1},
                               .dilation = {1, 1},
                               .groups = 1,
                               .size = {28, 28}};
  const PreparedKernel kernel = gemm({.op = "conv_backward_input",
                                      .in = {row_major({64, 64, 14, 14}), row_major({64, 1, 4, 4})},
                                      .out = {row_major({64, 1, 28, 28})},
                                      .attrs = &attrs});
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->name, "gemm");
}

// Its columns hold every value under every window: of one image of 4096 by 4096 with windows of 7
// by 7 they would be 10 GB.
TEST(Convolution, GradientOfALargePictureIsNoMatrixProduct) {
  for (const auto& [side, fits] :
       {std::pair<int64_t, bool>{256, true}, {512, false}, {4096, false}}) {
    const ConvolutionAttrs attrs{.stride = {1, 1},
                                 .padding = {3, 3},
                                 .padding_end = {3, 3},
                                 .dilation = {1, 1},
                                 .groups = 1,
                                 .size = {side, side}};
    const Signature signature{.op = "conv_backward_input",
                              .in = {row_major({1, 8, side, side}), row_major({8, 3, 7, 7})},
                              .out = {row_major({1, 3, side, side})},
                              .attrs = &attrs};
    const PreparedKernel kernel = gemm(signature);
    EXPECT_EQ(kernel != nullptr, fits) << side;
    if (kernel)
      EXPECT_LE(kernel->scratch_bytes, size_t(65) << 20) << side;
    else
      EXPECT_TRUE(onednn(signature)) << side;
  }
}

TEST(Pooling, IndicesCountTheFlattenedPositions) {
  const auto [out, indices] = max_pool2d_with_indices(
      values({1, 2, 3, 4, 9, 5, 6, 7, 8}, {1, 1, 3, 3}), {.kernel_size = {2}, .stride = {1}});
  EXPECT_EQ(out.to_vector<double>(), (std::vector<double>{9, 9, 9, 9}));
  EXPECT_EQ(indices.to_vector<int64_t>(), (std::vector<int64_t>{4, 4, 4, 4}));
}

}  // namespace
}  // namespace hebb::test
