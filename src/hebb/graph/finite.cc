#include "hebb/graph/finite.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

#include "hebb/base/parallel.h"
#include "hebb/ops/copy.h"

namespace hebb {
namespace {

// Whether f(x) is not x's own zero anywhere: f gives 0 for what is allowed and NaN for what is not.
// Several sums at once, so that none waits for the one before.
template <class T, class F>
bool any_bad(const T* values, int64_t n, F zero_or_nan) {
  constexpr int64_t grain = 1 << 16, width = 8;
  std::atomic<bool> found = false;
  parallel_for(n, grain, [&](int64_t begin, int64_t end) {
    std::array<T, width> sums{};
    int64_t i = begin;
    for (; i + width <= end; i += width)
      for (int64_t k = 0; k < width; ++k)
        sums[size_t(k)] += zero_or_nan(values[i + k]);
    for (; i < end; ++i)
      sums[0] += zero_or_nan(values[i]);
    for (T sum : sums)
      if (std::isnan(sum))
        found = true;
  });
  return found;
}

template <class F>
bool any_bad(const Tensor& tensor, F zero_or_nan) {
  if (!is_floating(tensor.dtype()))
    return false;
  const bool is_half = tensor.dtype() == DType::f16 || tensor.dtype() == DType::bf16;
  if (is_half || tensor.is_number() || !is_dense(tensor.shape(), tensor.strides()))
    return any_bad(cast_values(tensor, tensor.dtype() == DType::f64 ? DType::f64 : DType::f32),
                   zero_or_nan);
  return tensor.dtype() == DType::f64
             ? any_bad(static_cast<const double*>(tensor.raw_data()), tensor.numel(), zero_or_nan)
             : any_bad(static_cast<const float*>(tensor.raw_data()), tensor.numel(), zero_or_nan);
}

}  // namespace

bool is_finite(const Tensor& tensor) {
  return !any_bad(tensor, [](auto x) { return x - x; });
}

bool has_nan(const Tensor& tensor) {
  return any_bad(tensor, [](auto x) { return x != x ? x : decltype(x)(0); });
}

}  // namespace hebb
