// Convolution layers over one, two or three spatial dimensions.
// x [N, in, spatial...] -> y [N, out, (size + 2 padding - dilation (kernel - 1) - 1) / stride + 1,
// ...]
#pragma once

#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

enum class PaddingMode : uint8_t { zeros, reflect, replicate, circular };

template <int N>
struct ConvOptions {
  Size in, out;
  Extent<N> kernel;
  Extent<N> stride = 1, padding = 0, dilation = 1;
  Size groups = 1;
  bool bias = true;
  PaddingMode padding_mode = PaddingMode::zeros;
};

template <int N>
struct Conv : Module {
  Param weight;               // [out, in / groups, kernel...]
  std::optional<Param> bias;  // [out]
  explicit Conv(ConvOptions<N> options);
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)

 private:
  ConvOptions<N> options_;
};
extern template struct Conv<1>;
extern template struct Conv<2>;
extern template struct Conv<3>;

struct Conv1d : Conv<1> {
  using Conv::Conv;
};
struct Conv2d : Conv<2> {
  using Conv::Conv;
};
struct Conv3d : Conv<3> {
  using Conv::Conv;
};

}  // namespace hebb::nn
