// y = x Wᵀ + b for a few rows of x, f32, such as the one token of a language model's step. Reading
// the weights takes all of the time, so they are read once, in their order, and are not packed.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/linear_few_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/lanes-inl.h"

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"

#ifndef HEBB_LINEAR_FEW_SIMD_ONCE
#define HEBB_LINEAR_FEW_SIMD_ONCE
namespace hebb::cpu {

// Row-major: x [rows, in], weight [out, in], y [rows, out]; bias [out] or null.
struct FewRows {
  int64_t rows, in, out;
  const float *x, *weight, *bias;
  float* y;
};
constexpr int64_t most_few_rows = 4;

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

// Column `o` of y. Chains of sums: an addition waits for the one before it in its chain alone.
template <int R>
HWY_ATTR void few_rows_column(const FewRows& f, int64_t o) {
  constexpr int chains = R <= 2 ? 4 : 2;
  const D d;
  const auto lanes = int64_t(hn::Lanes(d));
  const float* w = f.weight + o * f.in;
  V sum[R][chains];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int c = 0; c < chains; ++c)
      sum[r][c] = hn::Zero(d);
  int64_t i = 0;
  for (; i + chains * lanes <= f.in; i += chains * lanes)
#pragma GCC unroll 8
    for (int c = 0; c < chains; ++c) {
      const V weight = hn::LoadU(d, w + i + c * lanes);
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r)
        sum[r][c] = hn::MulAdd(hn::LoadU(d, f.x + r * f.in + i + c * lanes), weight, sum[r][c]);
    }
  for (; i < f.in; i += lanes) {
    const int64_t here = std::min(lanes, f.in - i);
    const V weight = load(w + i, here, lanes);
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r)
      sum[r][0] = hn::MulAdd(load(f.x + r * f.in + i, here, lanes), weight, sum[r][0]);
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
    V all = hn::Add(sum[r][0], sum[r][1]);
    if constexpr (chains == 4)
      all = hn::Add(all, hn::Add(sum[r][2], sum[r][3]));
    f.y[r * f.out + o] = total(all) + (f.bias ? f.bias[o] : 0);
  }
}

template <int R>
HWY_ATTR void few_rows_columns(const FewRows& f, int64_t begin, int64_t end) {
  for (int64_t o = begin; o < end; ++o)
    few_rows_column<R>(f, o);
}

}  // namespace

// Columns [begin, end) of y.
void few_rows(const FewRows& f, int64_t begin, int64_t end) {
  switch (f.rows) {
    case 1:
      return few_rows_columns<1>(f, begin, end);
    case 2:
      return few_rows_columns<2>(f, begin, end);
    case 3:
      return few_rows_columns<3>(f, begin, end);
    default:
      return few_rows_columns<most_few_rows>(f, begin, end);
  }
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {

HWY_EXPORT(few_rows);

namespace impl {
namespace {

class LinearFew : public Kernel {
 public:
  explicit LinearFew(const Signature& s)
      : rows_(product(s.out[0].shape) / s.in[1].shape[0]), in_(s.in[1].shape[1]),
        out_(s.in[1].shape[0]) {
    name = "simd";
    wants_in = row_major(s);
  }
  void run(const Buffers& b) const override {
    const FewRows f{rows_,
                    in_,
                    out_,
                    b.input<float>(0),
                    b.input<float>(1),
                    b.input<float>(2),
                    b.output<float>(0)};
    const auto columns = HWY_DYNAMIC_DISPATCH(few_rows);
    parallel_for(out_, std::max<int64_t>(1, 32768 / in_),
                 [&](int64_t begin, int64_t end) { columns(f, begin, end); });
  }

 private:
  int64_t rows_, in_, out_;
};

// Fewer weights come from the first cache: there is nothing to win.
constexpr int64_t least_weights = 4096;

// Steps of an epilogue go with other kernels.
bool is_of_few_rows(const Signature& s) {
  const int64_t outputs = product(s.out[0].shape);
  bool suits = s.in[1].shape.size() == 2 && s.epilogue.empty() && outputs > 0 &&
               product(s.in[1].shape) >= least_weights && is_row_major(s.in[1]) &&
               outputs / s.in[1].shape[0] <= most_few_rows &&
               (!s.out_fixed || is_row_major(s.out[0]));
  for (const Operand& o : s.in)
    suits = suits && (!o.defined || o.dtype == DType::f32);
  return suits;
}

}  // namespace

PreparedKernel linear_few_simd(const Signature& s) {
  return is_of_few_rows(s) ? make_kernel<LinearFew>(s) : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
