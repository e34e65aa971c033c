// ops/layer_norm.cc: normalisation within a sample. One entry normalises rows; the others are
// written with it.

#include "hebb/ops/layer_norm.h"

#include <algorithm>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/kernels/norm.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/batch_norm.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/halves.h"
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
#include "hebb/ops/layer_norm.def"
#include "hebb/ops/statistics.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// The input's last dimensions are normalized_shape, and so are the weight's and the bias's.
void check_shapes(const Tensor& x, const Dims& normalized_shape, const Tensor& weight,
                  const Tensor& bias) {
  check(!normalized_shape.empty(),
        "normalized_shape is empty; it names the sizes of the last dimensions");
  const size_t n = normalized_shape.size(), rank = x.shape().size();
  const bool fits =
      rank >= n && Dims(std::span<const int64_t>(x.shape()).subspan(rank - n)) == normalized_shape;
  check(fits, "normalized_shape is {} but input {} does not end with it", normalized_shape,
        x.shape());
  auto same = [&](const Tensor& t, const char* what) {
    if (!t.defined())
      return;
    check(t.shape() == normalized_shape, "{} has the shape {}, should be {}", what, t.shape(),
          normalized_shape);
    check(t.dtype() == x.dtype() || t.dtype() == statistics_dtype(real_of(x.dtype())),
          "{} is {} but input is {}", what, name(t.dtype()), name(x.dtype()));
  };
  same(weight, "weight");
  same(bias, "bias");
}

Dims last_dims(const Tensor& x, size_t count) {
  Dims dims;
  for (size_t i = 0; i < count; ++i)
    dims.push_back(x.dim() - int64_t(count) + int64_t(i));
  return dims;
}

int64_t rows_of(const Tensor& x, const Dims& normalized_shape) {
  int64_t rows = 1;
  for (size_t i = 0; i + normalized_shape.size() < x.shape().size(); ++i)
    rows *= x.shape()[i];
  return rows;
}

// The gradients in operators, for when they will be differentiated themselves.
Grads layer_norm_gradients_in_operators(const Call& c, const Tensor& dy) {
  const auto& a = c.attributes<LayerNormAttrs>();
  const Tensor& x = c.in(0);
  const Dims dims = last_dims(x, a.normalized_shape.size());
  const Tensor distances = centred(x, dims), deviation = root_mean_square(distances, dims, a.eps);
  const Tensor normal = distances / deviation, g = c.has(1) ? dy * c.in(1) : dy;
  return {normalized_backward(g, normal, deviation, dims),
          c.has(1) ? sum_to(dy * normal, a.normalized_shape) : Tensor(),
          c.has(2) ? sum_to(dy, a.normalized_shape) : Tensor()};
}

// t in the layout of x (of the same shape) where that is dense: channels-last stays so.
Tensor in_layout_of(const Tensor& x, const Tensor& t) {
  if (x.is_contiguous() || !is_dense(x.shape(), x.strides()))
    return t;
  Dims outer_first, back(x.shape().size(), 0);
  for (int64_t i = 0; i < x.dim(); ++i)
    outer_first.push_back(i);
  std::stable_sort(outer_first.begin(), outer_first.end(),
                   [&](int64_t a, int64_t b) { return x.strides()[a] > x.strides()[b]; });
  for (int64_t i = 0; i < x.dim(); ++i)
    back[size_t(outer_first[size_t(i)])] = i;
  return permute(permute(t, outer_first).contiguous(), back);
}

// [N, C, ...] normalised in rows: those of each sample's groups of channels, which are neighbours
// in row-major order.
Tensor normalized_rows(const Tensor& x, int64_t rows, double eps) {
  const int64_t size = x.numel() / rows;
  return in_layout_of(x, reshape(call(op::layer_normalize, {reshape(x, {rows, size}), {}, {}},
                                      LayerNormAttrs{{size}, eps}),
                                 x.shape()));
}

// One value per channel, for [N, C, spatial...].
Tensor per_channel(const Tensor& t, const Tensor& x) {
  Dims shape(x.shape().size() - 1, 1);
  shape[0] = x.size(1);
  return reshape(t, shape);
}

void check_channels(const Tensor& t, const Tensor& x, const char* what) {
  check(!t.defined() || t.shape() == Dims{x.size(1)},
        "{} has the shape {}, should be [{}]: one value per channel", what,
        t.defined() ? to_string(t.shape()) : "", x.size(1));
  check(!t.defined() || t.dtype() == x.dtype() || t.dtype() == statistics_dtype(x.dtype()),
        "{} is {} but input is {}", what, t.defined() ? name(t.dtype()) : "", name(x.dtype()));
}

Tensor affine(const Tensor& normal, const Tensor& weight,
              const Tensor& bias) {  // of the dtype of normal, also with parameters in f32
  Tensor out = normal;
  if (weight.defined())
    out = out * per_channel(weight, out);
  if (bias.defined())
    out = out + per_channel(bias, out);
  return hebb::cast(out, normal.dtype());
}

}  // namespace

constinit const Op op::layer_norm = {
    .name = "layer_norm",
    .what =
        "Normalises over the last dimensions together: (x - mean) / sqrt(var + eps) * weight + "
        "bias.",
    .source = "torch.nn.functional.layer_norm; Ba, Kiros and Hinton 2016",
    .inputs = {"input", "weight?", "bias?"},
    .attributes = attrs_type<LayerNormAttrs>,
    .onnx = {{.type = "LayerNormalization",
              .since = 17,
              .where = "not of empty inputs",
              .to = onnx::write_layer_norm,
              .from = onnx::read_layer_norm}},
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      check(is_floating(c.in(0).dtype()), "input is {}, should be floating", name(c.in(0).dtype()));
      check_shapes(c.in(0), c.attributes<LayerNormAttrs>().normalized_shape, c.in(1), c.in(2));
      return {call(op::layer_normalize, c.inputs(), c.attrs())};
    },
};

static Specs infer_layer_normalize(const Call& c) {
  const auto& a = c.attributes<LayerNormAttrs>();
  const Dims rows = {rows_of(c.in(0), a.normalized_shape)};
  return {{c.in(0).dtype(), c.in(0).shape()},
          {DType::f64, rows},
          {statistics_dtype(c.in(0).dtype()), rows}};
}

static Grads layer_normalize_vjp(const Call& c, const Grads& dy) {
  if (!dy[0].defined())
    return Grads(3);
  if (tape().records({dy[0], c.in(0), c.in(1)}))
    return layer_norm_gradients_in_operators(c, dy[0]);
  const auto& a = c.attributes<LayerNormAttrs>();
  const Tensors g =
      call_all(op::layer_norm_backward, {dy[0], c.in(0), c.in(1), c.out(1), c.out(2)}, a);
  return {g[0], c.has(1) ? g[1] : Tensor(), c.has(2) ? g[2] : Tensor()};
}

constinit const Op op::layer_normalize = {
    .name = "layer_normalize",
    .what =
        "Layer normalisation that answers also with the mean and 1 / sqrt(var + eps) of each row.",
    .source = "torch.native_layer_norm; Ba, Kiros and Hinton 2016",
    .inputs = {"input", "weight?", "bias?"},
    .outputs = {"out", "mean", "invstd"},
    .attributes = attrs_type<LayerNormAttrs>,
    .no_onnx_because = "a piece of layer_norm, group_norm and instance_norm",
    .precision = Precision::f32,
    .infer = infer_layer_normalize,
    .kernel = kernel::layer_norm,
    .keep = {Keep::input(0), Keep::input(1), Keep::output(1), Keep::output(2)},
    .vjp = layer_normalize_vjp,
    .cost = [](const Call& c) -> Cost { return {.flops = 8.0 * double(c.in(0).numel())}; },
    .internal = true,
};

// The gradients of weight and bias are in the statistics' dtype.
constinit const Op op::layer_norm_backward = GradientKernel{
    .name = "layer_norm_backward",
    .what =
        "The gradients of layer normalisation's input, weight and bias, from the mean and "
        "deviation of each row.",
    .inputs = {"grad", "input", "weight?", "mean", "invstd"},
    .outputs = {"grad_input", "grad_weight", "grad_bias"},
    .attributes = attrs_type<LayerNormAttrs>,
    .infer = [](const Call& c) -> Specs {
      const Dims& shape = c.attributes<LayerNormAttrs>().normalized_shape;
      return {
          {c.in(1).dtype(), c.in(1).shape()}, {c.in(4).dtype(), shape}, {c.in(4).dtype(), shape}};
    },
    .kernel = kernel::layer_norm_backward,
    .no_gradient_because =
        "where a gradient will be differentiated again, layer_normalize's rule is written in "
        "operators instead",
    .cost = [](const Call& c) -> Cost { return {.flops = 12.0 * double(c.in(1).numel())}; },
};

static Tensors compose_group_norm(const Call& c) {
  const auto& a = c.attributes<GroupNormAttrs>();
  const Tensor& x = c.in(0);
  check(is_floating(x.dtype()), "input is {}, should be floating", name(x.dtype()));
  check(x.dim() >= 2, "input {} has {} dimensions, should have at least 2: batch and channels",
        x.shape(), x.dim());
  check(a.num_groups >= 1 && x.size(1) % a.num_groups == 0,
        "{} channels do not divide into num_groups={}", x.size(1), a.num_groups);
  check_channels(c.in(1), x, "weight");
  check_channels(c.in(2), x, "bias");
  if (x.numel() == 0)
    return {x};
  return {in_single(x, [&](const Tensor& wide) {
    return affine(normalized_rows(wide, x.size(0) * a.num_groups, a.eps), c.in(1), c.in(2));
  })};
}

constinit const Op op::group_norm = {
    .name = "group_norm",
    .what =
        "Normalises each group of C / num_groups channels of each sample of [N, C, ...] together, "
        "then scales and shifts each channel.",
    .source = "torch.nn.functional.group_norm; Wu and He 2018",
    .inputs = {"input", "weight?", "bias?"},
    .attributes = attrs_type<GroupNormAttrs>,
    .onnx = {{.type = "GroupNormalization",
              .since = 21,
              .where = "not of empty inputs",
              .to = onnx::write_group_norm,
              .from = onnx::read_group_norm},
             {.since = 13,
              .until = 20,
              .nodes = "Reshape, InstanceNormalization, Mul, Add",
              .where = "not of empty inputs",
              .to = onnx::write_group_norm_by_instances}},
    .precision = Precision::f32,
    .compose = compose_group_norm,
};

static Tensors compose_instance_norm(const Call& c) {
  const auto& a = c.attributes<InstanceNormAttrs>();
  const Tensor& x = c.in(0);
  if (!a.use_input_stats)
    return {batch_norm(x, c.in(1), c.in(2), c.in(3), c.in(4),
                       {.training = false, .momentum = a.momentum, .eps = a.eps})};
  check(is_floating(x.dtype()), "input is {}, should be floating", name(x.dtype()));
  check(x.dim() >= 3,
        "input {} has {} dimensions, should have at least 3: batch, channels, positions", x.shape(),
        x.dim());
  check_channels(c.in(3), x, "weight");
  check_channels(c.in(4), x, "bias");
  if (x.numel() == 0)
    return {x};
  const int64_t rows = x.size(0) * x.size(1);
  check(x.numel() > rows, "input {} has one position per channel, which has no variance",
        x.shape());
  return {in_single(x, [&](const Tensor& wide) {
    return affine(normalized_rows(wide, rows, a.eps), c.in(3), c.in(4));
  })};
}

constinit const Op op::instance_norm = {
    .name = "instance_norm",
    .what =
        "Normalises each channel of each sample of [N, C, ...] over its positions, or by the "
        "running statistics.",
    .source = "torch.nn.functional.instance_norm; Ulyanov, Vedaldi and Lempitsky 2016",
    .inputs = {"input", "running_mean?", "running_var?", "weight?", "bias?"},
    .attributes = attrs_type<InstanceNormAttrs>,
    .onnx = {{.type = "InstanceNormalization",
              .since = 13,
              .nodes = "BatchNormalization",
              .where = "not of empty inputs",
              .to = onnx::write_instance_norm,
              .from = onnx::read_instance_norm}},
    .compose = compose_instance_norm,
};

static Tensors compose_rms_norm(const Call& c) {
  const auto& a = c.attributes<RmsNormAttrs>();
  const Tensor& x = c.in(0);
  check(is_differentiable(x.dtype()), "input is {}, should be floating or complex",
        name(x.dtype()));
  check_shapes(x, a.normalized_shape, c.in(1), {});
  const Dims dims = last_dims(x, a.normalized_shape.size());
  const double eps = a.eps.value_or(rms_epsilon(real_of(x.dtype())));
  if (is_complex(
          x.dtype())) {  // the root of the mean of squares, not of magnitudes: PyTorch's rule
    const Tensor out = x / sqrt(mean(square(x), dims, true) + eps);
    return {c.has(1) ? out * c.in(1) : out};
  }
  // f16 and bf16 are normalised in f32: the square of 300 is no f16.
  const Tensor wide_x = cast(x, statistics_dtype(x.dtype()));
  const Tensor out = wide_x / root_mean_square(wide_x, dims, eps);
  return {cast(c.has(1) ? out * c.in(1) : out, x.dtype())};
}

constinit const Op op::rms_norm = {
    .name = "rms_norm",
    .what =
        "Divides by the root mean square over the last dimensions: x / sqrt(mean(x^2) + eps) * "
        "weight.",
    .source = "torch.nn.functional.rms_norm; Zhang and Sennrich 2019",
    .inputs = {"input", "weight?"},
    .attributes = attrs_type<RmsNormAttrs>,
    .onnx = {{.type = "RMSNormalization",
              .since = 23,
              .where = "not of empty inputs",
              .to = onnx::write_rms_norm,
              .from = onnx::read_rms_norm},
             {.since = 13,
              .until = 22,
              .nodes = "Mul, ReduceMean, Add, Sqrt, Div",
              .where = "not of empty inputs",
              .to = onnx::write_rms_norm_out}},
    .precision = Precision::f32,
    .compose = compose_rms_norm,
};

Tensor layer_norm(const Tensor& input, const Dims& normalized_shape, const Tensor& weight,
                  const Tensor& bias, double eps) {
  return call(op::layer_norm, {input, weight, bias}, LayerNormAttrs{normalized_shape, eps});
}
Tensor group_norm(const Tensor& input, int64_t num_groups, const Tensor& weight, const Tensor& bias,
                  double eps) {
  return call(op::group_norm, {input, weight, bias}, GroupNormAttrs{num_groups, eps});
}
Tensor rms_norm(const Tensor& input, const Dims& normalized_shape, const Tensor& weight,
                std::optional<double> eps) {
  return call(op::rms_norm, {input, weight}, RmsNormAttrs{normalized_shape, eps});
}
Tensor instance_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                     const Tensor& weight, const Tensor& bias, const InstanceNormAttrs& attrs) {
  return call(op::instance_norm, {input, running_mean, running_var, weight, bias}, attrs);
}

}  // namespace hebb
