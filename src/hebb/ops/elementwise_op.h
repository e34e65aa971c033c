// The form that elementwise entries share, for the files of those families.
#pragma once

#include "hebb/kernels/elementwise.h"
#include "hebb/ops/cost.h"
#include "hebb/ops/op.h"

namespace hebb {

using Vjp = Grads (*)(const Call& call, const Grads& dy);
inline constexpr FixedList<Keep, 8> keep_input{Keep::input(0)}, keep_result{Keep::output(0)};

// An entry with one result of the operands' common shape: attributes and gradient rule are added by
// the caller.
constexpr Op elementwise_op(std::string_view name, FixedList<std::string_view, 20> inputs,
                            Promotion promotion, Specs (*infer)(const Call&),
                            Cost (*cost)(const Call&) = flops_per_element<1>) {
  Op op{.name = name};
  op.inputs = inputs;
  op.elementwise = true;
  op.promotion = promotion;
  op.infer = infer;
  op.kernel = kernel::elementwise;
  op.cost = cost;
  return op;
}

// A function of one floating operand (integers become f32), with its gradient rule and what that
// keeps.
constexpr Op function_op(std::string_view name, Vjp vjp, FixedList<Keep, 8> keep,
                         OnnxForm onnx = {}, Cost (*cost)(const Call&) = flops_per_element<10>) {
  Op op = elementwise_op(name, {"input"}, Promotion::floating, same_as_first_input, cost);
  op.vjp = vjp;
  op.keep = keep;
  op.onnx = onnx;
  return op;
}

// A gradient kernel of (grad, input or result).
constexpr Op backward_op(std::string_view name, std::string_view operand, Vjp vjp,
                         const AttrsType* attributes = nullptr) {
  Op op = elementwise_op(name, {"grad", operand}, Promotion::common, broadcast_inputs,
                         flops_per_element<10>);
  op.attributes = attributes;
  op.keep = {Keep::input(0), Keep::input(1)};
  op.vjp = vjp;
  op.internal = true;
  return op;
}

constexpr Op with_attributes(Op op, const AttrsType* attributes) {
  op.attributes = attributes;
  return op;
}

constexpr Op without_vectors(Op op) {  // there is no fast kernel
  op.kernel = kernel::elementwise_scalar;
  return op;
}

}  // namespace hebb
