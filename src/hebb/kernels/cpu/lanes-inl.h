// Vectors of f32 that may be partly filled, such as the last one of a row. Included once per
// instruction set, after hwy/highway.h.

#if defined(HEBB_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_LANES_INL_H
#undef HEBB_LANES_INL_H
#else
#define HEBB_LANES_INL_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// The first `count` lanes from p; the others are 0. From AVX2 on a processor leaves masked lanes
// alone; older ones would read and write beyond the end, so there the values go through a block.
HWY_INLINE HWY_ATTR V load_short(const float* p, size_t count) {
  const D d;
#if HWY_TARGET <= HWY_AVX2
  return hn::MaskedLoad(hn::FirstN(d, count), d, p);
#else
  HWY_ALIGN float block[hn::MaxLanes(d)] = {};
  for (size_t k = 0; k < count; ++k)
    block[k] = p[k];
  return hn::Load(d, block);
#endif
}
HWY_INLINE HWY_ATTR void store_short(V v, float* p, size_t count) {
  const D d;
#if HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(v, hn::FirstN(d, count), d, p);
#else
  HWY_ALIGN float block[hn::MaxLanes(d)];
  hn::Store(v, d, block);
  for (size_t k = 0; k < count; ++k)
    p[k] = block[k];
#endif
}

// `count` values of a vector of `lanes`.
[[maybe_unused]] HWY_INLINE HWY_ATTR V load(const float* p, int64_t count, int64_t lanes) {
  return count == lanes ? hn::LoadU(D(), p) : load_short(p, size_t(count));
}
[[maybe_unused]] HWY_INLINE HWY_ATTR void store(V v, float* p, int64_t count, int64_t lanes) {
  if (count == lanes)
    hn::StoreU(v, D(), p);
  else
    store_short(v, p, size_t(count));
}

// Calls f(first, count, lanes) for the vectors that hold n values.
template <class F>
void for_each_lanes(int64_t n, F&& f) {
  const auto lanes = int64_t(hn::Lanes(D()));
  for (int64_t i = 0; i < n; i += lanes)
    f(i, std::min(lanes, n - i), lanes);
}

// Long runs are added up in f32 vectors a block at a time, and the blocks in f64.
constexpr int64_t sum_block = 1024;
[[maybe_unused]] HWY_INLINE HWY_ATTR float total(V v) {
  return hn::GetLane(hn::SumOfLanes(D(), v));
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
