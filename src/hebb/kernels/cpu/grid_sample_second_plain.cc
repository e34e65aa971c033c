// The gradients of grid sampling's gradients. With S(grid) the sampling, which is linear in the
// input, and dy the result's gradient, those are dx = S^T dy and dgrid = dy S' x. Given the
// gradients u of dx and w of dgrid, with D the derivative in the direction w of the grid:
//   for dy: S u + D S x;   for the input: D S^T dy;   for the grid: dy S' u + dy D S' x.

#include <algorithm>
#include <array>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/grid_geometry.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"

namespace hebb::cpu::impl {
namespace {

// How the weight of one tap changes with the coordinates of the three axes.
struct TapSlopes {
  std::array<double, 3> first;                  // by each axis
  std::array<std::array<double, 3>, 3> second;  // by each two of them

  TapSlopes(const std::array<GridTaps, 3>& taps, const std::array<size_t, 3>& at) {
    const auto product = [&](size_t a, size_t b) {  // differentiated by a, and by b unless it is 3
      double all = 1;
      for (size_t axis = 0; axis < 3; ++axis) {
        const GridTaps& t = taps[axis];
        const int times = int(axis == a) + int(axis == b);
        all *= times == 0 ? t.weight[at[axis]] : times == 1 ? t.slope[at[axis]] : t.curve[at[axis]];
      }
      return all;
    };
    for (size_t a = 0; a < 3; ++a) {
      first[a] = product(a, 3);
      for (size_t b = 0; b < 3; ++b)
        second[a][b] = product(a, b);
    }
  }
};

double dot(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

// Operands: u and w, of which one may be missing, dy, input, grid. Results: the gradients of the
// last three.
template <class T>
class GridSampleSecond : public Kernel {
  using A = Accumulate<T>;
  using Index = std::array<int64_t, 3>;

 public:
  explicit GridSampleSecond(const Signature& s)
      : has_u_(s.in[0].defined), has_w_(s.in[1].defined),
        g_(dense(s.in[3]), dense(s.in[4]), dense(s.in[2]), s.attributes<GridSampleAttrs>()),
        ddy_(s.out[0]), dx_(s.out[1]), dgrid_(s.out[2]) {
    name = "plain";
    for (const Operand& in : s.in)
      wants_in.push_back(in.defined ? std::optional<Layout>(contiguous_strides(in.shape))
                                    : std::nullopt);
    scratch_bytes = size_t(g_.batch * g_.channels * g_.plane) * sizeof(A);
  }
  void run(const Buffers& b) const override {
    parallel_for(g_.batch * g_.positions,
                 std::max<int64_t>(1, grid_grain / std::max<int64_t>(1, 8 * g_.channels)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u)
                     place(b, u / g_.positions, g_.index(u % g_.positions));
                 });
    parallel_for(g_.batch * g_.channels,
                 std::max<int64_t>(1, grid_grain / std::max<int64_t>(1, 8 * g_.positions)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t u = begin; u < end; ++u)
                     plane(b, u / g_.channels, u % g_.channels);
                 });
  }

 private:
  static Operand dense(Operand o) {
    o.strides = contiguous_strides(o.shape);
    return o;
  }
  int64_t grid_at(int64_t n, const Index& index) const {
    return n * g_.grid_batch + GridGeometry::offset(index, g_.grid_stride);
  }
  // w at a place, by axis.
  std::array<double, 3> direction(const Buffers& b, int64_t n, const Index& index) const {
    std::array<double, 3> w{};
    if (has_w_)
      for (size_t i = 0; i < g_.axes; ++i)
        w[2 - i] = wide(b.input<T>(1)[grid_at(n, index) + int64_t(i) * g_.coordinate]);
    return w;
  }

  // The gradients for dy and the grid at one place.
  void place(const Buffers& b, int64_t n, const Index& index) const {
    const auto taps = g_.taps(b.input<T>(4) + grid_at(n, index));
    const std::array<double, 3> w = direction(b, n, index);
    const int64_t out = n * g_.out_batch + GridGeometry::offset(index, g_.out_stride);
    std::array<double, 3> for_grid{};
    for (int64_t c = 0; c < g_.channels; ++c) {
      const int64_t first = n * g_.in_batch + c * g_.in_channel;
      const double dy = wide(b.input<T>(2)[out + c * g_.out_channel]);
      double for_dy = 0;
      for_each_grid_tap(taps, g_.in_stride, [&](int64_t at, size_t i, size_t j, size_t k) {
        const TapSlopes slopes(taps, {i, j, k});
        const double x = wide(b.input<T>(3)[first + at]),
                     u = has_u_ ? wide(b.input<T>(0)[first + at]) : 0;
        for_dy += u * grid_weight(taps, i, j, k) + x * dot(slopes.first, w);
        for (size_t axis = 0; axis < 3; ++axis)
          for_grid[axis] += dy * (u * slopes.first[axis] + x * dot(slopes.second[axis], w));
      });
      int64_t to = n * ddy_.strides[0] + c * ddy_.strides[1];
      for (size_t i = 0; i < g_.axes; ++i)
        to += index[i + 3 - g_.axes] * ddy_.strides[i + 2];
      b.output<T>(0)[to] = narrow<T>(for_dy);
    }
    put_coordinates(g_, for_grid, dgrid_, n, index, b.output<T>(2));
  }

  // The gradient for one plane of the input: one at a time, so that no two threads add at one
  // place.
  void plane(const Buffers& b, int64_t n, int64_t c) const {
    const Index dense = {g_.in[1] * g_.in[2], g_.in[2], 1};
    A* sums = static_cast<A*>(b.scratch) + (n * g_.channels + c) * g_.plane;
    std::fill_n(sums, g_.plane, A(0));
    for (int64_t p = 0; has_w_ && p < g_.positions; ++p) {
      const Index index = g_.index(p);
      const auto taps = g_.taps(b.input<T>(4) + grid_at(n, index));
      const std::array<double, 3> w = direction(b, n, index);
      const double dy = wide(b.input<T>(
          2)[n * g_.out_batch + c * g_.out_channel + GridGeometry::offset(index, g_.out_stride)]);
      for_each_grid_tap(taps, dense, [&](int64_t at, size_t i, size_t j, size_t k) {
        sums[at] += A(dy * dot(TapSlopes(taps, {i, j, k}).first, w));
      });
    }
    spread(g_, sums, dx_, n, c, b.output<T>(1));
  }

  bool has_u_, has_w_;
  GridGeometry g_;
  Operand ddy_, dx_, dgrid_;
};

}  // namespace

PreparedKernel grid_sample_second_plain(const Signature& s) {
  return visit_floating(s.in[3].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<GridSampleSecond<typename decltype(type)::type>>(s);
  });
}

}  // namespace hebb::cpu::impl
