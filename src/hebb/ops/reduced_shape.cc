#include "hebb/ops/reduced_shape.h"

#include "hebb/base/check.h"

namespace hebb {

Dims kept_shape(const Dims& shape, const Dims& dim) {
  return reduced_shape(shape, dim, true);
}

Dims reduced_shape(const Dims& shape, const Dims& dim, bool keepdim) {
  std::vector<bool> gone(shape.size(), dim.empty());
  for (int64_t d : dim) {
    const auto axis = size_t(wrap_dim(d, int64_t(shape.size())));
    if (shape.empty())
      continue;
    check(!gone[axis], "dim {} names dimension {} twice", dim, axis);
    gone[axis] = true;
  }
  Dims out;
  for (size_t i = 0; i < shape.size(); ++i)
    if (!gone[i])
      out.push_back(shape[i]);
    else if (keepdim)
      out.push_back(1);
  return out;
}

DType sum_dtype(DType in, const std::optional<DType>& asked) {
  return asked ? *asked : is_integral(in) || in == DType::boolean ? DType::i64 : in;
}

}  // namespace hebb
