// The windows of a pooling: the input positions inside, per axis and output position. A kernel
// computes them during the run: a list would be as large as the output, and the prepared kernel
// would keep it. There are always three axes (depth, height, width); missing ones have size 1.
#pragma once

#include <algorithm>
#include <array>

#include "hebb/kernels/kernel.h"
#include "hebb/kernels/pooling.h"

namespace hebb::cpu {

struct Window {
  int64_t first = 0, count = 1;  // valid input positions: first, first + step, ...
  int64_t tap = 0;               // the place of the first one in the whole window
  int64_t length = 1;            // the window's length for a mean that counts padding
};

struct PoolAxis {
  // kernel: the largest number of positions in a window.
  int64_t in = 1, out = 1, kernel = 1, step = 1;
  int64_t stride = 1, padding = 0;  // for windows that are not adaptive
  bool is_adaptive = false;
  bool disjoint = true;  // no input position lies in two windows
  bool covers = true;    // every input position lies in a window

  static PoolAxis adaptive(int64_t in, int64_t out) {
    const bool even = out > 0 && in % out == 0;
    return {.in = in,
            .out = out,
            .kernel = even ? in / out : in / std::max<int64_t>(1, out) + 2,
            .is_adaptive = true,
            .disjoint = even,
            .covers = out > 0};
  }
  static PoolAxis fixed(int64_t in, int64_t out, int64_t kernel, int64_t stride, int64_t padding,
                        int64_t dilation) {
    PoolAxis axis{.in = in,
                  .out = out,
                  .kernel = kernel,
                  .step = dilation,
                  .stride = stride,
                  .padding = padding};
    axis.disjoint = stride >= dilation * (kernel - 1) + 1;
    axis.covers = dilation == 1 && kernel >= stride && out > 0;
    if (axis.covers) {
      const Window last = axis.window(out - 1);
      axis.covers = last.first + last.count >= in;
    }
    return axis;
  }

  // Whether the window of an output position lies inside the input.
  bool is_whole(int64_t o) const {
    const int64_t start = o * stride - padding;
    return !is_adaptive && start >= 0 && start + (kernel - 1) * step < in;
  }
  // How many output positions from this one on have windows of the same form.
  int64_t alike(int64_t o) const {
    if (!is_whole(o))
      return 1;
    const int64_t last = (in - 1 - (kernel - 1) * step + padding) / stride;  // that is whole
    return std::min(last, out - 1) - o + 1;
  }

  Window window(int64_t o) const {
    if (is_adaptive) {
      const int64_t first = o * in / out, end = ((o + 1) * in + out - 1) / out;
      return {first, end - first, 0, end - first};
    }
    const int64_t start = o * stride - padding;
    if (is_whole(o))
      return {start, kernel, 0, std::min(start + kernel, in + padding) - start};
    const int64_t tap = start >= 0 ? 0 : (-start + step - 1) / step;  // the first one inside
    const int64_t first = start + tap * step,
                  last_tap =
                      first >= in ? tap - 1 : std::min(kernel - 1, tap + (in - 1 - first) / step);
    return {first, std::max<int64_t>(0, last_tap - tap + 1), tap,
            std::min(start + kernel, in + padding) - start};
  }
};

using PoolAxes = std::array<PoolAxis, 3>;

// in: [N, C, spatial...] of the larger side (the forward input), out: of the smaller one.
inline PoolAxes pool_axes(const Dims& in, const Dims& out, const Dims& kernel, const Dims& stride,
                          const Dims& padding, const Dims& dilation) {
  PoolAxes axes;
  const size_t n = in.size() - 2, missing = 3 - n;
  for (size_t i = 0; i < n; ++i)
    axes[i + missing] = kernel.empty()
                            ? PoolAxis::adaptive(in[i + 2], out[i + 2])
                            : PoolAxis::fixed(in[i + 2], out[i + 2], kernel[i], stride[i],
                                              padding[i], dilation.empty() ? 1 : dilation[i]);
  return axes;
}
inline PoolAxes pool_axes(const Dims& in, const Dims& out, const MaxPoolAttrs& a) {
  return pool_axes(in, out, a.kernel, a.stride, a.padding, a.dilation);
}
inline PoolAxes pool_axes(const Dims& in, const Dims& out, const AvgPoolAttrs& a) {
  return pool_axes(in, out, a.kernel, a.stride, a.padding, {});
}

// The divisor of a mean.
inline double pool_divisor(const AvgPoolAttrs& a, const Window& d, const Window& h,
                           const Window& w) {
  if (a.divisor_override)
    return double(*a.divisor_override);
  return a.count_include_pad ? double(d.length) * double(h.length) * double(w.length)
                             : double(d.count * h.count * w.count);
}

// Strides of [N, C, depth, height, width].
inline std::array<int64_t, 5> pool_strides(const Operand& o) {
  std::array<int64_t, 5> strides{o.strides[0], o.strides[1], 0, 0, 0};
  const size_t missing = 5 - o.shape.size();
  for (size_t i = 2; i < o.shape.size(); ++i)
    strides[i + missing] = o.strides[i];
  return strides;
}

}  // namespace hebb::cpu
