// ops/comparison.cc: comparisons, logic, predicates, where, bits.

#include "hebb/ops/comparison.h"

#include "hebb/base/check.h"
#include "hebb/kernels/elementwise.h"
#include "hebb/ops/elementwise_op.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/comparison.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr Op compares(std::string_view name, OnnxForm onnx = {}) {
  Op op = without_vectors(
      elementwise_op(name, {"input", "other"}, Promotion::common, broadcast_fitting_to_bool));
  op.onnx = onnx;
  return op;
}
constexpr Op asks(std::string_view name, OnnxForm onnx = {}) {
  Op op = without_vectors(elementwise_op(name, {"input"}, Promotion::none, broadcast_to_bool));
  op.onnx = onnx;
  return op;
}
constexpr Op of_bits(std::string_view name, OnnxForm onnx) {
  Op op = without_vectors(
      elementwise_op(name, {"input", "other"}, Promotion::common, broadcast_inputs));
  op.onnx = onnx;
  return op;
}

}  // namespace

constinit const Op op::eq = compares("eq", {.type = "Equal", .since = 13});
constinit const Op op::ne = compares("ne");
constinit const Op op::lt = compares("lt", {.type = "Less", .since = 13});
constinit const Op op::le = compares("le", {.type = "LessOrEqual", .since = 16});
constinit const Op op::gt = compares("gt", {.type = "Greater", .since = 13});
constinit const Op op::ge = compares("ge", {.type = "GreaterOrEqual", .since = 16});
constinit const Op op::logical_and = compares("logical_and");  // ONNX's And is for bool alone
constinit const Op op::logical_or = compares("logical_or");
constinit const Op op::logical_xor = compares("logical_xor");
constinit const Op op::logical_not = asks("logical_not");
constinit const Op op::isnan = asks("isnan", {.type = "IsNaN", .since = 13});
constinit const Op op::isinf = asks("isinf", {.type = "IsInf", .since = 10});
constinit const Op op::isfinite = asks("isfinite");

constinit const Op op::where = {
    .name = "where",
    .inputs = {"condition", "input", "other"},
    .onnx = {.type = "Where", .since = 16},
    .elementwise = true,
    .promotion = Promotion::common,
    .promote_from = 1,
    .infer = [](const Call& c) -> Specs {
      check(c.in(0).dtype() == DType::boolean,
            "condition is {}, should be bool; compare it with something",
            hebb::name(c.in(0).dtype()));
      return broadcast_fitting(c);
    },
    .kernel = kernel::elementwise_scalar,
    .keep = {Keep::input(0)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {Tensor(), c.wants(1) ? hebb::where(c.in(0), dy[0], 0) : Tensor(),
              c.wants(2) ? hebb::where(c.in(0), 0, dy[0]) : Tensor()};
    },
    .cost = flops_per_element<1>,
};

constinit const Op op::bitwise_and = of_bits("bitwise_and", {.type = "BitwiseAnd", .since = 18});
constinit const Op op::bitwise_or = of_bits("bitwise_or", {.type = "BitwiseOr", .since = 18});
constinit const Op op::bitwise_xor = of_bits("bitwise_xor", {.type = "BitwiseXor", .since = 18});
constinit const Op op::bitwise_not = [] {
  Op op = without_vectors(
      elementwise_op("bitwise_not", {"input"}, Promotion::common, same_as_first_input));
  op.onnx = {.type = "BitwiseNot", .since = 18};
  return op;
}();

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
