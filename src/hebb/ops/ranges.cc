// ops/ranges.cc: new tensors, written in full and arange.

#include "hebb/ops/ranges.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/join.h"
#include "hebb/ops/op.h"
#include "hebb/ops/ranges_onnx.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/search.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/ranges.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view from_nothing = "it depends on no operand that has a gradient";

Tensor filled_like(const Call& c, const Tensor& value) {
  return full(c.in(0).shape(), value, c.attributes<LikeAttrs>().dtype.value_or(c.in(0).dtype()),
              c.in(0).device());
}

void check_finite_ends(double start, double end, int64_t steps) {
  check(std::isfinite(start) && std::isfinite(end), "start {} and end {} should be finite", start,
        end);
  check(steps >= 0, "steps is {}, should be at least 0", steps);
}

// Rows and columns of a triangle that has counts of elements from a first column on in each row:
// both are linear in the row, kept between 0 and col.
Tensor triangle(const Call& c, bool lower) {
  const auto& a = c.attributes<TriangleAttrs>();
  check(a.row >= 0 && a.col >= 0, "row {} and col {} should be at least 0", a.row, a.col);
  const int64_t most = int64_t(1) << 40;
  check(a.row < most && a.col < most && std::abs(double(a.offset)) < double(most),
        "row {}, col {} and offset {} should be less than 2^40", a.row, a.col, a.offset);
  product(Dims{a.row, a.col});  // or an error: more elements than can be counted
  if (a.row == 0 || a.col == 0)
    return zeros({2, 0}, DType::i64, a.device);
  const Tensor rows = arange(double(a.row), DType::i64, a.device);
  const Tensor edge = clamp(rows + (a.offset + lower), 0, a.col);
  const Tensor counts = lower ? edge : a.col - edge, ends = cumsum(counts, 0);
  int64_t total = 0;
  for (int64_t r = 0; r < a.row; ++r) {
    const int64_t at = std::clamp<int64_t>(r + a.offset + lower, 0, a.col);
    total += lower ? at : a.col - at;
  }
  const Tensor place = arange(double(total), DType::i64, a.device);
  const Tensor row = searchsorted(ends, place, {.right = true});
  const Tensor begin = lower ? ends - counts : ends - counts - edge;
  return stack({row, place - index_select(begin, 0, row)}, 0);
}

}  // namespace

constinit const Op op::zeros = {
    .name = "zeros",
    .what = "A tensor of the given size, all of whose elements are 0.",
    .source = "torch.zeros",
    .attributes = attrs_type<SizeAttrs>,
    .onnx = {{.since = 13, .to = onnx::write_zeros}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<SizeAttrs>();
      return {hebb::zeros(a.size, a.dtype, a.device)};
    },
    .no_gradient_because = from_nothing,
};

constinit const Op op::ones = {
    .name = "ones",
    .what = "A tensor of the given size, all of whose elements are 1.",
    .source = "torch.ones",
    .attributes = attrs_type<SizeAttrs>,
    .onnx = {{.since = 13, .to = onnx::write_ones}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<SizeAttrs>();
      return {hebb::ones(a.size, a.dtype, a.device)};
    },
    .no_gradient_because = from_nothing,
};

constinit const Op op::zeros_like = {
    .name = "zeros_like",
    .what = "Zeros in the shape of input.",
    .source = "torch.zeros_like",
    .inputs = {"input"},
    .attributes = attrs_type<LikeAttrs>,
    .onnx = {{.since = 13, .to = onnx::write_zeros}},
    .compose = [](const Call& c) -> Tensors { return {filled_like(c, 0)}; },
    .no_gradient_because = from_nothing,
};

constinit const Op op::ones_like = {
    .name = "ones_like",
    .what = "Ones in the shape of input.",
    .source = "torch.ones_like",
    .inputs = {"input"},
    .attributes = attrs_type<LikeAttrs>,
    .onnx = {{.since = 13, .to = onnx::write_ones}},
    .compose = [](const Call& c) -> Tensors { return {filled_like(c, 1)}; },
    .no_gradient_because = from_nothing,
};

constinit const Op op::full_like = {
    .name = "full_like",
    .what = "fill_value in the shape of input.",
    .source = "torch.full_like",
    .inputs = {"input", "fill_value"},
    .attributes = attrs_type<LikeAttrs>,
    .onnx = {{.since = 13, .nodes = "Expand", .to = onnx::write_full_like}},
    .compose = [](const Call& c) -> Tensors {
      check(c.in(1).dim() == 0, "fill_value should be one number, but has shape {}",
            c.in(1).shape());
      return {filled_like(c, c.in(1))};
    },
    .no_gradient_because = "fill_value is taken as a constant, as PyTorch does",
};

constinit const Op op::eye = {
    .name = "eye",
    .what = "Ones on the diagonal of a matrix [n, m], among zeros.",
    .source = "torch.eye",
    .attributes = attrs_type<EyeAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<EyeAttrs>();
      return {hebb::eye(a.n, a.m.value_or(a.n), a.dtype, a.device)};
    },
    .no_gradient_because = from_nothing,
};

constinit const Op op::linspace = {
    .name = "linspace",
    .what =
        "So many numbers from start to end, evenly spaced; both ends are met exactly, by integers "
        "their whole parts.",
    .source = "torch.linspace",
    .attributes = attrs_type<LinspaceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<LinspaceAttrs>();
      check_finite_ends(a.start, a.end, a.steps);
      return {hebb::linspace(a.start, a.end, a.steps, a.dtype, a.device)};
    },
    .no_gradient_because = from_nothing,
};

constinit const Op op::logspace = {
    .name = "logspace",
    .what = "base^start, ..., base^end: so many numbers, whose logarithms are evenly spaced.",
    .source = "torch.logspace",
    .attributes = attrs_type<LogspaceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<LogspaceAttrs>();
      check_finite_ends(a.start, a.end, a.steps);
      const bool whole = is_integral(a.dtype);
      const double start = whole ? std::trunc(a.start) : a.start,
                   end = whole ? std::trunc(a.end) : a.end;
      const Tensor exponent = hebb::linspace(start, end, a.steps, DType::f64, a.device);
      return {cast(pow(a.base, exponent), a.dtype)};
    },
    .no_gradient_because = from_nothing,
};

constinit const Op op::tril_indices = {
    .name = "tril_indices",
    .what = "The positions of the lower triangle of a matrix [row, col]: i64 [2, count].",
    .source = "torch.tril_indices",
    .attributes = attrs_type<TriangleAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = [](const Call& c) -> Tensors { return {triangle(c, true)}; },
    .no_gradient_because = because::integers_come_out,
};

constinit const Op op::triu_indices = {
    .name = "triu_indices",
    .what = "The positions of the upper triangle of a matrix [row, col]: i64 [2, count].",
    .source = "torch.triu_indices",
    .attributes = attrs_type<TriangleAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = [](const Call& c) -> Tensors { return {triangle(c, false)}; },
    .no_gradient_because = because::integers_come_out,
};

Tensor full_like(const Tensor& input, const Tensor& fill_value, std::optional<DType> dtype) {
  return call(op::full_like, {input, fill_value}, LikeAttrs{dtype});
}
Tensor logspace(double start, double end, int64_t steps, double base, DType dtype, Device device) {
  return call(op::logspace, {}, LogspaceAttrs{start, end, steps, base, dtype, device});
}
Tensor tril_indices(int64_t row, int64_t col, int64_t offset, Device device) {
  return call(op::tril_indices, {}, TriangleAttrs{row, col, offset, device});
}
Tensor triu_indices(int64_t row, int64_t col, int64_t offset, Device device) {
  return call(op::triu_indices, {}, TriangleAttrs{row, col, offset, device});
}

Tensor eye(int64_t n, int64_t m, DType dtype, Device device) {
  check(n >= 0 && m >= 0, "n {} and m {} should be at least 0", n, m);
  const Tensor row = arange(double(n), DType::i64, device),
               column = arange(double(m), DType::i64, device);
  return cast(eq(unsqueeze(row, 1), column), dtype);
}

}  // namespace hebb
