// Discrete Fourier transforms by torch.fft's names. Any length; f32 is computed in f32, f64 in f64;
// halves, integers and bool become f32. n and s: the lengths to cut the input to, or to fill it up
// to with zeros. norm: "backward" (the usual one: inverse transforms are divided by the number of
// points), "ortho" (both by its root), "forward" (forward ones are). Results are complex, but for
// the inverse of real transforms.
#pragma once

#include <optional>
#include <string>

#include "hebb/base/fields.h"
#include "hebb/tensor/device.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

using FftNorm = std::optional<std::string>;

Tensor fft_fft(const Tensor& input, std::optional<int64_t> n = {}, int64_t dim = -1,
               const FftNorm& norm = {});
Tensor fft_ifft(const Tensor& input, std::optional<int64_t> n = {}, int64_t dim = -1,
                const FftNorm& norm = {});
// Of real numbers: the first n / 2 + 1 of the n complex ones, which say all.
Tensor fft_rfft(const Tensor& input, std::optional<int64_t> n = {}, int64_t dim = -1,
                const FftNorm& norm = {});
// The way back; n is that of the real result, 2 (m - 1) of m complex ones where it is left out.
Tensor fft_irfft(const Tensor& input, std::optional<int64_t> n = {}, int64_t dim = -1,
                 const FftNorm& norm = {});
// Of several dimensions; no dim: of all, or of as many last ones as s has sizes. The real
// transform is that of the last of them.
Tensor fft_fftn(const Tensor& input, const Dims& s = {}, const Dims& dim = {},
                const FftNorm& norm = {});
Tensor fft_ifftn(const Tensor& input, const Dims& s = {}, const Dims& dim = {},
                 const FftNorm& norm = {});
Tensor fft_rfftn(const Tensor& input, const Dims& s = {}, const Dims& dim = {},
                 const FftNorm& norm = {});
Tensor fft_irfftn(const Tensor& input, const Dims& s = {}, const Dims& dim = {},
                  const FftNorm& norm = {});
Tensor fft_fft2(const Tensor& input, const Dims& s = {}, const Dims& dim = {-2, -1},
                const FftNorm& norm = {});
Tensor fft_ifft2(const Tensor& input, const Dims& s = {}, const Dims& dim = {-2, -1},
                 const FftNorm& norm = {});
Tensor fft_rfft2(const Tensor& input, const Dims& s = {}, const Dims& dim = {-2, -1},
                 const FftNorm& norm = {});
Tensor fft_irfft2(const Tensor& input, const Dims& s = {}, const Dims& dim = {-2, -1},
                  const FftNorm& norm = {});
// Moves the frequency 0 to the middle, and back. No dim: of all.
Tensor fft_fftshift(const Tensor& input, const DimOrDims& dim = {});
Tensor fft_ifftshift(const Tensor& input, const DimOrDims& dim = {});
// The frequencies of n points that are d apart, in cycles per unit of d: 0, 1, ..., -1 over n d.
Tensor fft_fftfreq(int64_t n, double d = 1, DType dtype = DType::f32, Device device = {});
Tensor fft_rfftfreq(int64_t n, double d = 1, DType dtype = DType::f32, Device device = {});

struct FftAttrs {
  std::optional<int64_t> n;
  int64_t dim = -1;
  std::optional<std::string> norm;
  HEBB_FIELDS(n, dim, norm)
};
struct FftnAttrs {
  Dims s, dim;
  std::optional<std::string> norm;
  HEBB_FIELDS(s, dim, norm)
};
struct Fft2Attrs {
  Dims s, dim = {-2, -1};
  std::optional<std::string> norm;
  HEBB_FIELDS(s, dim, norm)
};
struct FftShiftAttrs {
  Dims dim;
  HEBB_FIELDS(dim)
};
struct FftFreqAttrs {
  int64_t n = 1;
  double d = 1;
  std::optional<DType> dtype;  // none: f32
  Device device = {};
  HEBB_FIELDS(n, d, dtype, device)
};

}  // namespace hebb
