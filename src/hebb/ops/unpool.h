// Maxima put back to where they lay, and pooling over windows at random places.
#pragma once

#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct UnpoolOptions {
  Dims kernel_size;
  Dims stride = {};  // empty: kernel_size
  Dims padding = {0};
  Dims output_size = {};  // spatial sizes, or the whole shape; none: (size - 1) stride - 2 padding
                          // + kernel_size, from which it may differ by less than the stride
  HEBB_FIELDS(kernel_size, stride, padding, output_size)
};

// The values of max pooling [N, C, spatial...] at the places that it gave as indices, zeros
// elsewhere. Of several values for one place the last one stays. Source:
// torch.nn.functional.max_unpool2d.
Tensor max_unpool1d(const Tensor& input, const Tensor& indices, const UnpoolOptions& options);
Tensor max_unpool2d(const Tensor& input, const Tensor& indices, const UnpoolOptions& options);
Tensor max_unpool3d(const Tensor& input, const Tensor& indices, const UnpoolOptions& options);

struct FractionalPoolOptions {
  Dims kernel_size;
  Dims output_size = {};                  // one of these two
  std::vector<double> output_ratio = {};  // of the input's sizes
  bool return_indices =
      false;  // for `hebb ops run`; in C++ call fractional_max_pool2d_with_indices
  HEBB_FIELDS(kernel_size, output_size, output_ratio, return_indices)
};

// The largest value of each of output_size windows, which lie at random places that cover the input
// [N, C, spatial...] about evenly. random_samples [N, C, 2 or 3], from 0 to 1, say which places;
// left out, they are drawn from key. Source: torch.nn.functional.fractional_max_pool2d; Graham
// 2014.
Tensor fractional_max_pool2d(const Tensor& input, const FractionalPoolOptions& options,
                             const Tensor& random_samples = {}, const Tensor& key = {});
Tensor fractional_max_pool3d(const Tensor& input, const FractionalPoolOptions& options,
                             const Tensor& random_samples = {}, const Tensor& key = {});
// Also gives the position of each maximum in the flattened spatial dimensions (i64).
std::pair<Tensor, Tensor> fractional_max_pool2d_with_indices(const Tensor& input,
                                                             FractionalPoolOptions options,
                                                             const Tensor& random_samples = {},
                                                             const Tensor& key = {});
std::pair<Tensor, Tensor> fractional_max_pool3d_with_indices(const Tensor& input,
                                                             FractionalPoolOptions options,
                                                             const Tensor& random_samples = {},
                                                             const Tensor& key = {});

}  // namespace hebb
