// ops/lp_pool.cc: power means of windows, and normalisation by neighbouring channels, written in
// operators.

#include "hebb/ops/lp_pool.h"

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/lp_pool_onnx.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pad.h"
#include "hebb/ops/pooling.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/lp_pool.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

template <size_t n>
Tensors compose_lp_pool(const Call& c) {
  const auto& o = c.attributes<LpPoolOptions>();
  check(o.norm_type != 0, "norm_type is 0, should be another number");
  check(!o.kernel_size.empty(), "kernel_size is missing");
  const AvgPoolOptions windows{
      .kernel_size = o.kernel_size, .stride = o.stride, .ceil_mode = o.ceil_mode};
  const Tensor powers = pow(c.in(0), o.norm_type), means = n == 1   ? avg_pool1d(powers, windows)
                                                           : n == 2 ? avg_pool2d(powers, windows)
                                                                    : avg_pool3d(powers, windows);
  const auto count = double(product(per_dimension(o.kernel_size, n, "kernel_size")));
  return {pow(sign(means) * relu(abs(means)) * count, 1 / o.norm_type)};
}

}  // namespace

constinit const Op op::lp_pool1d = {
    .name = "lp_pool1d",
    .what = "(sum of x^p)^(1/p) of each window of [N, C, L] or one sample, with p = norm_type.",
    .source = "torch.nn.functional.lp_pool1d",
    .inputs = {"input"},
    .attributes = attrs_type<LpPoolOptions>,
    .onnx = {{.type = "LpPool",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .where = "for an even norm_type, without ceil_mode",
              .to = onnx::write_lp_pool,
              .from = onnx::read_lp_pool}},
    .precision = Precision::f32,
    .compose = compose_lp_pool<1>,
};

constinit const Op op::lp_pool2d = {
    .name = "lp_pool2d",
    .what = "(sum of x^p)^(1/p) of each window of [N, C, H, W] or one sample, with p = norm_type.",
    .source = "torch.nn.functional.lp_pool2d",
    .inputs = {"input"},
    .attributes = attrs_type<LpPoolOptions>,
    .onnx = {{.type = "LpPool",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .where = "for an even norm_type, without ceil_mode",
              .to = onnx::write_lp_pool,
              .from = onnx::read_lp_pool}},
    .precision = Precision::f32,
    .compose = compose_lp_pool<2>,
};

constinit const Op op::lp_pool3d = {
    .name = "lp_pool3d",
    .what =
        "(sum of x^p)^(1/p) of each window of [N, C, D, H, W] or one sample, with p = norm_type.",
    .source = "torch.nn.functional.lp_pool3d",
    .inputs = {"input"},
    .attributes = attrs_type<LpPoolOptions>,
    .onnx = {{.type = "LpPool",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .where = "for an even norm_type, without ceil_mode",
              .to = onnx::write_lp_pool,
              .from = onnx::read_lp_pool}},
    .precision = Precision::f32,
    .compose = compose_lp_pool<3>,
};

static Tensors compose_local_response_norm(const Call& c) {
  const auto& a = c.attributes<LocalResponseNormAttrs>();
  const Tensor& x = c.in(0);
  check(is_floating(x.dtype()) || x.dtype() == DType::i64,
        "input is {}, should be floating or i64, of which f32 comes out", name(x.dtype()));
  check(x.dim() >= 3, "input {} should have at least 3 dimensions: [N, C, ...]", x.shape());
  check(a.size >= 1 && a.size <= most_spatial, "size is {}, should be at least 1", a.size);
  if (x.numel() == 0)
    return {x * 1.0};
  const Dims flat = {x.size(0), 1, x.size(1), x.numel() / (x.size(0) * x.size(1))};
  const Tensor squares = pad(reshape(square(x), flat), {0, 0, a.size / 2, (a.size - 1) / 2}),
               means = avg_pool2d(squares, {.kernel_size = {a.size, 1}, .stride = {1, 1}});
  return {x / pow(reshape(means, x.shape()) * a.alpha + a.k, a.beta)};
}

constinit const Op op::local_response_norm = {
    .name = "local_response_norm",
    .what =
        "x / (k + alpha mean(x^2))^beta, with the mean over size neighbouring channels of [N, "
        "C, ...].",
    .source = "torch.nn.functional.local_response_norm; Krizhevsky et al. 2012",
    .inputs = {"input"},
    .attributes = attrs_type<LocalResponseNormAttrs>,
    .onnx = {{.type = "LRN",
              .since = 13,
              .nodes = "Reshape",
              .where = "for an odd size",
              .to = onnx::write_lrn,
              .from = onnx::read_lrn}},
    .precision = Precision::f32,
    .compose = compose_local_response_norm,
};

Tensor lp_pool1d(const Tensor& input, const LpPoolOptions& options) {
  return call(op::lp_pool1d, {input}, options);
}
Tensor lp_pool2d(const Tensor& input, const LpPoolOptions& options) {
  return call(op::lp_pool2d, {input}, options);
}
Tensor lp_pool3d(const Tensor& input, const LpPoolOptions& options) {
  return call(op::lp_pool3d, {input}, options);
}
Tensor local_response_norm(const Tensor& input, const LocalResponseNormAttrs& options) {
  return call(op::local_response_norm, {input}, options);
}

}  // namespace hebb
