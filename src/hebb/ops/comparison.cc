// ops/comparison.cc: comparisons, logic, predicates, where, bits.

#include "hebb/ops/comparison.h"

#include "hebb/base/check.h"
#include "hebb/kernels/elementwise.h"
#include "hebb/ops/comparison_onnx.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/comparison.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

constinit const Op op::eq = Comparison{
    .name = "eq",
    .what = "Whether input = other; NaN equals nothing.",
    .source = "torch.eq",
    .onnx = {{.type = "Equal", .since = 13}},
};

constinit const Op op::ne = Comparison{
    .name = "ne",
    .what = "Whether input and other differ; NaN differs from everything.",
    .source = "torch.ne",
    .onnx = {{.since = 13, .nodes = "Equal, Not", .to = onnx::write_ne}},
};

constinit const Op op::lt = Comparison{
    .name = "lt",
    .what = "Whether input < other.",
    .source = "torch.lt",
    .onnx = {{.type = "Less", .since = 13}},
};

constinit const Op op::le = Comparison{
    .name = "le",
    .what = "Whether input <= other.",
    .source = "torch.le",
    .onnx = {{.type = "LessOrEqual", .since = 13}},
};

constinit const Op op::gt = Comparison{
    .name = "gt",
    .what = "Whether input > other.",
    .source = "torch.gt",
    .onnx = {{.type = "Greater", .since = 13}},
};

constinit const Op op::ge = Comparison{
    .name = "ge",
    .what = "Whether input >= other.",
    .source = "torch.ge",
    .onnx = {{.type = "GreaterOrEqual", .since = 13}},
};

constinit const Op op::logical_and = Comparison{
    .name = "logical_and",
    .what = "Whether neither input nor other is 0.",
    .source = "torch.logical_and",
    .onnx = {{.type = "And", .since = 13, .to = onnx::write_logic}},
};

constinit const Op op::logical_or = Comparison{
    .name = "logical_or",
    .what = "Whether input or other is not 0.",
    .source = "torch.logical_or",
    .onnx = {{.type = "Or", .since = 13, .to = onnx::write_logic}},
};

constinit const Op op::logical_xor = Comparison{
    .name = "logical_xor",
    .what = "Whether just one of input and other is not 0.",
    .source = "torch.logical_xor",
    .onnx = {{.type = "Xor", .since = 13, .to = onnx::write_logic}},
};

constinit const Op op::logical_not = Predicate{
    .name = "logical_not",
    .what = "Whether input is 0.",
    .source = "torch.logical_not",
    .onnx = {{.type = "Not", .since = 13, .to = onnx::write_logic}},
};

constinit const Op op::isnan = Predicate{
    .name = "isnan",
    .what = "Whether input is not a number.",
    .source = "torch.isnan",
    .onnx = {{.type = "IsNaN", .since = 13, .to = onnx::write_is}},
};

constinit const Op op::isinf = Predicate{
    .name = "isinf",
    .what = "Whether input is infinite, of either sign.",
    .source = "torch.isinf",
    .onnx = {{.type = "IsInf", .since = 13, .to = onnx::write_is, .from = onnx::read_isinf}},
};

constinit const Op op::isfinite = Predicate{
    .name = "isfinite",
    .what = "Whether input is a number, and not infinite.",
    .source = "torch.isfinite",
    .onnx = {{.since = 13, .nodes = "IsNaN, IsInf, Or, Not", .to = onnx::write_isfinite}},
};

static Specs infer_where(const Call& c) {
  check(c.in(0).dtype() == DType::boolean,
        "condition is {}, should be bool; compare it with something", name(c.in(0).dtype()));
  return broadcast_fitting(c);
}

static Grads where_vjp(const Call& c, const Grads& dy) {
  return {Tensor(), c.wants(1) ? where(c.in(0), dy[0], 0) : Tensor(),
          c.wants(2) ? where(c.in(0), 0, dy[0]) : Tensor()};
}

constinit const Op op::where = Elementwise{
    .name = "where",
    .what = "The element of input where condition, a bool, holds, else that of other.",
    .source = "torch.where",
    .inputs = {"condition", "input", "other"},
    .onnx = {{.type = "Where", .since = 13}},
    .promote_from = 1,
    .infer = infer_where,
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0)},
    .vjp = where_vjp,
};

constinit const Op op::bitwise_and = Elementwise{
    .name = "bitwise_and",
    .what = "The bits that are set in both integers; of bools, whether both hold.",
    .source = "torch.bitwise_and",
    .onnx = {{.type = "BitwiseAnd", .since = 18, .nodes = "And", .to = onnx::write_bits}},
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = "integers and truth values go in and come out",
};

constinit const Op op::bitwise_or = Elementwise{
    .name = "bitwise_or",
    .what = "The bits that are set in one of the integers or both; of bools, whether one holds.",
    .source = "torch.bitwise_or",
    .onnx = {{.type = "BitwiseOr", .since = 18, .nodes = "Or", .to = onnx::write_bits}},
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = "integers and truth values go in and come out",
};

constinit const Op op::bitwise_xor = Elementwise{
    .name = "bitwise_xor",
    .what = "The bits that are set in just one of the integers; of bools, whether they differ.",
    .source = "torch.bitwise_xor",
    .onnx = {{.type = "BitwiseXor", .since = 18, .nodes = "Xor", .to = onnx::write_bits}},
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = "integers and truth values go in and come out",
};

constinit const Op op::bitwise_not = Elementwise{
    .name = "bitwise_not",
    .what =
        "Every bit of the integer with the other value, -x - 1; of a bool, whether it does not "
        "hold.",
    .source = "torch.bitwise_not",
    .inputs = {"input"},
    .onnx = {{.type = "BitwiseNot", .since = 18, .nodes = "Not", .to = onnx::write_bits}},
    .infer = same_as_first_input,
    .kernel = kernel::elementwise_scalar,
    .no_gradient_because = "integers and truth values go in and come out",
};

Tensor eq(const Tensor& input, const Tensor& other) {
  return call(op::eq, {input, other});
}
Tensor ne(const Tensor& input, const Tensor& other) {
  return call(op::ne, {input, other});
}
Tensor lt(const Tensor& input, const Tensor& other) {
  return call(op::lt, {input, other});
}
Tensor le(const Tensor& input, const Tensor& other) {
  return call(op::le, {input, other});
}
Tensor gt(const Tensor& input, const Tensor& other) {
  return call(op::gt, {input, other});
}
Tensor ge(const Tensor& input, const Tensor& other) {
  return call(op::ge, {input, other});
}
Tensor logical_and(const Tensor& input, const Tensor& other) {
  return call(op::logical_and, {input, other});
}
Tensor logical_or(const Tensor& input, const Tensor& other) {
  return call(op::logical_or, {input, other});
}
Tensor logical_xor(const Tensor& input, const Tensor& other) {
  return call(op::logical_xor, {input, other});
}
Tensor logical_not(const Tensor& input) {
  return call(op::logical_not, {input});
}
Tensor isnan(const Tensor& input) {
  return call(op::isnan, {input});
}
Tensor isinf(const Tensor& input) {
  return call(op::isinf, {input});
}
Tensor isfinite(const Tensor& input) {
  return call(op::isfinite, {input});
}
Tensor where(const Tensor& condition, const Tensor& input, const Tensor& other) {
  return call(op::where, {condition, input, other});
}
Tensor bitwise_and(const Tensor& input, const Tensor& other) {
  return call(op::bitwise_and, {input, other});
}
Tensor bitwise_or(const Tensor& input, const Tensor& other) {
  return call(op::bitwise_or, {input, other});
}
Tensor bitwise_xor(const Tensor& input, const Tensor& other) {
  return call(op::bitwise_xor, {input, other});
}
Tensor bitwise_not(const Tensor& input) {
  return call(op::bitwise_not, {input});
}

}  // namespace hebb
