#include "hebb/tensor/dims.h"

#include <algorithm>
#include <numeric>

#include "hebb/base/check.h"

namespace hebb {

std::string to_string(const Dims& dims) {
  return fmt::format("[{}]", fmt::join(dims, ", "));
}

std::ostream& operator<<(std::ostream& out, const Dims& dims) {
  return out << to_string(dims);
}

int64_t product(std::span<const int64_t> dims) {
  int64_t n = 1;
  bool zero = false;
  for (int64_t d : dims) {
    check(d >= 0, "shape {} has the negative size {}", dims, d);
    if (d == 0)
      zero = true;
    else
      check(!__builtin_mul_overflow(n, d, &n) && n <= int64_t(1) << 62,
            "shape {} has more elements than can be counted", dims);
  }
  return zero ? 0 : n;
}

std::optional<int64_t> checked_product(std::span<const int64_t> dims, int64_t times) {
  bool zero = false;
  for (int64_t d : dims) {
    zero |= d == 0;
    if (d < 0 || __builtin_mul_overflow(times, std::max<int64_t>(d, 1), &times))
      return std::nullopt;
  }
  return zero ? 0 : times;
}

namespace {

int64_t next_stride(int64_t stride, int64_t size, const Dims& shape) {
  int64_t next = 0;
  check(!__builtin_mul_overflow(stride, std::max<int64_t>(size, 1), &next),
        "shape {} has more elements than can be counted", shape);
  return next;
}

}  // namespace

Dims contiguous_strides(const Dims& shape) {
  Dims strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = next_stride(strides[i], shape[i], shape);
  return strides;
}

bool is_contiguous(const Dims& shape, const Dims& strides) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end())
    return true;
  int64_t expected = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    if (shape[i] == 1)
      continue;
    if (strides[i] != expected)
      return false;
    expected *= shape[i];
  }
  return true;
}

bool is_dense(const Dims& shape, const Dims& strides) {
  std::vector<size_t> axes;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0)
      return true;
    if (shape[i] > 1)
      axes.push_back(i);
  }
  std::sort(axes.begin(), axes.end(), [&](size_t a, size_t b) { return strides[a] < strides[b]; });
  int64_t expected = 1;
  for (size_t axis : axes) {
    if (strides[axis] != expected)
      return false;
    expected *= shape[axis];
  }
  return true;
}

Dims dense_strides_like(const Dims& shape, const Dims& like_shape, const Dims& like_strides) {
  // Outer axes first. An axis of size 1 says nothing about the order, so only the others are sorted
  // among themselves.
  std::vector<size_t> places, sorted;
  for (size_t i = 0; i < shape.size(); ++i)
    if (like_shape[i] > 1)
      places.push_back(i);
  sorted = places;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](size_t a, size_t b) { return like_strides[a] > like_strides[b]; });
  std::vector<size_t> axes(shape.size());
  std::iota(axes.begin(), axes.end(), 0);
  for (size_t i = 0; i < places.size(); ++i)
    axes[places[i]] = sorted[i];
  Dims strides(shape.size(), 1);
  int64_t step = 1;
  for (size_t i = axes.size(); i-- > 0;) {
    strides[axes[i]] = step;
    if (i > 0)
      step = next_stride(step, shape[axes[i]], shape);
  }
  return strides;
}

Reach reach(const Dims& shape, const Dims& strides) {
  Reach out{0, 0};
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0)
      return {0, -1};
    const int64_t way = (shape[i] - 1) * strides[i];
    (way < 0 ? out.first : out.last) += way;
  }
  return out;
}

int64_t wrap_dim(int64_t dim, int64_t rank, const char* what) {
  const int64_t limit = std::max<int64_t>(rank, 1);  // a 0-d tensor takes 0 and -1, as PyTorch's
  check(dim >= -limit && dim < limit,
        "{} is {}, but the tensor has {} dimensions; it should be from {} to {}", what, dim, rank,
        -limit, limit - 1);
  return dim < 0 ? dim + limit : dim;
}

Dims broadcast(const Dims& a, const Dims& b) {
  Dims out(std::max(a.size(), b.size()), 1);
  for (size_t i = 0; i < out.size(); ++i) {
    const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1,
                  y = i < b.size() ? b[b.size() - 1 - i] : 1;
    check(x == y || x == 1 || y == 1,
          "shapes {} and {} do not broadcast: sizes {} and {} at dimension {} from the end; they "
          "should be equal, or one of them 1",
          a, b, x, y, i + 1);
    out[out.size() - 1 - i] = x == 1 ? y : x;
  }
  return out;
}

}  // namespace hebb
