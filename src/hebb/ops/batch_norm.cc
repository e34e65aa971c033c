// ops/batch_norm.cc: batch normalisation. The entry behind it is pure: it answers with the new
// running statistics, and whoever keeps them assigns them.

#include "hebb/ops/batch_norm.h"

#include "hebb/base/check.h"
#include "hebb/kernels/norm.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/layer_norm_onnx.h"
#include "hebb/ops/math.h"
#include "hebb/ops/normalized.h"
#include "hebb/ops/op.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/batch_norm.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

enum In { input, running_mean, running_var, weight, bias };
enum Out { out, new_mean, new_var, saved_mean, saved_invstd };

Specs infer_batch_norm(const Call& c) {
  const Tensor& x = c.in(input);
  const auto& a = c.attributes<BatchNormAttrs>();
  check(is_floating(x.dtype()), "input is {}, should be floating", name(x.dtype()));
  check(x.dim() >= 2, "input {} has {} dimensions, should have at least 2: batch and channels",
        x.shape(), x.dim());
  const int64_t channels = x.size(1);
  static constexpr const char* names[] = {"input", "running_mean", "running_var", "weight", "bias"};
  for (int i = running_mean; i <= bias; ++i) {
    if (!c.has(i))
      continue;
    check(c.in(i).shape() == Dims{channels},
          "{} has the shape {}, should be [{}]: one value per channel", names[i], c.in(i).shape(),
          channels);
    check(c.in(i).dtype() == x.dtype() || c.in(i).dtype() == statistics_dtype(x.dtype()),
          "{} is {} but input is {}", names[i], name(c.in(i).dtype()), name(x.dtype()));
  }
  check(c.has(running_mean) == c.has(running_var),
        "running_mean and running_var belong together; one of them is missing");
  check(a.training || c.has(running_mean),
        "running_mean and running_var are needed when training is false");
  check(!a.training || x.numel() != channels || channels == 0,
        "training needs more than one value per channel, input is {}", x.shape());
  const DType stats = statistics_dtype(x.dtype());
  const Dims kept = {a.training && c.has(running_mean) ? channels : 0};
  return {{x.dtype(), x.shape()},
          {c.has(running_mean) ? c.in(running_mean).dtype() : stats, kept},
          {c.has(running_var) ? c.in(running_var).dtype() : stats, kept},
          {DType::f64, {channels}},
          {stats, {channels}}};
}

// The gradients in operators, for when they will be differentiated themselves.
Grads batch_norm_gradients_in_operators(const Call& c, const Tensor& dy) {
  const auto& a = c.attributes<BatchNormAttrs>();
  const Tensor& x = c.in(input);
  Dims dims = {0}, per_channel(x.shape().size(), 1);
  per_channel[1] = x.size(1);
  for (int64_t i = 2; i < x.dim(); ++i)
    dims.push_back(i);
  auto spread = [&](const Tensor& t) { return reshape(t, per_channel); };
  auto each = [&](const Tensor& t) { return reshape(t, {x.size(1)}); };
  const Tensor distances = a.training ? centred(x, dims) : x - spread(c.in(running_mean)),
               deviation = a.training ? root_mean_square(distances, dims, a.eps)
                                      : sqrt(spread(c.in(running_var)) + a.eps);
  const Tensor normal = distances / deviation, g = c.has(weight) ? dy * spread(c.in(weight)) : dy;
  Grads grads(5);
  if (a.training) {
    grads[input] = normalized_backward(g, normal, deviation, dims);
  } else {
    grads[input] = g / deviation;
    grads[running_mean] = each(sum(-grads[input], dims, true));
    grads[running_var] = each(sum(g * normal, dims, true) / deviation / deviation * -0.5);
  }
  if (c.has(weight))
    grads[weight] = each(sum(dy * normal, dims, true));
  if (c.has(bias))
    grads[bias] = each(sum(dy, dims, true));
  return grads;
}

}  // namespace

constinit const Op op::batch_norm = {
    .name = "batch_norm",
    .what =
        "Normalises each channel of [N, C, ...]: (x - mean) / sqrt(var + eps) * weight + bias, by "
        "the batch's statistics or the running ones.",
    .source = "torch.nn.functional.batch_norm; Ioffe and Szegedy 2015",
    .inputs = {"input", "running_mean?", "running_var?", "weight?", "bias?"},
    .attributes = attrs_type<BatchNormAttrs>,
    .onnx = {{.type = "BatchNormalization",
              .since = 13,
              .where = "not in training",
              .to = onnx::write_batch_norm,
              .from = onnx::read_batch_norm}},
    .compose = [](const Call& c) -> Tensors {
      return {call(op::batch_normalize, c.inputs(), c.attrs())};
    },
};

static Grads batch_normalize_vjp(const Call& c, const Grads& dy) {
  if (!dy[out].defined())
    return Grads(5);
  const Tensor& x = c.in(input);
  if (c.wants(running_mean) || c.wants(running_var) || tape().records({dy[out], x, c.in(weight)}))
    return batch_norm_gradients_in_operators(c, dy[out]);
  const Tensors g = call_all(op::batch_norm_backward,
                             {dy[out], x, c.in(weight), c.out(saved_mean), c.out(saved_invstd)},
                             c.attributes<BatchNormAttrs>());
  return {g[0], Tensor(), Tensor(), c.has(weight) ? g[1] : Tensor(), c.has(bias) ? g[2] : Tensor()};
}

constinit const Op op::batch_normalize = {
    .name = "batch_normalize",
    .what =
        "Batch normalisation that answers with the new running statistics, and with the mean and 1 "
        "/ sqrt(var + eps) that it used.",
    .source = "torch.native_batch_norm; Ioffe and Szegedy 2015",
    .inputs = {"input", "running_mean?", "running_var?", "weight?", "bias?"},
    .outputs = {"out", "new_running_mean", "new_running_var", "mean", "invstd"},
    .attributes = attrs_type<BatchNormAttrs>,
    .no_onnx_because = "a piece of batch_norm, which is what a graph holds",
    .infer = infer_batch_norm,
    .kernel = kernel::batch_norm,
    .keep = {Keep::input(input), Keep::input(running_mean), Keep::input(running_var),
             Keep::input(weight), Keep::output(saved_mean), Keep::output(saved_invstd)},
    .vjp = batch_normalize_vjp,
    .cost = [](const Call& c) -> Cost { return {.flops = 8.0 * double(c.in(0).numel())}; },
    .internal = true,
};

// The gradients of weight and bias are in the statistics' dtype.
constinit const Op op::batch_norm_backward = GradientKernel{
    .name = "batch_norm_backward",
    .what =
        "The gradients of batch normalisation's input, weight and bias, from the statistics that "
        "it used.",
    .inputs = {"grad", "input", "weight?", "mean", "invstd"},
    .outputs = {"grad_input", "grad_weight", "grad_bias"},
    .attributes = attrs_type<BatchNormAttrs>,
    .infer = [](const Call& c) -> Specs {
      const DType stats = c.in(4).dtype();
      return {
          {c.in(1).dtype(), c.in(1).shape()}, {stats, c.in(3).shape()}, {stats, c.in(3).shape()}};
    },
    .kernel = kernel::batch_norm_backward,
    .no_gradient_because =
        "where a gradient will be differentiated again, batch_normalize's rule is written in "
        "operators instead",
    .cost = [](const Call& c) -> Cost { return {.flops = 10.0 * double(c.in(1).numel())}; },
};

Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight, const Tensor& bias, const BatchNormAttrs& attrs) {
  return call(op::batch_norm, {input, running_mean, running_var, weight, bias}, attrs);
}

BatchNormResult batch_norm_training(const Tensor& input, const Tensor& running_mean,
                                    const Tensor& running_var, const Tensor& weight,
                                    const Tensor& bias, const BatchNormAttrs& attrs) {
  // The caller is about to overwrite the running statistics, which in training no gradient reads.
  const Tensors all =
      call_all(op::batch_normalize, {input, running_mean, running_var, weight, bias}, attrs);
  return {all[out], all[new_mean], all[new_var]};
}

}  // namespace hebb
