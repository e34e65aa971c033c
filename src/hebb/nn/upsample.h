// Other sizes of sequences, pictures and volumes. Operator: ops/interpolate.h, whose options are
// the layer's.
#pragma once

#include "hebb/nn/module.h"
#include "hebb/ops/interpolate.h"

namespace hebb::nn {

struct Upsample : Module {  // x [N, C, spatial...] -> [N, C, spatial'...]
  InterpolateOptions options;
  explicit Upsample(InterpolateOptions options) : options(std::move(options)) {}
  Tensor forward(const Tensor& x) const { return interpolate(x, options); }
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct UpsamplingNearest2d : Upsample {
  explicit UpsamplingNearest2d(double scale_factor) : Upsample({.scale_factor = {scale_factor}}) {}
  explicit UpsamplingNearest2d(const Dims& size) : Upsample({.size = size}) {}
};
struct UpsamplingBilinear2d : Upsample {
  explicit UpsamplingBilinear2d(double scale_factor)
      : Upsample({.scale_factor = {scale_factor}, .mode = "bilinear", .align_corners = true}) {}
  explicit UpsamplingBilinear2d(const Dims& size)
      : Upsample({.size = size, .mode = "bilinear", .align_corners = true}) {}
};

}  // namespace hebb::nn
