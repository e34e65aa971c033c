// ops/flipped_conv.cc: convolutions as mathematics defines them. PyTorch's, and ours of that name,
// are cross-correlations: they do not flip the kernel.

#include "hebb/ops/convolution.h"
#include "hebb/ops/join.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/convolution.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

template <const Op& correlation, int64_t n>
Tensors compose_flipped(const Call& c) {
  const Tensor& weight = c.in(1);
  check(weight.dim() == n + 2, "weight {} has {} dimensions, should have {}", weight.shape(),
        weight.dim(), n + 2);
  Dims spatial;
  for (int64_t i = 0; i < n; ++i)
    spatial.push_back(i + 2);
  return {call(correlation, {c.in(0), flip(weight, spatial), c.in(2)}, c.attrs())};
}

}  // namespace

constinit const Op op::flipped_conv1d = {
    .name = "flipped_conv1d",
    .what =
        "The convolution of mathematics, sum_k x[i - k] w[k]: conv1d with the kernel from back to "
        "front.",
    .source = "torch.nn.functional.conv1d of a flipped weight; Goodfellow et al. 2016, 9.1",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvOptions>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::low,
    .compose = compose_flipped<op::conv1d, 1>,
};

constinit const Op op::flipped_conv2d = {
    .name = "flipped_conv2d",
    .what =
        "The convolution of mathematics, sum_kl x[i - k, j - l] w[k, l]: conv2d with the kernel "
        "flipped in both dimensions.",
    .source = "torch.nn.functional.conv2d of a flipped weight; Goodfellow et al. 2016, 9.1",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvOptions>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::low,
    .compose = compose_flipped<op::conv2d, 2>,
};

constinit const Op op::flipped_conv3d = {
    .name = "flipped_conv3d",
    .what = "The convolution of mathematics: conv3d with the kernel flipped in all dimensions.",
    .source = "torch.nn.functional.conv3d of a flipped weight; Goodfellow et al. 2016, 9.1",
    .inputs = {"input", "weight", "bias?"},
    .attributes = attrs_type<ConvOptions>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::low,
    .compose = compose_flipped<op::conv3d, 3>,
};

Tensor flipped_conv1d(const Tensor& input, const Tensor& weight, const Tensor& bias,
                      const ConvOptions& options) {
  return call(op::flipped_conv1d, {input, weight, bias}, options);
}
Tensor flipped_conv2d(const Tensor& input, const Tensor& weight, const Tensor& bias,
                      const ConvOptions& options) {
  return call(op::flipped_conv2d, {input, weight, bias}, options);
}
Tensor flipped_conv3d(const Tensor& input, const Tensor& weight, const Tensor& bias,
                      const ConvOptions& options) {
  return call(op::flipped_conv3d, {input, weight, bias}, options);
}

}  // namespace hebb
