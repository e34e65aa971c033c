// ops/convolution.cc: convolutions and their transposes. What users call is written with three
// entries, each of which is the others' gradient: convolution, conv_backward_input (a transposed
// convolution) and conv_backward_weight.

#include "hebb/ops/convolution.h"

#include "hebb/kernels/convolution.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/convolution_onnx.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/convolution.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

int64_t reach(int64_t kernel, int64_t dilation) {
  return dilation * (kernel - 1) + 1;
}

void check_common(const Tensor& input, const Tensor& weight, const Tensor& bias, int64_t groups,
                  size_t n) {
  check(weight.dim() == int64_t(n) + 2, "weight {} has {} dimensions, should have {}",
        weight.shape(), weight.dim(), n + 2);
  check(input.dtype() == weight.dtype(), "input is {} but weight is {}; they should have one dtype",
        name(input.dtype()), name(weight.dtype()));
  check(!bias.defined() || bias.dtype() == input.dtype(),
        "bias is {} but input is {}; they should have one dtype",
        bias.defined() ? name(bias.dtype()) : "", name(input.dtype()));
  check(groups >= 1 && groups <= most_spatial, "groups is {}, should be at least 1 and at most {}",
        groups, most_spatial);
  for (size_t i = 0; i < n; ++i) {
    const int64_t kernel = weight.size(int64_t(i) + 2);
    check(kernel >= 1, "weight {} has an empty kernel", weight.shape());
    check(kernel <= most_spatial, "weight {} has a kernel of more than {}", weight.shape(),
          most_spatial);
  }
}

void check_bias(const Tensor& bias, int64_t channels) {
  check(!bias.defined() || bias.shape() == Dims{channels},
        "bias has the shape {}, should be [{}]: one value per output channel",
        bias.defined() ? to_string(bias.shape()) : "", channels);
}

// ---- what users call ----

template <size_t n>
Tensors compose_conv(const Call& c) {
  const auto& o = c.attributes<ConvOptions>();
  const Tensor& weight = c.in(1);
  check_common(c.in(0), weight, c.in(2), o.groups, n);
  const bool one_sample = is_unbatched(c.in(0), n);
  const Tensor input = as_batch(c.in(0), one_sample);
  check(input.size(1) == weight.size(1) * o.groups,
        "input has {} channels but weight {} expects {} (groups={})", input.size(1), weight.shape(),
        weight.size(1) * o.groups, o.groups);
  check(weight.size(0) % o.groups == 0,
        "weight {} has {} output channels, which groups={} does not divide", weight.shape(),
        weight.size(0), o.groups);
  check_bias(c.in(2), weight.size(0));
  ConvolutionAttrs a;
  a.stride = per_dimension(o.stride, n, "stride");
  a.dilation = per_dimension(o.dilation, n, "dilation");
  a.groups = o.groups;
  check_at_least(a.stride, 1, "stride");
  check_at_least(a.dilation, 1, "dilation");
  if (o.padding == same_padding) {
    for (size_t i = 0; i < n; ++i) {
      check(a.stride[i] == 1, "padding 'same' needs a stride of 1, stride is {}", a.stride);
      const int64_t total = reach(weight.size(int64_t(i) + 2), a.dilation[i]) - 1;
      a.padding.push_back(total / 2);
      a.padding_end.push_back(total - total / 2);
    }
  } else {
    a.padding = a.padding_end = per_dimension(o.padding, n, "padding");
    check_at_least(a.padding, 0, "padding");
  }
  for (size_t i = 0; i < n; ++i) {
    const int64_t in = input.size(int64_t(i) + 2) + a.padding[i] + a.padding_end[i],
                  span = reach(weight.size(int64_t(i) + 2), a.dilation[i]);
    check(in >= span,
          "the kernel spans {} elements but the padded input has only {} in spatial dimension {}",
          span, in, i);
  }
  return {as_given(call(op::convolution, {input, weight, c.in(2)}, a), one_sample)};
}

template <size_t n>
Tensors compose_conv_transpose(const Call& c) {
  const auto& o = c.attributes<ConvTransposeOptions>();
  const Tensor& weight = c.in(1);
  check_common(c.in(0), weight, c.in(2), o.groups, n);
  const bool one_sample = is_unbatched(c.in(0), n);
  const Tensor input = as_batch(c.in(0), one_sample);
  check(input.size(1) == weight.size(0), "input has {} channels but weight {} expects {}",
        input.size(1), weight.shape(), weight.size(0));
  check(weight.size(0) % o.groups == 0,
        "weight {} has {} input channels, which groups={} does not divide", weight.shape(),
        weight.size(0), o.groups);
  check_bias(c.in(2), product(Dims{weight.size(1), o.groups}));
  ConvolutionAttrs a;
  a.stride = per_dimension(o.stride, n, "stride");
  a.dilation = per_dimension(o.dilation, n, "dilation");
  a.padding = per_dimension(o.padding, n, "padding");
  a.padding_end = a.padding;
  a.groups = o.groups;
  const Dims extra = per_dimension(o.output_padding, n, "output_padding");
  check_at_least(a.stride, 1, "stride");
  check_at_least(a.dilation, 1, "dilation");
  check_at_least(a.padding, 0, "padding");
  check_at_least(extra, 0, "output_padding");
  for (size_t i = 0; i < n; ++i) {
    check(extra[i] < std::max(a.stride[i], a.dilation[i]),
          "output_padding {} should be smaller than stride {} or dilation {}", extra, a.stride,
          a.dilation);
    const int64_t in = input.size(int64_t(i) + 2);
    check(in <= most_spatial, "input {} is larger than {} in spatial dimension {}", input.shape(),
          most_spatial, i);
    const int64_t size = (in - 1) * a.stride[i] - 2 * a.padding[i] +
                         reach(weight.size(int64_t(i) + 2), a.dilation[i]) + extra[i];
    check(in >= 1 && size >= 1,
          "the output would have the size {} in spatial dimension {}; padding {} is too large",
          size, i, a.padding);
    a.size.push_back(size);
    if (extra[i] >= a.stride[i])
      a.padding_end[i] -= extra[i];  // or the convolution back would fit one window more
  }
  if (!c.has(2))
    return {as_given(call(op::conv_backward_input, {input, weight}, a), one_sample)};
  Dims shape(n + 1, 1);
  shape[0] = c.in(2).size(0);
  const Tensor out =
      in_single(input, [&](const Tensor& x) {  // so that the sum with the bias is rounded once
        return call(op::conv_backward_input, {x, hebb::cast(weight, x.dtype())}, a) +
               reshape(c.in(2), shape);
      });
  return {as_given(out, one_sample)};
}

// ---- the three entries behind them ----

Specs infer_convolution(const Call& c) {
  const auto& a = c.attributes<ConvolutionAttrs>();
  const Tensor &input = c.in(0), &weight = c.in(1);
  Dims shape = {input.size(0), weight.size(0)};
  for (size_t i = 0; i < a.stride.size(); ++i) {
    const int64_t in = input.size(int64_t(i) + 2) + a.padding[i] + a.padding_end[i];
    shape.push_back((in - reach(weight.size(int64_t(i) + 2), a.dilation[i])) / a.stride[i] + 1);
  }
  return {{input.dtype(), shape}};
}

ConvolutionAttrs with_size(const Call& c, const Dims& size) {
  ConvolutionAttrs a = c.attributes<ConvolutionAttrs>();
  a.size = size;
  return a;
}

Tensor backward_input(const Call& c, const Tensor& grad, const Tensor& weight, const Dims& size) {
  return call(op::conv_backward_input, {grad, weight}, with_size(c, size));
}
Tensor backward_weight(const Call& c, const Tensor& input, const Tensor& grad, const Dims& size) {
  return call(op::conv_backward_weight, {input, grad}, with_size(c, size));
}
Tensor forward_again(const Call& c, const Tensor& input, const Tensor& weight) {
  return call(op::convolution, {input, weight, {}}, with_size(c, {}));
}

// Multiply-adds count two; grad has the convolution's output shape.
Cost conv_cost(const Dims& out, const Dims& weight) {
  double per_output = 2;
  for (size_t i = 1; i < weight.size(); ++i)
    per_output *= double(weight[i]);
  return {.flops = per_output * double(product(out))};
}

}  // namespace

static Grads convolution_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    Grads grads(3);
    if (c.wants(0))
      grads[0] = backward_input(c, dy[0], c.in(1), spatial_sizes(c.in(0)));
    if (c.wants(1))
      grads[1] = backward_weight(c, c.in(0), dy[0], spatial_sizes(c.in(1)));
    if (c.has(2) && c.wants(2)) {  // oneDNN's own is a sum in f32, which loses up to some
                                   // percent of a large batch's
      Dims dims = {0};
      for (int64_t i = 2; i < dy[0].dim(); ++i)
        dims.push_back(i);
      grads[2] = sum(dy[0], dims);
    }
    return grads;
  });
}

constinit const Op op::convolution = {
    .name = "convolution",
    .what =
        "Cross-correlation of a batch [N, C, ...] with kernels [O, C / groups, ...], in any number "
        "of spatial dimensions.",
    .source = "torch.convolution",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvolutionAttrs>,
    .no_onnx_because = "a piece of conv1d, conv2d and conv3d",
    .precision = Precision::low,
    .infer = infer_convolution,
    .kernel = kernel::convolution,
    .keep = {Keep::input(0, {1}), Keep::input(1, {0})},
    .vjp = convolution_vjp,
    .cost = [](const Call& c) -> Cost { return conv_cost(c.out(0).shape(), c.in(1).shape()); },
    .internal = true,
};

static Specs infer_conv_backward_input(const Call& c) {
  const auto& a = c.attributes<ConvolutionAttrs>();
  Dims shape = {c.in(0).size(0), c.in(1).size(1) * a.groups};
  for (int64_t size : a.size)
    shape.push_back(size);
  return {{c.in(0).dtype(), shape}};
}

static Grads conv_backward_input_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    return {c.wants(0) ? forward_again(c, dy[0], c.in(1)) : Tensor(),
            c.wants(1) ? backward_weight(c, dy[0], c.in(0), spatial_sizes(c.in(1))) : Tensor()};
  });
}

// attrs.size: the input's spatial sizes.
constinit const Op op::conv_backward_input = {
    .name = "conv_backward_input",
    .what =
        "The gradient of a convolution's input, which is the transposed convolution of grad [N, O, "
        "...].",
    .source = "torch.ops.aten.convolution_backward",
    .inputs = {"grad", "weight"},
    .attributes = attrs_type<ConvolutionAttrs>,
    .no_onnx_because = "a piece of the transposed convolutions",
    .precision = Precision::low,
    .infer = infer_conv_backward_input,
    .kernel = kernel::conv_backward_input,
    .keep = {Keep::input(0, {1}), Keep::input(1, {0})},
    .vjp = conv_backward_input_vjp,
    .cost = [](const Call& c) -> Cost { return conv_cost(c.in(0).shape(), c.in(1).shape()); },
    .internal = true,
};

static Specs infer_conv_backward_weight(const Call& c) {
  const auto& a = c.attributes<ConvolutionAttrs>();
  Dims shape = {c.in(1).size(1), c.in(0).size(1) / a.groups};
  for (int64_t size : a.size)
    shape.push_back(size);
  return {{c.in(0).dtype(), shape}};
}

static Grads conv_backward_weight_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    return {c.wants(0) ? backward_input(c, c.in(1), dy[0], spatial_sizes(c.in(0))) : Tensor(),
            c.wants(1) ? forward_again(c, c.in(0), dy[0]) : Tensor()};
  });
}

// attrs.size: the kernel's sizes.
constinit const Op op::conv_backward_weight = GradientKernel{
    .name = "conv_backward_weight",
    .what =
        "The gradient of a convolution's kernels: the correlation of its input with the gradient "
        "of its result.",
    .inputs = {"input", "grad"},
    .attributes = attrs_type<ConvolutionAttrs>,
    .precision = Precision::low,
    .infer = infer_conv_backward_weight,
    .kernel = kernel::conv_backward_weight,
    .keep = {Keep::input(0, {1}), Keep::input(1, {0})},
    .vjp = conv_backward_weight_vjp,
    .cost = [](const Call& c) -> Cost { return conv_cost(c.in(1).shape(), c.out(0).shape()); },
};

constinit const Op op::conv1d = {
    .name = "conv1d",
    .what =
        "Cross-correlation of one dimension, [N, C, L], or of one sample, with kernels [O, C / "
        "groups, ...], plus a bias for each of the O channels.",
    .source = "torch.nn.functional.conv1d",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvOptions>,
    .onnx = {{.type = "Conv",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_conv,
              .from = onnx::read_conv}},
    .precision = Precision::low,
    .compose = compose_conv<1>,
};

constinit const Op op::conv2d = {
    .name = "conv2d",
    .what =
        "Cross-correlation of pictures, [N, C, H, W], or of one sample, with kernels [O, C / "
        "groups, ...], plus a bias for each of the O channels.",
    .source = "torch.nn.functional.conv2d",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvOptions>,
    .onnx = {{.type = "Conv",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_conv,
              .from = onnx::read_conv}},
    .precision = Precision::low,
    .compose = compose_conv<2>,
};

constinit const Op op::conv3d = {
    .name = "conv3d",
    .what =
        "Cross-correlation of volumes, [N, C, D, H, W], or of one sample, with kernels [O, C / "
        "groups, ...], plus a bias for each of the O channels.",
    .source = "torch.nn.functional.conv3d",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvOptions>,
    .onnx = {{.type = "Conv",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_conv,
              .from = onnx::read_conv}},
    .precision = Precision::low,
    .compose = compose_conv<3>,
};

constinit const Op op::conv_transpose1d = {
    .name = "conv_transpose1d",
    .what =
        "The transpose of conv1d as a linear map: kernels [C, O / groups, ...] spread each element "
        "of the input over the result.",
    .source = "torch.nn.functional.conv_transpose1d",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvTransposeOptions>,
    .onnx = {{.type = "ConvTranspose",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_conv_transpose,
              .from = onnx::read_conv_transpose}},
    .precision = Precision::low,
    .compose = compose_conv_transpose<1>,
};

constinit const Op op::conv_transpose2d = {
    .name = "conv_transpose2d",
    .what =
        "The transpose of conv2d as a linear map: kernels [C, O / groups, ...] spread each element "
        "of the input over the result.",
    .source = "torch.nn.functional.conv_transpose2d",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvTransposeOptions>,
    .onnx = {{.type = "ConvTranspose",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_conv_transpose,
              .from = onnx::read_conv_transpose}},
    .precision = Precision::low,
    .compose = compose_conv_transpose<2>,
};

constinit const Op op::conv_transpose3d = {
    .name = "conv_transpose3d",
    .what =
        "The transpose of conv3d as a linear map: kernels [C, O / groups, ...] spread each element "
        "of the input over the result.",
    .source = "torch.nn.functional.conv_transpose3d",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvTransposeOptions>,
    .onnx = {{.type = "ConvTranspose",
              .since = 13,
              .nodes = "Unsqueeze, Squeeze",
              .to = onnx::write_conv_transpose,
              .from = onnx::read_conv_transpose}},
    .precision = Precision::low,
    .compose = compose_conv_transpose<3>,
};

#define CONV(name)                                                           \
  Tensor name(const Tensor& input, const Tensor& weight, const Tensor& bias, \
              const ConvOptions& options) {                                  \
    return call(op::name, {input, weight, bias}, options);                   \
  }
CONV(conv1d)
CONV(conv2d)
CONV(conv3d)
#undef CONV

#define CONV_TRANSPOSE(name)                                                 \
  Tensor name(const Tensor& input, const Tensor& weight, const Tensor& bias, \
              const ConvTransposeOptions& options) {                         \
    return call(op::name, {input, weight, bias}, options);                   \
  }
CONV_TRANSPOSE(conv_transpose1d)
CONV_TRANSPOSE(conv_transpose2d)
CONV_TRANSPOSE(conv_transpose3d)
#undef CONV_TRANSPOSE

}  // namespace hebb
