// Shared by the kernels of softmax and cross-entropy: vectors over a row of any length, an exp that
// keeps NaN, the maximum and the sum of exponentials. Included once per instruction set, after
// highway.h.

#if defined(HEBB_ROW_SIMD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_ROW_SIMD_INL_H
#undef HEBB_ROW_SIMD_INL_H
#else
#define HEBB_ROW_SIMD_INL_H
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/kernels/cpu/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Calls f(load, store) for every vector of a row of n values: load(p) reads the vector of the row
// at p, store(p, v) writes it. The last vector may be short: its missing lanes read as 0.
template <class F>
HWY_INLINE HWY_ATTR void for_each_vector(int64_t n, F&& f) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    f([&](const float* p) HWY_ATTR { return hn::LoadU(d, p + i); },
      [&](float* p, V v) HWY_ATTR { hn::StoreU(v, d, p + i); });
  if (i == n)
    return;
  const size_t count = size_t(n - i);
  f([&](const float* p) HWY_ATTR { return load_short(p + i, count); },
    [&](float* p, V v) HWY_ATTR { store_short(v, p + i, count); });
}

HWY_INLINE HWY_ATTR V safe_exp(V x) {  // Highway's gives 0 for NaN
  const D d;
  return hn::IfThenElse(hn::IsNaN(x), x, hn::Exp(d, x));
}

HWY_INLINE HWY_ATTR float row_max(const float* x, int64_t n) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  float most = -std::numeric_limits<float>::infinity();
  int64_t i = 0;
  if (n >= lanes) {
    auto high = hn::LoadU(d, x);
    for (i = lanes; i + lanes <= n; i += lanes)
      high = hn::Max(high, hn::LoadU(d, x + i));
    most = hn::GetLane(hn::MaxOfLanes(d, high));
  }
  for (; i < n; ++i)
    most = std::max(most, x[i]);
  return most;
}

// The sum of exp(x - most). Writes the terms to y unless that is null.
HWY_INLINE HWY_ATTR float row_exp_sum(const float* x, int64_t n, float most, float* y) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  const auto high = hn::Set(d, most);
  auto sums = hn::Zero(d);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto e = safe_exp(hn::Sub(hn::LoadU(d, x + i), high));
    sums = hn::Add(sums, e);
    if (y)
      hn::StoreU(e, d, y + i);
  }
  if (i < n) {  // a short vector, filled up with values whose exp is 0
    HWY_ALIGN float block[hn::MaxLanes(d)];
    const size_t count = size_t(n - i);
    std::fill(block, block + lanes, -std::numeric_limits<float>::infinity());
    for (size_t k = 0; k < count; ++k)
      block[k] = x[size_t(i) + k] - most;
    const auto e = safe_exp(hn::Load(d, block));
    sums = hn::Add(sums, e);
    if (y) {
      hn::Store(e, d, block);
      for (size_t k = 0; k < count; ++k)
        y[size_t(i) + k] = block[k];
    }
  }
  return hn::GetLane(hn::SumOfLanes(d, sums));
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
