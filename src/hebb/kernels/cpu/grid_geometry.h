// What the kernels of grid sampling share: where the operands' elements lie, and which of them a
// place reads. A picture counts as a volume of depth 1 whose grid has no third coordinate.
#pragma once

#include <algorithm>
#include <array>

#include "hebb/kernels/cpu/grid_taps.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

inline constexpr int64_t grid_grain = 1 << 13;

// input, out [N, C, depth, height, width] by strides; grid [N, depth, height, width, coordinates].
struct GridGeometry {
  size_t axes;  // 2 or 3
  int64_t batch, channels, plane = 1, positions = 1;
  std::array<int64_t, 3> in{1, 1, 1}, out{1, 1, 1}, in_stride{}, out_stride{}, grid_stride{};
  int64_t in_batch, in_channel, out_batch, out_channel, grid_batch, coordinate;
  std::array<GridAxis, 3> axis;

  GridGeometry(const Operand& input, const Operand& grid, const Operand& result,
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
void for_each_grid_tap(const std::array<GridTaps, 3>& taps, const std::array<int64_t, 3>& stride,
                       F&& f) {
  for (size_t i = 0; i < size_t(taps[0].count); ++i)
    for (size_t j = 0; j < size_t(taps[1].count); ++j)
      for (size_t k = 0; k < size_t(taps[2].count); ++k)
        if (taps[0].place[i] >= 0 && taps[1].place[j] >= 0 && taps[2].place[k] >= 0)
          f(taps[0].place[i] * stride[0] + taps[1].place[j] * stride[1] +
                taps[2].place[k] * stride[2],
            i, j, k);
}

inline double grid_weight(const std::array<GridTaps, 3>& taps, size_t i, size_t j, size_t k) {
  return taps[0].weight[i] * taps[1].weight[j] * taps[2].weight[k];
}

// Writes sums, a dense plane, as channel c of sample n.
template <class T, class A>
void spread(const GridGeometry& g, const A* sums, const Operand& out, int64_t n, int64_t c, T* to) {
  std::array<int64_t, 3> stride{};
  for (size_t i = 0; i < g.axes; ++i)
    stride[i + 3 - g.axes] = out.strides[i + 2];
  to += n * out.strides[0] + c * out.strides[1];
  for (int64_t i = 0; i < g.in[0]; ++i)
    for (int64_t j = 0; j < g.in[1]; ++j)
      for (int64_t k = 0; k < g.in[2]; ++k)
        to[i * stride[0] + j * stride[1] + k * stride[2]] = narrow<T>(*sums++);
}

// Writes what belongs to the axes as coordinates of one place of a grid: that of the width first.
template <class T>
void put_coordinates(const GridGeometry& g, const std::array<double, 3>& of_axes,
                     const Operand& grid, int64_t n, const std::array<int64_t, 3>& index, T* to) {
  to += n * grid.strides[0];
  for (size_t i = 0; i < g.axes; ++i)
    to += index[i + 3 - g.axes] * grid.strides[i + 1];
  for (size_t i = 0; i < g.axes; ++i)
    to[int64_t(i) * grid.strides.back()] = narrow<T>(of_axes[2 - i]);
}

}  // namespace hebb::cpu
