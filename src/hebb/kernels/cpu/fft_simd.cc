// Fourier transforms in vectors: each lane is a line. Lines that are too few, or too long for the
// cache side by side, are computed one at a time.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/fft_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h

#include "hebb/kernels/cpu/fft_block-inl.h"
#include "hebb/kernels/cpu/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

template <class Real>
struct ManyLanes {
  using D = hn::ScalableTag<Real>;
  using R = Real;
  using V = hn::Vec<D>;
  static constexpr int64_t lanes = int64_t(hn::MaxLanes(D()));
  static HWY_INLINE V load(const R* p) { return hn::Load(D(), p); }
  static HWY_INLINE void store(V v, R* p) { hn::Store(v, D(), p); }
  static HWY_INLINE V set(R x) { return hn::Set(D(), x); }
};

template <class W>
void run_blocks(const FftLines<typename W::R>& f, const Buffers& b) {
  using R = typename W::R;
  for_each_block(f.lines(), W::lanes, f.n, [&](int64_t begin, int64_t end) {
    const FftWork<R> work(f.work(W::lanes));
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first = block * W::lanes;
      FftBlock<W, R>(f, b.in[0], b.out[0], first, std::min(W::lanes, f.lines() - first), work.a(),
                     work.b())
          .run();
    }
  });
}

template <class R>
void run_fft(const FftLines<R>& f, const Buffers& b) {
  using Many = ManyLanes<R>;
  constexpr int64_t in_cache = 1 << 18;  // numbers in the two buffers of a block
  const bool together = f.lines() * 4 > Many::lanes && 2 * f.work(Many::lanes) <= in_cache;
  together ? run_blocks<Many>(f, b) : run_blocks<OneLane<R>>(f, b);
}

void run_fft_f32(const FftLines<float>& f, const Buffers& b) {
  run_fft(f, b);
}
void run_fft_f64(const FftLines<double>& f, const Buffers& b) {
  run_fft(f, b);
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(run_fft_f32);
HWY_EXPORT(run_fft_f64);

namespace impl {
namespace {

template <class R>
class FftSimd : public Kernel {
 public:
  FftSimd(const Signature& s, FftKind kind) : lines_(s, kind) { name = "simd"; }
  void run(const Buffers& b) const override {
    if constexpr (std::is_same_v<R, float>)
      HWY_DYNAMIC_DISPATCH(run_fft_f32)(lines_, b);
    else
      HWY_DYNAMIC_DISPATCH(run_fft_f64)(lines_, b);
  }

 private:
  FftLines<R> lines_;
};

PreparedKernel fft_simd(const Signature& s, FftKind kind) {
  if (real_of(s.in[0].dtype) == DType::f32)
    return make_kernel<FftSimd<float>>(s, kind);
  return make_kernel<FftSimd<double>>(s, kind);
}

}  // namespace

PreparedKernel fft_c2c_simd(const Signature& s) {
  return fft_simd(s, FftKind::complex);
}
PreparedKernel fft_r2c_simd(const Signature& s) {
  return fft_simd(s, FftKind::to_complex);
}
PreparedKernel fft_c2r_simd(const Signature& s) {
  return fft_simd(s, FftKind::to_real);
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
