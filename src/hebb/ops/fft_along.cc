// ops/fft_along.cc: Fourier transforms along one dimension or two, of which all others are made.
// x[j] are the n points, X[k] the frequencies.

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/fourier.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/fft.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view a_piece = "a piece of the transforms of one and more dimensions";

void check_takes(const Call& c, bool takes, std::string_view what) {
  check(takes, "input is {}, should be {}", name(c.in(0).dtype()), what);
}

Cost cost_of_transform(const Call& c) {
  const auto& a = c.attributes<FftAlongAttrs>();
  const double n = double(a.n > 0 ? a.n : c.in(0).size(a.dim)),
               across = a.across ? double(c.in(0).size(*a.across)) : 1;
  return {.flops = 5 * double(c.out(0).numel()) * std::log2(std::max(2.0, n * across))};
}

}  // namespace

constinit const Op op::fft_c2c = {
    .name = "fft_c2c",
    .what = "The Fourier transform of complex numbers along a dimension or two, times scale.",
    .source = "torch.fft.fft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAlongAttrs>,
    .no_onnx_because = a_piece,
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      check_takes(c, is_complex(c.in(0).dtype()), "complex");
      return {{c.in(0).dtype(), c.in(0).shape()}};
    },
    .kernel = kernel::fft_c2c,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      FftAlongAttrs a = c.attributes<FftAlongAttrs>();
      a.inverse = !a.inverse;
      return {call(op::fft_c2c, {dy[0]}, a)};
    },
    .cost = cost_of_transform,
    .internal = true,
};

static Specs infer_fft_r2c(const Call& c) {
  check_takes(c, c.in(0).dtype() == DType::f32 || c.in(0).dtype() == DType::f64, "f32 or f64");
  Dims shape = c.in(0).shape();
  int64_t& size = shape[size_t(c.attributes<FftAlongAttrs>().dim)];
  size = size / 2 + 1;
  return {{c.in(0).dtype() == DType::f64 ? DType::c128 : DType::c64, shape}};
}

// x[j] gets the sum of Re(gX[k] exp(2πi jk / n)) over the half spectrum, in which no frequency
// stands for two as it does for fft_c2r.
static Grads fft_r2c_vjp(const Call& c, const Grads& dy) {
  FftAlongAttrs a = c.attributes<FftAlongAttrs>();
  a.n = c.in(0).size(a.dim);
  a.inverse = true;
  a.paired /= 2;
  return {call(op::fft_c2r, {dy[0]}, a)};
}

constinit const Op op::fft_r2c = {
    .name = "fft_r2c",
    .what = "Half of the Fourier transform of real numbers along a dimension or two, times scale.",
    .source = "torch.fft.rfft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAlongAttrs>,
    .no_onnx_because = a_piece,
    .precision = Precision::f32,
    .infer = infer_fft_r2c,
    .kernel = kernel::fft_r2c,
    .vjp = fft_r2c_vjp,
    .cost = cost_of_transform,
    .internal = true,
};

static Specs infer_fft_c2r(const Call& c) {
  check_takes(c, is_complex(c.in(0).dtype()), "complex");
  const auto& a = c.attributes<FftAlongAttrs>();
  Dims shape = c.in(0).shape();
  promise(shape[size_t(a.dim)] == a.n / 2 + 1, "half a spectrum is cut to its length before");
  shape[size_t(a.dim)] = a.n;
  return {{real_of(c.in(0).dtype()), shape}};
}

static Grads fft_c2r_vjp(const Call& c, const Grads& dy) {
  FftAlongAttrs a = c.attributes<FftAlongAttrs>();
  a.n = 0;
  a.inverse = false;
  a.paired *= 2;
  return {call(op::fft_r2c, {dy[0]}, a)};
}

constinit const Op op::fft_c2r = {
    .name = "fft_c2r",
    .what = "The n real numbers whose transform begins with the input, times n and scale.",
    .source = "torch.fft.irfft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAlongAttrs>,
    .no_onnx_because = a_piece,
    .precision = Precision::f32,
    .infer = infer_fft_c2r,
    .kernel = kernel::fft_c2r,
    .vjp = fft_c2r_vjp,
    .cost = cost_of_transform,
    .internal = true,
};

}  // namespace hebb
