// Fourier transforms in vectors: each lane is a line. Lines that are few, or too long for the cache
// side by side, are each transformed as many short ones (fft_long.h) where that is possible. Few
// other ones are computed one at a time.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/fft_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h

#include "hebb/kernels/cpu/fft_block-inl.h"
#include "hebb/kernels/cpu/fft_long-inl.h"
#include "hebb/kernels/cpu/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

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

// Each line by itself; one line with all threads.
template <class R>
void run_long(const FftLines<R>& f, const Buffers& b) {
  using C = std::complex<R>;
  const int64_t points = f.complex_points();
  const bool backwards = f.kind == FftKind::to_real || (f.kind == FftKind::complex && f.inverse);
  parallel_for(f.lines(), 1, [&](int64_t line, int64_t) {
    const FftWork<R> heap(f.lines() == 1 ? 0 : points);
    const LongLine<ManyLanes<R>> transform(
        *f.long_plan, backwards, f.scale,
        reinterpret_cast<C*>(f.lines() == 1 ? static_cast<R*>(b.scratch) : heap.a()));
    const int64_t from = f.in.starts.offset(line), to = f.out.starts.offset(line);
    if (f.kind == FftKind::complex) {
      transform.run(b.input<C>(0) + from, b.output<C>(0) + to);
    } else if (f.kind == FftKind::to_complex) {
      C* out = b.output<C>(0) + to;
      transform.run(reinterpret_cast<const C*>(b.input<R>(0) + from), out);
      RealPairs<R>(points, f.turns.data()).unpack(out);
    } else {
      auto* out = reinterpret_cast<C*>(b.output<R>(0) + to);
      RealPairs<R>(points, f.turns.data()).pack(b.input<C>(0) + from, out);
      transform.run(out, out);
    }
  });
}

template <class R>
void run_fft(const FftLines<R>& f, const Buffers& b) {
  using Many = ManyLanes<R>;
  constexpr int64_t most_work = 1 << 22;  // numbers in the two buffers of a block
  if (f.long_plan)
    run_long(f, b);
  else if (f.lines() * 4 > Many::lanes && 2 * f.work(Many::lanes) <= most_work)
    run_blocks<Many>(f, b);
  else
    run_blocks<OneLane<R>>(f, b);
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
  FftSimd(const Signature& s, FftKind kind) : lines_(s, kind, true) {
    name = "simd";
    if (lines_.long_plan && lines_.lines() == 1)
      scratch_bytes = size_t(lines_.complex_points()) * sizeof(std::complex<R>);
  }
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
