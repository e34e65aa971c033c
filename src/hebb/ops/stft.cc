// ops/stft.cc: spectra of short pieces of a signal, and the way back.

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/complex.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/fft.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pad.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/spectral.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/spectral.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

struct Pieces {
  int64_t n_fft, hop, win;
};

Pieces pieces_of(int64_t n_fft, const std::optional<int64_t>& hop,
                 const std::optional<int64_t>& win) {
  check(n_fft >= 1, "n_fft is {}, should be at least 1", n_fft);
  const Pieces p{n_fft, hop.value_or(n_fft / 4), win.value_or(n_fft)};
  check(p.hop >= 1, "hop_length is {}, should be at least 1", p.hop);
  check(p.win >= 1 && p.win <= n_fft, "win_length is {}, should be from 1 to n_fft, {}", p.win,
        n_fft);
  return p;
}

// The window in the middle of n_fft values, zeros beside it; undefined where it would be all ones.
Tensor window_over(const Call& c, const Pieces& p, DType dtype) {
  if (!c.has(1) && p.win == p.n_fft)
    return {};
  Tensor window = c.has(1) ? c.in(1) : ones({p.win}, dtype, c.in(0).device());
  check(window.shape() == Dims{p.win}, "window {} should have the shape [{}], win_length",
        window.shape(), p.win);
  check(is_floating(window.dtype()) || is_complex(window.dtype()),
        "window is {}, should be floating or complex", name(window.dtype()));
  if (p.win == p.n_fft)
    return window;
  const int64_t left = (p.n_fft - p.win) / 2;
  return pad(window, {left, p.n_fft - p.win - left});
}

// The positions of the samples of all pieces, one piece after the other.
Tensor positions(int64_t pieces, const Pieces& p, Device device) {
  const Tensor starts = arange(double(pieces), DType::i64, device) * p.hop,
               along = arange(double(p.n_fft), DType::i64, device);
  return reshape(unsqueeze(starts, 1) + along, {pieces * p.n_fft});
}

FftNorm norm_of(bool normalized) {
  return normalized ? FftNorm("ortho") : FftNorm();
}

}  // namespace

static Tensors compose_stft(const Call& c) {
  const auto& a = c.attributes<StftAttrs>();
  const Tensor& input = c.in(0);
  check(is_floating(input.dtype()) || is_complex(input.dtype()),
        "input is {}, should be floating or complex", name(input.dtype()));
  check(input.dim() == 1 || input.dim() == 2, "input {} should be [samples] or [batch, samples]",
        input.shape());
  const Pieces p = pieces_of(a.n_fft, a.hop_length, a.win_length);
  const Tensor window = window_over(c, p, real_of(input.dtype()));
  const bool complex_pieces =
      is_complex(input.dtype()) || (window.defined() && is_complex(window.dtype()));
  const bool half = a.onesided.value_or(!complex_pieces);
  check(!half || !complex_pieces, "onesided is for real inputs and windows only");
  Tensor x = input.dim() == 1 ? unsqueeze(input, 0) : input;
  if (a.center)
    x = pad(x, {p.n_fft / 2, p.n_fft / 2}, a.pad_mode);
  const int64_t batch = x.size(0), samples = x.size(1);
  check(p.n_fft <= samples, "n_fft is {}, but there are {} samples{}", p.n_fft, samples,
        a.center ? " with padding" : "");
  const int64_t pieces = 1 + (samples - p.n_fft) / p.hop;
  x = reshape(index_select(x, 1, positions(pieces, p, x.device())), {batch, pieces, p.n_fft});
  if (window.defined())
    x = x * window;
  Tensor y =
      half ? fft_rfft(x, {}, -1, norm_of(a.normalized)) : fft_fft(x, {}, -1, norm_of(a.normalized));
  y = transpose(y, 1, 2);
  if (input.dim() == 1)
    y = squeeze(y, 0);
  return {a.return_complex.value_or(true) ? y : view_as_real(y)};
}

constinit const Op op::stft = {
    .name = "stft",
    .what =
        "The Fourier transforms of overlapping pieces of a signal: [..., samples] -> [..., "
        "frequencies, pieces].",
    .source = "torch.stft",
    .inputs = {"input", "window?"},
    .attributes = attrs_type<StftAttrs>,
    .no_onnx_because = "ONNX has no complex numbers; its STFT gives pairs of real ones",
    .precision = Precision::f32,
    .compose = compose_stft,
};

// The pieces [batch, pieces, n_fft] added up where they overlap: [batch, samples].
static Tensor overlapped(const Tensor& x, const Pieces& p) {
  const int64_t batch = x.size(0), pieces = x.size(1), samples = p.n_fft + p.hop * (pieces - 1);
  return index_add(zeros({batch, samples}, x.dtype(), x.device()), 1,
                   positions(pieces, p, x.device()), reshape(x, {batch, pieces * p.n_fft}));
}

static Tensors compose_istft(const Call& c) {
  const auto& a = c.attributes<IstftAttrs>();
  const Tensor& input = c.in(0);
  check(is_complex(input.dtype()), "input is {}, should be complex; view_as_complex joins pairs",
        name(input.dtype()));
  check(input.dim() == 2 || input.dim() == 3,
        "input {} should be [frequencies, pieces] or [batch, frequencies, pieces]", input.shape());
  const Pieces p = pieces_of(a.n_fft, a.hop_length, a.win_length);
  check(p.hop <= p.win, "hop_length is {}, should be at most win_length, {}", p.hop, p.win);
  check(!a.length || (*a.length >= 0 && *a.length < int64_t(1) << 62),
        "length is {}, should be at least 0, and a size that a tensor can have",
        a.length.value_or(0));
  const Tensor given = input.dim() == 2 ? unsqueeze(input, 0) : input;
  const int64_t frequencies = given.size(1), pieces = given.size(2);
  check(pieces >= 1, "input {} has no pieces", input.shape());
  const bool half = a.onesided.value_or(frequencies != p.n_fft);
  check(frequencies == (half ? p.n_fft / 2 + 1 : p.n_fft),
        "input {} has {} frequencies, should have {} for n_fft = {}", input.shape(), frequencies,
        half ? p.n_fft / 2 + 1 : p.n_fft, p.n_fft);
  check(!half || !a.return_complex, "return_complex needs all frequencies, not half of them");
  const Tensor window = window_over(c, p, real_of(input.dtype()));
  check(a.return_complex || !window.defined() || !is_complex(window.dtype()),
        "window is complex; ask for return_complex");
  const Tensor spectra = transpose(given, 1, 2);
  Tensor x = half ? fft_irfft(spectra, p.n_fft, -1, norm_of(a.normalized))
                  : fft_ifft(spectra, {}, -1, norm_of(a.normalized));
  if (!half && !a.return_complex)
    x = real(x);
  const Tensor weights =
      window.defined() ? window : ones({p.n_fft}, real_of(input.dtype()), input.device());
  Tensor y = overlapped(x * weights, p),
         share = overlapped(
             expand(reshape(weights * weights, {1, 1, p.n_fft}), {1, pieces, p.n_fft}), p);
  const int64_t reach = y.size(1), start = a.center ? p.n_fft / 2 : 0;
  const int64_t stop = a.length ? start + *a.length : a.center ? reach - p.n_fft / 2 : reach;
  check(stop >= start, "input {} is too short for center", input.shape());
  const Slice kept(start, std::min(stop, reach));
  y = slice(y, 1, kept);
  share = slice(share, 1, kept);
  if (!shapes_only() && !share.is_meta() && share.numel() > 0)
    check(amin(abs(share)).item() > 1e-11,
          "the windows leave samples out: a sum of squared windows is 0; choose a smaller "
          "hop_length, or center");
  y = y / share;
  if (stop > reach)
    y = pad(y, {0, stop - reach});
  return {input.dim() == 2 ? squeeze(y, 0) : y};
}

constinit const Op op::istft = {
    .name = "istft",
    .what =
        "The signal whose overlapping pieces have the given spectra: [..., frequencies, pieces] -> "
        "[..., samples].",
    .source = "torch.istft",
    .inputs = {"input", "window?"},
    .attributes = attrs_type<IstftAttrs>,
    .no_onnx_because = because::no_complex_numbers,
    .precision = Precision::f32,
    .compose = compose_istft,
};

Tensor stft(const Tensor& input, const Tensor& window, const StftAttrs& attrs) {
  return call(op::stft, {input, window}, attrs);
}
Tensor istft(const Tensor& input, const Tensor& window, const IstftAttrs& attrs) {
  return call(op::istft, {input, window}, attrs);
}

}  // namespace hebb
