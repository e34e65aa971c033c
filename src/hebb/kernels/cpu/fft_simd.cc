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
#include "hebb/kernels/cpu/fft_passes.h"
#include "hebb/kernels/cpu/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

// Each line by itself; one line with all threads, and with memory for its points, if there is any.
template <class R>
void run_long(const FftLines<R>& f, const void* in, void* out, const FftRange& lines,
              void* memory) {
  using C = std::complex<R>;
  using Line = LongLine<ManyLanes<R>>;
  const int64_t points = f.complex_points();
  const bool backwards = f.kind == FftKind::to_real || (f.kind == FftKind::complex && f.inverse);
  const bool alone = lines.count == 1;
  const auto from_at = [&](int64_t i) { return f.in.starts.offset(lines.from + i); };
  const auto to_at = [&](int64_t i) { return f.out.starts.offset(lines.to + i); };
  parallel_for(lines.count, lines_per_chunk(points), [&](int64_t begin, int64_t end) {
    const FftWork<R> between(memory ? 0 : points), work(alone ? 0 : Line::work(*f.long_plan));
    const Line transform(*f.long_plan, backwards, f.scale,
                         static_cast<C*>(memory ? memory : between.a()), alone ? nullptr : &work);
    for (int64_t i = begin; i < end; ++i) {
      const bool last = i + 1 == end;
      const int64_t from = from_at(i), to = to_at(i), next_from = last ? 0 : from_at(i + 1) - from,
                    next_to = last ? 0 : to_at(i + 1) - to;
      if (f.kind == FftKind::complex) {
        transform.run(static_cast<const C*>(in) + from, static_cast<C*>(out) + to, next_from,
                      next_to);
      } else if (f.kind == FftKind::to_complex) {
        C* z = static_cast<C*>(out) + to;
        transform.run(reinterpret_cast<const C*>(static_cast<const R*>(in) + from), z,
                      next_from / 2, next_to);
        RealPairs<R>(points, f.turns.data(), f.paired).unpack(z);
      } else {
        auto* z = reinterpret_cast<C*>(static_cast<R*>(out) + to);
        RealPairs<R>(points, f.turns.data(), f.paired).pack(static_cast<const C*>(in) + from, z);
        transform.run(z, z, 0, next_to / 2);
      }
    }
  });
}

// Blocks of lines; a few that are left at the end take less time one by one.
template <class R>
void run_vectors(const FftLines<R>& f, const void* in, void* out, const FftRange& lines) {
  using Many = ManyLanes<R>;
  const int64_t left = lines.count % Many::lanes, single = 8 * left <= Many::lanes ? left : 0,
                together = lines.count - single;
  run_blocks<Many, R>(f, in, out, {lines.from, lines.to, together});
  run_blocks<OneLane<R>, R>(f, in, out, {lines.from + together, lines.to + together, single});
}

template <class R>
void run_fft(const FftPasses<R>& passes, const Buffers& b) {
  const auto transform = [&](const FftLines<R>& f, const void* in, void* out,
                             const FftRange& lines) {
    using Many = ManyLanes<R>;
    constexpr int64_t most_work = 1 << 22;  // numbers in the two buffers of a block
    if (f.long_plan)
      run_long(f, in, out, lines, passes.one_long_line() ? b.scratch : nullptr);
    else if (f.lines() * 4 > Many::lanes && 2 * f.work(Many::lanes) <= most_work)
      run_vectors(f, in, out, lines);
    else
      run_blocks<OneLane<R>, R>(f, in, out, lines);
  };
  passes.template run<R>(b, transform);
}

void run_fft_f32(const FftPasses<float>& f, const Buffers& b) {
  run_fft(f, b);
}
void run_fft_f64(const FftPasses<double>& f, const Buffers& b) {
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
  FftSimd(const Signature& s, FftKind kind) : passes_(s, kind, true) {
    name = "simd";
    if (passes_.one_long_line())
      scratch_bytes = size_t(passes_.along->complex_points()) * sizeof(std::complex<R>);
  }
  void run(const Buffers& b) const override {
    if constexpr (std::is_same_v<R, float>)
      HWY_DYNAMIC_DISPATCH(run_fft_f32)(passes_, b);
    else
      HWY_DYNAMIC_DISPATCH(run_fft_f64)(passes_, b);
  }

 private:
  FftPasses<R> passes_;
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
