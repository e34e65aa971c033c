// ops/create.cc: new tensors from nothing.

#include "hebb/ops/create.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/arange.h"
#include "hebb/kernels/copy.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create_onnx.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/op.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/create.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {
// What PyTorch infers for a number.
DType dtype_for(DType number) {
  if (number == DType::boolean)
    return number;
  return is_integral(number) ? DType::i64 : is_complex(number) ? DType::c64 : DType::f32;
}

bool is_whole(const ArangeAttrs& a) {
  return a.start == std::trunc(a.start) && a.end == std::trunc(a.end) &&
         a.step == std::trunc(a.step);
}
}  // namespace

static Specs infer_full(const Call& c) {
  check(c.in(0).dim() == 0, "fill_value should be one number, but has shape {}", c.in(0).shape());
  const auto& a = c.attributes<FullAttrs>();
  const DType dtype = a.dtype.value_or(dtype_for(c.in(0).dtype()));
  if (c.in(0).is_number())
    check_fits("fill_value", c.in(0), dtype);
  return {{dtype, a.shape}};
}

constinit const Op op::full = {
    .name = "full",
    .what = "A tensor of the given shape, all of whose elements are fill_value.",
    .source = "torch.full",
    .inputs = {"fill_value"},
    .attributes = attrs_type<FullAttrs>,
    .onnx = {{.type = "ConstantOfShape",
              .since = 13,
              .nodes = "Expand",
              .to = onnx::write_full,
              .from = onnx::read_constant_of_shape}},
    .infer = infer_full,
    .kernel = kernel::copy,
    .no_gradient_because = "fill_value is taken as a constant, as PyTorch does",
};

static Specs infer_arange(const Call& c) {
  const auto& a = c.attributes<ArangeAttrs>();
  check(a.step != 0 && std::isfinite(a.step) && std::isfinite(a.start) && std::isfinite(a.end),
        "start {}, end {} and step {} should be finite, and the step not 0", a.start, a.end,
        a.step);
  check((a.end - a.start) / a.step >= 0, "a step of {} does not lead from {} to {}", a.step,
        a.start, a.end);
  const double count = std::ceil((a.end - a.start) / a.step);
  check(count < 0x1p62, "from {} to {} in steps of {} there are more elements than can be counted",
        a.start, a.end, a.step);
  const DType dtype = a.dtype.value_or(is_whole(a) ? DType::i64 : DType::f32);
  if (count > 0) {
    check_fits("the first value", a.start, dtype);
    check_fits("the last value", a.start + (count - 1) * a.step, dtype);
  }
  return {{dtype, {int64_t(count)}}};
}

constinit const Op op::arange = {
    .name = "arange",
    .what = "The numbers start, start + step, ... as far as they lie before end.",
    .source = "torch.arange",
    .attributes = attrs_type<ArangeAttrs>,
    .onnx = {{.type = "Range", .since = 13, .to = onnx::write_arange, .from = onnx::read_range}},
    .infer = infer_arange,
    .kernel = kernel::arange,
    .no_gradient_because = "start, end and step are attributes",
};

Tensor full(const Dims& shape, const Tensor& fill_value, std::optional<DType> dtype,
            std::optional<Device> device) {
  Device where = device.value_or(fill_value.device());
  if (where == meta && shapes_only())  // in a trace it stands for a tensor with values
    where = Device::cpu;
  return call(
      op::full,
      {fill_value.numel() == 1 && fill_value.dim() > 0 ? reshape(fill_value, {}) : fill_value},
      FullAttrs{shape, dtype, where});
}
Tensor zeros(const Dims& shape, DType dtype, Device device) {
  return full(shape, 0, dtype, device);
}
Tensor ones(const Dims& shape, DType dtype, Device device) {
  return full(shape, 1, dtype, device);
}
Tensor zeros_like(const Tensor& input) {
  return zeros(input.shape(), input.dtype(), input.device());
}
Tensor ones_like(const Tensor& input) {
  return ones(input.shape(), input.dtype(), input.device());
}
Tensor empty(const Dims& shape, DType dtype, Device device) {
  return Tensor::empty(shape, dtype, device);
}

Tensor eye(int64_t n, DType dtype, Device device) {
  check_in(n >= 0, ErrorKind::invalid, "eye", "n is {}, should be at least 0", n);
  const Tensor i = arange(double(n), DType::i64, device);
  return cast(eq(i.unsqueeze(1), i), dtype);
}

Tensor arange(double end, DType dtype, Device device) {
  return arange(0, end, 1, dtype, device);
}
Tensor arange(double start, double end, double step, DType dtype, Device device) {
  const ArangeAttrs a{start, end, step, dtype, device};
  check(!is_integral(dtype) || is_whole(a),
        "arange: from {} to {} in steps of {} there are no whole numbers for {}; give a floating "
        "dtype",
        start, end, step, name(dtype));
  return call(op::arange, {}, a);
}

Tensor linspace(double start, double end, int64_t steps, DType dtype, Device device) {
  check(steps >= 0, "linspace: the number of steps is {}, should be at least 0", steps);
  if (is_integral(dtype)) {  // from one integer to another
    start = std::trunc(start);
    end = std::trunc(end);
  }
  if (steps == 1)
    return cast(full({1}, start, DType::f64, device), dtype);
  // From both ends inwards, so that both are met exactly; in f64, rounded once.
  const double step = (end - start) / double(steps - 1);
  const Tensor i = arange(0, double(steps), 1, DType::f64, device);
  return cast(where(lt(i, steps / 2), i * step + start, end - (steps - 1 - i) * step), dtype);
}

Tensor tensor(std::initializer_list<double> values) {
  return Tensor::from(std::vector<float>(values.begin(), values.end()), {int64_t(values.size())});
}

Tensor tensor(std::initializer_list<double> values, const Dims& shape) {
  return Tensor::from(std::vector<float>(values.begin(), values.end()), shape);
}

void detail::check_row_lengths(const size_t* lengths, size_t rows) {
  for (size_t i = 1; i < rows; ++i)
    check(lengths[i] == lengths[0], "tensor: row {} has {} values, the first one {}", i, lengths[i],
          lengths[0]);
}

Tensor tensor(std::initializer_list<std::initializer_list<double>> rows) {
  std::vector<float> values;
  std::vector<size_t> lengths;
  for (const auto& row : rows) {
    values.insert(values.end(), row.begin(), row.end());
    lengths.push_back(row.size());
  }
  detail::check_row_lengths(lengths.data(), lengths.size());
  return tensor(values, {int64_t(rows.size()), lengths.empty() ? 0 : int64_t(lengths[0])});
}

}  // namespace hebb
