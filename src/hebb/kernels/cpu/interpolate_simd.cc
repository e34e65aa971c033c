// Resamples one dimension of f32 and f64, and the gradient: [outer, in, inner] -> [outer, out,
// inner]. Rows of several values are added up in vectors. Where the dimension is the last one, some
// lines at a time are transposed, so that they have such rows, too. Sums are in the dtype: they are
// of few values.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/interpolate_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>
#include <memory>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/resample_matrix.h"
#include "hebb/kernels/cpu/resample_shape.h"
#include "hebb/kernels/cpu/transpose_tile.h"

#ifndef HEBB_INTERPOLATE_SIMD_ONCE
#define HEBB_INTERPOLATE_SIMD_ONCE
namespace hebb::cpu {

template <class T>
struct ResampleEntries {  // of one row of the matrix
  const int64_t* place;
  const T* weight;
  int64_t count;
};
template <class T>
struct ResampleLoops {
  // to[i] = the sum of weight * from[place * inner + i], for i below inner.
  void (*row)(const T* from, const ResampleEntries<T>& entries, int64_t inner, T* to);
};

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
void resample_row(const T* from, const ResampleEntries<T>& entries, int64_t inner, T* to) {
  const hn::ScalableTag<T> d;
  const auto lanes = int64_t(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= inner; i += lanes) {
    auto sum = hn::Zero(d);
    for (int64_t e = 0; e < entries.count; ++e)
      sum = hn::MulAdd(hn::Set(d, entries.weight[e]),
                       hn::LoadU(d, from + entries.place[e] * inner + i), sum);
    hn::StoreU(sum, d, to + i);
  }
  for (; i < inner; ++i) {
    T sum = 0;
    for (int64_t e = 0; e < entries.count; ++e)
      sum += entries.weight[e] * from[entries.place[e] * inner + i];
    to[i] = sum;
  }
}

template <class T>
constexpr ResampleLoops<T> resample_loops_of{resample_row<T>};

}  // namespace

const ResampleLoops<float>* resample_loops_f32() {
  return &resample_loops_of<float>;
}
const ResampleLoops<double>* resample_loops_f64() {
  return &resample_loops_of<double>;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(resample_loops_f32);
HWY_EXPORT(resample_loops_f64);
namespace impl {
namespace {

template <class T>
const ResampleLoops<T>& resample_loops() {
  if constexpr (std::is_same_v<T, float>)
    return *HWY_DYNAMIC_DISPATCH(resample_loops_f32)();
  else
    return *HWY_DYNAMIC_DISPATCH(resample_loops_f64)();
}

template <class T>
class ResampleSimd : public Kernel {
 public:
  ResampleSimd(const Signature& s, bool backward)
      : shape_(s.in[0].shape, s.out[0].shape, s.attributes<ResampleAttrs>().dim),
        matrix_(resample_matrix_for<T>(s.attributes<ResampleAttrs>(), shape_, backward)),
        weight_(matrix_.weight.begin(), matrix_.weight.end()), loops_(resample_loops<T>()) {
    name = "simd";
    wants_in = {contiguous_strides(s.in[0].shape)};
  }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    T* out = b.output<T>(0);
    if (shape_.inner == 1 && shape_.outer >= few && lines_work() <= most_work)
      return resample_lines(in, out);
    for_each_resampled_row(shape_, [&](int64_t o, int64_t row) {
      resample(in + o * shape_.in * shape_.inner, row, shape_.inner,
               out + (o * shape_.out + row) * shape_.inner);
    });
  }

 private:
  static constexpr int64_t together = 32;  // lines; a cache holds as many of a thousand values
  static constexpr int64_t few = 4;        // lines that are not worth transposing
  static constexpr int64_t most_work = 1 << 22;  // values
  int64_t lines_work() const { return together * (shape_.in + shape_.out); }

  // One row of the result, of `inner` values.
  void resample(const T* from, int64_t row, int64_t inner, T* to) const {
    const auto first = size_t(matrix_.first[size_t(row)]);
    loops_.row(from,
               {matrix_.place.data() + first, weight_.data() + first,
                matrix_.first[size_t(row) + 1] - int64_t(first)},
               inner, to);
  }

  void resample_lines(const T* in, T* out) const {
    const int64_t blocks = (shape_.outer + together - 1) / together, values = lines_work();
    parallel_for(blocks, std::max<int64_t>(1, (1 << 15) / values), [&](int64_t begin, int64_t end) {
      const auto work = std::make_unique_for_overwrite<T[]>(size_t(values));
      T *columns = work.get(), *rows = columns + together * shape_.in;
      for (int64_t block = begin; block < end; ++block) {
        const int64_t first = block * together, count = std::min(together, shape_.outer - first);
        transpose_tile(in + first * shape_.in, shape_.in, columns, count, shape_.in, count);
        for (int64_t row = 0; row < shape_.out; ++row)
          resample(columns, row, count, rows + row * count);
        transpose_tile(rows, count, out + first * shape_.out, shape_.out, count, shape_.out);
      }
    });
  }

  ResampleShape shape_;
  ResampleMatrix matrix_;
  std::vector<T> weight_;
  const ResampleLoops<T>& loops_;
};

PreparedKernel resample_simd_for(const Signature& s, bool backward) {
  const bool copies = !backward && s.attributes<ResampleAttrs>().mode.starts_with("nearest");
  if (copies || (s.out_fixed && !is_row_major(s.out[0])))
    return nullptr;
  if (s.in[0].dtype == DType::f32)
    return make_kernel<ResampleSimd<float>>(s, backward);
  return s.in[0].dtype == DType::f64 ? make_kernel<ResampleSimd<double>>(s, backward) : nullptr;
}

}  // namespace

PreparedKernel resample_simd(const Signature& s) {
  return resample_simd_for(s, false);
}
PreparedKernel resample_backward_simd(const Signature& s) {
  return resample_simd_for(s, true);
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
