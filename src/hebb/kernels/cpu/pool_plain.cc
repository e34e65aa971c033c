// Plain pooling: any dtype, any strides; one plane (a channel of a sample) after the other. The
// oracle of the tests, and the kernel for row-major layouts. A maximum with a NaN is NaN. The first
// of equal values wins, and the last NaN, as in PyTorch.

#include <limits>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/is_nan.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/pool_windows.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
using WindowSum = std::conditional_t<std::is_integral_v<T>, T, Accumulate<T>>;

template <class C>
C lowest() {
  if constexpr (std::is_floating_point_v<C>)
    return -std::numeric_limits<C>::infinity();
  else
    return std::numeric_limits<C>::lowest();
}

// Calls f(output offset, window of each axis, output position) for all positions of a plane, in
// order.
template <class F>
void for_each_position(const PoolAxes& axes, const std::array<int64_t, 5>& stride, F&& f) {
  for (int64_t d = 0; d < axes[0].out; ++d)
    for (int64_t h = 0; h < axes[1].out; ++h)
      for (int64_t w = 0; w < axes[2].out; ++w)
        f(d * stride[2] + h * stride[3] + w * stride[4], axes[0].window(d), axes[1].window(h),
          axes[2].window(w), std::array<int64_t, 3>{d, h, w});
}

struct Planes {  // what the kernels share: planes are handled in parallel, several small ones
                 // together
  PoolAxes axes;
  int64_t samples, channels, grain;
  Planes(PoolAxes a, const Dims& shape)
      : axes(std::move(a)), samples(shape[0]), channels(shape[1]) {
    grain =
        std::max<int64_t>(1, 16384 / std::max<int64_t>(1, axes[0].in * axes[1].in * axes[2].in));
  }
  template <class F>
  void for_each(F&& f) const {
    parallel_for(samples * channels, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        f(i / channels, i % channels);
    });
  }
  // Scratch memory for sums over the larger side's planes: its size, and a plane of zeros.
  int64_t size() const { return axes[0].in * axes[1].in * axes[2].in; }
  template <class A>
  size_t bytes() const {
    return size_t(samples * channels * size()) * sizeof(A);
  }
  template <class A>
  A* zeros(const Buffers& b, int64_t n, int64_t c) const {
    A* plane = static_cast<A*>(b.scratch) + (n * channels + c) * size();
    std::fill(plane, plane + size(), A(0));
    return plane;
  }
  // The position of a maximum from its index: depth, height, width.
  std::array<int64_t, 3> place(int64_t index) const {
    return {index / (axes[1].in * axes[2].in), index / axes[2].in % axes[1].in, index % axes[2].in};
  }
  std::array<int64_t, 3> place(uint8_t index, const Window& d, const Window& h,
                               const Window& w) const {
    const int64_t kw = index % axes[2].kernel, kh = index / axes[2].kernel % axes[1].kernel,
                  kd = index / (axes[2].kernel * axes[1].kernel);
    return {d.first + (kd - d.tap) * axes[0].step, h.first + (kh - h.tap) * axes[1].step,
            w.first + (kw - w.tap) * axes[2].step};
  }
};

template <class T, class I>
class MaxPool : public Kernel {
  using C = typename ComputeType<T>::type;

 public:
  explicit MaxPool(const Signature& s)
      : planes_(pool_axes(s.in[0].shape, s.out[0].shape, s.attributes<MaxPoolAttrs>()),
                s.in[0].shape),
        x_(pool_strides(s.in[0])), y_(pool_strides(s.out[0])) {
    name = "plain";
    if (s.attributes<MaxPoolAttrs>().indices)
      index_ = pool_strides(s.out[1]);
    writes_ = s.attributes<MaxPoolAttrs>().indices.has_value();
  }
  void run(const Buffers& b) const override {
    planes_.for_each([&](int64_t n, int64_t c) {
      const T* x = b.input<T>(0) + n * x_[0] + c * x_[1];
      T* y = b.output<T>(0) + n * y_[0] + c * y_[1];
      I* index = writes_ ? b.output<I>(1) + n * index_[0] + c * index_[1] : nullptr;
      for_each_position(
          planes_.axes, y_,
          [&](int64_t at, const Window& d, const Window& h, const Window& w,
              const std::array<int64_t, 3>& p) {
            // The result of a window without a valid element (wide dilation over a tiny input).
            C best = lowest<C>();
            int64_t bd = 0, bh = 0, bw = 0;
            bool any = false;
            for (int64_t i = 0; i < d.count; ++i)
              for (int64_t j = 0; j < h.count; ++j) {
                const T* row = x + (d.first + i * planes_.axes[0].step) * x_[2] +
                               (h.first + j * planes_.axes[1].step) * x_[3] + w.first * x_[4];
                for (int64_t k = 0; k < w.count; ++k) {
                  const C v = C(row[k * planes_.axes[2].step * x_[4]]);
                  if (any && !(v > best) && !is_nan(v))
                    continue;
                  best = v;
                  bd = i;
                  bh = j;
                  bw = k;
                  any = true;
                }
              }
            y[at] = T(best);
            if (!index)
              return;
            I& to = index[p[0] * index_[2] + p[1] * index_[3] + p[2] * index_[4]];
            if constexpr (std::is_same_v<I, uint8_t>)
              to = I(((d.tap + bd) * planes_.axes[1].kernel + h.tap + bh) * planes_.axes[2].kernel +
                     w.tap + bw);
            else
              to = ((d.first + bd * planes_.axes[0].step) * planes_.axes[1].in + h.first +
                    bh * planes_.axes[1].step) *
                       planes_.axes[2].in +
                   w.first + bw * planes_.axes[2].step;
          });
    });
  }

 private:
  Planes planes_;
  std::array<int64_t, 5> x_, y_, index_{};
  bool writes_;
};

// Moves values by indices from the smaller side to the larger (the gradient), or back (picking).
template <class T, class I, bool backward>
class AlongIndices : public Kernel {
 public:
  explicit AlongIndices(const Signature& s)
      : planes_(pool_axes(large(s).shape, s.in[1].shape, s.attributes<MaxPoolAttrs>()),
                s.in[1].shape),
        large_(pool_strides(large(s))), small_(pool_strides(backward ? s.in[0] : s.out[0])),
        index_(pool_strides(s.in[1])) {
    name = "plain";
    if (backward)
      scratch_bytes = planes_.template bytes<WindowSum<T>>();
  }
  void run(const Buffers& b) const override {
    using A = WindowSum<T>;
    const auto& axes = planes_.axes;
    planes_.for_each([&](int64_t n, int64_t c) {
      const I* index = b.input<I>(1) + n * index_[0] + c * index_[1];
      const T* small_in = b.input<T>(0) + n * small_[0] + c * small_[1];
      const T* large_in = b.input<T>(0) + n * large_[0] + c * large_[1];
      A* sums = backward ? planes_.zeros<A>(b, n, c) : nullptr;
      for_each_position(
          axes, small_,
          [&](int64_t at, const Window& d, const Window& h, const Window& w,
              const std::array<int64_t, 3>& p) {
            const I i = index[p[0] * index_[2] + p[1] * index_[3] + p[2] * index_[4]];
            if (d.count == 0 || h.count == 0 || w.count == 0) {  // an empty window
              if constexpr (!backward)
                b.output<T>(0)[n * small_[0] + c * small_[1] + at] = T(0);
              return;
            }
            std::array<int64_t, 3> place;
            if constexpr (std::is_same_v<I, uint8_t>)
              place = planes_.place(i, d, h, w);
            else
              place = planes_.place(i);
            if constexpr (backward)
              sums[size_t((place[0] * axes[1].in + place[1]) * axes[2].in + place[2])] +=
                  A(small_in[at]);
            else
              b.output<T>(0)[n * small_[0] + c * small_[1] + at] =
                  large_in[place[0] * large_[2] + place[1] * large_[3] + place[2] * large_[4]];
          });
      if constexpr (backward) {
        T* dx = b.output<T>(0) + n * large_[0] + c * large_[1];
        size_t k = 0;
        for (int64_t d = 0; d < axes[0].in; ++d)
          for (int64_t h = 0; h < axes[1].in; ++h)
            for (int64_t w = 0; w < axes[2].in; ++w)
              dx[d * large_[2] + h * large_[3] + w * large_[4]] = T(sums[k++]);
      }
    });
  }

 private:
  static const Operand& large(const Signature& s) { return backward ? s.out[0] : s.in[0]; }
  Planes planes_;
  std::array<int64_t, 5> large_, small_, index_;
};
template <class T, class I>
using MaxPoolBackward = AlongIndices<T, I, true>;
template <class T, class I>
using MaxPoolPick = AlongIndices<T, I, false>;

// Integers are rounded towards 0.
template <class T>
T mean_of(Accumulate<T> sum, double divisor) {
  if constexpr (!std::is_integral_v<T>)
    return T(sum / Accumulate<T>(divisor));
  else if (divisor == -1)  // the smallest number has no negative
    return T(0 - sum);
  else
    return std::abs(divisor) < 0x1p62 ? T(T(sum) / T(divisor)) : T(0);
}

template <class T>
class AvgPool : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit AvgPool(const Signature& s)
      : planes_(pool_axes(s.in[0].shape, s.out[0].shape, s.attributes<AvgPoolAttrs>()),
                s.in[0].shape),
        x_(pool_strides(s.in[0])), y_(pool_strides(s.out[0])),
        attrs_(s.attributes<AvgPoolAttrs>()) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    planes_.for_each([&](int64_t n, int64_t c) {
      const T* x = b.input<T>(0) + n * x_[0] + c * x_[1];
      T* y = b.output<T>(0) + n * y_[0] + c * y_[1];
      for_each_position(
          planes_.axes, y_,
          [&](int64_t at, const Window& d, const Window& h, const Window& w,
              const std::array<int64_t, 3>&) {
            A sum{};
            for (int64_t i = 0; i < d.count; ++i)
              for (int64_t j = 0; j < h.count; ++j)
                for (int64_t k = 0; k < w.count; ++k)
                  sum +=
                      A(x[(d.first + i) * x_[2] + (h.first + j) * x_[3] + (w.first + k) * x_[4]]);
            y[at] = mean_of<T>(sum, pool_divisor(attrs_, d, h, w));
          });
    });
  }

 private:
  Planes planes_;
  std::array<int64_t, 5> x_, y_;
  AvgPoolAttrs attrs_;
};

template <class T>
class AvgPoolBackward : public Kernel {
  using A = WindowSum<T>;

 public:
  explicit AvgPoolBackward(const Signature& s)
      : planes_(pool_axes(s.out[0].shape, s.in[0].shape, s.attributes<AvgPoolAttrs>()),
                s.in[0].shape),
        dx_(pool_strides(s.out[0])), dy_(pool_strides(s.in[0])),
        attrs_(s.attributes<AvgPoolAttrs>()) {
    name = "plain";
    scratch_bytes = planes_.template bytes<A>();
  }
  void run(const Buffers& b) const override {
    const auto& axes = planes_.axes;
    planes_.for_each([&](int64_t n, int64_t c) {
      const T* dy = b.input<T>(0) + n * dy_[0] + c * dy_[1];
      T* dx = b.output<T>(0) + n * dx_[0] + c * dx_[1];
      A* sums = planes_.zeros<A>(b, n, c);
      for_each_position(axes, dy_,
                        [&](int64_t at, const Window& d, const Window& h, const Window& w,
                            const std::array<int64_t, 3>&) {
                          const A share = A(dy[at]) / A(pool_divisor(attrs_, d, h, w));
                          for (int64_t i = d.first; i < d.first + d.count; ++i)
                            for (int64_t j = h.first; j < h.first + h.count; ++j)
                              for (int64_t k = w.first; k < w.first + w.count; ++k)
                                sums[size_t((i * axes[1].in + j) * axes[2].in + k)] += share;
                        });
      size_t k = 0;
      for (int64_t i = 0; i < axes[0].in; ++i)
        for (int64_t j = 0; j < axes[1].in; ++j)
          for (int64_t w = 0; w < axes[2].in; ++w)
            dx[i * dx_[2] + j * dx_[3] + w * dx_[4]] = T(sums[k++]);
    });
  }

 private:
  Planes planes_;
  std::array<int64_t, 5> dx_, dy_;
  AvgPoolAttrs attrs_;
};

template <template <class, class> class K, bool integers = false>
PreparedKernel with_indices(const Signature& s, DType index) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_floating(dtype_of<T>))
      if (index == DType::u8)
        return make_kernel<K<T, uint8_t>>(s);
    if constexpr (is_floating(dtype_of<T>) || (integers && is_integral(dtype_of<T>)))
      return make_kernel<K<T, int64_t>>(s);
    else
      return nullptr;
  });
}

}  // namespace

PreparedKernel max_pool_plain(const Signature& s) {
  return with_indices<MaxPool, true>(s, s.attributes<MaxPoolAttrs>().indices.value_or(DType::i64));
}
PreparedKernel max_pool_backward_plain(const Signature& s) {
  return with_indices<MaxPoolBackward>(s, s.in[1].dtype);
}
PreparedKernel max_pool_pick_plain(const Signature& s) {
  return with_indices<MaxPoolPick>(s, s.in[1].dtype);
}
PreparedKernel avg_pool_plain(const Signature& s) {
  return s.in[0].dtype == DType::i64 ? make_kernel<AvgPool<int64_t>>(s) : make_floating<AvgPool>(s);
}
PreparedKernel avg_pool_backward_plain(const Signature& s) {
  return make_floating<AvgPoolBackward>(s);
}

}  // namespace hebb::cpu::impl
