// Pooling over windows in one, two or three spatial dimensions. input [N, C, spatial...], or [C,
// spatial...] for one sample.
#pragma once

#include <optional>
#include <utility>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Sizes: one value for all spatial dimensions, or one for each.
struct MaxPoolOptions {
  Dims kernel_size;
  Dims stride = {};  // empty: kernel_size
  Dims padding = {0};
  Dims dilation = {1};
  bool ceil_mode = false;       // also windows that reach beyond the end
  bool return_indices = false;  // for `hebb ops run`; in C++ call max_pool2d_with_indices
  HEBB_FIELDS(kernel_size, stride, padding, dilation, ceil_mode, return_indices)
};

struct AvgPoolOptions {
  Dims kernel_size;
  Dims stride = {};  // empty: kernel_size
  Dims padding = {0};
  bool ceil_mode = false;
  bool count_include_pad = true;
  std::optional<int64_t> divisor_override = {};
  HEBB_FIELDS(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
};

inline constexpr int64_t keep_size = -1;  // as an output size: the input's; null in JSON
struct AdaptivePoolOptions {
  Dims output_size;  // each may be keep_size
  bool return_indices = false;
  HEBB_FIELDS(output_size, return_indices)
};
struct AdaptiveAvgPoolOptions {
  Dims output_size;
  HEBB_FIELDS(output_size)
};

Tensor max_pool1d(const Tensor& input, const MaxPoolOptions& options);
Tensor max_pool2d(const Tensor& input, const MaxPoolOptions& options);
Tensor max_pool3d(const Tensor& input, const MaxPoolOptions& options);
// Also gives the position of each maximum in the flattened spatial dimensions (i64).
std::pair<Tensor, Tensor> max_pool1d_with_indices(const Tensor& input, MaxPoolOptions options);
std::pair<Tensor, Tensor> max_pool2d_with_indices(const Tensor& input, MaxPoolOptions options);
std::pair<Tensor, Tensor> max_pool3d_with_indices(const Tensor& input, MaxPoolOptions options);

Tensor avg_pool1d(const Tensor& input, const AvgPoolOptions& options);
Tensor avg_pool2d(const Tensor& input, const AvgPoolOptions& options);
Tensor avg_pool3d(const Tensor& input, const AvgPoolOptions& options);

// Pools over windows that divide the input evenly into output_size parts.
Tensor adaptive_avg_pool1d(const Tensor& input, const Dims& output_size);
Tensor adaptive_avg_pool2d(const Tensor& input, const Dims& output_size);
Tensor adaptive_avg_pool3d(const Tensor& input, const Dims& output_size);
Tensor adaptive_max_pool1d(const Tensor& input, const Dims& output_size);
Tensor adaptive_max_pool2d(const Tensor& input, const Dims& output_size);
Tensor adaptive_max_pool3d(const Tensor& input, const Dims& output_size);

}  // namespace hebb
