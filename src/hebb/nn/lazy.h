// Layers whose input size is that of the first input: LazyLinear(10), LazyConv2d(64, 3),
// LazyBatchNorm1d(). Until then their parameters are placeholders of size 1; the first call gives
// them their shapes and initial values in place, so an optimiser that was made before sees them.
// With the same seed the values are those of the layer that was told its size. A state dict is
// loaded after the first call. Options stand in PyTorch's order, without the input size.
//
//   nn::Sequential net(nn::LazyConv2d(8, 3), nn::ReLU(), nn::Flatten(), nn::LazyLinear(10));
//   net(zeros({1, 3, 28, 28}));
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hebb/nn/batch_norm.h"
#include "hebb/nn/conv.h"
#include "hebb/nn/layer_norm.h"
#include "hebb/nn/linear.h"
#include "hebb/ops/random_key.h"

namespace hebb::nn {

namespace lazy {

// Gives all parameters and buffers of `to` the shapes of those of `from`, in place.
void take_shapes(Module& to, Module& from);
// The state in which the next module to be constructed has this one's number, and so its values.
RandomState numbered_as(const Module& module);
// The size of x in this dimension, or, below 0, from the end. Error: it has no such dimension.
int64_t size_of(const Tensor& x, int dim, std::string_view layer);

}  // namespace lazy

// Of a Layer that Options make, whose `size` is that of the input's dimension `dim`.
template <class Layer, class Options, Size Options::*size, int dim>
class Lazy : public Layer {
 public:
  Tensor forward(const Tensor& x) {
    if (!settled_)
      settle(x);
    return Layer::forward(x);
  }
  Tensor operator()(const Tensor& x) { return call_forward(*this, x); }
  std::string describe() const override {
    return settled_ ? Layer::describe() : "Lazy" + Layer::describe();
  }

 protected:
  explicit Lazy(Options options) : Layer(options), options_(options) {}

 private:
  void settle(const Tensor& x) {
    Options told = options_;
    told.*size = lazy::size_of(x, dim, describe());
    const RandomScope random(lazy::numbered_as(*this));
    Layer made(told);
    if (!this->parameters().empty())
      made.to(this->parameters()[0].dtype());
    made.to(this->device());
    made.train(this->is_training());
    lazy::take_shapes(*this, made);
    Layer::operator=(made);
    settled_ = true;
  }

  Options options_;
  bool settled_ = false;
};

using LazyLinearBase = Lazy<Linear, LinearOptions, &LinearOptions::in, -1>;
struct LazyLinear : LazyLinearBase {
  explicit LazyLinear(Size out, bool bias = true) : Lazy({.in = 1, .out = out, .bias = bias}) {}
};

// x [N, channels, spatial...], or without N.
template <int N>
struct LazyConv : Lazy<Conv<N>, ConvOptions<N>, &ConvOptions<N>::in, -1 - N> {
  LazyConv(Size out, Extent<N> kernel, Extent<N> stride = 1, Extent<N> padding = 0,
           Extent<N> dilation = 1, Size groups = 1, bool bias = true,
           PaddingMode padding_mode = PaddingMode::zeros)
      : LazyConv::Lazy({.in = groups,
                        .out = out,
                        .kernel = kernel,
                        .stride = stride,
                        .padding = padding,
                        .dilation = dilation,
                        .groups = groups,
                        .bias = bias,
                        .padding_mode = padding_mode}) {}
};
using LazyConv1d = LazyConv<1>;
using LazyConv2d = LazyConv<2>;
using LazyConv3d = LazyConv<3>;

template <int N>
struct LazyConvTranspose
    : Lazy<ConvTranspose<N>, ConvTransposeOptions<N>, &ConvTransposeOptions<N>::in, -1 - N> {
  LazyConvTranspose(Size out, Extent<N> kernel, Extent<N> stride = 1, Extent<N> padding = 0,
                    Extent<N> output_padding = 0, Size groups = 1, bool bias = true,
                    Extent<N> dilation = 1)
      : LazyConvTranspose::Lazy({.in = groups,
                                 .out = out,
                                 .kernel = kernel,
                                 .stride = stride,
                                 .padding = padding,
                                 .output_padding = output_padding,
                                 .dilation = dilation,
                                 .groups = groups,
                                 .bias = bias}) {}
};
using LazyConvTranspose1d = LazyConvTranspose<1>;
using LazyConvTranspose2d = LazyConvTranspose<2>;
using LazyConvTranspose3d = LazyConvTranspose<3>;

// x [N, channels, ...]
template <class Norm>
struct LazyBatchNorm : Lazy<Norm, BatchNormOptions, &BatchNormOptions::features, 1> {
  explicit LazyBatchNorm(double eps = 1e-5, std::optional<double> momentum = 0.1,
                         bool affine = true, bool track_running_stats = true)
      : LazyBatchNorm::Lazy({.features = 1,
                             .eps = eps,
                             .momentum = momentum,
                             .affine = affine,
                             .track_running_stats = track_running_stats}) {}
};
using LazyBatchNorm1d = LazyBatchNorm<BatchNorm1d>;
using LazyBatchNorm2d = LazyBatchNorm<BatchNorm2d>;
using LazyBatchNorm3d = LazyBatchNorm<BatchNorm3d>;

template <class Norm>
struct LazyInstanceNorm : Lazy<Norm, InstanceNormOptions, &InstanceNormOptions::features, 1> {
  explicit LazyInstanceNorm(double eps = 1e-5, double momentum = 0.1, bool affine = false,
                            bool track_running_stats = false)
      : LazyInstanceNorm::Lazy({.features = 1,
                                .eps = eps,
                                .momentum = momentum,
                                .affine = affine,
                                .track_running_stats = track_running_stats}) {}
};
using LazyInstanceNorm1d = LazyInstanceNorm<InstanceNorm1d>;
using LazyInstanceNorm2d = LazyInstanceNorm<InstanceNorm2d>;
using LazyInstanceNorm3d = LazyInstanceNorm<InstanceNorm3d>;

}  // namespace hebb::nn
