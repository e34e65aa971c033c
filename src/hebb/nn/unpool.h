// The reverse of max pooling, and pooling over windows at random places. Operators: ops/unpool.h.
// Unpooling takes indices, and stands in no line of a configuration.
#pragma once

#include <utility>

#include "hebb/nn/module.h"
#include "hebb/nn/size.h"
#include "hebb/ops/pooling.h"
#include "hebb/ops/unpool.h"

namespace hebb::nn {

template <int N>
struct MaxUnpoolOptions {
  Extent<N> kernel;
  std::optional<Extent<N>> stride = {};  // the kernel's size unless given
  Extent<N> padding = 0;
};

// x, indices [N, C, spatial...] -> [N, C, spatial'...]; output_size may say which sizes, where the
// stride leaves it open.
template <int N>
struct MaxUnpool : Module {
  explicit MaxUnpool(MaxUnpoolOptions<N> options) : options_(options) {}
  explicit MaxUnpool(Extent<N> kernel) : MaxUnpool(MaxUnpoolOptions<N>{kernel}) {}
  Tensor forward(const Tensor& x, const Tensor& indices, const Dims& output_size = {}) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  MaxUnpoolOptions<N> options_;
};
extern template struct MaxUnpool<1>;
extern template struct MaxUnpool<2>;
extern template struct MaxUnpool<3>;

struct MaxUnpool1d : MaxUnpool<1> {
  using MaxUnpool::MaxUnpool;
};
struct MaxUnpool2d : MaxUnpool<2> {
  using MaxUnpool::MaxUnpool;
};
struct MaxUnpool3d : MaxUnpool<3> {
  using MaxUnpool::MaxUnpool;
};

// Each forward in training draws new places. In evaluation they are always the same, those of 0.5,
// so that an answer depends on nothing but its input; PyTorch draws there, too.
struct FractionalMaxPool2d : Module {
  FractionalPoolOptions options;
  explicit FractionalMaxPool2d(FractionalPoolOptions options) : options(std::move(options)) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct FractionalMaxPool3d : Module {
  FractionalPoolOptions options;
  explicit FractionalMaxPool3d(FractionalPoolOptions options) : options(std::move(options)) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

}  // namespace hebb::nn
