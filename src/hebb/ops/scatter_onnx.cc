// ops/scatter_onnx.cc: the ONNX forms of placing by index tensors.

#include "hebb/ops/scatter_onnx.h"

#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/scatter.h"

namespace hebb::onnx {
namespace {

OnnxValues elements(OnnxWriter& w, int64_t dim, OnnxValue source, std::string_view reduction) {
  const Dims& index = w.operand(1).shape();
  if (w.has(2))
    for (size_t i = 0; i < index.size(); ++i)  // ONNX wants as many updates as indices
      if (w.operand(2).shape()[i] != index[i])
        source = w.slice(source, int64_t(i), 0, index[i]);
  const bool scalar = index.empty();  // ONNX's has at least one dimension
  OnnxValue x = w.in(0), at = w.in(1);
  if (scalar) {
    x = w.reshape(x, {1});
    at = w.reshape(at, {1});
    source = w.reshape(source, {1});
  }
  OnnxAttributes attributes = {{"axis", dim}};
  if (!reduction.empty())
    attributes.emplace_back("reduction", reduction);
  const OnnxValue out = w.add("ScatterElements", {x, at, source}, attributes);
  return {scalar ? w.reshape(out, {}) : out};
}

// One slice of input for each of a row of positions.
OnnxValues rows(OnnxWriter& w, int64_t dim, const OnnxValue& source, const Dims& source_shape) {
  const int64_t rank = int64_t(source_shape.size()), axis = wrap_dim(dim, rank);
  Dims row(size_t(rank), 1);
  row[size_t(axis)] = w.operand(1).numel();
  const OnnxValue index = w.expand(w.reshape(w.in(1), row), source_shape);
  const bool scalar = w.operand(0).dim() == 0;
  const OnnxValue x = scalar ? w.reshape(w.in(0), {1}) : w.in(0);
  const OnnxValue out = w.add("ScatterElements", {x, index, source}, {{"axis", axis}});
  return {scalar ? w.reshape(out, {}) : out};
}

}  // namespace

OnnxValues write_scatter(OnnxWriter& w) {
  const auto& a = w.attributes<ScatterAttrs>();
  w.require(!a.reduce || w.opset >= 16, "ONNX's ScatterElements has a reduction from opset 16 on");
  const OnnxValue source = w.has(2) ? w.in(2) : w.expand(w.in(3, w.out()), w.operand(1).shape());
  return elements(w, a.dim, source, !a.reduce ? "" : *a.reduce == "add" ? "add" : "mul");
}

OnnxValues write_scatter_reduce(OnnxWriter& w) {
  const auto& a = w.attributes<ScatterReduceAttrs>();
  w.require(a.include_self, "ONNX's ScatterElements combines with what is there, always");
  w.require(a.reduce != "mean", "ONNX's ScatterElements has no means");
  const std::string_view reduction = a.reduce == "sum"    ? "add"
                                     : a.reduce == "prod" ? "mul"
                                     : a.reduce == "amax" ? "max"
                                                          : "min";
  return elements(w, a.dim, w.in(2), reduction);
}

OnnxValues write_index_copy(OnnxWriter& w) {
  const Dims& given = w.operand(2).shape();
  const Dims shape = given.empty() ? Dims{1} : given;
  const OnnxValue source = given.empty() ? w.reshape(w.in(2), {1}) : w.in(2);
  return rows(w, w.attributes<AlongAttrs>().dim, source, shape);
}

OnnxValues write_index_fill(OnnxWriter& w) {
  Dims shape = w.operand(0).dim() ? w.operand(0).shape() : Dims{1};
  const int64_t dim = w.attributes<AlongAttrs>().dim;
  shape[size_t(wrap_dim(dim, int64_t(shape.size())))] = w.operand(1).numel();
  return rows(w, dim, w.expand(w.in(2, w.out()), shape), shape);
}

}  // namespace hebb::onnx
