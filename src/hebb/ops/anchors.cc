// ops/anchors.cc: the boxes from which detectors of objects start.

#include <cmath>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/boxes.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/boxes.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_positive(const std::vector<double>& values, std::string_view what) {
  check(!values.empty(), "{} is empty", what);
  for (double v : values)
    check(v > 0 && std::isfinite(v), "{} holds {}, should hold numbers above 0", what, v);
}

// In f64 on the device, without a detour over the host's memory.
Tensor listed(const std::vector<double>& values, Device device) {
  std::vector<Tensor> parts;
  for (double v : values)
    parts.push_back(full({1}, v, DType::f64, device));
  return cat(parts);
}

// Around (0, 0), in whole pixels: [ratios sizes, 4].
Tensor cell_anchors(const AnchorAttrs& a) {
  const Tensor size = listed(a.sizes, a.device),
               root = unsqueeze(sqrt(listed(a.aspect_ratios, a.device)), 1);
  const Tensor x = round(size / root / 2), y = round(size * root / 2);
  return reshape(stack({-x, -y, x, y}, 2), {-1, 4});
}

Tensors compose_grid_anchors(const Call& c) {
  const auto& a = c.attributes<AnchorAttrs>();
  check(a.grid_size.size() == 2, "grid_size {} should be [height, width]", a.grid_size);
  check_at_least(a.grid_size, 0, "grid_size");
  check_at_most(a.grid_size, most_spatial, "grid_size");
  const Dims stride = per_dimension(a.stride, 2, "stride");
  check_at_least(stride, 1, "stride");
  check_positive(a.sizes, "sizes");
  check_positive(a.aspect_ratios, "aspect_ratios");
  check(is_floating(a.dtype), "dtype is {}, should be floating", name(a.dtype));
  const int64_t height = a.grid_size[0], width = a.grid_size[1];
  const auto places = [&](int64_t count, int64_t step, const Dims& shape) {
    const Tensor line = arange(double(count), DType::f64, a.device) * double(step);
    return expand(reshape(line, shape), {height, width});
  };
  const Tensor x = places(width, stride[1], {1, width}), y = places(height, stride[0], {height, 1});
  const Tensor cells = reshape(stack({x, y, x, y}, 2), {height * width, 1, 4});
  const Tensor all = cells + cell_anchors(a);
  return {cast(reshape(all, {-1, 4}), a.dtype)};
}

}  // namespace

constinit const Op op::grid_anchors = {
    .name = "grid_anchors",
    .what =
        "Boxes (xyxy) of all sizes and ratios height / width around each cell of a grid, cells "
        "first: [height width ratios sizes, 4].",
    .source = "torchvision.models.detection.anchor_utils.AnchorGenerator; Ren et al. 2015",
    .attributes = attrs_type<AnchorAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_grid_anchors,
    .no_gradient_because = "no operand goes in",
};

Tensor grid_anchors(const AnchorAttrs& options) {
  return call(op::grid_anchors, {}, options);
}

}  // namespace hebb
