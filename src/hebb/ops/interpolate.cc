// ops/interpolate.cc: other sizes of spatial dimensions. interpolate resamples one dimension after
// the other with the entry resample, a product with a sparse matrix, whose gradient is that with
// the transpose.

#include "hebb/ops/interpolate.h"

#include <cmath>

#include "hebb/kernels/interpolate.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/interpolate_onnx.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pooling.h"
#include "hebb/ops/spatial.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/interpolate.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

bool is_nearest(const std::string& mode) {
  return mode.starts_with("nearest");
}

// Error: the mode is unknown, or not for so many spatial dimensions.
void check_mode(const InterpolateOptions& o, int64_t spatial) {
  const auto& m = o.mode;
  const int64_t wanted = m == "linear"                       ? 1
                         : m == "bilinear" || m == "bicubic" ? 2
                         : m == "trilinear"                  ? 3
                                                             : 0;
  check(wanted > 0 || m == "nearest" || m == "nearest-exact" || m == "area",
        "mode is '{}', should be nearest, nearest-exact, linear, bilinear, bicubic, trilinear or "
        "area",
        m);
  check(wanted == 0 || wanted == spatial,
        "mode '{}' is for {} spatial dimension{}, but the input has {}", m, wanted,
        wanted == 1 ? "" : "s", spatial);
  check(wanted > 0 || !o.align_corners, "mode '{}' takes no align_corners", m);
  check(!o.antialias || m == "bilinear" || m == "bicubic",
        "antialias is for mode bilinear and bicubic, not for '{}'", m);
}

void check_input(const Tensor& input, const InterpolateOptions& o) {
  check(input.dim() >= 3 && input.dim() <= 5,
        "input {} should have 3 to 5 dimensions: [N, C, spatial...]", input.shape());
  check_mode(o, input.dim() - 2);
  check(is_nearest(o.mode) || is_floating(input.dtype()) ||
            (input.dtype() == DType::u8 && o.mode != "area"),
        "input is {}, should be floating, or u8; nearest takes any dtype", name(input.dtype()));
}

double factor_of(const InterpolateOptions& o, size_t i) {
  return o.scale_factor[o.scale_factor.size() == 1 ? 0 : i];
}

Dims wanted_sizes(const Tensor& input, const InterpolateOptions& o) {
  const auto spatial = size_t(input.dim()) - 2;
  check(o.size.empty() != o.scale_factor.empty(), "{}",
        o.size.empty() ? "size and scale_factor are missing, give one of them"
                       : "size and scale_factor are both given, give one of them");
  if (o.scale_factor.empty()) {
    check(!o.recompute_scale_factor.value_or(false),
          "recompute_scale_factor needs a scale_factor, but size is given");
    const Dims size = per_dimension(o.size, spatial, "size");
    check_at_least(size, 1, "size");
    return size;
  }
  check(o.scale_factor.size() == 1 || o.scale_factor.size() == spatial,
        "scale_factor has {} values, should have 1 or {}", o.scale_factor.size(), spatial);
  Dims size;
  for (size_t i = 0; i < spatial; ++i) {
    const double factor = factor_of(o, i),
                 wanted = std::floor(double(input.size(int64_t(i) + 2)) * factor);
    check(std::isfinite(factor) && factor > 0, "scale_factor is {}, should be more than 0", factor);
    check(wanted >= 1 && wanted <= double(most_spatial),
          "scale_factor {} makes {} of the size {} of spatial dimension {}, should be from 1 to {}",
          factor, wanted, input.size(int64_t(i) + 2), i, most_spatial);
    size.push_back(int64_t(wanted));
  }
  return size;
}

// Places of the input for each one of the output.
double step(const InterpolateOptions& o, size_t i, int64_t in, int64_t out) {
  if (o.align_corners.value_or(false))
    return out > 1 ? double(in - 1) / double(out - 1) : 0;
  const bool by_factor = !o.scale_factor.empty() && !o.recompute_scale_factor.value_or(false);
  return by_factor ? 1 / factor_of(o, i) : double(in) / double(out);
}

std::string along(const std::string& mode) {
  return is_nearest(mode) ? mode : mode == "bicubic" ? "cubic" : "linear";
}

// Of the spatial dimensions: those that become smaller come first, so that the others have less to
// do. The innermost, which takes longest, is last of those that shrink and first of the others.
std::vector<size_t> in_cheapest_order(const Tensor& input, const Dims& size) {
  std::vector<size_t> order;
  const auto shrinks = [&](size_t i) { return size[i] < input.size(int64_t(i) + 2); };
  for (size_t i = 0; i < size.size(); ++i)
    if (shrinks(i))
      order.push_back(i);
  for (size_t i = size.size(); i-- > 0;)
    if (!shrinks(i))
      order.push_back(i);
  return order;
}

Tensor as_area(const Tensor& input, const Dims& size) {
  return size.size() == 1   ? adaptive_avg_pool1d(input, size)
         : size.size() == 2 ? adaptive_avg_pool2d(input, size)
                            : adaptive_avg_pool3d(input, size);
}

}  // namespace

static Tensors compose_interpolate(const Call& c) {
  const auto& o = c.attributes<InterpolateOptions>();
  const Tensor& input = c.in(0);
  check_input(input, o);
  const Dims size = wanted_sizes(input, o);
  for (int64_t i = 2; i < input.dim(); ++i)
    check(input.size(i) >= 1, "input {} is empty in spatial dimension {}", input.shape(), i - 2);
  if (o.mode == "area")
    return {as_area(input, size)};
  const DType dtype = input.dtype();
  const bool exact = is_nearest(o.mode) || dtype == DType::f32 || dtype == DType::f64;
  Tensor x = exact ? input : cast(input, DType::f32);  // rounded once, at the end
  for (size_t i : in_cheapest_order(input, size)) {
    const int64_t dim = int64_t(i) + 2;
    x = call(op::resample, {x},
             ResampleAttrs{dim, size[i], along(o.mode), step(o, i, input.size(dim), size[i]),
                           o.align_corners.value_or(false), o.antialias});
  }
  if (dtype == DType::u8 && !exact)
    x = clamp(floor(x + 0.5), 0, 255);
  return {exact ? x : cast(x, dtype)};
}

constinit const Op op::interpolate = {
    .name = "interpolate",
    .what =
        "The spatial dimensions of [N, C, ...] in other sizes: by the nearest elements, "
        "linearly, cubically or as means.",
    .source = "torch.nn.functional.interpolate; antialias: Pillow's filters",
    .inputs = {"input"},
    .attributes = attrs_type<InterpolateOptions>,
    .onnx = {{.type = "Resize",
              .since = 13,
              .where = "not in mode area; with antialias from opset 18 on",
              .to = onnx::write_interpolate,
              .from = onnx::read_resize}},
    .precision = Precision::f32,
    .compose = compose_interpolate,
};

static Specs infer_resample(const Call& c) {
  const auto& a = c.attributes<ResampleAttrs>();
  Dims shape = c.in(0).shape();
  shape[size_t(a.dim)] = a.size;
  return {{c.in(0).dtype(), shape}};
}

static ResampleAttrs with_size(const Call& c, int64_t size) {
  ResampleAttrs a = c.attributes<ResampleAttrs>();
  a.size = size;
  return a;
}

constinit const Op op::resample = {
    .name = "resample",
    .what = "One dimension in another size: each element a weighted sum of neighbours.",
    .source = "torch.nn.functional.interpolate",
    .inputs = {"input"},
    .attributes = attrs_type<ResampleAttrs>,
    .no_onnx_because = "a piece of interpolate",
    .infer = infer_resample,
    .kernel = kernel::resample,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::resample_backward, {dy[0]},
                   with_size(c, c.in(0).size(c.attributes<ResampleAttrs>().dim)))};
    },
    .cost = [](const Call& c) -> Cost { return {.flops = 4 * double(c.out(0).numel())}; },
    .internal = true,
};

constinit const Op op::resample_backward = GradientKernel{
    .name = "resample_backward",
    .what = "The gradient of resampling's input: the transposed weighted sums.",
    .attributes = attrs_type<ResampleAttrs>,
    .infer = infer_resample,
    .kernel = kernel::resample_backward,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::resample, {dy[0]},
                   with_size(c, c.in(0).size(c.attributes<ResampleAttrs>().dim)))};
    },
    .cost = [](const Call& c) -> Cost { return {.flops = 4 * double(c.in(0).numel())}; },
};

Tensor interpolate(const Tensor& input, const InterpolateOptions& options) {
  return call(op::interpolate, {input}, options);
}

}  // namespace hebb
