// ops/unpool.cc: maxima put back to where they lay, and pooling over windows at random places. What
// users call is written with two entries, max_unpool and fractional_max_pool, which know the
// result's sizes.

#include "hebb/ops/unpool.h"

#include <cmath>

#include "hebb/kernels/unpool.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/random.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/unpool_onnx.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/unpool.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// [N, C] of the tensor, then these sizes.
Dims with_sizes(const Tensor& tensor, const Dims& size) {
  Dims shape = {tensor.size(0), tensor.size(1)};
  for (int64_t s : size)
    shape.push_back(s);
  return shape;
}

Tensor planes(const Tensor& x) {
  return reshape(x, {x.size(0), x.size(1), product(spatial_sizes(x))});
}

// The values of planes of these sizes at the indices, and the reverse: each value added at its
// index. Of empty tensors nothing.
Tensor picked(const Tensor& x, const Tensor& indices) {
  return reshape(gather(planes(x), 2, planes(indices)), indices.shape());
}
Tensor placed(const Tensor& values, const Tensor& indices, const Dims& shape) {
  const Dims flat = {shape[0], shape[1], product(std::span<const int64_t>(shape).subspan(2))};
  return reshape(
      scatter_add(zeros(flat, values.dtype(), values.device()), 2, planes(indices), planes(values)),
      shape);
}

Dims unpooled_sizes(const Tensor& input, const UnpoolOptions& o, size_t n) {
  check(!o.kernel_size.empty(), "kernel_size is missing");
  const Dims kernel = per_dimension(o.kernel_size, n, "kernel_size"),
             stride = o.stride.empty() ? kernel : per_dimension(o.stride, n, "stride"),
             padding = per_dimension(o.padding, n, "padding");
  check_at_least(kernel, 1, "kernel_size");
  check_at_least(stride, 1, "stride");
  check_at_least(padding, 0, "padding");
  check_at_most(spatial_sizes(input), most_spatial, "the spatial sizes of input");
  Dims size;
  for (size_t i = 0; i < n; ++i)
    size.push_back((input.size(int64_t(i) + 2) - 1) * stride[i] - 2 * padding[i] + kernel[i]);
  if (o.output_size.empty()) {
    for (int64_t s : size)
      check(s >= 1, "the result would have the sizes {}; give output_size", size);
    return size;
  }
  const size_t given = o.output_size.size();
  check(given == n || given == n + 2 || given == n + 1,
        "output_size {} should have {} values, or those of the whole shape", o.output_size, n);
  const Dims wanted(std::span<const int64_t>(o.output_size).last(n));
  for (size_t i = 0; i < n; ++i)
    check(wanted[i] > size[i] - stride[i] && wanted[i] < size[i] + stride[i] && wanted[i] >= 1,
          "output_size {} should be between {} and {} in spatial dimension {}", wanted,
          size[i] - stride[i], size[i] + stride[i], i);
  return wanted;
}

template <size_t n>
Tensors compose_max_unpool(const Call& c) {
  check(c.in(1).shape() == c.in(0).shape(), "indices {} should have the shape of input {}",
        c.in(1).shape(), c.in(0).shape());
  const bool one_sample = is_unbatched(c.in(0), n);
  const Tensor input = as_batch(c.in(0), one_sample), indices = as_batch(c.in(1), one_sample);
  const Dims size = unpooled_sizes(input, c.attributes<UnpoolOptions>(), n);
  return {as_given(call(op::max_unpool, {input, indices}, UnpoolAttrs{size}), one_sample)};
}

Dims fractional_sizes(const Tensor& input, const FractionalPoolOptions& o, size_t n) {
  check(o.output_size.empty() != o.output_ratio.empty(), "{}",
        o.output_size.empty() ? "output_size and output_ratio are missing, give one of them"
                              : "output_size and output_ratio are both given, give one of them");
  if (!o.output_size.empty())
    return per_dimension(o.output_size, n, "output_size");
  check(o.output_ratio.size() == 1 || o.output_ratio.size() == n,
        "output_ratio has {} values, should have 1 or {}", o.output_ratio.size(), n);
  Dims size;
  for (size_t i = 0; i < n; ++i) {
    const double ratio = o.output_ratio[o.output_ratio.size() == 1 ? 0 : i];
    check(ratio > 0 && ratio < 1, "output_ratio is {}, should be between 0 and 1", ratio);
    size.push_back(int64_t(double(input.size(int64_t(i) + 2)) * ratio));
  }
  return size;
}

// Places for each channel of each sample: the same numbers for every dtype of the input.
Tensor drawn_places(const Tensor& input, size_t n, const Tensor& key) {
  return rand({input.size(0), input.size(1), int64_t(n)}, DType::f32, key, input.device());
}

template <size_t n>
Tensors compose_fractional_max_pool(const Call& c) {
  const auto& o = c.attributes<FractionalPoolOptions>();
  const bool one_sample = is_unbatched(c.in(0), n);
  const Tensor input = as_batch(c.in(0), one_sample);
  check(is_floating(input.dtype()), "input is {}, should be floating", name(input.dtype()));
  check(!o.kernel_size.empty(), "kernel_size is missing");
  const FractionalPoolAttrs a{per_dimension(o.kernel_size, n, "kernel_size"),
                              fractional_sizes(input, o, n)};
  check_at_least(a.kernel, 1, "kernel_size");
  check_at_least(a.size, 1, "output_size");
  for (size_t i = 0; i < n; ++i)
    check(a.size[i] + a.kernel[i] - 1 <= input.size(int64_t(i) + 2),
          "{} windows of {} do not fit into the size {} of spatial dimension {}", a.size[i],
          a.kernel[i], input.size(int64_t(i) + 2), i);
  const Dims wanted = {input.size(0), input.size(1), int64_t(n)};
  check(!c.has(1) || (c.in(1).shape() == wanted && is_floating(c.in(1).dtype())),
        "_random_samples {} should be {}, floating", c.has(1) ? describe(c.in(1)) : "", wanted);
  const Tensor samples = c.has(1) ? c.in(1) : drawn_places(input, n, c.in(2));
  const Tensors both = call_all(op::fractional_max_pool, {input, cast(samples, DType::f64)}, a);
  if (!o.return_indices)
    return {as_given(both[0], one_sample)};
  return {as_given(both[0], one_sample), as_given(both[1], one_sample)};
}

int one_or_two(const Call& c) {
  return c.attributes<FractionalPoolOptions>().return_indices ? 2 : 0;
}

}  // namespace

constinit const Op op::max_unpool1d = {
    .name = "max_unpool1d",
    .what =
        "The values of max pooling [N, C, L] or one sample at the places that indices gives, "
        "zeros elsewhere.",
    .source = "torch.nn.functional.max_unpool1d",
    .inputs = {"input", "indices"},
    .attributes = attrs_type<UnpoolOptions>,
    .onnx = {{.type = "MaxUnpool",
              .since = 13,
              .nodes = "Add, Unsqueeze, Squeeze",
              .to = onnx::write_max_unpool,
              .from = onnx::read_max_unpool}},
    .indices = {1},
    .compose = compose_max_unpool<1>,
};

constinit const Op op::max_unpool2d = {
    .name = "max_unpool2d",
    .what =
        "The values of max pooling [N, C, H, W] or one sample at the places that indices "
        "gives, zeros elsewhere.",
    .source = "torch.nn.functional.max_unpool2d; Zeiler and Fergus 2014",
    .inputs = {"input", "indices"},
    .attributes = attrs_type<UnpoolOptions>,
    .onnx = {{.type = "MaxUnpool",
              .since = 13,
              .nodes = "Add, Unsqueeze, Squeeze",
              .to = onnx::write_max_unpool,
              .from = onnx::read_max_unpool}},
    .indices = {1},
    .compose = compose_max_unpool<2>,
};

constinit const Op op::max_unpool3d = {
    .name = "max_unpool3d",
    .what =
        "The values of max pooling [N, C, D, H, W] or one sample at the places that indices "
        "gives, zeros elsewhere.",
    .source = "torch.nn.functional.max_unpool3d",
    .inputs = {"input", "indices"},
    .attributes = attrs_type<UnpoolOptions>,
    .onnx = {{.type = "MaxUnpool",
              .since = 13,
              .nodes = "Add, Unsqueeze, Squeeze",
              .to = onnx::write_max_unpool,
              .from = onnx::read_max_unpool}},
    .indices = {1},
    .compose = compose_max_unpool<3>,
};

constinit const Op op::max_unpool = {
    .name = "max_unpool",
    .what =
        "Values at given places of larger planes [N, C, ...], zeros elsewhere, in any number "
        "of spatial dimensions.",
    .source = "torch.ops.aten.max_unpool2d",
    .inputs = {"input", "indices"},
    .attributes = attrs_type<UnpoolAttrs>,
    .no_onnx_because = "a piece of max_unpool1d to 3d",
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), with_sizes(c.in(0), c.attributes<UnpoolAttrs>().size)}};
    },
    .kernel = kernel::max_unpool,
    .keep = {Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {picked(dy[0], c.in(1)), Tensor()};
    },
    .internal = true,
};

constinit const Op op::fractional_max_pool2d = {
    .name = "fractional_max_pool2d",
    .what =
        "The largest values of output_size windows of [N, C, H, W] at random places, and where "
        "asked for their positions, as a function of samples or key.",
    .source = "torch.nn.functional.fractional_max_pool2d; Graham 2014",
    .inputs = {"input", "_random_samples?", "key?"},
    .attributes = attrs_type<FractionalPoolOptions>,
    .no_onnx_because = "ONNX has no windows of different distances",
    .compose = compose_fractional_max_pool<2>,
    .results = one_or_two,
};

constinit const Op op::fractional_max_pool3d = {
    .name = "fractional_max_pool3d",
    .what =
        "The largest values of output_size windows of [N, C, D, H, W] at random places, and "
        "where asked for their positions, as a function of samples or key.",
    .source = "torch.nn.functional.fractional_max_pool3d; Graham 2014",
    .inputs = {"input", "_random_samples?", "key?"},
    .attributes = attrs_type<FractionalPoolOptions>,
    .no_onnx_because = "ONNX has no windows of different distances",
    .compose = compose_fractional_max_pool<3>,
    .results = one_or_two,
};

static Specs infer_fractional_max_pool(const Call& c) {
  const Dims shape = with_sizes(c.in(0), c.attributes<FractionalPoolAttrs>().size);
  return {{c.in(0).dtype(), shape}, {DType::i64, shape}};
}

constinit const Op op::fractional_max_pool = {
    .name = "fractional_max_pool",
    .what =
        "The largest value in each of some windows of [N, C, ...] whose places samples [N, C, "
        "dimensions] say, and where it lies.",
    .source = "torch.ops.aten.fractional_max_pool2d",
    .inputs = {"input", "samples"},
    .outputs = {"out", "indices"},
    .attributes = attrs_type<FractionalPoolAttrs>,
    .no_onnx_because = "a piece of fractional_max_pool2d and 3d",
    .infer = infer_fractional_max_pool,
    .kernel = kernel::fractional_max_pool,
    .keep = {Keep::output(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {dy[0].defined() ? placed(dy[0], c.out(1), c.in(0).shape()) : Tensor(), Tensor()};
    },
    .internal = true,
};

#define MAX_UNPOOL(name)                                                                  \
  Tensor name(const Tensor& input, const Tensor& indices, const UnpoolOptions& options) { \
    return call(op::name, {input, indices}, options);                                     \
  }
MAX_UNPOOL(max_unpool1d)
MAX_UNPOOL(max_unpool2d)
MAX_UNPOOL(max_unpool3d)
#undef MAX_UNPOOL

#define FRACTIONAL_MAX_POOL(name)                                                                  \
  Tensor name(const Tensor& input, const FractionalPoolOptions& options,                           \
              const Tensor& random_samples, const Tensor& key) {                                   \
    return call(op::name, {input, random_samples, key}, options);                                  \
  }                                                                                                \
  std::pair<Tensor, Tensor> name##_with_indices(const Tensor& input,                               \
                                                FractionalPoolOptions options,                     \
                                                const Tensor& random_samples, const Tensor& key) { \
    options.return_indices = true;                                                                 \
    const Tensors both = call_all(op::name, {input, random_samples, key}, options);                \
    return {both[0], both[1]};                                                                     \
  }
FRACTIONAL_MAX_POOL(fractional_max_pool2d)
FRACTIONAL_MAX_POOL(fractional_max_pool3d)
#undef FRACTIONAL_MAX_POOL

}  // namespace hebb
