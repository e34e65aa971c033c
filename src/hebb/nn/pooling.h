// Pooling layers. x [N, C, H, W] -> [N, C, H', W'] unless they say otherwise. Options as in
// ops/pooling.h, where the stride defaults to the kernel.
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"
#include "hebb/ops/pooling.h"

namespace hebb::nn {

template <int N>
struct MaxPoolOptions {
  Extent<N> kernel;
  std::optional<Extent<N>> stride = {};
  Extent<N> padding = 0, dilation = 1;
  bool ceil_mode = false;
  HEBB_FIELDS(kernel, stride, padding, dilation, ceil_mode)
  static constexpr Note notes[] = {
      {.field = "kernel",
       .key = "kernel_size",
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "size of the window: 2 or 2x3",
       .brief = true},
      {.field = "stride",
       .place = 2,
       .at_least = 1,
       .otherwise = "kernel",
       .what = "steps of the window; the kernel's size unless given",
       .brief = true},
      {.field = "padding",
       .aliases = {"pad"},
       .place = 3,
       .at_least = 0,
       .what = "at each side, never the largest",
       .brief = true},
      {.field = "dilation",
       .place = 4,
       .at_least = 1,
       .what = "distance of the window's elements",
       .brief = true},
      {.field = "ceil_mode", .place = 5, .what = "also windows that stick out at the end"}};
};
using MaxPool1dOptions = MaxPoolOptions<1>;
struct MaxPool1d : Module {  // x [N, C, L] -> [N, C, L']
  explicit MaxPool1d(MaxPool1dOptions options) : options_(options) {}
  explicit MaxPool1d(Single kernel) : MaxPool1d(MaxPool1dOptions{kernel}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  MaxPool1dOptions options_;
};

using MaxPool2dOptions = MaxPoolOptions<2>;
struct MaxPool2d : Module {
  explicit MaxPool2d(MaxPool2dOptions options) : options_(options) {}
  explicit MaxPool2d(Pair kernel) : MaxPool2d(MaxPool2dOptions{kernel}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  MaxPool2dOptions options_;
};

struct AvgPool2dOptions {
  Pair kernel;
  std::optional<Pair> stride = {};
  Pair padding = 0;
  bool ceil_mode = false, count_include_pad = true;
  HEBB_FIELDS(kernel, stride, padding, ceil_mode, count_include_pad)
  static constexpr Note notes[] = {{.field = "kernel",
                                    .key = "kernel_size",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .what = "size of the window: 2 or 2x3",
                                    .brief = true},
                                   {.field = "stride",
                                    .place = 2,
                                    .at_least = 1,
                                    .otherwise = "kernel",
                                    .what = "steps of the window; the kernel's size unless given",
                                    .brief = true},
                                   {.field = "padding",
                                    .aliases = {"pad"},
                                    .place = 3,
                                    .at_least = 0,
                                    .what = "zeros at each side",
                                    .brief = true},
                                   {.field = "ceil_mode",
                                    .place = 4,
                                    .what = "also windows that stick out at the end",
                                    .shown = Shown::if_changed},
                                   {.field = "count_include_pad",
                                    .place = 5,
                                    .what = "whether the padding counts in the mean",
                                    .shown = Shown::if_changed}};
};
struct AvgPool2d : Module {
  explicit AvgPool2d(AvgPool2dOptions options) : options_(options) {}
  explicit AvgPool2d(Pair kernel) : AvgPool2d(AvgPool2dOptions{kernel}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  AvgPool2dOptions options_;
};

struct AdaptiveAvgPool2d : Module {  // output: the size of the result, whatever the input's; a
                                     // side of it may be keep_size
  explicit AdaptiveAvgPool2d(Pair output) : output_(output) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  Pair output_;
};

}  // namespace hebb::nn
