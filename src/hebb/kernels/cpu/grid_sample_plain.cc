// Samples pictures [N, C, H, W] and volumes [N, C, D, H, W] at the places of a grid, and the
// gradients of both. Places are computed in f64. A picture counts as a volume of depth 1 whose grid
// has no third coordinate.

#include <algorithm>
#include <array>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/grid_taps.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu::impl {
namespace {

constexpr int64_t grid_grain = 1 << 13;

// input, out [N, C, depth, height, width] by strides; grid [N, depth, height, width, coordinates].
struct Geometry {
  size_t axes;  // 2 or 3
  int64_t batch, channels, plane = 1, positions = 1;
  std::array<int64_t, 3> in{1, 1, 1}, out{1, 1, 1}, in_stride{}, out_stride{}, grid_stride{};
  int64_t in_batch, in_channel, out_batch, out_channel, grid_batch, coordinate;
  std::array<GridAxis, 3> axis;

  Geometry(const Operand& input, const Operand& grid, const Operand& result,
           const GridSampleAttrs& a)
      : axes(input.shape.size() - 2), batch(input.shape[0]), channels(input.shape[1]),
        in_batch(input.strides[0]), in_channel(input.strides[1]), out_batch(result.strides[0]),
        out_channel(result.strides[1]), grid_batch(grid.strides[0]),
        coordinate(grid.strides.back()) {
    for (size_t i = 0; i < axes; ++i) {
      const size_t to = i + 3 - axes;
      in[to] = input.shape[i + 2];
      out[to] = grid.shape[i + 1];
      in_stride[to] = input.strides[i + 2];
      out_stride[to] = result.strides[i + 2];
      grid_stride[to] = grid.strides[i + 1];
      axis[to] = GridAxis(in[to], a);
      plane *= in[to];
      positions *= out[to];
    }
  }

  std::array<int64_t, 3> index(int64_t position) const {
    return {position / (out[1] * out[2]), position / out[2] % out[1], position % out[2]};
  }
  static int64_t offset(const std::array<int64_t, 3>& index, const std::array<int64_t, 3>& stride) {
    return index[0] * stride[0] + index[1] * stride[1] + index[2] * stride[2];
  }
  // The grid's coordinates begin with the width's.
  template <class T>
  std::array<GridTaps, 3> taps(const T* grid) const {
    std::array<GridTaps, 3> all;
    for (size_t i = 0; i < 3 - axes; ++i) {
      all[i].count = 1;
      all[i].weight[0] = 1;
    }
    for (size_t i = 0; i < axes; ++i)
      all[2 - i] = axis[2 - i].taps(wide(grid[int64_t(i) * coordinate]));
    return all;
  }
};

// Calls f(place in the strides given, i, j, k) for all taps that lie inside.
template <class F>
void for_each_tap(const std::array<GridTaps, 3>& taps, const std::array<int64_t, 3>& stride,
                  F&& f) {
  for (size_t i = 0; i < size_t(taps[0].count); ++i)
    for (size_t j = 0; j < size_t(taps[1].count); ++j)
      for (size_t k = 0; k < size_t(taps[2].count); ++k)
        if (taps[0].place[i] >= 0 && taps[1].place[j] >= 0 && taps[2].place[k] >= 0)
          f(taps[0].place[i] * stride[0] + taps[1].place[j] * stride[1] +
                taps[2].place[k] * stride[2],
            i, j, k);
}

double weight_of(const std::array<GridTaps, 3>& taps, size_t i, size_t j, size_t k) {
  return taps[0].weight[i] * taps[1].weight[j] * taps[2].weight[k];
}

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
                                               Geometry::offset(index, g_.grid_stride));
                     const T* in = b.input<T>(0) + n * g_.in_batch;
                     T* out =
                         b.output<T>(0) + n * g_.out_batch + Geometry::offset(index, g_.out_stride);
                     for (int64_t c = 0; c < g_.channels; ++c)
                       out[c * g_.out_channel] = narrow<T>(value(in + c * g_.in_channel, taps));
                   }
                 });
  }

 private:
  A value(const T* in, const std::array<GridTaps, 3>& taps) const {
    A sum(0);
    for_each_tap(taps, g_.in_stride, [&](int64_t at, size_t i, size_t j, size_t k) {
      sum += A(weight_of(taps, i, j, k)) * wide<A>(in[at]);
    });
    return sum;
  }

  Geometry g_;
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
    return b.input<T>(0) + n * g_.out_batch + Geometry::offset(index, g_.out_stride);
  }
  const T* grid(const Buffers& b, int64_t n, const std::array<int64_t, 3>& index) const {
    return b.input<T>(2) + n * g_.grid_batch + Geometry::offset(index, g_.grid_stride);
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
                       for_each_tap(taps, dense, [&](int64_t at, size_t i, size_t j, size_t k) {
                         sums[at] += A(weight_of(taps, i, j, k)) * dy;
                       });
                     }
                     T* to = b.output<T>(0) + n * dx_.strides[0] + c * dx_.strides[1];
                     spread(sums, to);
                   }
                 });
  }
  void spread(const A* sums, T* to) const {
    std::array<int64_t, 3> stride{};
    for (size_t i = 0; i < g_.axes; ++i)
      stride[i + 3 - g_.axes] = dx_.strides[i + 2];
    for (int64_t i = 0; i < g_.in[0]; ++i)
      for (int64_t j = 0; j < g_.in[1]; ++j)
        for (int64_t k = 0; k < g_.in[2]; ++k)
          to[i * stride[0] + j * stride[1] + k * stride[2]] = narrow<T>(*sums++);
  }

  void grid_gradient(const Buffers& b) const {
    parallel_for(g_.batch * g_.positions,
                 std::max<int64_t>(1, grid_grain / std::max<int64_t>(1, 8 * g_.channels)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u) {
                     const int64_t n = u / g_.positions;
                     const auto index = g_.index(u % g_.positions);
                     const auto sums = slopes(b, n, index);
                     T* to = b.output<T>(1) + n * dgrid_.strides[0];
                     for (size_t i = 0; i < g_.axes; ++i)
                       to += index[i + 3 - g_.axes] * dgrid_.strides[i + 1];
                     for (size_t i = 0; i < g_.axes; ++i)
                       to[int64_t(i) * dgrid_.strides.back()] = narrow<T>(sums[2 - i]);
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
      for_each_tap(taps, g_.in_stride, [&](int64_t at, size_t i, size_t j, size_t k) {
        const double v = wide(in[at]) * g;
        sums[0] += v * taps[0].slope[i] * taps[1].weight[j] * taps[2].weight[k];
        sums[1] += v * taps[0].weight[i] * taps[1].slope[j] * taps[2].weight[k];
        sums[2] += v * taps[0].weight[i] * taps[1].weight[j] * taps[2].slope[k];
      });
    }
    return sums;
  }

  Geometry g_;
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
