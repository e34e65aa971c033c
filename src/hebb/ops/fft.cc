// ops/fft.cc: Fourier transforms of one and more dimensions, written in those along one or two.

#include "hebb/ops/fft.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/fourier.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/fft_onnx.h"
#include "hebb/ops/join.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/fft.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// Halves, integers and bool become f32.
Tensor in_single_or_double(const Tensor& x) {
  const bool wide = x.dtype() == DType::f64 || is_complex(x.dtype());
  return wide ? x : cast(x, DType::f32);
}

Tensor as_complex(const Tensor& given) {
  const Tensor x = in_single_or_double(given);
  return is_complex(x.dtype()) ? x : cast(x, x.dtype() == DType::f64 ? DType::c128 : DType::c64);
}

Tensor as_real(const Tensor& x) {
  check(!is_complex(x.dtype()), "input is {}, should be real; fft_fft takes complex numbers",
        name(x.dtype()));
  return in_single_or_double(x);
}

// Cut, or filled up with zeros, to n along dim.
Tensor resized(const Tensor& x, int64_t dim, int64_t n) {
  const int64_t size = x.size(dim);
  if (n == size)
    return x;
  if (n < size)
    return slice(x, dim, Slice(0, n));
  Dims rest = x.shape();
  rest[size_t(dim)] = n - size;
  return cat({x, zeros(rest, x.dtype(), x.device())}, dim);
}

void check_points(int64_t n) {
  check(n >= 1, "the number of points is {}, should be at least 1", n);
}

// What a transform of so many points is multiplied by.
double scale_of(const std::optional<std::string>& norm, double points, bool inverse) {
  const std::string& word = norm ? *norm : "backward";
  check(word == "backward" || word == "ortho" || word == "forward",
        "norm is '{}', should be 'backward', 'ortho' or 'forward'", word);
  if (word == "ortho")
    return 1 / std::sqrt(points);
  return (word == "forward") != inverse ? 1 / points : 1;
}

// The dimensions of a transform, and how many points each is to have.
struct Extent {
  Dims dims, sizes;
  double points() const {
    double all = 1;
    for (int64_t size : sizes)
      all *= double(size);
    return all;
  }
};

// half: the input is half a spectrum in the last dimension.
Extent extent_of(const Tensor& x, const Dims& s, const Dims& dim, bool half) {
  Extent out;
  if (dim.empty()) {
    const auto count = s.empty() ? x.dim() : int64_t(s.size());
    check(count <= x.dim(), "s {} has more sizes than the input {} has dimensions", s, x.shape());
    for (int64_t i = x.dim() - count; i < x.dim(); ++i)
      out.dims.push_back(i);
  } else {
    check(s.empty() || s.size() == dim.size(), "s {} and dim {} should have as many numbers", s,
          dim);
    for (int64_t d : dim) {
      const int64_t axis = wrap_dim(d, x.dim());
      for (int64_t before : out.dims)
        check(before != axis, "dim {} names dimension {} twice", dim, axis);
      out.dims.push_back(axis);
    }
  }
  for (size_t i = 0; i < out.dims.size(); ++i) {
    const int64_t size = x.size(out.dims[i]);
    const bool is_half = half && i + 1 == out.dims.size();
    out.sizes.push_back(!s.empty() && s[i] != -1 ? s[i] : is_half ? 2 * (size - 1) : size);
    check_points(out.sizes.back());
  }
  return out;
}

Tensor resized(Tensor x, const Extent& extent) {
  for (size_t i = 0; i < extent.dims.size(); ++i)
    x = resized(x, extent.dims[i], extent.sizes[i]);
  return x;
}

// Complex numbers along the first `count` of these dimensions, the last ones first.
Tensor transform_first(Tensor x, const Dims& dims, size_t count, bool inverse, double scale) {
  for (; count > 0; count -= std::min<size_t>(2, count)) {
    FftAlongAttrs a{dims[count - 1], inverse, scale};
    if (count > 1)
      a.across = dims[count - 2];
    x = call(op::fft_c2c, {x}, a);
    scale = 1;
  }
  return x;
}

// The dimension that a transform of real numbers takes along with the last one.
std::optional<int64_t> before_last(const Dims& dims) {
  if (dims.size() < 2)
    return {};
  return dims[dims.size() - 2];
}

Tensor complex_transform(const Tensor& given, const Extent& extent, const FftNorm& norm,
                         bool inverse) {
  return transform_first(resized(as_complex(given), extent), extent.dims, extent.dims.size(),
                         inverse, scale_of(norm, extent.points(), inverse));
}

Tensor real_transform(const Tensor& given, const Extent& extent, const FftNorm& norm) {
  check(!extent.dims.empty(), "there should be at least one dimension to transform");
  const Dims& dims = extent.dims;
  const FftAlongAttrs a{.dim = dims.back(),
                        .scale = scale_of(norm, extent.points(), false),
                        .across = before_last(dims)};
  return transform_first(call(op::fft_r2c, {resized(as_real(given), extent)}, a), dims,
                         dims.size() - std::min<size_t>(2, dims.size()), false, 1);
}

Tensor to_real_transform(const Tensor& given, const Extent& extent, const FftNorm& norm) {
  check(!extent.dims.empty(), "there should be at least one dimension to transform");
  const Dims& dims = extent.dims;
  Extent half = extent;
  half.sizes.back() = half.sizes.back() / 2 + 1;
  const Tensor x = transform_first(resized(as_complex(given), half), dims,
                                   dims.size() - std::min<size_t>(2, dims.size()), true, 1);
  return call(op::fft_c2r, {x},
              FftAlongAttrs{.dim = dims.back(),
                            .inverse = true,
                            .scale = scale_of(norm, extent.points(), true),
                            .n = extent.sizes.back(),
                            .across = before_last(dims)});
}

enum class Transform { forward, backward, real, to_real };

Tensors transformed(const Call& c, Transform kind, const Dims& s, const Dims& dim,
                    const FftNorm& norm) {
  const Tensor& x = c.in(0);
  const Extent extent = extent_of(x, s, dim, kind == Transform::to_real);
  switch (kind) {
    case Transform::forward:
      return {complex_transform(x, extent, norm, false)};
    case Transform::backward:
      return {complex_transform(x, extent, norm, true)};
    case Transform::real:
      return {real_transform(x, extent, norm)};
    default:
      return {to_real_transform(x, extent, norm)};
  }
}

template <Transform kind>
Tensors compose_one(const Call& c) {
  const auto& a = c.attributes<FftAttrs>();
  check(c.in(0).dim() > 0, "input should have at least one dimension");
  check_points(a.n.value_or(1));
  return transformed(c, kind, a.n ? Dims{*a.n} : Dims{}, {a.dim}, a.norm);
}
template <Transform kind, class A>
Tensors compose_several(const Call& c) {
  const auto& a = c.attributes<A>();
  return transformed(c, kind, a.s, a.dim, a.norm);
}

Dims all_dims(const Tensor& x, const Dims& dim) {
  if (!dim.empty())
    return dim;
  Dims all;
  for (int64_t i = 0; i < x.dim(); ++i)
    all.push_back(i);
  return all;
}

Tensor shifted(const Tensor& x, const Dims& given, bool back) {
  const Dims dims = all_dims(x, given);
  Dims shifts;
  for (int64_t d : dims) {
    const int64_t size = x.size(wrap_dim(d, x.dim()));
    shifts.push_back(back ? (size + 1) / 2 : size / 2);
  }
  return dims.empty() ? x : roll(x, shifts, dims);
}

}  // namespace

constinit const Op op::fft_fft = {
    .name = "fft_fft",
    .what = "The Fourier transform along a dimension, the sum of x[j] exp(-2 pi i jk / n).",
    .source = "torch.fft.fft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_one<Transform::forward>,
};

constinit const Op op::fft_ifft = {
    .name = "fft_ifft",
    .what =
        "The inverse Fourier transform along a dimension, the sum of x[j] exp(2 pi i jk / n) / n.",
    .source = "torch.fft.ifft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_one<Transform::backward>,
};

constinit const Op op::fft_rfft = {
    .name = "fft_rfft",
    .what =
        "The Fourier transform of real numbers along a dimension: the first n / 2 + 1 frequencies, "
        "which say all.",
    .source = "torch.fft.rfft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_one<Transform::real>,
};

constinit const Op op::fft_irfft = {
    .name = "fft_irfft",
    .what = "The real numbers along a dimension whose Fourier transform begins with the input.",
    .source = "torch.fft.irfft",
    .inputs = {"input"},
    .attributes = attrs_type<FftAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_one<Transform::to_real>,
};

constinit const Op op::fft_fftn = {
    .name = "fft_fftn",
    .what = "The Fourier transform over several dimensions or all.",
    .source = "torch.fft.fftn",
    .inputs = {"input"},
    .attributes = attrs_type<FftnAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_several<Transform::forward, FftnAttrs>,
};

constinit const Op op::fft_ifftn = {
    .name = "fft_ifftn",
    .what = "The inverse Fourier transform over several dimensions or all.",
    .source = "torch.fft.ifftn",
    .inputs = {"input"},
    .attributes = attrs_type<FftnAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_several<Transform::backward, FftnAttrs>,
};

constinit const Op op::fft_rfftn = {
    .name = "fft_rfftn",
    .what =
        "The Fourier transform of real numbers over several dimensions: half of the frequencies of "
        "the last one.",
    .source = "torch.fft.rfftn",
    .inputs = {"input"},
    .attributes = attrs_type<FftnAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_several<Transform::real, FftnAttrs>,
};

constinit const Op op::fft_irfftn = {
    .name = "fft_irfftn",
    .what =
        "The real numbers whose Fourier transform over several dimensions begins with the input.",
    .source = "torch.fft.irfftn",
    .inputs = {"input"},
    .attributes = attrs_type<FftnAttrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_several<Transform::to_real, FftnAttrs>,
};

constinit const Op op::fft_fft2 = {
    .name = "fft_fft2",
    .what = "The Fourier transform over two dimensions, the last ones unless told.",
    .source = "torch.fft.fft2",
    .inputs = {"input"},
    .attributes = attrs_type<Fft2Attrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_several<Transform::forward, Fft2Attrs>,
};

constinit const Op op::fft_ifft2 = {
    .name = "fft_ifft2",
    .what = "The inverse Fourier transform over two dimensions, the last ones unless told.",
    .source = "torch.fft.ifft2",
    .inputs = {"input"},
    .attributes = attrs_type<Fft2Attrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_several<Transform::backward, Fft2Attrs>,
};

constinit const Op op::fft_rfft2 = {
    .name = "fft_rfft2",
    .what =
        "The Fourier transform of real numbers over two dimensions: half of the frequencies of the "
        "last one.",
    .source = "torch.fft.rfft2",
    .inputs = {"input"},
    .attributes = attrs_type<Fft2Attrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_several<Transform::real, Fft2Attrs>,
};

constinit const Op op::fft_irfft2 = {
    .name = "fft_irfft2",
    .what = "The real numbers whose Fourier transform over two dimensions begins with the input.",
    .source = "torch.fft.irfft2",
    .inputs = {"input"},
    .attributes = attrs_type<Fft2Attrs>,
    .no_onnx_because = because::dft_of_pairs,
    .precision = Precision::f32,
    .compose = compose_several<Transform::to_real, Fft2Attrs>,
};

constinit const Op op::fft_fftshift = {
    .name = "fft_fftshift",
    .what = "The frequencies of a transform in rising order: 0 goes to the middle.",
    .source = "torch.fft.fftshift",
    .inputs = {"input"},
    .attributes = attrs_type<FftShiftAttrs>,
    .onnx = {{.since = 13, .nodes = "Slice, Concat", .to = onnx::write_fftshift}},
    .compose = [](const Call& c) -> Tensors {
      return {shifted(c.in(0), c.attributes<FftShiftAttrs>().dim, false)};
    },
};

constinit const Op op::fft_ifftshift = {
    .name = "fft_ifftshift",
    .what = "The way back of fft_fftshift: 0 goes from the middle to the front.",
    .source = "torch.fft.ifftshift",
    .inputs = {"input"},
    .attributes = attrs_type<FftShiftAttrs>,
    .onnx = {{.since = 13, .nodes = "Slice, Concat", .to = onnx::write_ifftshift}},
    .compose = [](const Call& c) -> Tensors {
      return {shifted(c.in(0), c.attributes<FftShiftAttrs>().dim, true)};
    },
};

static DType frequencies_dtype(const FftFreqAttrs& a) {
  const DType dtype = a.dtype.value_or(DType::f32);
  check(is_floating(dtype), "dtype is {}, should be floating", name(dtype));
  check_points(a.n);
  return dtype;
}

static Tensors compose_fft_fftfreq(const Call& c) {
  const auto& a = c.attributes<FftFreqAttrs>();
  const DType dtype = frequencies_dtype(a);
  const Tensor k = arange(double(a.n), DType::i64, a.device),
               turned = where(lt(k, (a.n + 1) / 2), k, k - a.n);
  return {cast(cast(turned, DType::f64) / (double(a.n) * a.d), dtype)};
}

constinit const Op op::fft_fftfreq = {
    .name = "fft_fftfreq",
    .what = "The frequencies of a transform of n points that are d apart, as fft_fft orders them.",
    .source = "torch.fft.fftfreq",
    .attributes = attrs_type<FftFreqAttrs>,
    .no_onnx_because = "it is a constant: it follows from attributes alone",
    .compose = compose_fft_fftfreq,
    .no_gradient_because = "n and d are attributes",
};

static Tensors compose_fft_rfftfreq(const Call& c) {
  const auto& a = c.attributes<FftFreqAttrs>();
  const DType dtype = frequencies_dtype(a);
  return {
      cast(arange(0, double(a.n / 2 + 1), 1, DType::f64, a.device) / (double(a.n) * a.d), dtype)};
}

constinit const Op op::fft_rfftfreq = {
    .name = "fft_rfftfreq",
    .what = "The frequencies of a transform of n real points that are d apart.",
    .source = "torch.fft.rfftfreq",
    .attributes = attrs_type<FftFreqAttrs>,
    .no_onnx_because = "it is a constant: it follows from attributes alone",
    .compose = compose_fft_rfftfreq,
    .no_gradient_because = "n and d are attributes",
};

#define TRANSFORM(name)                                                                          \
  Tensor name(const Tensor& input, std::optional<int64_t> n, int64_t dim, const FftNorm& norm) { \
    return call(op::name, {input}, FftAttrs{n, dim, norm});                                      \
  }
TRANSFORM(fft_fft)
TRANSFORM(fft_ifft)
TRANSFORM(fft_rfft)
TRANSFORM(fft_irfft)
#undef TRANSFORM
#define TRANSFORM(name, attrs)                                                            \
  Tensor name(const Tensor& input, const Dims& s, const Dims& dim, const FftNorm& norm) { \
    return call(op::name, {input}, attrs{s, dim, norm});                                  \
  }
TRANSFORM(fft_fftn, FftnAttrs)
TRANSFORM(fft_ifftn, FftnAttrs)
TRANSFORM(fft_rfftn, FftnAttrs)
TRANSFORM(fft_irfftn, FftnAttrs)
TRANSFORM(fft_fft2, Fft2Attrs)
TRANSFORM(fft_ifft2, Fft2Attrs)
TRANSFORM(fft_rfft2, Fft2Attrs)
TRANSFORM(fft_irfft2, Fft2Attrs)
#undef TRANSFORM
Tensor fft_fftshift(const Tensor& input, const DimOrDims& dim) {
  return call(op::fft_fftshift, {input}, FftShiftAttrs{dim});
}
Tensor fft_ifftshift(const Tensor& input, const DimOrDims& dim) {
  return call(op::fft_ifftshift, {input}, FftShiftAttrs{dim});
}
Tensor fft_fftfreq(int64_t n, double d, DType dtype, Device device) {
  return call(op::fft_fftfreq, {}, FftFreqAttrs{n, d, dtype, device});
}
Tensor fft_rfftfreq(int64_t n, double d, DType dtype, Device device) {
  return call(op::fft_rfftfreq, {}, FftFreqAttrs{n, d, dtype, device});
}

}  // namespace hebb
