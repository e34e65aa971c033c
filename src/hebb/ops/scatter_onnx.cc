// ops/scatter_onnx.cc: the ONNX forms of placing by index tensors.

#include "hebb/ops/scatter_onnx.h"

#include "hebb/ops/gather_onnx.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/scatter.h"

namespace hebb::onnx {
namespace {

Dims raised(const Dims& shape) {
  return shape.empty() ? Dims{1} : shape;
}

OnnxValues elements(OnnxWriter& w, int64_t dim, OnnxValue source, std::string_view reduction) {
  const Dims index = raised(w.operand(1).shape());
  if (w.has(2)) {
    source = at_least_1d(w, source, w.operand(2));
    const Dims given = raised(w.operand(2).shape());
    for (size_t i = 0; i < index.size(); ++i)  // ONNX wants as many updates as indices
      if (given[i] != index[i])
        source = w.slice(source, int64_t(i), 0, index[i]);
  }
  const OnnxValue x = at_least_1d(w, w.in(0), w.operand(0)),
                  at = at_least_1d(w, w.in(1), w.operand(1));
  OnnxAttributes attributes = {{"axis", dim}};
  if (!reduction.empty())
    attributes.emplace_back("reduction", reduction);
  return {
      in_call_shape(w, w.add("ScatterElements", {x, at, source}, attributes), w.operand(0).dim())};
}

// One slice of input for each of a row of positions.
OnnxValues rows(OnnxWriter& w, int64_t dim, const OnnxValue& source, const Dims& source_shape) {
  const int64_t rank = int64_t(source_shape.size()), axis = wrap_dim(dim, rank);
  Dims row(size_t(rank), 1);
  row[size_t(axis)] = w.operand(1).numel();
  const OnnxValue index = w.expand(w.reshape(w.in(1), row), source_shape);
  const OnnxValue x = at_least_1d(w, w.in(0), w.operand(0));
  const OnnxValue out = w.add("ScatterElements", {x, index, source}, {{"axis", axis}});
  return {in_call_shape(w, out, w.operand(0).dim())};
}

}  // namespace

OnnxValues write_scatter_add(OnnxWriter& w) {
  return elements(w, w.attributes<AlongAttrs>().dim, w.in(2), "add");
}

OnnxValues write_scatter(OnnxWriter& w) {
  const auto& a = w.attributes<ScatterAttrs>();
  w.require(!a.reduce || w.opset >= 16, "ONNX's ScatterElements has a reduction from opset 16 on");
  const OnnxValue source =
      w.has(2) ? w.in(2) : w.expand(w.in(3, w.out()), raised(w.operand(1).shape()));
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
  return rows(w, w.attributes<AlongAttrs>().dim, at_least_1d(w, w.in(2), w.operand(2)),
              raised(w.operand(2).shape()));
}

OnnxValues write_index_fill(OnnxWriter& w) {
  Dims shape = raised(w.operand(0).shape());
  const int64_t dim = w.attributes<AlongAttrs>().dim;
  shape[size_t(wrap_dim(dim, int64_t(shape.size())))] = w.operand(1).numel();
  return rows(w, dim, w.expand(w.in(2, w.out()), shape), shape);
}

}  // namespace hebb::onnx
