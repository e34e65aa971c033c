// ops/hfft.cc: Fourier transforms between real numbers and spectra that are Hermitian in time. They
// are those of fft.cc for the conjugate, with the ways of the transform exchanged.

#include "hebb/ops/fft.h"

#include "hebb/base/check.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/fft.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// Which way is divided by the number of points, seen from the other one.
FftNorm exchanged(const FftNorm& norm) {
  const std::string& word = norm ? *norm : "backward";
  check(word == "backward" || word == "ortho" || word == "forward",
        "norm is '{}', should be 'backward', 'ortho' or 'forward'", word);
  return word == "backward" ? "forward" : word == "forward" ? "backward" : word;
}

Tensor conjugate(const Tensor& x) {
  return is_complex(x.dtype()) ? conj(x) : x;
}

Tensors compose_hfft(const Call& c) {
  const auto& a = c.attributes<FftAttrs>();
  return {fft_irfft(conjugate(c.in(0)), a.n, a.dim, exchanged(a.norm))};
}
Tensors compose_ihfft(const Call& c) {
  const auto& a = c.attributes<FftAttrs>();
  return {conj(fft_rfft(c.in(0), a.n, a.dim, exchanged(a.norm)))};
}
template <class A>
Tensors compose_hfftn(const Call& c) {
  const auto& a = c.attributes<A>();
  return {fft_irfftn(conjugate(c.in(0)), a.s, a.dim, exchanged(a.norm))};
}
template <class A>
Tensors compose_ihfftn(const Call& c) {
  const auto& a = c.attributes<A>();
  return {conj(fft_rfftn(c.in(0), a.s, a.dim, exchanged(a.norm)))};
}

}  // namespace

constinit const Op op::fft_hfft = {
    .name = "fft_hfft",
    .what =
        "The real Fourier transform along a dimension of n numbers, of which the first n / 2 + 1 "
        "are given: the others are their conjugates.",
    .source = "torch.fft.hfft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_hfft,
};

constinit const Op op::fft_ihfft = {
    .name = "fft_ihfft",
    .what =
        "The first n / 2 + 1 of the n numbers along a dimension whose Fourier transform is real: "
        "the input.",
    .source = "torch.fft.ihfft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_ihfft,
};

constinit const Op op::fft_hfftn = {
    .name = "fft_hfftn",
    .what = "fft_hfft over several dimensions: half of the last one is given.",
    .source = "torch.fft.hfftn",
    .inputs = {"input"},
    .attributes = attrs_type<FftnAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_hfftn<FftnAttrs>,
};

constinit const Op op::fft_ihfftn = {
    .name = "fft_ihfftn",
    .what = "fft_ihfft over several dimensions: half of the last one comes out.",
    .source = "torch.fft.ihfftn",
    .inputs = {"input"},
    .attributes = attrs_type<FftnAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_ihfftn<FftnAttrs>,
};

constinit const Op op::fft_hfft2 = {
    .name = "fft_hfft2",
    .what = "fft_hfft over two dimensions, the last ones unless told.",
    .source = "torch.fft.hfft2",
    .inputs = {"input"},
    .attributes = attrs_type<Fft2Attrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_hfftn<Fft2Attrs>,
};

constinit const Op op::fft_ihfft2 = {
    .name = "fft_ihfft2",
    .what = "fft_ihfft over two dimensions, the last ones unless told.",
    .source = "torch.fft.ihfft2",
    .inputs = {"input"},
    .attributes = attrs_type<Fft2Attrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_ihfftn<Fft2Attrs>,
};

Tensor fft_hfft(const Tensor& input, std::optional<int64_t> n, int64_t dim, const FftNorm& norm) {
  return call(op::fft_hfft, {input}, FftAttrs{n, dim, norm});
}
Tensor fft_ihfft(const Tensor& input, std::optional<int64_t> n, int64_t dim, const FftNorm& norm) {
  return call(op::fft_ihfft, {input}, FftAttrs{n, dim, norm});
}
Tensor fft_hfftn(const Tensor& input, const Dims& s, const Dims& dim, const FftNorm& norm) {
  return call(op::fft_hfftn, {input}, FftnAttrs{s, dim, norm});
}
Tensor fft_ihfftn(const Tensor& input, const Dims& s, const Dims& dim, const FftNorm& norm) {
  return call(op::fft_ihfftn, {input}, FftnAttrs{s, dim, norm});
}
Tensor fft_hfft2(const Tensor& input, const Dims& s, const Dims& dim, const FftNorm& norm) {
  return call(op::fft_hfft2, {input}, Fft2Attrs{s, dim, norm});
}
Tensor fft_ihfft2(const Tensor& input, const Dims& s, const Dims& dim, const FftNorm& norm) {
  return call(op::fft_ihfft2, {input}, Fft2Attrs{s, dim, norm});
}

}  // namespace hebb
