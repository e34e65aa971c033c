// ops/distance_onnx.cc: the ONNX forms of distances.

#include "hebb/ops/distance_onnx.h"

#include "hebb/ops/distance.h"
#include "hebb/ops/norms_onnx.h"
#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {

OnnxValues write_cdist(OnnxWriter& w) {
  const Dims &a = w.operand(0).shape(), &b = w.operand(1).shape();
  const OnnxValue apart = w.add("Sub", {w.unsqueeze(w.in(0, w.out()), {int64_t(a.size()) - 1}),
                                        w.unsqueeze(w.in(1, w.out()), {int64_t(b.size()) - 2})});
  return {vector_norm(w, apart, {w.attributes<CdistAttrs>().p, {-1}, false})};
}

OnnxValues write_pairwise_distance(OnnxWriter& w) {
  const auto& a = w.attributes<PairwiseDistanceAttrs>();
  const OnnxValue apart = w.add("Sub", {w.in(0, w.out()), w.in(1, w.out())}),
                  moved = w.add("Add", {apart, w.number(a.eps, apart.dtype)});
  return {vector_norm(w, moved, {a.p, {-1}, a.keepdim})};
}

OnnxValues write_cosine_similarity(OnnxWriter& w) {
  const auto& [dim, eps] = w.attributes<CosineSimilarityAttrs>();
  const Dims shape = broadcast(w.operand(0).shape(), w.operand(1).shape());
  const auto unit = [&, dim = dim, eps = eps](int slot) {
    OnnxValue x = w.in(slot, w.out());
    if (w.operand(slot).shape() != shape)
      x = w.expand(x, shape);
    const OnnxValue length = w.reduce("ReduceL2", x, {dim}, true);
    return w.add("Div", {x, w.add("Max", {length, w.number(eps, x.dtype)})});
  };
  return {w.reduce("ReduceSum", w.add("Mul", {unit(0), unit(1)}), {dim}, false)};
}

OnnxValues write_normalize(OnnxWriter& w) {
  const auto& a = w.attributes<NormalizeAttrs>();
  const OnnxValue x = w.in(0), length = vector_norm(w, x, {a.p, {a.dim}, true});
  return {w.add("Div", {x, w.add("Max", {length, w.number(a.eps, x.dtype)})})};
}

}  // namespace hebb::onnx
