// Spectra of short pieces of a signal, the windows that cut the pieces, and the mel scale.
#pragma once

#include <optional>
#include <string>

#include "hebb/base/fields.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dtype.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct StftAttrs {
  int64_t n_fft = 0;  // points of one transform, should be given
  std::optional<int64_t> hop_length = {}, win_length = {};  // none: n_fft / 4, n_fft
  bool center = true;  // pieces are centred at multiples of hop_length: the signal is padded by
                       // n_fft / 2 on both sides
  std::string pad_mode = "reflect";   // as in pad
  bool normalized = false;            // divided by the root of n_fft
  std::optional<bool> onesided = {};  // half of the frequencies; none: unless something is complex
  std::optional<bool> return_complex = {};  // false: pairs of real numbers; none: true
  HEBB_FIELDS(n_fft, hop_length, win_length, center, pad_mode, normalized, onesided, return_complex)
};
struct IstftAttrs {
  int64_t n_fft = 0;
  std::optional<int64_t> hop_length = {}, win_length = {};
  bool center = true;
  bool normalized = false;
  std::optional<bool> onesided = {};   // none: where there are n_fft / 2 + 1 frequencies
  std::optional<int64_t> length = {};  // of the signal; none: as far as the pieces reach
  bool return_complex = false;
  HEBB_FIELDS(n_fft, hop_length, win_length, center, normalized, onesided, length, return_complex)
};

// The short-time Fourier transform. input [samples] or [batch, samples], window [win_length] or
// undefined (ones; filled up with zeros on both sides to n_fft) -> [..., frequencies, pieces].
Tensor stft(const Tensor& input, const Tensor& window, const StftAttrs& attrs);
// The signal whose pieces have these spectra: pieces are added up where they overlap, and divided
// by the sum of the squared windows. Error: windows that leave a part of the signal out.
Tensor istft(const Tensor& input, const Tensor& window, const IstftAttrs& attrs);

// Windows of window_length values. periodic: the first of a period, of which the next value would
// be the first one again; else symmetric.
struct WindowOptions {
  bool periodic = true;
  DType dtype = DType::f32;
  Device device = {};
};
Tensor hann_window(int64_t window_length, const WindowOptions& options = {});
// alpha - beta cos(2πi / period)
Tensor hamming_window(int64_t window_length, double alpha = 0.54, double beta = 0.46,
                      const WindowOptions& options = {});
Tensor blackman_window(int64_t window_length, const WindowOptions& options = {});
Tensor bartlett_window(int64_t window_length, const WindowOptions& options = {});  // a triangle
Tensor kaiser_window(int64_t window_length, double beta = 12, const WindowOptions& options = {});

struct MelAttrs {
  int64_t n_freqs = 201;
  double f_min = 0, f_max = 8000;  // Hz
  int64_t n_mels = 128, sample_rate = 16000;
  std::optional<std::string> norm = {};  // "slaney": every filter has the same area
  std::string mel_scale = "htk";         // or "slaney": linear up to 1000 Hz
  std::optional<DType> dtype = {};       // none: f32
  Device device = {};
  HEBB_FIELDS(n_freqs, f_min, f_max, n_mels, sample_rate, norm, mel_scale, dtype, device)
};
// Triangular filters that are evenly apart on the mel scale: [n_freqs, n_mels], to multiply spectra
// of n_freqs frequencies from 0 to sample_rate / 2 with.
Tensor melscale_fbanks(const MelAttrs& attrs);

struct WindowLengthAttrs {
  int64_t window_length = 0;
  bool periodic = true;
  std::optional<DType> dtype = {};  // none: f32
  Device device = {};
  HEBB_FIELDS(window_length, periodic, dtype, device)
};
struct HammingAttrs {
  int64_t window_length = 0;
  bool periodic = true;
  double alpha = 0.54, beta = 0.46;
  std::optional<DType> dtype = {};
  Device device = {};
  HEBB_FIELDS(window_length, periodic, alpha, beta, dtype, device)
};
struct KaiserAttrs {
  int64_t window_length = 0;
  bool periodic = true;
  double beta = 12;
  std::optional<DType> dtype = {};
  Device device = {};
  HEBB_FIELDS(window_length, periodic, beta, dtype, device)
};

}  // namespace hebb
