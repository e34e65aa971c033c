// ops/products_onnx.cc: the ONNX forms of products.

#include "hebb/ops/products_onnx.h"

#include <algorithm>

#include "hebb/ops/einsum.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/products.h"

namespace hebb::onnx {
namespace {

OnnxValue times_factor(OnnxWriter& w, const OnnxValue& x, double factor) {
  return factor == 1 ? x : w.add("Mul", {x, w.number(factor, x.dtype)});
}

// The summed pairs have one letter; the result has all others.
OnnxValue summed_over(OnnxWriter& w, const TensordotDims& pairs) {
  const int64_t rank = w.operand(0).dim(), other_rank = w.operand(1).dim();
  w.require(rank + other_rank <= 26, "ONNX's Einsum has a letter for 26 dimensions only");
  std::string left, right, result;
  for (int64_t i = 0; i < rank; ++i)
    left += char('a' + i);
  for (int64_t i = 0; i < other_rank; ++i)
    right += char('a' + rank + i);
  for (size_t i = 0; i < pairs.input.size(); ++i)
    right[size_t(pairs.other[i])] = left[size_t(pairs.input[i])];
  for (char letter : left + right)
    if (std::count(left.begin(), left.end(), letter) +
            std::count(right.begin(), right.end(), letter) ==
        1)
      result += letter;
  const std::string equation = left + "," + right + "->" + result;
  return w.add("Einsum", {w.in(0), w.in(1)}, {{"equation", equation}});
}

OnnxValue crossed(OnnxWriter& w, int64_t axis) {
  const auto turned = [&](const OnnxValue& x, int64_t by) {
    return w.add("Concat", {w.slice(x, axis, by, 3), w.slice(x, axis, 0, by)}, {{"axis", axis}});
  };
  const OnnxValue a = w.in(0), b = w.in(1, a.dtype);
  return w.add("Sub", {w.add("Mul", {turned(a, 1), turned(b, 2)}),
                       w.add("Mul", {turned(a, 2), turned(b, 1)})});
}

}  // namespace

OnnxValues write_product(OnnxWriter& w) {
  return {w.add("MatMul", {w.in(0), w.in(1)})};
}

OnnxValues write_inner(OnnxWriter& w) {
  const int64_t a = w.operand(0).dim(), b = w.operand(1).dim();
  if (a == 0 || b == 0)
    return {w.add("Mul", {w.in(0, w.out()), w.in(1, w.out())})};
  return {summed_over(w, {{a - 1}, {b - 1}})};
}

OnnxValues write_outer(OnnxWriter& w) {
  return {w.add("Mul", {w.unsqueeze(w.in(0, w.out()), {1}), w.in(1, w.out())})};
}

OnnxValues write_added(OnnxWriter& w) {
  const auto& [beta, alpha] = w.attributes<AddmmAttrs>();
  const OnnxValue product = times_factor(w, w.add("MatMul", {w.in(1), w.in(2)}), alpha);
  if (beta == 0)
    return {product};
  return {w.add("Add", {times_factor(w, w.in(0), beta), product})};
}

OnnxValues write_tensordot(OnnxWriter& w) {
  return {summed_over(w, tensordot_dims(w.call))};
}

OnnxValues write_kron(OnnxWriter& w) {
  const KronShapes shapes = kron_shapes(w.call);
  const OnnxValue a = w.reshape(w.in(0, w.out()), shapes.input),
                  b = w.reshape(w.in(1, w.out()), shapes.other);
  return {w.reshape(w.add("Mul", {a, b}), shapes.result)};
}

OnnxValues write_linalg_cross(OnnxWriter& w) {
  return {crossed(w, wrap_dim(w.attributes<CrossDimAttrs>().dim, w.operand(0).dim()))};
}

OnnxValues write_cross(OnnxWriter& w) {
  const Dims& shape = w.operand(0).shape();
  const auto first = std::find(shape.begin(), shape.end(), 3) - shape.begin();
  return {crossed(w, wrap_dim(w.attributes<CrossAttrs>().dim.value_or(first), w.operand(0).dim()))};
}

OnnxValues write_bilinear(OnnxWriter& w) {
  const OnnxValue y =
      w.add("Einsum", {w.in(0), w.in(2), w.in(1)}, {{"equation", "...i,oij,...j->...o"}});
  return {w.has(3) ? w.add("Add", {y, w.in(3)}) : y};
}

// In ONNX "..." stands for as many dimensions in every operand that has it.
OnnxValues write_einsum(OnnxWriter& w) {
  const std::string& equation = w.attributes<EinsumAttrs>().equation;
  std::vector<int64_t> spans;
  size_t at = 0;
  for (const Tensor& operand : w.call.list(0)) {
    const size_t end = std::min(equation.find_first_of(",-", at), equation.size());
    const std::string text = equation.substr(at, end - at);
    const auto letters =
        std::count_if(text.begin(), text.end(), [](char c) { return c != '.' && c != ' '; });
    if (text.find('.') != std::string::npos)
      spans.push_back(operand.dim() - letters);
    at = std::min(end + 1, equation.size());
  }
  w.require(std::equal(spans.begin() + !spans.empty(), spans.end(), spans.begin()),
            "ONNX's Einsum wants '...' to stand for as many dimensions in every operand");
  return {w.add("Einsum", w.list(0), {{"equation", equation}}, w.out())};
}

}  // namespace hebb::onnx
