// ops/complex.cc: complex numbers and their parts.

#include "hebb/ops/complex.h"

#include <limits>
#include <numbers>

#include "hebb/base/check.h"
#include "hebb/kernels/fourier.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/complex.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_complex(const Tensor& x) {
  check(is_complex(x.dtype()), "input is {}, should be complex", name(x.dtype()));
}

void check_parts(std::string_view left, const Tensor& a, std::string_view right, const Tensor& b) {
  check(a.dtype() == b.dtype() && (a.dtype() == DType::f32 || a.dtype() == DType::f64),
        "{} is {} and {} is {}; they should both be f32 or both f64", left, name(a.dtype()), right,
        name(b.dtype()));
}

}  // namespace

static std::optional<ViewSpec> view_pairs(const Call& c) {
  const Tensor& x = c.in(0);
  check_complex(x);
  ViewSpec view{x.shape(), x.strides(), 2 * x.body()->offset, real_of(x.dtype())};
  for (int64_t& stride : view.strides)
    stride *= 2;
  view.shape.push_back(2);
  view.strides.push_back(1);
  return view;
}

constinit const Op op::view_as_real = {
    .name = "view_as_real",
    .what = "A view of complex numbers as pairs of their two parts: [...] -> [..., 2].",
    .source = "torch.view_as_real",
    .inputs = {"input"},
    .no_onnx_because = because::no_complex_numbers,
    .view = view_pairs,
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {hebb::view_as_complex(dy[0])}; },
};

static Specs infer_view_as_complex(const Call& c) {
  const Tensor& x = c.in(0);
  check(x.dtype() == DType::f32 || x.dtype() == DType::f64, "input is {}, should be f32 or f64",
        name(x.dtype()));
  check(x.dim() >= 1 && x.size(-1) == 2,
        "input {} should have a last dimension of size 2: the real and the imaginary part",
        x.shape());
  Dims shape = x.shape();
  shape.pop_back();
  return {{x.dtype() == DType::f32 ? DType::c64 : DType::c128, shape}};
}

// Where both parts lie side by side, at an even place.
static std::optional<ViewSpec> view_numbers(const Call& c) {
  const Spec spec = infer_view_as_complex(c)[0];
  const Tensor& x = c.in(0);
  ViewSpec view{spec.shape, {}, x.body()->offset / 2, spec.dtype};
  bool fits = x.strides().back() == 1 && x.body()->offset % 2 == 0;
  for (size_t i = 0; i < spec.shape.size(); ++i) {
    fits &= x.strides()[i] % 2 == 0;
    view.strides.push_back(x.strides()[i] / 2);
  }
  return fits ? std::optional(view) : std::nullopt;
}

constinit const Op op::view_as_complex = {
    .name = "view_as_complex",
    .what =
        "Pairs of real and imaginary parts as complex numbers, [..., 2] -> [...]: a view where "
        "they lie side by side.",
    .source = "torch.view_as_complex",
    .inputs = {"input"},
    .no_onnx_because = because::no_complex_numbers,
    .infer = infer_view_as_complex,
    .view = view_numbers,
    .kernel = kernel::view_as_complex,
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {hebb::view_as_real(dy[0])}; },
};

constinit const Op op::real = {
    .name = "real",
    .what = "The real parts of complex numbers; real numbers stay what they are.",
    .source = "torch.real",
    .inputs = {"input"},
    .no_onnx_because = because::no_complex_numbers,
    .compose = [](const Call& c) -> Tensors {
      return {is_complex(c.in(0).dtype()) ? select(hebb::view_as_real(c.in(0)), -1, 0) : c.in(0)};
    },
};

constinit const Op op::imag = {
    .name = "imag",
    .what = "The imaginary parts of complex numbers; real numbers are refused.",
    .source = "torch.imag",
    .inputs = {"input"},
    .no_onnx_because = because::no_complex_numbers,
    .compose = [](const Call& c) -> Tensors {
      check_complex(c.in(0));
      return {select(hebb::view_as_real(c.in(0)), -1, 1)};
    },
};

static Tensors compose_angle(const Call& c) {
  const Tensor& x = c.in(0);
  if (is_complex(x.dtype())) {
    const Tensor parts = hebb::view_as_real(x);
    return {atan2(select(parts, -1, 1), select(parts, -1, 0))};
  }
  // A real number's angle steps: what is left of its dependence is whether it is NaN.
  const DType dtype = is_floating(x.dtype()) ? x.dtype() : DType::f32;
  const auto constant = [&](double value) { return full({}, value, dtype, x.device()); };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return {where(isnan(x), constant(nan), where(lt(x, 0), constant(std::numbers::pi), constant(0)))};
}

constinit const Op op::angle = {
    .name = "angle",
    .what = "The angle of complex numbers in radians, from -pi to pi; of real ones 0 or pi.",
    .source = "torch.angle",
    .inputs = {"input"},
    .no_onnx_because = because::no_complex_numbers,
    .compose = compose_angle,
};

static Tensors compose_complex(const Call& c) {
  const Tensor &re = c.in(0), &im = c.in(1);
  check_parts("real", re, "imag", im);
  const Dims shape = broadcast(re.shape(), im.shape());
  return {hebb::view_as_complex(stack({expand(re, shape), expand(im, shape)}, -1))};
}

constinit const Op op::complex = {
    .name = "complex",
    .what = "Complex numbers of their real and imaginary parts.",
    .source = "torch.complex",
    .inputs = {"real", "imag"},
    .no_onnx_because = because::no_complex_numbers,
    .compose = compose_complex,
};

static Tensors compose_polar(const Call& c) {
  check_parts("abs", c.in(0), "angle", c.in(1));
  return {hebb::complex(c.in(0) * cos(c.in(1)), c.in(0) * sin(c.in(1)))};
}

constinit const Op op::polar = {
    .name = "polar",
    .what = "Complex numbers of their magnitudes and their angles in radians.",
    .source = "torch.polar",
    .inputs = {"abs", "angle"},
    .no_onnx_because = because::no_complex_numbers,
    .compose = compose_polar,
};

Tensor view_as_real(const Tensor& input) {
  return call(op::view_as_real, {input});
}
Tensor view_as_complex(const Tensor& input) {
  return call(op::view_as_complex, {input});
}
Tensor real(const Tensor& input) {
  return call(op::real, {input});
}
Tensor imag(const Tensor& input) {
  return call(op::imag, {input});
}
Tensor angle(const Tensor& input) {
  return call(op::angle, {input});
}
Tensor complex(const Tensor& real, const Tensor& imag) {
  return call(op::complex, {real, imag});
}
Tensor polar(const Tensor& abs, const Tensor& angle) {
  return call(op::polar, {abs, angle});
}

}  // namespace hebb
