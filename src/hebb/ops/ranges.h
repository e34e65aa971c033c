// New tensors beside full and arange, written in these: ops/create.h has zeros, ones, eye and
// linspace for C++.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// fill_value in the shape, dtype and device of input.
Tensor full_like(const Tensor& input, const Tensor& fill_value, std::optional<DType> dtype = {});
// base^start, ..., base^end: so many numbers, evenly spaced as powers.
Tensor logspace(double start, double end, int64_t steps, double base = 10, DType dtype = DType::f32,
                Device device = {});
// Ones on the diagonal of a matrix [n, m]; the square one is in create.h.
Tensor eye(int64_t n, int64_t m, DType dtype = DType::f32, Device device = {});
// The positions of the lower (upper) triangle of a matrix [row, col], up to (from) the diagonal
// that lies `offset` above the main one: i64 [2, count], row-major.
Tensor tril_indices(int64_t row, int64_t col, int64_t offset = 0, Device device = {});
Tensor triu_indices(int64_t row, int64_t col, int64_t offset = 0, Device device = {});

struct SizeAttrs {
  Dims size;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(size, dtype, device)
};
struct LikeAttrs {
  std::optional<DType> dtype;  // none: the input's
  HEBB_FIELDS(dtype)
};
struct EyeAttrs {
  int64_t n = 0;
  std::optional<int64_t> m;  // none: n
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(n, m, dtype, device)
};
struct LinspaceAttrs {
  double start = 0, end = 0;
  int64_t steps = 0;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(start, end, steps, dtype, device)
};
struct LogspaceAttrs {
  double start = 0, end = 0;
  int64_t steps = 0;
  double base = 10;
  DType dtype = DType::f32;
  Device device = {};
  HEBB_FIELDS(start, end, steps, base, dtype, device)
};
struct TriangleAttrs {
  int64_t row = 0, col = 0, offset = 0;
  Device device = {};
  HEBB_FIELDS(row, col, offset, device)
};

}  // namespace hebb
