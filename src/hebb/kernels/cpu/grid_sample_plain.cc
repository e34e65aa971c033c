// Samples pictures [N, C, H, W] and volumes [N, C, D, H, W] at the places of a grid, and the
// gradients of both. Places are computed in f64. A picture counts as a volume of depth 1 whose grid
// has no third coordinate.

#include <algorithm>
#include <array>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/grid_geometry.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class GridSample : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit GridSample(const Signature& s)
      : g_(s.in[0], s.in[1], s.out[0], s.attributes<GridSampleAttrs>()) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    parallel_for(g_.batch * g_.positions,
                 std::max<int64_t>(1, grid_grain / std::max<int64_t>(1, 8 * g_.channels)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u) {
                     const int64_t n = u / g_.positions;
                     const auto index = g_.index(u % g_.positions);
                     const auto taps = g_.taps(b.input<T>(1) + n * g_.grid_batch +
                                               GridGeometry::offset(index, g_.grid_stride));
                     const T* in = b.input<T>(0) + n * g_.in_batch;
                     T* out = b.output<T>(0) + n * g_.out_batch +
                              GridGeometry::offset(index, g_.out_stride);
                     for (int64_t c = 0; c < g_.channels; ++c)
                       out[c * g_.out_channel] = narrow<T>(value(in + c * g_.in_channel, taps));
                   }
                 });
  }

 private:
  A value(const T* in, const std::array<GridTaps, 3>& taps) const {
    A sum(0);
    for_each_grid_tap(taps, g_.in_stride, [&](int64_t at, size_t i, size_t j, size_t k) {
      sum += A(grid_weight(taps, i, j, k)) * wide<A>(in[at]);
    });
    return sum;
  }

  GridGeometry g_;
};

// Operands: the result's gradient, input, grid. Results: the gradients of the two, where wanted.
template <class T>
class GridSampleBackward : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit GridSampleBackward(const Signature& s)
      : g_(s.in[1], s.in[2], s.in[0], s.attributes<GridSampleBackwardAttrs>().forward()),
        dx_(s.out[0]), dgrid_(s.out[1]),
        for_input_(s.attributes<GridSampleBackwardAttrs>().for_input),
        for_grid_(s.attributes<GridSampleBackwardAttrs>().for_grid) {
    name = "plain";
    scratch_bytes = for_input_ ? size_t(g_.batch * g_.channels * g_.plane) * sizeof(A) : 0;
  }
  void run(const Buffers& b) const override {
    if (for_input_)
      input_gradient(b);
    if (for_grid_)
      grid_gradient(b);
  }

 private:
  const T* gradient(const Buffers& b, int64_t n, const std::array<int64_t, 3>& index) const {
    return b.input<T>(0) + n * g_.out_batch + GridGeometry::offset(index, g_.out_stride);
  }
  const T* grid(const Buffers& b, int64_t n, const std::array<int64_t, 3>& index) const {
    return b.input<T>(2) + n * g_.grid_batch + GridGeometry::offset(index, g_.grid_stride);
  }

  // One plane of one sample at a time, so that no two threads add at one place.
  void input_gradient(const Buffers& b) const {
    const std::array<int64_t, 3> dense = {g_.in[1] * g_.in[2], g_.in[2], 1};
    parallel_for(g_.batch * g_.channels,
                 std::max<int64_t>(1, grid_grain / std::max<int64_t>(1, 8 * g_.positions)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u) {
                     const int64_t n = u / g_.channels, c = u % g_.channels;
                     A* sums = static_cast<A*>(b.scratch) + u * g_.plane;
                     std::fill_n(sums, g_.plane, A(0));
                     for (int64_t p = 0; p < g_.positions; ++p) {
                       const auto index = g_.index(p);
                       const auto taps = g_.taps(grid(b, n, index));
                       const A dy = wide<A>(gradient(b, n, index)[c * g_.out_channel]);
                       for_each_grid_tap(taps, dense,
                                         [&](int64_t at, size_t i, size_t j, size_t k) {
                                           sums[at] += A(grid_weight(taps, i, j, k)) * dy;
                                         });
                     }
                     spread(g_, sums, dx_, n, c, b.output<T>(0));
                   }
                 });
  }
  void grid_gradient(const Buffers& b) const {
    parallel_for(g_.batch * g_.positions,
                 std::max<int64_t>(1, grid_grain / std::max<int64_t>(1, 8 * g_.channels)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u) {
                     const int64_t n = u / g_.positions;
                     const auto index = g_.index(u % g_.positions);
                     const auto sums = slopes(b, n, index);
                     put_coordinates(g_, sums, dgrid_, n, index, b.output<T>(1));
                   }
                 });
  }
  std::array<double, 3> slopes(const Buffers& b, int64_t n,
                               const std::array<int64_t, 3>& index) const {
    const auto taps = g_.taps(grid(b, n, index));
    const T* dy = gradient(b, n, index);
    std::array<double, 3> sums{};
    for (int64_t c = 0; c < g_.channels; ++c) {
      const T* in = b.input<T>(1) + n * g_.in_batch + c * g_.in_channel;
      const double g = wide(dy[c * g_.out_channel]);
      for_each_grid_tap(taps, g_.in_stride, [&](int64_t at, size_t i, size_t j, size_t k) {
        const double v = wide(in[at]) * g;
        sums[0] += v * taps[0].slope[i] * taps[1].weight[j] * taps[2].weight[k];
        sums[1] += v * taps[0].weight[i] * taps[1].slope[j] * taps[2].weight[k];
        sums[2] += v * taps[0].weight[i] * taps[1].weight[j] * taps[2].slope[k];
      });
    }
    return sums;
  }

  GridGeometry g_;
  Operand dx_, dgrid_;
  bool for_input_, for_grid_;
};

}  // namespace

PreparedKernel grid_sample_plain(const Signature& s) {
  return make_floating<GridSample>(s);
}
PreparedKernel grid_sample_backward_plain(const Signature& s) {
  return make_floating<GridSampleBackward>(s);
}

}  // namespace hebb::cpu::impl
