// ops/window.cc: windows for spectra.

#include "hebb/base/check.h"
#include "hebb/kernels/fourier.h"
#include "hebb/ops/create.h"
#include "hebb/ops/op.h"
#include "hebb/ops/spectral.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/spectral.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view only_attributes = "its length and form are attributes",
                           constant_onnx = "it is a constant: it follows from attributes alone";

template <class A>
Tensors window_of(const Call& c, std::string_view kind, double a, double b = 0, double third = 0) {
  const A& attrs = c.attributes<A>();
  const int64_t n = attrs.window_length;
  const DType dtype = attrs.dtype.value_or(DType::f32);
  check(n >= 0, "window_length is {}, should be at least 0", n);
  check(is_floating(dtype), "dtype is {}, should be floating", name(dtype));
  if (n == 1)
    return {ones({1}, dtype, attrs.device)};
  const int64_t period = attrs.periodic ? n : n - 1;
  return {call(op::window, {},
               WindowAttrs{std::string(kind), n, period, a, b, third, dtype, attrs.device})};
}

}  // namespace

constinit const Op op::hann_window = {
    .name = "hann_window",
    .what = "The window 0.5 - 0.5 cos(2 pi i / period), which is 0 at its ends.",
    .source = "torch.hann_window",
    .attributes = attrs_type<WindowLengthAttrs>,
    .no_onnx_because = constant_onnx,
    .compose = [](const Call& c) { return window_of<WindowLengthAttrs>(c, "cosines", 0.5, 0.5); },
    .no_gradient_because = only_attributes,
};

constinit const Op op::hamming_window = {
    .name = "hamming_window",
    .what = "The window alpha - beta cos(2 pi i / period).",
    .source = "torch.hamming_window",
    .attributes = attrs_type<HammingAttrs>,
    .no_onnx_because = constant_onnx,
    .compose =
        [](const Call& c) {
          const auto& a = c.attributes<HammingAttrs>();
          return window_of<HammingAttrs>(c, "cosines", a.alpha, a.beta);
        },
    .no_gradient_because = only_attributes,
};

constinit const Op op::blackman_window = {
    .name = "blackman_window",
    .what = "The window 0.42 - 0.5 cos(2 pi i / period) + 0.08 cos(4 pi i / period).",
    .source = "torch.blackman_window",
    .attributes = attrs_type<WindowLengthAttrs>,
    .no_onnx_because = constant_onnx,
    .compose =
        [](const Call& c) { return window_of<WindowLengthAttrs>(c, "cosines", 0.42, 0.5, 0.08); },
    .no_gradient_because = only_attributes,
};

constinit const Op op::bartlett_window = {
    .name = "bartlett_window",
    .what = "The triangle 1 - |2 i / period - 1|.",
    .source = "torch.bartlett_window",
    .attributes = attrs_type<WindowLengthAttrs>,
    .no_onnx_because = constant_onnx,
    .compose = [](const Call& c) { return window_of<WindowLengthAttrs>(c, "triangle", 0); },
    .no_gradient_because = only_attributes,
};

constinit const Op op::kaiser_window = {
    .name = "kaiser_window",
    .what = "Kaiser's window, I0(beta sqrt(1 - (2 i / period - 1)^2)) / I0(beta).",
    .source = "torch.kaiser_window",
    .attributes = attrs_type<KaiserAttrs>,
    .no_onnx_because = constant_onnx,
    .compose =
        [](const Call& c) {
          return window_of<KaiserAttrs>(c, "kaiser", c.attributes<KaiserAttrs>().beta);
        },
    .no_gradient_because = only_attributes,
};

constinit const Op op::window = {
    .name = "window",
    .what = "A window of one of the kinds: a sum of cosines, a triangle, or Kaiser's.",
    .source = "torch.signal.windows",
    .attributes = attrs_type<WindowAttrs>,
    .no_onnx_because = constant_onnx,
    .infer = [](const Call& c) -> Specs {
      return {{c.attributes<WindowAttrs>().dtype, {c.attributes<WindowAttrs>().length}}};
    },
    .kernel = kernel::window,
    .no_gradient_because = only_attributes,
    .internal = true,
};

Tensor hann_window(int64_t window_length, const WindowOptions& o) {
  return call(op::hann_window, {}, WindowLengthAttrs{window_length, o.periodic, o.dtype, o.device});
}
Tensor hamming_window(int64_t window_length, double alpha, double beta, const WindowOptions& o) {
  return call(op::hamming_window, {},
              HammingAttrs{window_length, o.periodic, alpha, beta, o.dtype, o.device});
}
Tensor blackman_window(int64_t window_length, const WindowOptions& o) {
  return call(op::blackman_window, {},
              WindowLengthAttrs{window_length, o.periodic, o.dtype, o.device});
}
Tensor bartlett_window(int64_t window_length, const WindowOptions& o) {
  return call(op::bartlett_window, {},
              WindowLengthAttrs{window_length, o.periodic, o.dtype, o.device});
}
Tensor kaiser_window(int64_t window_length, double beta, const WindowOptions& o) {
  return call(op::kaiser_window, {},
              KaiserAttrs{window_length, o.periodic, beta, o.dtype, o.device});
}

}  // namespace hebb
