// Pooling layers over one, two or three spatial dimensions: x [N, C, spatial...] -> [N, C,
// spatial'...]. Options as in ops/pooling.h, where the stride defaults to the kernel. Power means,
// the reverse of max pooling and pooling at random places: nn/unpool.h.
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
template <int N>
struct MaxPool : Module {
  explicit MaxPool(MaxPoolOptions<N> options) : options_(options) {}
  explicit MaxPool(Extent<N> kernel, std::optional<Extent<N>> stride = {}, Extent<N> padding = 0)
      : MaxPool(MaxPoolOptions<N>{.kernel = kernel, .stride = stride, .padding = padding}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  MaxPoolOptions<N> options_;
};
extern template struct MaxPool<1>;
extern template struct MaxPool<2>;
extern template struct MaxPool<3>;

using MaxPool1dOptions = MaxPoolOptions<1>;
using MaxPool2dOptions = MaxPoolOptions<2>;
using MaxPool3dOptions = MaxPoolOptions<3>;
struct MaxPool1d : MaxPool<1> {
  using MaxPool::MaxPool;
};
struct MaxPool2d : MaxPool<2> {
  using MaxPool::MaxPool;
};
struct MaxPool3d : MaxPool<3> {
  using MaxPool::MaxPool;
};

template <int N>
struct AvgPoolOptions {
  Extent<N> kernel;
  std::optional<Extent<N>> stride = {};
  Extent<N> padding = 0;
  bool ceil_mode = false, count_include_pad = true;
  std::optional<int64_t> divisor_override = {};
  HEBB_FIELDS(kernel, stride, padding, ceil_mode, count_include_pad, divisor_override)
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
                                    .shown = Shown::if_changed},
                                   {.field = "divisor_override",
                                    .place = 6,
                                    .at_least = 1,
                                    .what = "what sums are divided by; left out, their numbers",
                                    .shown = Shown::if_changed}};
};
template <int N>
struct AvgPool : Module {
  explicit AvgPool(AvgPoolOptions<N> options) : options_(options) {}
  explicit AvgPool(Extent<N> kernel, std::optional<Extent<N>> stride = {}, Extent<N> padding = 0)
      : AvgPool(AvgPoolOptions<N>{.kernel = kernel, .stride = stride, .padding = padding}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  AvgPoolOptions<N> options_;
};
extern template struct AvgPool<1>;
extern template struct AvgPool<2>;
extern template struct AvgPool<3>;

using AvgPool1dOptions = AvgPoolOptions<1>;
using AvgPool2dOptions = AvgPoolOptions<2>;
using AvgPool3dOptions = AvgPoolOptions<3>;
struct AvgPool1d : AvgPool<1> {
  using AvgPool::AvgPool;
};
struct AvgPool2d : AvgPool<2> {
  using AvgPool::AvgPool;
};
struct AvgPool3d : AvgPool<3> {
  using AvgPool::AvgPool;
};

// output: the size of the result, whatever the input's; a side of it may be keep_size.
template <int N>
struct AdaptiveAvgPool : Module {
  explicit AdaptiveAvgPool(Extent<N> output) : output_(output) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  Extent<N> output_;
};
extern template struct AdaptiveAvgPool<1>;
extern template struct AdaptiveAvgPool<2>;
extern template struct AdaptiveAvgPool<3>;

template <int N>
struct AdaptiveMaxPool : Module {
  explicit AdaptiveMaxPool(Extent<N> output) : output_(output) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  Extent<N> output_;
};
extern template struct AdaptiveMaxPool<1>;
extern template struct AdaptiveMaxPool<2>;
extern template struct AdaptiveMaxPool<3>;

struct AdaptiveAvgPool1d : AdaptiveAvgPool<1> {
  using AdaptiveAvgPool::AdaptiveAvgPool;
};
struct AdaptiveAvgPool2d : AdaptiveAvgPool<2> {
  using AdaptiveAvgPool::AdaptiveAvgPool;
};
struct AdaptiveAvgPool3d : AdaptiveAvgPool<3> {
  using AdaptiveAvgPool::AdaptiveAvgPool;
};
struct AdaptiveMaxPool1d : AdaptiveMaxPool<1> {
  using AdaptiveMaxPool::AdaptiveMaxPool;
};
struct AdaptiveMaxPool2d : AdaptiveMaxPool<2> {
  using AdaptiveMaxPool::AdaptiveMaxPool;
};
struct AdaptiveMaxPool3d : AdaptiveMaxPool<3> {
  using AdaptiveMaxPool::AdaptiveMaxPool;
};

}  // namespace hebb::nn
