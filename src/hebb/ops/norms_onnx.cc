// ops/norms_onnx.cc: the ONNX forms of norms.

#include "hebb/ops/norms_onnx.h"

#include <cmath>

#include "hebb/ops/norms.h"
#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {
namespace {

OnnxValue matrix_norm(OnnxWriter& w, const OnnxValue& x, const std::string& ord, const Dims& dim,
                      bool keepdim) {
  if (ord == "fro")
    return w.reduce("ReduceL2", x, dim, keepdim);
  const double number = std::strtod(ord.c_str(), nullptr);
  w.require(std::abs(number) == 1 || std::isinf(number),
            "ONNX has no singular values, of which the norm with ord '{}' is made", ord);
  const int64_t rank = w.operand(0).dim();
  const bool columns = std::abs(number) == 1;
  const int64_t summed = wrap_dim(dim[columns ? 0 : 1], rank),
                over = wrap_dim(dim[columns ? 1 : 0], rank);
  const OnnxValue sums = w.reduce("ReduceL1", x, {summed}, keepdim);
  return w.reduce(number > 0 ? "ReduceMax" : "ReduceMin", sums,
                  {keepdim || over < summed ? over : over - 1}, keepdim);
}

OnnxValue input_in(OnnxWriter& w, const std::optional<DType>& dtype) {
  return dtype ? w.in(0, *dtype) : w.in(0);
}

}  // namespace

OnnxValue vector_norm(OnnxWriter& w, const OnnxValue& x, const OnnxNorm& norm) {
  const auto& [p, dims, keepdim] = norm;
  if (p == 1)
    return w.reduce("ReduceL1", x, dims, keepdim);
  if (p == 2)
    return w.reduce("ReduceL2", x, dims, keepdim);
  if (p == 0)
    return w.reduce("ReduceSum", w.cast(w.cast(x, DType::boolean), x.dtype), dims, keepdim);
  const OnnxValue size = w.add("Abs", {x});
  if (std::isinf(p))
    return w.reduce(p > 0 ? "ReduceMax" : "ReduceMin", size, dims, keepdim);
  const OnnxValue powers = w.add("Pow", {size, w.number(p, x.dtype)}),
                  sum = w.reduce("ReduceSum", powers, dims, keepdim);
  return w.add("Pow", {sum, w.number(1 / p, x.dtype)});
}

OnnxValues write_linalg_vector_norm(OnnxWriter& w) {
  const auto& a = w.attributes<VectorNormAttrs>();
  return {vector_norm(w, input_in(w, a.dtype), {a.ord, a.dim, a.keepdim})};
}

OnnxValues write_linalg_matrix_norm(OnnxWriter& w) {
  const auto& a = w.attributes<MatrixNormAttrs>();
  return {matrix_norm(w, input_in(w, a.dtype), a.ord, a.dim, a.keepdim)};
}

OnnxValues write_linalg_norm(OnnxWriter& w) {
  const auto& a = w.attributes<AnyNormAttrs>();
  const OnnxValue x = input_in(w, a.dtype);
  if (a.ord && (a.dim.size() == 2 || (a.dim.empty() && w.operand(0).dim() == 2)))
    return {matrix_norm(w, x, *a.ord, a.dim.empty() ? Dims{-2, -1} : a.dim, a.keepdim)};
  return {vector_norm(w, x, {a.ord ? std::strtod(a.ord->c_str(), nullptr) : 2, a.dim, a.keepdim})};
}

}  // namespace hebb::onnx
