// ops/views_onnx.cc: the ONNX forms of views.

#include "hebb/ops/views_onnx.h"

#include <algorithm>

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

// The elements start, start + step, ... before end of a dimension, as ONNX's Slice counts them:
// from the end where negative, cut where outside; a negative step goes backwards.
Tensor sliced(const Tensor& x, int64_t axis, int64_t start, int64_t end, int64_t step) {
  const int64_t size = x.size(axis);
  const auto from_front = [&](int64_t at) { return at < 0 ? std::max(at, -size - 1) + size : at; };
  if (step > 0) {
    const int64_t first = std::clamp<int64_t>(from_front(start), 0, size),
                  last = std::clamp<int64_t>(from_front(end), first, size);
    return call(op::slice, {x}, SliceAttrs{axis, first, last, step});
  }
  const int64_t first = std::min(from_front(start), size - 1),
                last = std::max<int64_t>(from_front(end), -1);
  const int64_t count = first > last ? (first - last - 1) / -step + 1 : 0;
  const int64_t lowest = count > 0 ? first + (count - 1) * step : 0;
  const Tensor rising =
      call(op::slice, {x}, SliceAttrs{axis, lowest, count > 0 ? first + 1 : lowest, -step});
  return flip(rising, {axis});
}

}  // namespace

OnnxValues write_reshape(OnnxWriter& w) {
  return {w.reshape(w.in(0), w.attributes<ReshapeAttrs>().shape)};
}

Tensors read_reshape(const OnnxReader& r) {
  Dims shape = r.ints(1);
  const bool allowzero = r.flag("allowzero", false);
  for (size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 0 && !allowzero)
      shape[i] = r.in(0).size(int64_t(i));
  return {reshape(r.in(0), shape)};
}

Tensors read_flatten(const OnnxReader& r) {
  const Tensor& x = r.in(0);
  const int64_t axis = r.integer("axis", 1), first = axis < 0 ? axis + x.dim() : axis;
  r.require(first >= 0 && first <= x.dim(), "axis {} is outside {} dimensions", axis, x.dim());
  int64_t rows = 1, columns = 1;
  for (int64_t i = 0; i < x.dim(); ++i)
    (i < first ? rows : columns) *= x.size(i);
  return {reshape(x, {rows, columns})};
}

OnnxValues write_permute(OnnxWriter& w) {
  Dims perm = w.attributes<PermuteAttrs>().dims;
  for (int64_t& dim : perm)
    dim = wrap_dim(dim, w.operand(0).dim());
  return {w.add("Transpose", {w.in(0)}, {{"perm", perm}})};
}

Tensors read_transpose(const OnnxReader& r) {
  Dims backwards;
  for (int64_t i = r.in(0).dim(); i-- > 0;)
    backwards.push_back(i);
  return {permute(r.in(0), r.ints("perm", backwards))};
}

OnnxValues write_expand(OnnxWriter& w) {
  return {w.expand(w.in(0), w.call.out(0).shape())};
}

Tensors read_expand(const OnnxReader& r) {  // a size of 1 leaves the input's
  return {expand(r.in(0), broadcast(r.in(0).shape(), r.ints(1)))};
}

OnnxValues write_slice(OnnxWriter& w) {
  const auto& a = w.attributes<SliceAttrs>();
  return {w.slice(w.in(0), a.dim, a.start, a.stop, a.step)};
}

Tensors read_slice(const OnnxReader& r) {
  Tensor x = r.in(0);
  const Dims starts = r.ints(1), ends = r.ints(2), axes = r.ints_or_none(3),
             steps = r.ints_or_none(4);
  r.require(starts.size() == ends.size() && (!r.has(3) || axes.size() == starts.size()) &&
                (!r.has(4) || steps.size() == starts.size()),
            "starts {}, ends {}, axes {} and steps {} should be equally many", starts, ends, axes,
            steps);
  for (size_t i = 0; i < starts.size(); ++i) {
    const int64_t axis = r.has(3) ? wrap_dim(axes[i], x.dim()) : int64_t(i),
                  step = r.has(4) ? steps[i] : 1;
    r.require(step != 0, "a step is 0");
    x = sliced(x, axis, starts[i], ends[i], step);
  }
  return {x};
}

OnnxValues write_select(OnnxWriter& w) {
  const auto& a = w.attributes<SelectAttrs>();
  const OnnxValue index = w.number(double(a.index), DType::i64);
  return {w.add("Gather", {w.in(0), index}, {{"axis", a.dim}})};
}

OnnxValues write_unsqueeze(OnnxWriter& w) {
  return {w.unsqueeze(w.in(0), {w.attributes<DimAttrs>().dim})};
}

Tensors read_unsqueeze(const OnnxReader& r) {
  Dims axes = r.ints(1);
  const int64_t rank = r.in(0).dim() + int64_t(axes.size());
  for (int64_t& axis : axes)
    axis = wrap_dim(axis, rank);
  std::sort(axes.begin(), axes.end());
  Tensor x = r.in(0);
  for (int64_t axis : axes)
    x = unsqueeze(x, axis);
  return {x};
}

OnnxValues write_squeeze(OnnxWriter& w) {
  const std::vector<bool> leaves = squeezed(w.operand(0).shape(), w.attributes<SqueezeAttrs>());
  Dims gone;
  for (size_t i = 0; i < leaves.size(); ++i)
    if (leaves[i])
      gone.push_back(int64_t(i));
  return {gone.empty() ? w.in(0) : w.squeeze(w.in(0), gone)};
}

Tensors read_squeeze(const OnnxReader& r) {
  Tensor x = r.in(0);
  if (!r.has(1))
    return {squeeze(x)};
  Dims axes = r.ints(1);
  for (int64_t& axis : axes) {
    axis = wrap_dim(axis, r.in(0).dim());
    r.require(x.size(axis) == 1, "dimension {} of {} has not the size 1", axis, x.shape());
  }
  std::sort(axes.begin(), axes.end());
  for (size_t i = axes.size(); i-- > 0;)
    x = squeeze(x, axes[i]);
  return {x};
}

}  // namespace hebb::onnx
