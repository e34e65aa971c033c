// Attributes that the kernels of Fourier transforms and of complex parts read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

// sum x[j] exp(-2πi jk / n) along dim, times scale; +2πi with inverse.
struct FftAlongAttrs {
  int64_t dim = 0;
  bool inverse = false;
  double scale = 1;
  int64_t n = 0;  // of fft_c2r: the length of its real result
  // A second dimension, along which the complex numbers are transformed as well.
  std::optional<int64_t> across = {};
  // Of half a spectrum: what the frequencies are multiplied by that stand for two. 0 and n / 2
  // stand for themselves.
  double paired = 1;
  HEBB_FIELDS(dim, inverse, scale, n, across, paired)
};

// The values of a window, computed in f64 and rounded once.
struct WindowAttrs {
  std::string kind = "cosines";  // cosines: the sum of (-1)^k c[k] cos(2πk i / period), of c = a, b
                                 // and c; triangle; kaiser: with the parameter a
  int64_t length = 0, period = 1;
  double a = 0, b = 0, c = 0;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(kind, length, period, a, b, c, dtype, device)
};

namespace kernel {
inline constexpr KernelId view_as_complex{"view_as_complex"};
inline constexpr KernelId fft_c2c{"fft_c2c"};
inline constexpr KernelId fft_r2c{"fft_r2c"};
inline constexpr KernelId fft_c2r{"fft_c2r"};
inline constexpr KernelId window{"window"};
}  // namespace kernel

}  // namespace hebb
