// ops/diagonal_onnx.cc: the ONNX forms of diagonals. ONNX has no such operators: a diagonal is
// every (columns + 1)-th element of a matrix's values in a row.

#include "hebb/ops/diagonal_onnx.h"

#include <algorithm>

#include "hebb/ops/create.h"
#include "hebb/ops/diagonal.h"
#include "hebb/ops/onnx_writer.h"

namespace hebb::onnx {
namespace {

// Of [..., rows, columns]; length: of the diagonal.
OnnxValue last_diagonal(OnnxWriter& w, const OnnxValue& x, const Dims& shape, int64_t offset,
                        int64_t length) {
  const int64_t rows = shape[shape.size() - 2], columns = shape.back();
  Dims flat = shape;
  flat.resize(flat.size() - 2);
  flat.push_back(rows * columns);
  const int64_t start = length == 0   ? 0
                        : offset >= 0 ? offset
                                      : -offset * columns,
                stop = length == 0 ? 0 : start + (length - 1) * (columns + 1) + 1;
  return w.slice(w.reshape(x, flat), int64_t(flat.size()) - 1, start, stop, columns + 1);
}

// Of [..., n]: the matrices in the last two dimensions.
OnnxValue embedded(OnnxWriter& w, const OnnxValue& x, int64_t rank, int64_t n, int64_t offset) {
  const OnnxValue lines = w.unsqueeze(x, {rank}), zero = w.number(0, x.dtype),
                  place = w.constant(eye(n, DType::boolean)), matrix = w.where(place, lines, zero);
  if (offset == 0)
    return matrix;
  Dims before(size_t(rank) + 1, 0), behind = before;
  before[size_t(rank) - 1] = behind[size_t(rank)] = std::max<int64_t>(0, -offset);
  before[size_t(rank)] = behind[size_t(rank) - 1] = std::max<int64_t>(0, offset);
  Dims pads = before;
  pads.append(behind.begin(), behind.end());
  return w.add("Pad", {matrix, w.ints(pads), zero});
}

}  // namespace

OnnxValues write_diagonal(OnnxWriter& w) {
  const auto& a = w.attributes<DiagonalViewAttrs>();
  const Dims& given = w.operand(0).shape();
  const auto rank = int64_t(given.size());
  const int64_t rows = wrap_dim(a.dim1, rank), columns = wrap_dim(a.dim2, rank);
  Dims order, shape;
  for (int64_t i = 0; i < rank; ++i)
    if (i != rows && i != columns)
      order.push_back(i);
  order.push_back(rows);
  order.push_back(columns);
  for (int64_t i : order)
    shape.push_back(given[size_t(i)]);
  OnnxValue x = w.in(0);
  if (rows != rank - 2 || columns != rank - 1)
    x = w.add("Transpose", {x}, {{"perm", order}});
  return {last_diagonal(w, x, shape, a.offset, w.call.out(0).size(-1))};
}

OnnxValues write_diag_embed(OnnxWriter& w) {
  const auto& a = w.attributes<DiagEmbedAttrs>();
  const int64_t rank = w.operand(0).dim();
  const OnnxValue matrices = embedded(w, w.in(0), rank, w.operand(0).size(-1), a.offset);
  const int64_t rows = wrap_dim(a.dim1, rank + 1), columns = wrap_dim(a.dim2, rank + 1);
  if (rows == rank - 1 && columns == rank)
    return {matrices};
  Dims order;
  int64_t next = 0;
  for (int64_t i = 0; i <= rank; ++i)
    order.push_back(i == rows ? rank - 1 : i == columns ? rank : next++);
  return {w.add("Transpose", {matrices}, {{"perm", order}})};
}

OnnxValues write_diag(OnnxWriter& w) {
  const int64_t offset = w.attributes<DiagonalAttrs>().diagonal;
  const Tensor& x = w.operand(0);
  if (x.dim() == 1)
    return {embedded(w, w.in(0), 1, x.size(0), offset)};
  return {last_diagonal(w, w.in(0), x.shape(), offset, w.call.out(0).size(0))};
}

OnnxValues write_trace(OnnxWriter& w) {
  const Dims& shape = w.operand(0).shape();
  const OnnxValue values =
      last_diagonal(w, w.in(0, w.out()), shape, 0, std::min(shape[0], shape[1]));
  return {w.reduce("ReduceSum", values, {}, false)};
}

}  // namespace hebb::onnx
