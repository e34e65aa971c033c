// Resamples one dimension, and the gradient: [outer, in, inner] -> [outer, out, inner], each result
// a short sum of weighted values. mode nearest copies values of any dtype.

#include <algorithm>

#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/resample_matrix.h"
#include "hebb/kernels/cpu/resample_shape.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu::impl {
namespace {

constexpr int64_t resample_block = 64;

template <class T>
class Resample : public Kernel {
  using A = Accumulate<T>;

 public:
  Resample(const Signature& s, bool backward)
      : shape_(s.in[0].shape, s.out[0].shape, s.attributes<ResampleAttrs>().dim) {
    name = "plain";
    wants_in = {contiguous_strides(s.in[0].shape)};
    const auto& a = s.attributes<ResampleAttrs>();
    matrix_ = resample_matrix_for<T>(a, shape_, backward);
    weight_.assign(matrix_.weight.begin(), matrix_.weight.end());
  }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    T* out = b.output<T>(0);
    for_each_resampled_row(shape_, [&](int64_t o, int64_t row) {
      const T* from = in + o * shape_.in * shape_.inner;
      T* to = out + (o * shape_.out + row) * shape_.inner;
      const auto begin = size_t(matrix_.first[size_t(row)]),
                 end = size_t(matrix_.first[size_t(row) + 1]);
      for (int64_t first = 0; first < shape_.inner; first += resample_block) {
        const int64_t count = std::min(resample_block, shape_.inner - first);
        A sums[resample_block] = {};
        for (size_t e = begin; e < end; ++e) {
          const T* values = from + matrix_.place[e] * shape_.inner + first;
          for (int64_t i = 0; i < count; ++i)
            sums[i] += weight_[e] * wide<A>(values[i]);
        }
        for (int64_t i = 0; i < count; ++i)
          to[first + i] = narrow<T>(sums[i]);
      }
    });
  }

 private:
  ResampleShape shape_;
  ResampleMatrix matrix_;
  std::vector<A> weight_;
};

template <class Item>
class Nearest : public Kernel {
 public:
  explicit Nearest(const Signature& s)
      : shape_(s.in[0].shape, s.out[0].shape, s.attributes<ResampleAttrs>().dim),
        place_(resample_matrix(s.attributes<ResampleAttrs>(), shape_.in, shape_.out,
                               s.in[0].dtype == DType::f64)
                   .place) {
    name = "plain";
    wants_in = {contiguous_strides(s.in[0].shape)};
  }
  void run(const Buffers& b) const override {
    if (shape_.inner == 1)
      return pick_in_lines(b.input<Item>(0), b.output<Item>(0));
    for_each_resampled_row(shape_, [&](int64_t o, int64_t row) {
      std::copy_n(b.input<Item>(0) + (o * shape_.in + place_[size_t(row)]) * shape_.inner,
                  shape_.inner, b.output<Item>(0) + (o * shape_.out + row) * shape_.inner);
    });
  }

 private:
  void pick_in_lines(const Item* in, Item* out) const {
    parallel_for(shape_.outer, std::max<int64_t>(1, (1 << 14) / shape_.out),
                 [&](int64_t begin, int64_t end) {
                   const int64_t *place = place_.data(), count = shape_.out;
                   for (int64_t line = begin; line < end; ++line) {
                     const Item* from = in + line * shape_.in;
                     Item* to = out + line * count;
                     for (int64_t i = 0; i < count; ++i)
                       to[i] = from[place[i]];
                   }
                 });
  }

  ResampleShape shape_;
  std::vector<int64_t> place_;
};

}  // namespace

PreparedKernel resample_plain(const Signature& s) {
  if (s.out_fixed && !is_row_major(s.out[0]))
    return nullptr;
  if (s.attributes<ResampleAttrs>().mode.starts_with("nearest"))
    return visit_item(s.in[0].dtype, [&](auto item) -> PreparedKernel {
      return make_kernel<Nearest<typename decltype(item)::type>>(s);
    });
  return make_floating<Resample>(s, false);
}

PreparedKernel resample_backward_plain(const Signature& s) {
  return s.out_fixed && !is_row_major(s.out[0]) ? nullptr : make_floating<Resample>(s, true);
}

}  // namespace hebb::cpu::impl
