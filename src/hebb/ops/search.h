// Searching in sorted numbers, and counting.
#pragma once

#include <optional>
#include <string>

#include "hebb/kernels/search.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct SearchsortedAttrs {
  bool out_int32 = false;
  bool right = false;               // behind equal elements, instead of before them
  std::optional<std::string> side = {};  // "left", or "right": the same as right
  HEBB_FIELDS(out_int32, right, side)
};

// For each element of input the position in the rising sorted_sequence at which it would be put:
// before equal elements, or behind them. The sequence has one dimension, or is searched row by row:
// [..., n] for an input [..., m]. sorter: the indices that sort the sequence. NaN counts as the
// largest. Gives i64, or i32.
Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& input,
                    const SearchsortedAttrs& options = {}, const Tensor& sorter = {});
// The same with the operands in the other order, and a sequence of one dimension.
Tensor bucketize(const Tensor& input, const Tensor& boundaries, bool right = false);
// Whether each element is among test_elements; with invert, whether it is not.
Tensor isin(const Tensor& elements, const Tensor& test_elements, bool invert = false);
// How often each of 0, 1, ... is there, or the sums of their weights. Reads the largest value.
// Error: a negative value.
Tensor bincount(const Tensor& input, const Tensor& weights = {}, int64_t minlength = 0);
// How many elements lie in each of so many bins of equal width from min to max; equal limits are
// those of the values. What lies outside, and NaN, does not count.
Tensor histc(const Tensor& input, int64_t bins = 100, double min = 0, double max = 0);

struct BucketizeAttrs {
  bool out_int32 = false, right = false;
  HEBB_FIELDS(out_int32, right)
};
struct IsinAttrs {
  bool assume_unique = false;  // changes nothing here
  bool invert = false;
  HEBB_FIELDS(assume_unique, invert)
};
struct BincountAttrs {
  int64_t minlength = 0;
  HEBB_FIELDS(minlength)
};
struct HistcAttrs {
  int64_t bins = 100;
  double min = 0, max = 0;
  HEBB_FIELDS(bins, min, max)
};

}  // namespace hebb
