// ops/glu.cc: gated linear units, written in operators.

#include "hebb/ops/glu.h"

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/glu.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

static Tensors compose_glu(const Call& c) {
  const Tensor& x = c.in(0);
  check(is_floating(x.dtype()), "input is {}, should be floating", name(x.dtype()));
  check(x.dim() > 0, "input should have at least one dimension");
  const int64_t dim = wrap_dim(c.attributes<GluAttrs>().dim, x.dim()), size = x.size(dim);
  check(size % 2 == 0, "the size {} of dimension {} of input {} should be even", size, dim,
        x.shape());
  return {slice(x, dim, Slice(0, size / 2)) * sigmoid(slice(x, dim, Slice(size / 2, size)))};
}

static OnnxValues write_glu(OnnxWriter& w) {
  const Tensor& x = w.operand(0);
  const int64_t dim = wrap_dim(w.attributes<GluAttrs>().dim, x.dim()), size = x.size(dim);
  const OnnxValue in = w.in(0), gate = w.add("Sigmoid", {w.slice(in, dim, size / 2, size)});
  return {w.add("Mul", {w.slice(in, dim, 0, size / 2), gate})};
}

constinit const Op op::glu = {
    .name = "glu",
    .what = "a sigmoid(b) for the two halves a and b along dim.",
    .source = "torch.nn.functional.glu; Dauphin et al. 2017",
    .inputs = {"input"},
    .attributes = attrs_type<GluAttrs>,
    .onnx = {{.since = 13, .nodes = "Slice, Sigmoid, Mul", .to = write_glu}},
    .compose = compose_glu,
};

Tensor glu(const Tensor& input, int64_t dim) {
  return call(op::glu, {input}, GluAttrs{dim});
}

}  // namespace hebb
