// Convolution layers over one, two or three spatial dimensions, and their transposes.
// x [N, in, spatial...] -> y [N, out, (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1,
// ...]
#pragma once

#include <limits>
#include <span>
#include <string_view>

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

enum class PaddingMode : uint8_t { zeros, reflect, replicate, circular };
std::span<const std::string_view> words_of(PaddingMode);  // as PyTorch has them

// A padding that keeps the size, at a stride of 1 and with an odd kernel; PyTorch's "same".
inline constexpr int64_t padding_same = std::numeric_limits<int64_t>::min();

template <int N>
struct ConvOptions {
  Size in, out;
  Extent<N> kernel;
  Extent<N> stride = 1, padding = 0, dilation = 1;
  Size groups = 1;
  bool bias = true;
  PaddingMode padding_mode = PaddingMode::zeros;
  HEBB_FIELDS(in, out, kernel, stride, padding, dilation, groups, bias, padding_mode)
  static constexpr int64_t most = 2147483647;  // of a size in space
  static constexpr Note notes[] = {
      {.field = "in", .key = "in_channels", .inferred = true, .at_least = 1, .shown = Shown::plain},
      {.field = "out",
       .key = "out_channels",
       .aliases = {"channels"},
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "channels that come out",
       .shown = Shown::plain},
      {.field = "kernel",
       .key = "kernel_size",
       .place = 2,
       .needed = true,
       .at_least = 1,
       .at_most = most,
       .what = "size of the window: 3 or 3x5"},
      {.field = "stride", .at_least = 1, .what = "steps of the window"},
      {.field = "padding",
       .aliases = {"pad"},
       .at_least = 0,
       .words = {{"same", padding_same}, {"valid", 0}},
       .what = "zeros at each side; same keeps the size",
       .shown = Shown::if_changed},
      {.field = "dilation",
       .at_least = 1,
       .at_most = most,
       .what = "distance of the window's elements",
       .shown = Shown::if_changed},
      {.field = "groups",
       .at_least = 1,
       .what = "parts of the channels that do not see one another",
       .shown = Shown::if_changed},
      {.field = "bias", .what = "whether a bias is added", .shown = Shown::if_changed},
      {.field = "padding_mode", .what = "what the padding holds", .shown = Shown::if_changed}};
};

template <int N>
struct Conv : Module {
  Param weight;               // [out, in / groups, kernel...]
  std::optional<Param> bias;  // [out]
  explicit Conv(ConvOptions<N> options);
  // Conv2d(3, 64, 3), Conv2d(3, 64, {3, 5}, 2, 1): by position, in PyTorch's order.
  Conv(Size in, Size out, Extent<N> kernel, Extent<N> stride = 1, Extent<N> padding = 0,
       Extent<N> dilation = 1, Size groups = 1, bool bias = true)
      : Conv(ConvOptions<N>{.in = in,
                            .out = out,
                            .kernel = kernel,
                            .stride = stride,
                            .padding = padding,
                            .dilation = dilation,
                            .groups = groups,
                            .bias = bias}) {}
  Tensor forward(const Tensor& x) const { return forward(x, weight); }
  Tensor forward(const Tensor& x, const Tensor& other_weight) const;  // in the weight's place
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)

 private:
  ConvOptions<N> options_;
};
extern template struct Conv<1>;
extern template struct Conv<2>;
extern template struct Conv<3>;

struct Conv1d : Conv<1> {
  using Conv::Conv;
};
struct Conv2d : Conv<2> {
  using Conv::Conv;
};
struct Conv3d : Conv<3> {
  using Conv::Conv;
};

// x [N, in, spatial...] -> y [N, out, (size - 1) stride - 2 padding + dilation (kernel - 1) +
// output_padding + 1, ...]
template <int N>
struct ConvTransposeOptions {
  Size in, out;
  Extent<N> kernel;
  Extent<N> stride = 1, padding = 0, output_padding = 0, dilation = 1;
  Size groups = 1;
  bool bias = true;
  HEBB_FIELDS(in, out, kernel, stride, padding, dilation, output_padding, groups, bias)
  static constexpr int64_t most = ConvOptions<N>::most;
  static constexpr Note notes[] = {
      {.field = "in", .key = "in_channels", .inferred = true, .at_least = 1, .shown = Shown::plain},
      {.field = "out",
       .key = "out_channels",
       .aliases = {"channels"},
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "channels that come out",
       .shown = Shown::plain},
      {.field = "kernel",
       .key = "kernel_size",
       .place = 2,
       .needed = true,
       .at_least = 1,
       .at_most = most,
       .what = "size of the window: 3 or 3x5"},
      {.field = "stride", .at_least = 1, .at_most = most, .what = "how much larger it becomes"},
      {.field = "padding",
       .aliases = {"pad"},
       .at_least = 0,
       .at_most = most,
       .what = "what is cut off at each side",
       .shown = Shown::if_changed},
      {.field = "dilation",
       .at_least = 1,
       .at_most = most,
       .what = "distance of the window's elements",
       .shown = Shown::if_changed},
      {.field = "output_padding",
       .at_least = 0,
       .at_most = most,
       .what = "what is added at one side; below stride or dilation",
       .shown = Shown::if_changed},
      {.field = "groups",
       .at_least = 1,
       .what = "parts of the channels that do not see one another",
       .shown = Shown::if_changed},
      {.field = "bias", .what = "whether a bias is added", .shown = Shown::if_changed}};
};
template <int N>
struct ConvTranspose : Module {
  Param weight;               // [in, out / groups, kernel...]
  std::optional<Param> bias;  // [out]
  explicit ConvTranspose(ConvTransposeOptions<N> options);
  ConvTranspose(Size in, Size out, Extent<N> kernel, Extent<N> stride = 1, Extent<N> padding = 0,
                Extent<N> output_padding = 0, Size groups = 1, bool bias = true)
      : ConvTranspose(ConvTransposeOptions<N>{.in = in,
                                              .out = out,
                                              .kernel = kernel,
                                              .stride = stride,
                                              .padding = padding,
                                              .output_padding = output_padding,
                                              .groups = groups,
                                              .bias = bias}) {}
  Tensor forward(const Tensor& x) const { return forward(x, weight); }
  Tensor forward(const Tensor& x, const Tensor& other_weight) const;  // in the weight's place
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)

 private:
  ConvTransposeOptions<N> options_;
};
extern template struct ConvTranspose<1>;
extern template struct ConvTranspose<2>;
extern template struct ConvTranspose<3>;

using ConvTranspose1dOptions = ConvTransposeOptions<1>;
using ConvTranspose2dOptions = ConvTransposeOptions<2>;
using ConvTranspose3dOptions = ConvTransposeOptions<3>;
struct ConvTranspose1d : ConvTranspose<1> {
  using ConvTranspose::ConvTranspose;
};
struct ConvTranspose2d : ConvTranspose<2> {
  using ConvTranspose::ConvTranspose;
};
struct ConvTranspose3d : ConvTranspose<3> {
  using ConvTranspose::ConvTranspose;
};

}  // namespace hebb::nn
