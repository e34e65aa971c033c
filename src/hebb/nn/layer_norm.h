// Normalisation within each sample, independent of the others; operators: ops/layer_norm.h.
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

// Over the last dimensions. x [..., shape] -> y [..., shape]. Source: Ba, Kiros and Hinton 2016.
struct LayerNormOptions {
  Dims shape;
  double eps = 1e-5;
  bool affine = true;
  bool bias = true;
  HEBB_FIELDS(shape, eps, affine, bias)
  static constexpr Note notes[] = {
      {.field = "shape", .key = "normalized_shape", .inferred = true, .shown = Shown::plain},
      {.field = "eps",
       .aliases = {"epsilon"},
       .above = 0,
       .what = "added to the variance, so that no root is 0"},
      {.field = "affine",
       .key = "elementwise_affine",
       .what = "whether values are scaled and shifted afterwards"},
      {.field = "bias",
       .what = "whether they are shifted, where they are scaled",
       .shown = Shown::if_changed}};
};

struct LayerNorm : Module {
  std::optional<Param> weight, bias;  // [shape]; ones and zeros
  explicit LayerNorm(LayerNormOptions options);
  explicit LayerNorm(Size features) : LayerNorm(LayerNormOptions{{features}}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)

 private:
  LayerNormOptions options_;
};

// Over groups of channels of each sample. x [N, channels, ...] -> y [N, channels, ...]. Source: Wu
// and He 2018.
struct GroupNormOptions {
  Size groups, channels;
  double eps = 1e-5;
  bool affine = true;
  bool bias = true;
  HEBB_FIELDS(groups, channels, eps, affine, bias)
  static constexpr Note notes[] = {
      {.field = "groups",
       .key = "num_groups",
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "groups that the channels are divided into",
       .shown = Shown::plain},
      {.field = "channels",
       .key = "num_channels",
       .inferred = true,
       .at_least = 1,
       .shown = Shown::plain},
      {.field = "eps",
       .aliases = {"epsilon"},
       .above = 0,
       .what = "added to the variance, so that no root is 0"},
      {.field = "affine", .what = "whether channels are scaled and shifted afterwards"},
      {.field = "bias",
       .what = "whether channels are shifted, where they are scaled",
       .shown = Shown::if_changed}};
};
struct GroupNorm : Module {
  std::optional<Param> weight, bias;  // [channels]; ones and zeros
  explicit GroupNorm(GroupNormOptions options);
  GroupNorm(Size groups, Size channels) : GroupNorm(GroupNormOptions{groups, channels}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)

 private:
  GroupNormOptions options_;
};

// Over the positions of each channel of each sample: x [N, C, L] (1d), [N, C, H, W] (2d), [N, C, D,
// H, W] (3d). With track_running_stats evaluation uses what training has seen. Source: Ulyanov et
// al. 2016.
struct InstanceNormOptions {
  Size features;
  double eps = 1e-5;
  double momentum = 0.1;  // share of a batch in the running statistics
  bool affine = false, track_running_stats = false;
  bool bias = true;
  HEBB_FIELDS(features, eps, momentum, affine, track_running_stats, bias)
  static constexpr Note notes[] = {
      {.field = "features",
       .key = "num_features",
       .inferred = true,
       .at_least = 1,
       .shown = Shown::plain},
      {.field = "eps",
       .aliases = {"epsilon"},
       .above = 0,
       .what = "added to the variance, so that no root is 0"},
      {.field = "momentum",
       .at_least = 0,
       .at_most = 1,
       .what = "share of a batch in the running statistics"},
      {.field = "affine", .what = "whether channels are scaled and shifted afterwards"},
      {.field = "track_running_stats",
       .what = "whether evaluation uses the statistics of the training"},
      {.field = "bias",
       .what = "whether channels are shifted, where they are scaled",
       .shown = Shown::if_changed}};
};
struct InstanceNorm : Module {
  std::optional<Param> weight, bias;                // [features]; ones and zeros
  std::optional<Buffer> running_mean, running_var;  // [features]
  std::optional<Buffer> num_batches_tracked;        // i64 []; stays 0, as PyTorch's does
  Tensor forward(const Tensor& x);
  std::string describe() const override;
  HEBB_FIELDS(weight, bias, running_mean, running_var, num_batches_tracked)

 protected:
  InstanceNorm(InstanceNormOptions options, int spatial);

 private:
  InstanceNormOptions options_;
  int spatial_;  // the name's number
};
struct InstanceNorm1d : InstanceNorm {
  explicit InstanceNorm1d(InstanceNormOptions options) : InstanceNorm(options, 1) {}
  explicit InstanceNorm1d(Size features) : InstanceNorm1d(InstanceNormOptions{features}) {}
};
struct InstanceNorm2d : InstanceNorm {
  explicit InstanceNorm2d(InstanceNormOptions options) : InstanceNorm(options, 2) {}
  explicit InstanceNorm2d(Size features) : InstanceNorm2d(InstanceNormOptions{features}) {}
};

struct InstanceNorm3d : InstanceNorm {
  explicit InstanceNorm3d(InstanceNormOptions options) : InstanceNorm(options, 3) {}
  explicit InstanceNorm3d(Size features) : InstanceNorm3d(InstanceNormOptions{features}) {}
};

// x / sqrt(mean(x²) + eps) * weight over the last dimensions. Source: Zhang and Sennrich 2019.
struct RMSNormOptions {
  Dims shape;
  std::optional<double> eps = {};  // none: the dtype's epsilon, f32's for halves
  bool affine = true;
  HEBB_FIELDS(shape, eps, affine)
  static constexpr Note notes[] = {
      {.field = "shape", .key = "normalized_shape", .inferred = true, .shown = Shown::plain},
      {.field = "eps",
       .aliases = {"epsilon"},
       .above = 0,
       .what = "added to the mean of the squares; none: the smallest step of the dtype at 1"},
      {.field = "affine",
       .key = "elementwise_affine",
       .what = "whether values are scaled afterwards"}};
};
struct RMSNorm : Module {
  std::optional<Param> weight;  // [shape]; ones
  explicit RMSNorm(RMSNormOptions options);
  explicit RMSNorm(Size features) : RMSNorm(RMSNormOptions{{features}}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight)

 private:
  RMSNormOptions options_;
};

}  // namespace hebb::nn
