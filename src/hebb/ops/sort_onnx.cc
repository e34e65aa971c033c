// ops/sort_onnx.cc: the ONNX forms of sorting. TopK keeps the order of equal elements, as sort
// does.

#include "hebb/ops/sort_onnx.h"

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

OnnxValues top(OnnxWriter& w, int64_t k, int64_t dim, bool largest) {
  const OnnxValue x = w.in(0);
  if (w.operand(0).dim() == 0)
    return {x, w.number(0, DType::i64)};
  const DType dtypes[] = {x.dtype, DType::i64};
  return w.add_all("TopK", {x, w.ints({k})},
                   {{"axis", dim}, {"largest", largest}, {"sorted", true}}, dtypes);
}

OnnxValues sorted(OnnxWriter& w) {
  const auto& a = w.attributes<SortAttrs>();
  return top(w, w.operand(0).dim() > 0 ? w.operand(0).size(a.dim) : 1, a.dim, a.descending);
}

}  // namespace

OnnxValues write_sort(OnnxWriter& w) {
  return sorted(w);
}

OnnxValues write_argsort(OnnxWriter& w) {
  const OnnxValues both = sorted(w);
  return {both[1]};
}

OnnxValues write_topk(OnnxWriter& w) {
  const auto& a = w.attributes<TopkAttrs>();
  return top(w, a.k, a.dim, a.largest);
}

Tensors read_topk(const OnnxReader& r) {
  const Dims k = r.ints(1);
  r.require(k.size() == 1, "k {} should be one number", k);
  r.skip("sorted");  // the answer is always sorted
  return call_all(op::topk, {r.in(0)},
                  TopkAttrs{k[0], r.integer("axis", -1), r.flag("largest", true)});
}

}  // namespace hebb::onnx
