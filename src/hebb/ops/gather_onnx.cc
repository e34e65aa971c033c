// ops/gather_onnx.cc: the ONNX forms of picking and placing by index tensors.

#include "hebb/ops/gather_onnx.h"

#include <algorithm>

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

// ONNX counts negative positions from the end; our operators that take tensors of them do not.
Tensor from_front(const Tensor& index, int64_t size) {
  const Tensor wide = cast(index, DType::i64);
  return where(lt(wide, 0), wide + size, wide);
}

}  // namespace

OnnxValue at_least_1d(OnnxWriter& w, const OnnxValue& x, const Tensor& operand) {
  return operand.dim() ? x : w.reshape(x, {1});
}
OnnxValue in_call_shape(OnnxWriter& w, const OnnxValue& out, int64_t dims) {
  const Dims& shape = w.call.out(0).shape();
  return std::max<int64_t>(1, dims) == int64_t(shape.size()) ? out : w.reshape(out, shape);
}

OnnxValues write_gather(OnnxWriter& w) {
  const OnnxValue x = at_least_1d(w, w.in(0), w.operand(0)),
                  index = at_least_1d(w, w.in(1), w.operand(1));
  const OnnxValue out =
      w.add("GatherElements", {x, index}, {{"axis", w.attributes<AlongAttrs>().dim}});
  return {in_call_shape(w, out, w.operand(1).dim())};
}

OnnxValues write_index_select(OnnxWriter& w) {
  const OnnxValue x = at_least_1d(w, w.in(0), w.operand(0)),
                  index = at_least_1d(w, w.in(1), w.operand(1));
  const OnnxValue out = w.add("Gather", {x, index}, {{"axis", w.attributes<AlongAttrs>().dim}});
  return {in_call_shape(w, out, w.operand(0).dim())};
}

Tensors read_gather_elements(const OnnxReader& r) {
  const int64_t axis = r.integer("axis", 0);
  return {gather(r.in(0), axis, from_front(r.in(1), r.in(0).size(axis)))};
}

Tensors read_scatter_elements(const OnnxReader& r) {
  const std::string reduction = r.text("reduction", "none");
  const int64_t axis = r.integer("axis", 0);
  const Tensor index = from_front(r.in(1), r.in(0).size(axis));
  if (reduction == "none")
    return {scatter(r.in(0), axis, index, r.in(2))};
  if (reduction == "add")
    return {scatter_add(r.in(0), axis, index, r.in(2))};
  const std::string_view reduce = reduction == "mul"   ? "prod"
                                  : reduction == "max" ? "amax"
                                  : reduction == "min" ? "amin"
                                                       : "";
  r.require(!reduce.empty(), "reduction is '{}', should be none, add, mul, max or min", reduction);
  return {scatter_reduce(r.in(0), axis, index, r.in(2), std::string(reduce))};
}

Tensors read_gather(const OnnxReader& r) {
  const Tensor &x = r.in(0), &index = r.in(1);
  const int64_t axis = wrap_dim(r.integer("axis", 0), x.dim());
  if (r.is_constant(1) && index.dim() == 0)
    return {select(x, axis, r.constant(1).item_as_int())};
  const Tensor positions = from_front(index, x.size(axis));
  if (axis == 0 && x.dim() == 2 && is_floating(x.dtype()))
    return {embedding(positions, x)};
  Dims shape;
  for (int64_t i = 0; i < axis; ++i)
    shape.push_back(x.size(i));
  for (int64_t size : index.shape())
    shape.push_back(size);
  for (int64_t i = axis + 1; i < x.dim(); ++i)
    shape.push_back(x.size(i));
  return {reshape(index_select(x, axis, reshape(positions, {index.numel()})), shape)};
}

OnnxValues write_index_add(OnnxWriter& w) {
  const auto& a = w.attributes<IndexAddAttrs>();
  const Tensor& input = w.operand(0);
  Dims shape(size_t(std::max<int64_t>(1, input.dim())), 1);
  shape[size_t(wrap_dim(a.dim, input.dim()))] = w.operand(1).numel();
  const Dims source_shape = broadcast(w.operand(2).shape(), shape);
  const OnnxValue index = w.expand(w.reshape(w.in(1), shape), source_shape);
  OnnxValue source = at_least_1d(w, w.in(2, w.out()), w.operand(2));
  if (a.alpha != 1)
    source = w.add("Mul", {source, w.number(a.alpha, source.dtype)});
  const OnnxValue out = w.add("ScatterElements", {at_least_1d(w, w.in(0), input), index, source},
                              {{"axis", a.dim}, {"reduction", "add"}});
  return {in_call_shape(w, out, input.dim())};
}

OnnxValues write_embedding(OnnxWriter& w) {
  return {w.add("Gather", {w.in(1), w.in(0)}, {{"axis", 0}})};
}

OnnxValues write_take(OnnxWriter& w) {
  return {w.add("Gather", {w.reshape(w.in(0), {-1}), w.in(1)}, {{"axis", 0}})};
}

OnnxValues write_one_hot(OnnxWriter& w) {
  const int64_t classes = w.attributes<OneHotAttrs>().num_classes;
  w.require(classes > 0, "ONNX's OneHot needs num_classes, which follows from the values here");
  const OnnxValue depth = w.number(double(classes), DType::i64), off_and_on = w.ints({0, 1});
  return {w.add("OneHot", {w.in(0), depth, off_and_on}, {{"axis", -1}}, DType::i64)};
}

Tensors read_one_hot(const OnnxReader& r) {  // positions outside give zeros, which one_hot refuses
  const Dims depth = r.ints(1);
  r.require(depth.size() == 1, "depth {} should be one number", depth);
  const Tensor &index = r.in(0), &off_and_on = r.in(2);
  const int64_t rank = index.dim() + 1, axis = wrap_dim(r.integer("axis", -1), rank);
  Dims shape(size_t(rank), 1);
  shape[size_t(axis)] = depth[0];
  const Tensor classes = reshape(arange(double(depth[0]), DType::i64, index.device()), shape);
  const Tensor is_on = eq(unsqueeze(from_front(index, depth[0]), axis), classes);
  return {where(is_on, select(off_and_on, 0, 1), select(off_and_on, 0, 0))};
}

}  // namespace hebb::onnx
