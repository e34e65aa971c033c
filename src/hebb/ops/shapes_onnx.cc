// ops/shapes_onnx.cc: the ONNX forms of other shapes.

#include "hebb/ops/shapes_onnx.h"

#include <limits>

#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/shapes.h"

namespace hebb::onnx {
namespace {

OnnxValue with_swapped(OnnxWriter& w, const OnnxValue& x, int64_t a, int64_t b) {
  const int64_t rank = w.operand(0).dim();
  Dims perm;
  for (int64_t i = 0; i < rank; ++i)
    perm.push_back(i);
  if (rank > 0)
    std::swap(perm[size_t(wrap_dim(a, rank))], perm[size_t(wrap_dim(b, rank))]);
  return rank > 0 ? w.add("Transpose", {x}, {{"perm", perm}}) : x;
}

OnnxValue reversed(OnnxWriter& w, const OnnxValue& x, int64_t dim) {
  return w.slice(x, dim, -1, std::numeric_limits<int64_t>::min(), -1);
}

}  // namespace

OnnxValues write_as_reshape(OnnxWriter& w) {
  return {w.reshape(w.in(0), w.call.out(0).shape())};
}

OnnxValues write_broadcast_to(OnnxWriter& w) {
  return {w.expand(w.in(0), w.call.out(0).shape())};
}

OnnxValues write_transpose(OnnxWriter& w) {
  const auto& a = w.attributes<TransposeAttrs>();
  return {with_swapped(w, w.in(0), a.dim0, a.dim1)};
}

OnnxValues write_swapaxes(OnnxWriter& w) {
  const auto& a = w.attributes<SwapaxesAttrs>();
  return {with_swapped(w, w.in(0), a.axis0, a.axis1)};
}

OnnxValues write_movedim(OnnxWriter& w) {
  const auto& a = w.attributes<MovedimAttrs>();
  const Dims perm = moved_dims(w.operand(0).dim(), a.source, a.destination);
  return {perm.empty() ? w.in(0) : w.add("Transpose", {w.in(0)}, {{"perm", perm}})};
}

OnnxValues write_narrow(OnnxWriter& w) {
  const auto& a = w.attributes<NarrowAttrs>();
  const int64_t start = a.start < 0 ? a.start + w.operand(0).size(a.dim) : a.start;
  return {w.slice(w.in(0), a.dim, start, start + a.length)};
}

OnnxValues write_unbind(OnnxWriter& w) {
  const int64_t dim = w.attributes<UnbindAttrs>().dim;
  const OnnxValue x = w.in(0);
  OnnxValues parts;
  for (int64_t i = 0; i < w.operand(0).size(dim); ++i)
    parts.push_back(w.add("Gather", {x, w.number(double(i), DType::i64)}, {{"axis", dim}}));
  return parts;
}

OnnxValues write_tile(OnnxWriter& w) {
  Dims dims = w.attributes<TileAttrs>().dims;
  Dims shape = w.operand(0).shape();
  const bool longer = dims.size() > shape.size();
  while (dims.size() < shape.size())
    dims.insert(0, 1);
  while (shape.size() < dims.size())
    shape.insert(0, 1);
  const OnnxValue x = longer ? w.reshape(w.in(0), shape) : w.in(0);
  return {dims.empty() ? x : w.add("Tile", {x, w.ints(dims)})};
}

OnnxValues write_rot90(OnnxWriter& w) {
  const auto& a = w.attributes<Rot90Attrs>();
  const OnnxValue x = w.in(0);
  switch ((a.k % 4 + 4) % 4) {
    case 1:
      return {with_swapped(w, reversed(w, x, a.dims[1]), a.dims[0], a.dims[1])};
    case 2:
      return {reversed(w, reversed(w, x, a.dims[0]), a.dims[1])};
    case 3:
      return {with_swapped(w, reversed(w, x, a.dims[0]), a.dims[0], a.dims[1])};
    default:
      return {x};
  }
}

OnnxValues write_fliplr(OnnxWriter& w) {
  return {reversed(w, w.in(0), 1)};
}

OnnxValues write_flipud(OnnxWriter& w) {
  return {reversed(w, w.in(0), 0)};
}

}  // namespace hebb::onnx
