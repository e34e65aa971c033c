// ops/pooling.cc: maxima and means over windows. What users call is written with two entries,
// max_pool and avg_pool, which take one value per spatial dimension and know the output's sizes;
// the adaptive forms are the same with other windows.

#include "hebb/ops/pooling.h"

#include "hebb/kernels/pooling.h"
#include "hebb/ops/cost.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pooling_onnx.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/pooling.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

struct Windows {
  Dims kernel, stride, padding, dilation;
};

Windows windows(const Dims& kernel_size, const Dims& stride, const Dims& padding,
                const Dims& dilation, size_t n) {
  check(!kernel_size.empty(), "kernel_size is missing");
  Windows w;
  w.kernel = per_dimension(kernel_size, n, "kernel_size");
  w.stride = stride.empty() ? w.kernel : per_dimension(stride, n, "stride");
  w.padding = per_dimension(padding, n, "padding");
  w.dilation = per_dimension(dilation, n, "dilation");
  check_at_least(w.kernel, 1, "kernel_size");
  check_at_least(w.stride, 1, "stride");
  check_at_least(w.padding, 0, "padding");
  check_at_least(w.dilation, 1, "dilation");
  for (size_t i = 0; i < n; ++i)
    check(2 * w.padding[i] <= w.dilation[i] * (w.kernel[i] - 1) + 1,
          "padding {} is more than half of the kernel's size {}", w.padding, w.kernel);
  return w;
}

Dims pooled_sizes(const Tensor& input, const Windows& w, bool ceil_mode) {
  Dims out;
  for (size_t i = 0; i < w.kernel.size(); ++i) {
    const int64_t in = input.size(int64_t(i) + 2), span = w.dilation[i] * (w.kernel[i] - 1) + 1,
                  room = in + 2 * w.padding[i] - span;
    check(in >= 1 && room + (ceil_mode ? w.stride[i] - 1 : 0) >= 0,
          "a window of {} does not fit into the padded size {} of spatial dimension {}", span,
          in + 2 * w.padding[i], i);
    int64_t size = (room + (ceil_mode ? w.stride[i] - 1 : 0)) / w.stride[i] + 1;
    if (ceil_mode && (size - 1) * w.stride[i] >= in + w.padding[i])
      --size;  // the last window must start inside the input or the left padding
    out.push_back(size);
  }
  return out;
}

// Whether a window at o has an element of the input in it: where the dilation is wide, it may lie
// in the padding altogether.
bool covers_something(const Windows& w, size_t i, int64_t o, int64_t in) {
  const int64_t start = o * w.stride[i] - w.padding[i], step = w.dilation[i];
  const int64_t first = start >= 0 ? start : start + (-start + step - 1) / step * step;
  return first < in && first <= start + (w.kernel[i] - 1) * step;
}

void check_every_maximum_exists(const Tensor& input, const Windows& w, const Dims& sizes) {
  for (size_t i = 0; i < sizes.size(); ++i)
    for (int64_t o = 0; o < sizes[i]; ++o)
      check(covers_something(w, i, o, input.size(int64_t(i) + 2)),
            "window {} of spatial dimension {} covers nothing but padding, so its maximum has no "
            "index; take less padding or dilation",
            o, i);
}

Dims adaptive_sizes(const Tensor& input, const Dims& output_size, size_t n) {
  check(!output_size.empty(), "output_size is missing");
  Dims out = per_dimension(output_size, n, "output_size");
  for (size_t i = 0; i < n; ++i) {
    if (out[i] == keep_size)
      out[i] = input.size(int64_t(i) + 2);
    check(out[i] >= 0 && input.size(int64_t(i) + 2) >= 1,
          "output_size is {} for the input {}, should not be negative, nor the input empty",
          output_size, input.shape());
  }
  return out;
}

int64_t taps(const MaxPoolAttrs& a) {
  return product(a.kernel);
}

// Position within the window where that fits a byte and only our own gradient reads it; nothing
// where no gradient will.
std::optional<DType> index_form(const Call& c, const MaxPoolAttrs& a, bool return_indices) {
  if (return_indices)
    return DType::i64;
  if (!tape().records(c))
    return std::nullopt;
  return a.kernel.empty() || taps(a) > 256 ? DType::i64 : DType::u8;
}

Tensors run_max_pool(const Tensor& input, const MaxPoolAttrs& a, bool one_sample,
                     bool return_indices) {
  const Tensors both = call_all(op::max_pool, {input}, a);
  if (!return_indices)
    return {as_given(both[0], one_sample)};
  return {as_given(both[0], one_sample), as_given(both[1], one_sample)};
}

template <size_t n>
Tensors compose_max_pool(const Call& c) {
  const auto& o = c.attributes<MaxPoolOptions>();
  const bool one_sample = is_unbatched(c.in(0), n);
  const Tensor input = as_batch(c.in(0), one_sample);
  const Windows w = windows(o.kernel_size, o.stride, o.padding, o.dilation, n);
  MaxPoolAttrs a{w.kernel, w.stride, w.padding, w.dilation, pooled_sizes(input, w, o.ceil_mode),
                 {}};
  if (o.return_indices)
    check_every_maximum_exists(input, w, a.size);
  a.indices = index_form(c, a, o.return_indices);
  return run_max_pool(input, a, one_sample, o.return_indices);
}

template <size_t n>
Tensors compose_adaptive_max_pool(const Call& c) {
  const auto& o = c.attributes<AdaptivePoolOptions>();
  const bool one_sample = is_unbatched(c.in(0), n);
  const Tensor input = as_batch(c.in(0), one_sample);
  MaxPoolAttrs a{{}, {}, {}, {}, adaptive_sizes(input, o.output_size, n), {}};
  a.indices = index_form(c, a, o.return_indices);
  return run_max_pool(input, a, one_sample, o.return_indices);
}

template <size_t n>
Tensors compose_avg_pool(const Call& c) {
  const auto& o = c.attributes<AvgPoolOptions>();
  const bool one_sample = is_unbatched(c.in(0), n);
  const Tensor input = as_batch(c.in(0), one_sample);
  check(is_floating(input.dtype()) || input.dtype() == DType::i64,
        "input is {}, should be floating or i64, whose means are rounded towards 0",
        name(input.dtype()));
  check(!o.divisor_override || *o.divisor_override != 0, "divisor_override is 0");
  const Windows w = windows(o.kernel_size, o.stride, o.padding, {1}, n);
  const AvgPoolAttrs a{w.kernel,
                       w.stride,
                       w.padding,
                       pooled_sizes(input, w, o.ceil_mode),
                       o.count_include_pad,
                       o.divisor_override};
  return {as_given(call(op::avg_pool, {input}, a), one_sample)};
}

template <size_t n>
Tensors compose_adaptive_avg_pool(const Call& c) {
  const bool one_sample = is_unbatched(c.in(0), n);
  const Tensor input = as_batch(c.in(0), one_sample);
  check(is_floating(input.dtype()), "input is {}, should be floating", name(input.dtype()));
  const AvgPoolAttrs a{
      {},   {}, {}, adaptive_sizes(input, c.attributes<AdaptiveAvgPoolOptions>().output_size, n),
      true, {}};
  return {as_given(call(op::avg_pool, {input}, a), one_sample)};
}

template <class A>
A with_size(const Call& c, const Dims& size) {
  A a = c.attributes<A>();
  a.size = size;
  return a;
}

// [N, C] of the operand, then other spatial sizes.
Dims with_sizes(const Tensor& tensor, const Dims& size) {
  Dims shape = {tensor.size(0), tensor.size(1)};
  for (int64_t s : size)
    shape.push_back(s);
  return shape;
}

// PyTorch returns a tuple only when it is asked for indices.
template <class Options>
int one_or_two(const Call& c) {
  return c.attributes<Options>().return_indices ? 2 : 0;
}

}  // namespace

static Specs infer_max_pool(const Call& c) {
  const auto& a = c.attributes<MaxPoolAttrs>();
  const Dims shape = with_sizes(c.in(0), a.size);
  return {{c.in(0).dtype(), shape}, {a.indices.value_or(DType::u8), a.indices ? shape : Dims{0}}};
}

constinit const Op op::max_pool = {
    .name = "max_pool",
    .what =
        "The largest value in each window of [N, C, ...], and where it lies, in any number of "
        "spatial dimensions.",
    .source = "torch.ops.aten.max_pool2d_with_indices",
    .inputs = {"input"},
    .outputs = {"out", "indices"},
    .attributes = attrs_type<MaxPoolAttrs>,
    .no_onnx_because = "a piece of max_pool1d to 3d and adaptive_max_pool1d to 3d",
    .infer = infer_max_pool,
    .kernel = kernel::max_pool,
    .keep = {Keep::output(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {dy[0].defined() ? call(op::max_pool_backward, {dy[0], c.out(1)},
                                     with_size<MaxPoolAttrs>(c, spatial_sizes(c.in(0))))
                              : Tensor()};
    },
    .cost = flop_per_input,
    .internal = true,
};

// attrs.size: the input's.
constinit const Op op::max_pool_backward = GradientKernel{
    .name = "max_pool_backward",
    .what =
        "The gradient of max pooling's input: each maximum's gradient goes to where it lay, and "
        "those of one place add up.",
    .inputs = {"grad", "indices"},
    .attributes = attrs_type<MaxPoolAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), with_sizes(c.in(0), c.attributes<MaxPoolAttrs>().size)}};
    },
    .kernel = kernel::max_pool_backward,
    .keep = {Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::max_pool_pick, {dy[0], c.in(1)},
                   with_size<MaxPoolAttrs>(c, spatial_sizes(c.in(0)))),
              Tensor()};
    },
    .cost = flop_per_input,
};

// attrs.size: the output's.
constinit const Op op::max_pool_pick = GradientKernel{
    .name = "max_pool_pick",
    .what =
        "The input's values where the maxima of another tensor lay: the gradient of "
        "max_pool_backward.",
    .inputs = {"input", "indices"},
    .attributes = attrs_type<MaxPoolAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), c.in(1).shape()}};
    },
    .kernel = kernel::max_pool_pick,
    .keep = {Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::max_pool_backward, {dy[0], c.in(1)},
                   with_size<MaxPoolAttrs>(c, spatial_sizes(c.in(0)))),
              Tensor()};
    },
    .cost = flop_per_input,
};

constinit const Op op::avg_pool = {
    .name = "avg_pool",
    .what = "The mean of each window of [N, C, ...], in any number of spatial dimensions.",
    .source = "torch.ops.aten.avg_pool2d",
    .inputs = {"input"},
    .attributes = attrs_type<AvgPoolAttrs>,
    .no_onnx_because = "a piece of avg_pool1d to 3d and adaptive_avg_pool1d to 3d",
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), with_sizes(c.in(0), c.attributes<AvgPoolAttrs>().size)}};
    },
    .kernel = kernel::avg_pool,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {
          call(op::avg_pool_backward, {dy[0]}, with_size<AvgPoolAttrs>(c, spatial_sizes(c.in(0))))};
    },
    .cost = flop_per_input,
    .internal = true,
};

// attrs.size: the input's.
constinit const Op op::avg_pool_backward = GradientKernel{
    .name = "avg_pool_backward",
    .what =
        "The gradient of average pooling's input: each mean's gradient, divided evenly over its "
        "window.",
    .attributes = attrs_type<AvgPoolAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), with_sizes(c.in(0), c.attributes<AvgPoolAttrs>().size)}};
    },
    .kernel = kernel::avg_pool_backward,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {call(op::avg_pool, {dy[0]}, with_size<AvgPoolAttrs>(c, spatial_sizes(c.in(0))))};
    },
    .cost = [](const Call& c) -> Cost { return {.flops = double(c.out(0).numel())}; },
};

constinit const Op op::max_pool1d = {
    .name = "max_pool1d",
    .what =
        "The largest value in each window of [N, C, L] or one sample, and where asked for its "
        "row-major position.",
    .source = "torch.nn.functional.max_pool1d",
    .inputs = {"input"},
    .attributes = attrs_type<MaxPoolOptions>,
    .onnx = {{.type = "MaxPool",
              .since = 13,
              .nodes = "Mod, Unsqueeze, Squeeze",
              .where = "where ceil_mode leaves out no window",
              .to = onnx::write_max_pool,
              .from = onnx::read_max_pool}},
    .compose = compose_max_pool<1>,
    .results = one_or_two<MaxPoolOptions>,
};

constinit const Op op::max_pool2d = {
    .name = "max_pool2d",
    .what =
        "The largest value in each window of [N, C, H, W] or one sample, and where asked for its "
        "row-major position.",
    .source = "torch.nn.functional.max_pool2d",
    .inputs = {"input"},
    .attributes = attrs_type<MaxPoolOptions>,
    .onnx = {{.type = "MaxPool",
              .since = 13,
              .nodes = "Mod, Unsqueeze, Squeeze",
              .where = "where ceil_mode leaves out no window",
              .to = onnx::write_max_pool,
              .from = onnx::read_max_pool}},
    .compose = compose_max_pool<2>,
    .results = one_or_two<MaxPoolOptions>,
};

constinit const Op op::max_pool3d = {
    .name = "max_pool3d",
    .what =
        "The largest value in each window of [N, C, D, H, W] or one sample, and where asked for "
        "its row-major position.",
    .source = "torch.nn.functional.max_pool3d",
    .inputs = {"input"},
    .attributes = attrs_type<MaxPoolOptions>,
    .onnx = {{.type = "MaxPool",
              .since = 13,
              .nodes = "Mod, Unsqueeze, Squeeze",
              .where = "where ceil_mode leaves out no window",
              .to = onnx::write_max_pool,
              .from = onnx::read_max_pool}},
    .compose = compose_max_pool<3>,
    .results = one_or_two<MaxPoolOptions>,
};

constinit const Op op::avg_pool1d = {
    .name = "avg_pool1d",
    .what =
        "The mean of each window of [N, C, L] or one sample; padding counts unless "
        "count_include_pad is off.",
    .source = "torch.nn.functional.avg_pool1d",
    .inputs = {"input"},
    .attributes = attrs_type<AvgPoolOptions>,
    .onnx = {{.type = "AveragePool",
              .since = 13,
              .nodes = "Mul, Unsqueeze, Squeeze",
              .where = "where ceil_mode leaves out no window, and none sticks out beside "
                       "count_include_pad or divisor_override",
              .to = onnx::write_avg_pool,
              .from = onnx::read_avg_pool}},
    .compose = compose_avg_pool<1>,
};

constinit const Op op::avg_pool2d = {
    .name = "avg_pool2d",
    .what =
        "The mean of each window of [N, C, H, W] or one sample; padding counts unless "
        "count_include_pad is off.",
    .source = "torch.nn.functional.avg_pool2d",
    .inputs = {"input"},
    .attributes = attrs_type<AvgPoolOptions>,
    .onnx = {{.type = "AveragePool",
              .since = 13,
              .nodes = "Mul, Unsqueeze, Squeeze",
              .where = "where ceil_mode leaves out no window, and none sticks out beside "
                       "count_include_pad or divisor_override",
              .to = onnx::write_avg_pool,
              .from = onnx::read_avg_pool}},
    .compose = compose_avg_pool<2>,
};

constinit const Op op::avg_pool3d = {
    .name = "avg_pool3d",
    .what =
        "The mean of each window of [N, C, D, H, W] or one sample; padding counts unless "
        "count_include_pad is off.",
    .source = "torch.nn.functional.avg_pool3d",
    .inputs = {"input"},
    .attributes = attrs_type<AvgPoolOptions>,
    .onnx = {{.type = "AveragePool",
              .since = 13,
              .nodes = "Mul, Unsqueeze, Squeeze",
              .where = "where ceil_mode leaves out no window, and none sticks out beside "
                       "count_include_pad or divisor_override",
              .to = onnx::write_avg_pool,
              .from = onnx::read_avg_pool}},
    .compose = compose_avg_pool<3>,
};

constinit const Op op::adaptive_avg_pool1d = {
    .name = "adaptive_avg_pool1d",
    .what = "The means of as many windows of [N, C, L] as output_size says, which cover it evenly.",
    .source = "torch.nn.functional.adaptive_avg_pool1d",
    .inputs = {"input"},
    .attributes = attrs_type<AdaptiveAvgPoolOptions>,
    .onnx = {{.type = "GlobalAveragePool",
              .since = 13,
              .nodes = "AveragePool, Unsqueeze, Squeeze",
              .where = "where output_size divides the input",
              .to = onnx::write_adaptive_avg_pool,
              .from = onnx::read_global_average_pool}},
    .compose = compose_adaptive_avg_pool<1>,
};

constinit const Op op::adaptive_max_pool1d = {
    .name = "adaptive_max_pool1d",
    .what =
        "The maxima of as many windows of [N, C, L] as output_size says, which cover it evenly.",
    .source = "torch.nn.functional.adaptive_max_pool1d",
    .inputs = {"input"},
    .attributes = attrs_type<AdaptivePoolOptions>,
    .onnx = {{.type = "GlobalMaxPool",
              .since = 13,
              .nodes = "MaxPool, Mod, Unsqueeze, Squeeze",
              .where = "where output_size divides the input",
              .to = onnx::write_adaptive_max_pool,
              .from = onnx::read_global_max_pool}},
    .compose = compose_adaptive_max_pool<1>,
    .results = one_or_two<AdaptivePoolOptions>,
};

constinit const Op op::adaptive_avg_pool2d = {
    .name = "adaptive_avg_pool2d",
    .what =
        "The means of as many windows of [N, C, H, W] as output_size says, which cover it evenly.",
    .source = "torch.nn.functional.adaptive_avg_pool2d",
    .inputs = {"input"},
    .attributes = attrs_type<AdaptiveAvgPoolOptions>,
    .onnx = {{.type = "GlobalAveragePool",
              .since = 13,
              .nodes = "AveragePool, Unsqueeze, Squeeze",
              .where = "where output_size divides the input",
              .to = onnx::write_adaptive_avg_pool,
              .from = onnx::read_global_average_pool}},
    .compose = compose_adaptive_avg_pool<2>,
};

constinit const Op op::adaptive_max_pool2d = {
    .name = "adaptive_max_pool2d",
    .what =
        "The maxima of as many windows of [N, C, H, W] as output_size says, which cover it evenly.",
    .source = "torch.nn.functional.adaptive_max_pool2d",
    .inputs = {"input"},
    .attributes = attrs_type<AdaptivePoolOptions>,
    .onnx = {{.type = "GlobalMaxPool",
              .since = 13,
              .nodes = "MaxPool, Mod, Unsqueeze, Squeeze",
              .where = "where output_size divides the input",
              .to = onnx::write_adaptive_max_pool,
              .from = onnx::read_global_max_pool}},
    .compose = compose_adaptive_max_pool<2>,
    .results = one_or_two<AdaptivePoolOptions>,
};

constinit const Op op::adaptive_avg_pool3d = {
    .name = "adaptive_avg_pool3d",
    .what =
        "The means of as many windows of [N, C, D, H, W] as output_size says, which cover it "
        "evenly.",
    .source = "torch.nn.functional.adaptive_avg_pool3d",
    .inputs = {"input"},
    .attributes = attrs_type<AdaptiveAvgPoolOptions>,
    .onnx = {{.type = "GlobalAveragePool",
              .since = 13,
              .nodes = "AveragePool, Unsqueeze, Squeeze",
              .where = "where output_size divides the input",
              .to = onnx::write_adaptive_avg_pool,
              .from = onnx::read_global_average_pool}},
    .compose = compose_adaptive_avg_pool<3>,
};

constinit const Op op::adaptive_max_pool3d = {
    .name = "adaptive_max_pool3d",
    .what =
        "The maxima of as many windows of [N, C, D, H, W] as output_size says, which cover it "
        "evenly.",
    .source = "torch.nn.functional.adaptive_max_pool3d",
    .inputs = {"input"},
    .attributes = attrs_type<AdaptivePoolOptions>,
    .onnx = {{.type = "GlobalMaxPool",
              .since = 13,
              .nodes = "MaxPool, Mod, Unsqueeze, Squeeze",
              .where = "where output_size divides the input",
              .to = onnx::write_adaptive_max_pool,
              .from = onnx::read_global_max_pool}},
    .compose = compose_adaptive_max_pool<3>,
    .results = one_or_two<AdaptivePoolOptions>,
};

#define MAX_POOL(name)                                                                         \
  Tensor name(const Tensor& input, const MaxPoolOptions& options) {                            \
    return call(op::name, {input}, options);                                                   \
  }                                                                                            \
  std::pair<Tensor, Tensor> name##_with_indices(const Tensor& input, MaxPoolOptions options) { \
    options.return_indices = true;                                                             \
    const Tensors both = call_all(op::name, {input}, options);                                 \
    return {both[0], both[1]};                                                                 \
  }
MAX_POOL(max_pool1d)
MAX_POOL(max_pool2d)
MAX_POOL(max_pool3d)
#undef MAX_POOL

#define AVG_POOL(name)                                              \
  Tensor name(const Tensor& input, const AvgPoolOptions& options) { \
    return call(op::name, {input}, options);                        \
  }
AVG_POOL(avg_pool1d)
AVG_POOL(avg_pool2d)
AVG_POOL(avg_pool3d)
#undef AVG_POOL

#define ADAPTIVE_AVG_POOL(name)                                          \
  Tensor name(const Tensor& input, const Dims& output_size) {            \
    return call(op::name, {input}, AdaptiveAvgPoolOptions{output_size}); \
  }
ADAPTIVE_AVG_POOL(adaptive_avg_pool1d)
ADAPTIVE_AVG_POOL(adaptive_avg_pool2d)
ADAPTIVE_AVG_POOL(adaptive_avg_pool3d)
#undef ADAPTIVE_AVG_POOL

#define ADAPTIVE_MAX_POOL(name)                                              \
  Tensor name(const Tensor& input, const Dims& output_size) {                \
    return call(op::name, {input}, AdaptivePoolOptions{output_size, false}); \
  }
ADAPTIVE_MAX_POOL(adaptive_max_pool1d)
ADAPTIVE_MAX_POOL(adaptive_max_pool2d)
ADAPTIVE_MAX_POOL(adaptive_max_pool3d)
#undef ADAPTIVE_MAX_POOL

}  // namespace hebb
