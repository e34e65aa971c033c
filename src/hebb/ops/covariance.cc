// ops/covariance.cc: covariances and correlations, written in matrix products.

#include "hebb/ops/covariance.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/complex.h"
#include "hebb/ops/create.h"
#include "hebb/ops/diagonal.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/covariance.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_weights(const Tensor& weights, std::string_view operand, int64_t observations) {
  check(weights.shape() == Dims{observations}, "{} {} should be [{}], one for each observation",
        operand, weights.shape(), observations);
}

// How much each observation counts: [observations]; undefined: once.
Tensor weights_of(const Call& c, int64_t observations, DType dtype) {
  Tensor weights;
  if (c.has(1)) {
    check(is_integral(c.in(1).dtype()) && c.in(1).dtype() != DType::boolean,
          "fweights are {}, should be integers", name(c.in(1).dtype()));
    check_weights(c.in(1), "fweights", observations);
    weights = cast(c.in(1), dtype);
  }
  if (c.has(2)) {
    check(is_floating(c.in(2).dtype()), "aweights are {}, should be floating",
          name(c.in(2).dtype()));
    check_weights(c.in(2), "aweights", observations);
    const Tensor own = cast(c.in(2), dtype);
    weights = weights.defined() ? weights * own : own;
  }
  return weights;
}

// What sums of squares are divided by: at least 0.
Tensor observations_left(const Call& c, const Tensor& weights, const Tensor& total) {
  const auto correction = double(c.attributes<CovAttrs>().correction);
  Tensor taken =
      correction == 0 ? zeros_like(total) : full({}, correction, total.dtype(), total.device());
  if (correction != 0 && c.has(2))
    taken = sum(weights * cast(c.in(2), weights.dtype())) * correction / total;
  return clamp(total - taken, 0);
}

Tensors compose_cov(const Call& c) {
  const Tensor& given = c.in(0);
  check(given.dim() <= 2, "input {} should be [variables, observations]", given.shape());
  check(given.dtype() != DType::boolean, "input is bool, should be numbers");
  const DType dtype = is_differentiable(given.dtype()) ? given.dtype() : DType::f32,
              real_dtype = real_of(dtype);
  const Tensor x = cast(given.dim() == 2 ? given : reshape(given, {1, given.numel()}), dtype);
  const int64_t n = x.size(1);
  const Tensor weights = weights_of(c, n, real_dtype);
  const Tensor total =
      weights.defined() ? sum(weights) : full({}, double(n), real_dtype, x.device());
  const Tensor middle = sum(weights.defined() ? x * weights : x, {1}, true) / total;
  const Tensor apart = x - middle, other = is_complex(dtype) ? conj(apart) : apart;
  const Tensor products =
      matmul(weights.defined() ? apart * weights : apart, transpose(other, 0, 1));
  const Tensor out = products / observations_left(c, weights, total);
  return {out.numel() == 1 ? reshape(out, {}) : out};
}

Tensors compose_corrcoef(const Call& c) {
  const Tensor covariance = cov(c.in(0));
  if (covariance.dim() == 0)
    return {covariance / covariance};
  const Tensor deviation = sqrt(real(diagonal(covariance)));
  const Tensor out = covariance / unsqueeze(deviation, 1) / unsqueeze(deviation, 0);
  if (!is_complex(out.dtype()))
    return {clamp(out, -1, 1)};
  return {complex(clamp(real(out), -1, 1), clamp(imag(out), -1, 1))};
}

}  // namespace

constinit const Op op::cov = {
    .name = "cov",
    .what = "The covariances of variables: [variables, observations] -> [variables, variables].",
    .source = "torch.cov",
    .inputs = {"input", "fweights?", "aweights?"},
    .attributes = attrs_type<CovAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_cov,
};

constinit const Op op::corrcoef = {
    .name = "corrcoef",
    .what = "The correlations of variables: [variables, observations] -> [variables, variables].",
    .source = "torch.corrcoef",
    .inputs = {"input"},
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_corrcoef,
};

Tensor cov(const Tensor& input, int64_t correction, const Tensor& fweights,
           const Tensor& aweights) {
  return call(op::cov, {input, fweights, aweights}, CovAttrs{correction});
}
Tensor corrcoef(const Tensor& input) {
  return call(op::corrcoef, {input});
}

}  // namespace hebb
