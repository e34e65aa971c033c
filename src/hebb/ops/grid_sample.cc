// ops/grid_sample.cc: sampling at given places, and grids of affine maps.

#include "hebb/ops/grid_sample.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/grid_sample_onnx.h"
#include "hebb/ops/join.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/grid_sample.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_words(const GridSampleAttrs& a, int64_t dims) {
  check(a.mode == "bilinear" || a.mode == "nearest" || a.mode == "bicubic",
        "mode is '{}', should be bilinear, nearest or bicubic", a.mode);
  check(a.mode != "bicubic" || dims == 4, "mode 'bicubic' is for pictures, not for volumes");
  check(a.padding_mode == "zeros" || a.padding_mode == "border" || a.padding_mode == "reflection",
        "padding_mode is '{}', should be zeros, border or reflection", a.padding_mode);
}

void check_operands(const Tensor& input, const Tensor& grid) {
  check(input.dim() == 4 || input.dim() == 5, "input {} should be [N, C, H, W] or [N, C, D, H, W]",
        input.shape());
  check(is_floating(input.dtype()), "input is {}, should be floating", name(input.dtype()));
  check(grid.dtype() == input.dtype(), "grid is {}, input {}; they should have one dtype",
        name(grid.dtype()), name(input.dtype()));
  check(grid.dim() == input.dim() && grid.size(-1) == input.dim() - 2,
        "grid {} should be [N, {}{}] beside input {}", grid.shape(),
        input.dim() == 4 ? "h, w, " : "d, h, w, ", input.dim() - 2, input.shape());
  check(grid.size(0) == input.size(0), "grid {} is for {} samples, input {} has {}", grid.shape(),
        grid.size(0), input.shape(), input.size(0));
  for (int64_t i = 2; i < input.dim(); ++i)
    check(input.size(i) > 0, "input {} is empty in dimension {}", input.shape(), i);
}

// The middles of `size` parts of [-1, 1], or with corners both ends and what lies between.
Tensor places(int64_t size, bool corners, const Tensor& like) {
  const double half = corners || size == 0 ? 0 : 1 / double(size);
  const Tensor line = corners && size == 1
                          ? zeros({1}, DType::f64, like.device())
                          : linspace(half - 1, 1 - half, size, DType::f64, like.device());
  return cast(line, like.dtype());
}

}  // namespace

static Specs infer_grid_sample(const Call& c) {
  const Tensor &input = c.in(0), &grid = c.in(1);
  check_operands(input, grid);
  check_words(c.attributes<GridSampleAttrs>(), input.dim());
  Dims shape = {input.size(0), input.size(1)};
  for (int64_t i = 1; i < grid.dim() - 1; ++i)
    shape.push_back(grid.size(i));
  return {{input.dtype(), shape}};
}

static Grads grid_sample_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<GridSampleAttrs>();
  const Tensors both = call_all(
      op::grid_sample_backward, {dy[0], c.in(0), c.in(1)},
      GridSampleBackwardAttrs{a.mode, a.padding_mode, a.align_corners, c.wants(0), c.wants(1)});
  return {c.wants(0) ? both[0] : Tensor(), c.wants(1) ? both[1] : Tensor()};
}

constinit const Op op::grid_sample = {
    .name = "grid_sample",
    .what =
        "The values of pictures or volumes [N, C, ...] at places between -1 and 1, which grid "
        "[N, ..., 2 or 3] gives as (x, y) or (x, y, z).",
    .source = "torch.nn.functional.grid_sample; Jaderberg et al. 2015",
    .inputs = {"input", "grid"},
    .attributes = attrs_type<GridSampleAttrs>,
    .onnx = {{.type = "GridSample",
              .since = 16,
              .where = "volumes from opset 20 on",
              .to = onnx::write_grid_sample,
              .from = onnx::read_grid_sample}},
    .precision = Precision::f32,
    .infer = infer_grid_sample,
    .kernel = kernel::grid_sample,
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = grid_sample_vjp,
    .cost = [](const Call& c) -> Cost { return {.flops = 8 * double(c.out(0).numel())}; },
};

static Specs infer_grid_sample_backward(const Call& c) {
  const auto& a = c.attributes<GridSampleBackwardAttrs>();
  return {{c.in(1).dtype(), a.for_input ? c.in(1).shape() : Dims{0}},
          {c.in(2).dtype(), a.for_grid ? c.in(2).shape() : Dims{0}}};
}

static Grads grid_sample_backward_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<GridSampleBackwardAttrs>();
  const Tensor u = a.for_input ? dy[0] : Tensor(), w = a.for_grid ? dy[1] : Tensor();
  if (!u.defined() && !w.defined())
    return {};
  return call_all(op::grid_sample_second, {u, w, c.in(0), c.in(1), c.in(2)}, a.forward());
}

constinit const Op op::grid_sample_backward = GradientKernel{
    .name = "grid_sample_backward",
    .what =
        "The gradients of grid_sample's input and grid, of which one that is not wanted is "
        "empty.",
    .inputs = {"grad", "input", "grid"},
    .outputs = {"grad_input", "grad_grid"},
    .attributes = attrs_type<GridSampleBackwardAttrs>,
    .infer = infer_grid_sample_backward,
    .kernel = kernel::grid_sample_backward,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2)},
    .vjp = grid_sample_backward_vjp,
    .cost = [](const Call& c) -> Cost { return {.flops = 32 * double(c.in(0).numel())}; },
};

constinit const Op op::grid_sample_second = GradientKernel{
    .name = "grid_sample_second",
    .what = "The gradients of grid_sample_backward by grad, input and grid.",
    .inputs = {"grad_of_input?", "grad_of_grid?", "grad", "input", "grid"},
    .outputs = {"for_grad", "for_input", "for_grid"},
    .attributes = attrs_type<GridSampleAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(2).dtype(), c.in(2).shape()},
              {c.in(3).dtype(), c.in(3).shape()},
              {c.in(4).dtype(), c.in(4).shape()}};
    },
    .kernel = kernel::grid_sample_second,
    .no_gradient_because = "PyTorch's ends with the first one; this is the second",
    .cost = [](const Call& c) -> Cost { return {.flops = 256 * double(c.in(2).numel())}; },
};

static Tensors compose_affine_grid(const Call& c) {
  const auto& a = c.attributes<AffineGridAttrs>();
  const Tensor& theta = c.in(0);
  check(a.size.size() == 4 || a.size.size() == 5,
        "size {} should have 4 values, [N, C, H, W], or 5, [N, C, D, H, W]", a.size);
  for (int64_t size : a.size)
    check(size > 0, "size {} should have no value below 1", a.size);
  const int64_t axes = int64_t(a.size.size()) - 2;
  check(is_floating(theta.dtype()), "theta is {}, should be floating", name(theta.dtype()));
  check(theta.dim() == 3 && theta.size(0) == a.size[0] && theta.size(1) == axes &&
            theta.size(2) == axes + 1,
        "theta {} should be [{}, {}, {}] for size {}", theta.shape(), a.size[0], axes, axes + 1,
        a.size);
  const Dims spatial(std::span<const int64_t>(a.size).subspan(2));
  std::vector<Tensor> coordinates;  // x first
  for (int64_t i = axes; i-- > 0;) {
    Dims one(size_t(axes), 1);
    one[size_t(i)] = spatial[size_t(i)];
    coordinates.push_back(
        expand(reshape(places(spatial[size_t(i)], a.align_corners, theta), one), spatial));
  }
  coordinates.push_back(ones(spatial, theta.dtype(), theta.device()));
  const Tensor base = reshape(stack(coordinates, -1), {product(spatial), axes + 1});
  Dims shape = {a.size[0]};
  for (int64_t size : spatial)
    shape.push_back(size);
  shape.push_back(axes);
  return {reshape(matmul(base, transpose(theta, 1, 2)), shape)};
}

constinit const Op op::affine_grid = {
    .name = "affine_grid",
    .what =
        "The grid of places that affine maps theta [N, 2, 3] or [N, 3, 4] make for results of "
        "the given size.",
    .source = "torch.nn.functional.affine_grid; Jaderberg et al. 2015",
    .inputs = {"theta"},
    .attributes = attrs_type<AffineGridAttrs>,
    .onnx = {{.type = "AffineGrid",
              .since = 20,
              .where = "with align_corners for sizes above 1",
              .to = onnx::write_affine_grid,
              .from = onnx::read_affine_grid}},
    .precision = Precision::f32,
    .compose = compose_affine_grid,
};

Tensor grid_sample(const Tensor& input, const Tensor& grid, const GridSampleAttrs& options) {
  return call(op::grid_sample, {input, grid}, options);
}
Tensor affine_grid(const Tensor& theta, const Dims& size, bool align_corners) {
  return call(op::affine_grid, {theta}, AffineGridAttrs{size, align_corners});
}

}  // namespace hebb
