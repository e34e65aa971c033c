// ops/counted_onnx.cc: the ONNX forms of results whose size the values decide.

#include "hebb/ops/counted_onnx.h"

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {

OnnxValues write_nonzero(OnnxWriter& w) {
  w.require(w.operand(0).dim() > 0, "ONNX's NonZero has another answer for a 0-d input");
  const OnnxValue columns = w.add("NonZero", {w.in(0)}, {}, DType::i64);
  return {w.add("Transpose", {columns}, {{"perm", Dims{1, 0}}})};
}

Tensors read_nonzero(const OnnxReader& r) {
  r.require(r.in(0).dim() > 0, "a 0-d input is not read");
  return {transpose(nonzero(r.in(0)), 0, 1)};
}

OnnxValues write_masked_select(OnnxWriter& w) {
  const Dims shape = broadcast(w.operand(0).shape(), w.operand(1).shape());
  const auto flat = [&](int slot) { return w.reshape(w.expand(w.in(slot), shape), {-1}); };
  return {w.add("Compress", {flat(0), flat(1)}, {{"axis", 0}})};
}

// A condition that is shorter than the axis takes nothing of what is behind it.
Tensors read_compress(const OnnxReader& r) {
  const Tensor& condition = r.in(1);
  const bool flat = !r.has("axis");
  const Tensor x = flat ? reshape(r.in(0), {r.in(0).numel()}) : r.in(0);
  const Tensor positions = select(nonzero(condition), 1, 0);
  return {index_select(x, r.integer("axis", 0), positions)};
}

OnnxValues write_unique(OnnxWriter& w) {
  const auto& a = w.attributes<UniqueAttrs>();
  const OnnxValue x = w.in(0);
  const DType dtypes[] = {x.dtype, DType::i64, DType::i64, DType::i64};
  OnnxAttributes attributes = {{"sorted", 1}};
  if (a.dim)
    attributes.emplace_back("axis", *a.dim);
  const OnnxValues all = w.add_all("Unique", {x}, attributes, dtypes);
  w.leave_out(all[1]);
  OnnxValues results = {all[0]};
  if (a.return_inverse)
    results.push_back(a.dim ? all[2] : w.reshape(all[2], w.operand(0).shape()));
  else
    w.leave_out(all[2]);
  if (a.return_counts)
    results.push_back(all[3]);
  else
    w.leave_out(all[3]);
  return results;
}

Tensors read_unique(const OnnxReader& r) {
  r.require(r.flag("sorted", true), "sorted is 0, of which only 1 is read");
  if (r.has("axis")) {
    const Unique slices = unique(r.in(0), r.integer("axis", 0));
    return {slices.values, Tensor(), slices.inverse, slices.counts};
  }
  const Unique all = unique(r.in(0));
  return {all.values, Tensor(), reshape(all.inverse, {all.inverse.numel()}), all.counts};
}

}  // namespace hebb::onnx
