// Vectors of f32 that may be short: the last of a row, of a run, of the channels. Included once per instruction set, after hwy/highway.h.

#if defined(HEBB_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_LANES_INL_H
#undef HEBB_LANES_INL_H
#else
#define HEBB_LANES_INL_H
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// The first `count` lanes from p; the others are 0. From AVX2 on a processor leaves masked lanes alone; older ones would read and write
// beyond the end, so there the values go through a block.
HWY_INLINE HWY_ATTR hn::Vec<hn::ScalableTag<float>> load_short(const float* p, size_t count) {
  const hn::ScalableTag<float> d;
#if HWY_TARGET <= HWY_AVX2
  return hn::MaskedLoad(hn::FirstN(d, count), d, p);
#else
  HWY_ALIGN float block[hn::MaxLanes(d)] = {};
  for (size_t k = 0; k < count; ++k) block[k] = p[k];
  return hn::Load(d, block);
#endif
}
HWY_INLINE HWY_ATTR void store_short(hn::Vec<hn::ScalableTag<float>> v, float* p, size_t count) {
  const hn::ScalableTag<float> d;
#if HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(v, hn::FirstN(d, count), d, p);
#else
  HWY_ALIGN float block[hn::MaxLanes(d)];
  hn::Store(v, d, block);
  for (size_t k = 0; k < count; ++k) p[k] = block[k];
#endif
}

// `count` values of a vector of `lanes`.
[[maybe_unused]] HWY_INLINE HWY_ATTR hn::Vec<hn::ScalableTag<float>> load(const float* p, int64_t count, int64_t lanes) {
  return count == lanes ? hn::LoadU(hn::ScalableTag<float>(), p) : load_short(p, size_t(count));
}
[[maybe_unused]] HWY_INLINE HWY_ATTR void store(hn::Vec<hn::ScalableTag<float>> v, float* p, int64_t count, int64_t lanes) {
  if (count == lanes) hn::StoreU(v, hn::ScalableTag<float>(), p);
  else store_short(v, p, size_t(count));
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
