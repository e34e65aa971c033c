// Batch normalisation: y = (x - mean) / sqrt(var + eps) * weight + bias, per channel. Training uses
// the batch's statistics (the biased variance) and moves the running ones (with the unbiased
// variance); evaluation uses the running ones. Source: Ioffe and Szegedy 2015. x [N, C] or [N, C,
// L] (1d), [N, C, H, W] (2d), [N, C, D, H, W] (3d).
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct BatchNormOptions {
  Size features;
  double eps = 1e-5;
  std::optional<double> momentum = 0.1;  // none: the plain average over all batches
  bool affine = true, track_running_stats = true;
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
       .what = "share of a batch in the running statistics; none: the average of all batches"},
      {.field = "affine", .what = "whether channels are scaled and shifted afterwards"},
      {.field = "track_running_stats",
       .what = "whether evaluation uses the statistics of the training"},
      {.field = "bias",
       .what = "whether channels are shifted, where they are scaled",
       .shown = Shown::if_changed}};
};

struct BatchNorm : Module {
  std::optional<Param> weight, bias;                // [features]; ones and zeros
  std::optional<Buffer> running_mean, running_var;  // [features]
  std::optional<Buffer> num_batches_tracked;        // i64 []
  Tensor forward(const Tensor& x);
  std::string describe() const override;
  HEBB_FIELDS(weight, bias, running_mean, running_var, num_batches_tracked)

 protected:
  BatchNorm(BatchNormOptions options, int spatial);

 private:
  BatchNormOptions options_;
  int spatial_;  // the name's number: 1, 2 or 3
};

struct BatchNorm1d : BatchNorm {
  explicit BatchNorm1d(BatchNormOptions options) : BatchNorm(options, 1) {}
  explicit BatchNorm1d(Size features) : BatchNorm1d(BatchNormOptions{features}) {}
};
struct BatchNorm2d : BatchNorm {
  explicit BatchNorm2d(BatchNormOptions options) : BatchNorm(options, 2) {}
  explicit BatchNorm2d(Size features) : BatchNorm2d(BatchNormOptions{features}) {}
};
struct BatchNorm3d : BatchNorm {
  explicit BatchNorm3d(BatchNormOptions options) : BatchNorm(options, 3) {}
  explicit BatchNorm3d(Size features) : BatchNorm3d(BatchNormOptions{features}) {}
};

}  // namespace hebb::nn
