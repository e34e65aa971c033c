// Maxima put back to where they lay, and maxima of windows at random places. All operands are
// dense: [N, C, spatial...].

#include <algorithm>
#include <array>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/unpool.h"

namespace hebb::cpu::impl {
namespace {

constexpr int64_t unpool_grain = 1 << 14;

int64_t planes_of(const Dims& shape) {
  return shape[0] * shape[1];
}
int64_t plane_size(const Dims& shape) {
  return product(std::span<const int64_t>(shape).subspan(2));
}

// Zeros, and each value at its index in its plane; of several at one place the last one stays.
template <class Item>
class MaxUnpool : public Kernel {
 public:
  explicit MaxUnpool(const Signature& s)
      : planes_(planes_of(s.in[0].shape)), from_(plane_size(s.in[0].shape)),
        to_(plane_size(s.out[0].shape)) {
    name = "plain";
    wants_in = {contiguous_strides(s.in[0].shape), contiguous_strides(s.in[1].shape)};
  }
  void run(const Buffers& b) const override {
    const auto* index = b.input<int64_t>(1);
    for (int64_t i = 0; i < planes_ * from_; ++i)
      check(index[i] >= 0 && index[i] < to_,
            "indices holds {} at element {}, should be from 0 to {}: a plane has {} elements",
            index[i], i, to_ - 1, to_);
    parallel_for(planes_, std::max<int64_t>(1, unpool_grain / std::max<int64_t>(1, to_)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t p = begin; p < end; ++p) {
                     Item* out = b.output<Item>(0) + p * to_;
                     std::fill_n(out, to_, Item{});
                     for (int64_t i = p * from_; i < (p + 1) * from_; ++i)
                       out[index[i]] = b.input<Item>(0)[i];
                   }
                 });
  }

 private:
  int64_t planes_, from_, to_;
};

// Where window `o` starts: the windows share what they do not need of the input, from a random
// place on. Source: Graham 2014, as PyTorch computes it.
int64_t window_start(double sample, int64_t in, int64_t out, int64_t kernel, int64_t o) {
  if (o == out - 1)
    return in - kernel;
  const double step = double(in - kernel) / double(out - 1);
  return int64_t((double(o) + sample) * step) - int64_t(sample * step);
}

template <class T>
class FractionalMaxPool : public Kernel {
 public:
  explicit FractionalMaxPool(const Signature& s)
      : spatial_(s.in[0].shape.size() - 2), planes_(planes_of(s.in[0].shape)),
        from_(plane_size(s.in[0].shape)), to_(plane_size(s.out[0].shape)) {
    name = "plain";
    wants_in = {contiguous_strides(s.in[0].shape), contiguous_strides(s.in[1].shape)};
    const auto& a = s.attributes<FractionalPoolAttrs>();
    for (size_t i = 0; i < spatial_; ++i) {
      const size_t axis = i + 3 - spatial_;
      in_[axis] = s.in[0].shape[i + 2];
      out_[axis] = a.size[i];
      kernel_[axis] = a.kernel[i];
    }
  }
  void run(const Buffers& b) const override {
    const double* samples = b.input<double>(1);
    for (int64_t i = 0; i < planes_ * int64_t(spatial_); ++i)
      check(samples[i] >= 0 && samples[i] <= 1, "_random_samples holds {}, should be from 0 to 1",
            samples[i]);
    parallel_for(planes_, std::max<int64_t>(1, unpool_grain / std::max<int64_t>(1, from_)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t p = begin; p < end; ++p)
                     plane(b.input<T>(0) + p * from_, samples + p * int64_t(spatial_),
                           b.output<T>(0) + p * to_, b.output<int64_t>(1) + p * to_);
                 });
  }

 private:
  // Pictures have the width's sample first, volumes the depth's.
  double sample(const double* samples, size_t axis) const {
    if (axis < 3 - spatial_)
      return 0;
    return samples[spatial_ == 2 ? 2 - axis : axis];
  }
  int64_t start(const double* samples, size_t axis, int64_t o) const {
    return window_start(sample(samples, axis), in_[axis], out_[axis], kernel_[axis], o);
  }
  void plane(const T* in, const double* samples, T* out, int64_t* index) const {
    for (int64_t i = 0; i < out_[0]; ++i)
      for (int64_t j = 0; j < out_[1]; ++j)
        for (int64_t k = 0; k < out_[2]; ++k) {
          const std::array<int64_t, 3> first = {start(samples, 0, i), start(samples, 1, j),
                                                start(samples, 2, k)};
          const int64_t found = largest(in, first);
          *out++ = in[found];
          *index++ = found;
        }
  }
  int64_t largest(const T* in, const std::array<int64_t, 3>& first) const {
    int64_t found = -1;
    double best = 0;
    for (int64_t d = first[0]; d < first[0] + kernel_[0]; ++d)
      for (int64_t h = first[1]; h < first[1] + kernel_[1]; ++h)
        for (int64_t w = first[2]; w < first[2] + kernel_[2]; ++w) {
          const int64_t at = (d * in_[1] + h) * in_[2] + w;
          const double v = wide(in[at]);
          if (found >= 0 && !(v > best) && v == v)
            continue;
          best = v;
          found = at;
        }
    return found;
  }

  size_t spatial_;
  int64_t planes_, from_, to_;
  std::array<int64_t, 3> in_{1, 1, 1}, out_{1, 1, 1}, kernel_{1, 1, 1};
};

bool is_free(const Signature& s) {
  return !s.out_fixed || is_row_major(s.out[0]);
}

}  // namespace

PreparedKernel max_unpool_plain(const Signature& s) {
  if (!is_free(s))
    return nullptr;
  return visit_item(s.in[0].dtype, [&](auto item) -> PreparedKernel {
    return make_kernel<MaxUnpool<typename decltype(item)::type>>(s);
  });
}

PreparedKernel fractional_max_pool_plain(const Signature& s) {
  return is_free(s) ? make_floating<FractionalMaxPool>(s) : nullptr;
}

}  // namespace hebb::cpu::impl
