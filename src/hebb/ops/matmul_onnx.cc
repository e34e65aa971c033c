// ops/matmul_onnx.cc: the ONNX forms of matrix products and of linear.

#include "hebb/ops/matmul_onnx.h"

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {

OnnxValues write_linear(OnnxWriter& w) {
  const OnnxValue x = w.in(0), weight = w.in(1), bias = w.in(2);
  const bool vector = w.operand(1).dim() == 1;
  if (w.operand(0).dim() == 2 && !vector)
    return {w.add("Gemm", {x, weight, bias}, {{"transB", 1}})};
  const OnnxValue turned = vector ? weight : w.add("Transpose", {weight}, {{"perm", Dims{1, 0}}}),
                  product = w.add("MatMul", {x, turned});
  return {w.has(2) ? w.add("Add", {product, bias}) : product};
}

Tensors read_gemm(const OnnxReader& r) {
  const double alpha = r.real("alpha", 1), beta = r.real("beta", 1);
  const bool turn_a = r.flag("transA", false), turn_b = r.flag("transB", false);
  const Tensor &a = r.in(0), &b = r.in(1), c = r.maybe(2);
  r.require(a.dim() == 2 && b.dim() == 2, "inputs {} and {} should be matrices", describe(a),
            describe(b));
  const Tensor left = turn_a ? transpose(a, 0, 1) : a;
  const bool is_bias = !c.defined() || (beta == 1 && c.shape() == Dims{b.size(turn_b ? 0 : 1)});
  if (turn_b && alpha == 1 && is_bias && is_floating(a.dtype()))
    return {linear(left, b, c)};
  Tensor product = matmul(left, turn_b ? transpose(b, 0, 1) : b);
  if (alpha != 1)
    product = product * alpha;
  if (!c.defined())
    return {product};
  return {product + (beta == 1 ? c : c * beta)};
}

}  // namespace hebb::onnx
