#include "hebb/nn/unpool.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hebb/ops/random_key.h"

namespace hebb::nn {
namespace {

std::string tuple(const Dims& sizes) {
  return sizes.size() == 1 ? fmt::format("({},)", sizes[0])
                           : fmt::format("({})", fmt::join(sizes.begin(), sizes.end(), ", "));
}

}  // namespace

template <int N>
Tensor MaxUnpool<N>::forward(const Tensor& x, const Tensor& indices,
                             const Dims& output_size) const {
  const UnpoolOptions o{.kernel_size = options_.kernel,
                        .stride = options_.stride ? options_.stride->values : Dims{},
                        .padding = options_.padding,
                        .output_size = output_size};
  if constexpr (N == 1)
    return max_unpool1d(x, indices, o);
  else if constexpr (N == 2)
    return max_unpool2d(x, indices, o);
  else
    return max_unpool3d(x, indices, o);
}
template <int N>
std::string MaxUnpool<N>::describe() const {
  const Dims &kernel = options_.kernel.values,
             &stride = options_.stride ? options_.stride->values : kernel;
  return fmt::format("MaxUnpool{}d(kernel_size={}, stride={}, padding={})", N, tuple(kernel),
                     tuple(stride), tuple(options_.padding.values));
}

template struct MaxUnpool<1>;
template struct MaxUnpool<2>;
template struct MaxUnpool<3>;

Tensor FractionalMaxPool2d::forward(const Tensor& x) const {
  return fractional_max_pool2d(x, options, {}, draw_key(random_number()));
}
Tensor FractionalMaxPool3d::forward(const Tensor& x) const {
  return fractional_max_pool3d(x, options, {}, draw_key(random_number()));
}

}  // namespace hebb::nn
