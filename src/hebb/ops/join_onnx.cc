// ops/join_onnx.cc: the ONNX forms of joining, cutting, turning and repeating.

#include "hebb/ops/join_onnx.h"

#include <limits>

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

OnnxValues parts(OnnxWriter& w, int64_t dim) {  // as large as the call's results are
  Dims sizes;
  for (const Tensor& out : w.call.outputs())
    sizes.push_back(out.size(dim));
  const OnnxValue x = w.in(0);
  const std::vector<DType> dtypes(sizes.size(), x.dtype);
  return w.add_all("Split", {x, w.ints(sizes)}, {{"axis", dim}}, dtypes);
}

}  // namespace

OnnxValues write_cat(OnnxWriter& w) {
  const OnnxValues all = w.list(0);
  OnnxValues joined;
  for (size_t i = 0; i < all.size(); ++i)  // an empty vector joins anything, but not in ONNX
    if (w.call.out(0).dim() == 1 || w.call.list(0)[i].dim() > 1)
      joined.push_back(all[i]);
  return {w.add("Concat", joined, {{"axis", w.attributes<AlongAttrs>().dim}})};
}

OnnxValues write_stack(OnnxWriter& w) {
  const int64_t dim = wrap_dim(w.attributes<AlongAttrs>().dim, w.call.out(0).dim());
  OnnxValues raised;
  for (const OnnxValue& item : w.list(0))
    raised.push_back(w.unsqueeze(w.cast(item, w.out()), {dim}));
  return {w.add("Concat", raised, {{"axis", dim}})};
}

OnnxValues write_split(OnnxWriter& w) {
  return parts(w, w.attributes<SplitAttrs>().dim);
}

OnnxValues write_chunk(OnnxWriter& w) {
  return parts(w, w.attributes<ChunkAttrs>().dim);
}

Tensors read_split(const OnnxReader& r) {
  const Tensor& x = r.in(0);
  const int64_t axis = r.integer("axis", 0), size = x.size(axis),
                count = r.integer("num_outputs", int64_t(r.node.outputs.size()));
  Dims sizes = r.ints_or_none(1);
  if (!r.has(1)) {
    r.require(count >= 1 && (r.has("num_outputs") || size % count == 0),
              "{} outputs do not divide dimension {} of {}", count, axis, x.shape());
    const int64_t each = (size + count - 1) / count;
    for (int64_t i = 0; i < count; ++i)
      sizes.push_back(std::clamp<int64_t>(size - i * each, 0, each));
  }
  int64_t start = 0;
  Tensors results;
  for (int64_t part : sizes) {
    r.require(part >= 0 && part <= size - start, "sizes {} do not fill dimension {} of {}", sizes,
              axis, x.shape());
    results.push_back(slice(x, axis, Slice(start, start + part)));
    start += part;
  }
  r.require(start == size, "sizes {} do not fill dimension {} of {}", sizes, axis, x.shape());
  return results;
}

OnnxValues write_flip(OnnxWriter& w) {
  const Dims& dims = w.attributes<FlipAttrs>().dims;
  const size_t n = dims.size();
  if (n == 0)
    return {w.in(0)};
  const Dims last(n, -1), before_first(n, std::numeric_limits<int64_t>::min()), backwards(n, -1);
  return {w.add("Slice",
                {w.in(0), w.ints(last), w.ints(before_first), w.ints(dims), w.ints(backwards)})};
}

OnnxValues write_roll(OnnxWriter& w) {
  const auto& a = w.attributes<RollAttrs>();
  const Dims& shape = w.operand(0).shape();
  OnnxValue x = w.in(0);
  const auto rolled = [&](int64_t shift, int64_t dim, int64_t size) {
    const int64_t at = size > 0 ? ((-shift % size) + size) % size : 0;
    if (at != 0)
      x = w.add("Concat", {w.slice(x, dim, at, size), w.slice(x, dim, 0, at)}, {{"axis", dim}});
  };
  if (a.dims.empty()) {
    x = w.reshape(x, {-1});
    rolled(a.shifts[0], 0, product(shape));
    return {w.reshape(x, shape)};
  }
  for (size_t i = 0; i < a.dims.size(); ++i)
    rolled(a.shifts[i], a.dims[i], w.operand(0).size(a.dims[i]));
  return {x};
}

OnnxValues write_repeat(OnnxWriter& w) {
  const Dims& repeats = w.attributes<RepeatAttrs>().repeats;
  Dims shape(repeats.size() - w.operand(0).shape().size(), 1);
  const bool longer = !shape.empty();
  for (int64_t size : w.operand(0).shape())
    shape.push_back(size);
  const OnnxValue x = longer ? w.reshape(w.in(0), shape) : w.in(0);
  return {w.add("Tile", {x, w.ints(repeats)})};
}

Tensors read_tile(const OnnxReader& r) {
  return {repeat(r.in(0), r.ints(1))};
}

OnnxValues write_meshgrid(OnnxWriter& w) {
  const OnnxValues all = w.list(0);
  const size_t n = all.size();
  const bool swap = w.attributes<MeshgridAttrs>().indexing == "xy" && n >= 2;
  OnnxValues grids;
  for (size_t i = 0; i < n; ++i) {
    Dims shape(n, 1);
    shape[swap && i < 2 ? 1 - i : i] = w.call.list(0)[i].numel();
    grids.push_back(w.expand(w.reshape(all[i], shape), w.call.out(int(i)).shape()));
  }
  return grids;
}

}  // namespace hebb::onnx
