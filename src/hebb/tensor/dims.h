// Short lists of integers: shapes, strides, axes, kernel sizes.
#pragma once

#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>

#include "hebb/base/small_vector.h"

namespace hebb {

using Dims = SmallVector<int64_t, 6>;

// What a function takes that goes over dimensions: several, sum(x, {0, 2}), or one, sum(x, -1).
// None, {}, are all of them where the function says so.
class DimOrDims : public Dims {
 public:
  using Dims::SmallVector;
  DimOrDims() = default;
  DimOrDims(const Dims& dims) : Dims(dims) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) DimOrDims(T dim) : Dims{int64_t(dim)} {}
};

std::string to_string(const Dims& dims);  // "[2, 3]"
std::ostream& operator<<(std::ostream& out, const Dims& dims);
// The number of elements; 1 without dimensions. Error: a negative size, or more than 2^62 elements.
int64_t product(std::span<const int64_t> dims);
// For sizes from a file: the product times `times`. Nothing when it does not fit 63 bits or a size
// is negative. Sizes beside a size of 0 must still be possible for a tensor.
std::optional<int64_t> checked_product(std::span<const int64_t> dims, int64_t times);
Dims contiguous_strides(const Dims& shape);  // row-major, in elements
bool is_contiguous(const Dims& shape, const Dims& strides);
// Whether the strides reach every element once, without holes, in some order of the axes.
bool is_dense(const Dims& shape, const Dims& strides);

// The strides of `shape` with the axes packed in the same order as in `like` (of the same rank):
// channels-last stays channels-last.
Dims dense_strides_like(const Dims& shape, const Dims& like_shape, const Dims& like_strides);

// How far a tensor's elements lie before and after its first one in memory: {0, 5} for [2, 3]
// row-major; {0, -1} when a size is 0.
struct Reach {
  int64_t first, last;
};
Reach reach(const Dims& shape, const Dims& strides);

// Negative counts from the end; Error out of range.
int64_t wrap_dim(int64_t dim, int64_t rank, const char* what = "dim");
Dims broadcast(const Dims& a, const Dims& b);  // NumPy's rule; Error names both shapes

}  // namespace hebb
