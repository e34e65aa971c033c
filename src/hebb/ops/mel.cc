// ops/mel.cc: filters on the mel scale, which is even to the ear. Computed in f64, rounded once.

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/spectral.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/spectral.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// Slaney's scale: linear up to 1000 Hz, 15 mel, and logarithmic from there on.
constexpr double hz_per_mel = 200.0 / 3, bend_hz = 1000, bend_mel = 15;
const double log_step = std::log(6.4) / 27;

double mel_of(double hz, bool slaney) {
  if (!slaney)
    return 2595 * std::log10(1 + hz / 700);
  return hz < bend_hz ? hz / hz_per_mel : bend_mel + std::log(hz / bend_hz) / log_step;
}

Tensor hz_of(const Tensor& mel, bool slaney) {
  if (!slaney)
    return 700 * (pow(10.0, mel / 2595) - 1);
  return where(lt(mel, bend_mel), mel * hz_per_mel, bend_hz * exp((mel - bend_mel) * log_step));
}

}  // namespace

static Tensors compose_melscale_fbanks(const Call& c) {
  const auto& a = c.attributes<MelAttrs>();
  const DType dtype = a.dtype.value_or(DType::f32);
  check(is_floating(dtype), "dtype is {}, should be floating", name(dtype));
  constexpr int64_t most = int64_t(1) << 31;
  check(a.n_freqs >= 1 && a.n_mels >= 1 && a.n_freqs < most && a.n_mels < most,
        "n_freqs {} and n_mels {} should be at least 1 and below 2^31", a.n_freqs, a.n_mels);
  check(a.f_min >= 0 && a.f_min < a.f_max, "f_min {} should be at least 0 and below f_max {}",
        a.f_min, a.f_max);
  check(a.sample_rate >= 1, "sample_rate is {}, should be at least 1", a.sample_rate);
  check(!a.norm || *a.norm == "slaney", "norm is '{}', should be 'slaney' or left out",
        a.norm.value_or(""));
  const bool slaney = a.mel_scale == "slaney";
  check(slaney || a.mel_scale == "htk", "mel_scale is '{}', should be 'htk' or 'slaney'",
        a.mel_scale);
  const int64_t n = a.n_mels;
  const Tensor frequencies =
      linspace(0, double(a.sample_rate / 2), a.n_freqs, DType::f64, a.device);
  const Tensor corners =
      hz_of(linspace(mel_of(a.f_min, slaney), mel_of(a.f_max, slaney), n + 2, DType::f64, a.device),
            slaney);
  const auto from = [&](int64_t first) { return slice(corners, 0, Slice(first, first + n)); };
  const Tensor low = from(0), middle = from(1), high = from(2), f = unsqueeze(frequencies, 1);
  const Tensor rising = (f - low) / (middle - low), falling = (high - f) / (high - middle);
  Tensor filters = clamp(minimum(rising, falling), 0);
  if (a.norm)
    filters = filters * (2 / (high - low));
  return {cast(filters, dtype)};
}

constinit const Op op::melscale_fbanks = {
    .name = "melscale_fbanks",
    .what =
        "Triangular filters that are evenly apart on the mel scale, to multiply spectra with: "
        "[n_freqs, n_mels].",
    .source = "torchaudio.functional.melscale_fbanks",
    .attributes = attrs_type<MelAttrs>,
    .no_onnx_because = "it is a constant: it follows from attributes alone",
    .compose = compose_melscale_fbanks,
    .no_gradient_because = "the filters follow from attributes alone",
};

Tensor melscale_fbanks(const MelAttrs& attrs) {
  return call(op::melscale_fbanks, {}, attrs);
}

}  // namespace hebb
