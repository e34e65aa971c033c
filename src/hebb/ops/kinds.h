// The kinds of entry that families share. A kind is a struct whose defaults are common to its
// operators. An entry fills it in with designated initialisers, and it becomes an Op. For .cc
// files.
#pragma once

#include "hebb/kernels/elementwise.h"
#include "hebb/ops/cost.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/op.h"

namespace hebb {

inline constexpr FixedList<Keep, 8> keep_input{Keep::input(0)}, keep_result{Keep::output(0)};

// A gradient rule that is one gradient kernel of the same attributes: of the gradient, and of the
// input or the result.
template <const Op& backward>
Grads backward_of_input(const Call& c, const Grads& dy) {
  return {call(backward, {dy[0], c.in(0)}, c.attrs())};
}
template <const Op& backward>
Grads backward_of_result(const Call& c, const Grads& dy) {
  return {call(backward, {dy[0], c.out(0)}, c.attrs())};
}

// The gradient rule of entries with a derivative. Applies the derivative to the gradient and to
// what the entry keeps, with conjugates for complex numbers.
Grads gradient_by_derivative(const Call& call, const Grads& dy);

// Elementwise operators. Operands broadcast and are cast to a common dtype.
struct Elementwise {
  std::string_view name;
  std::string_view what;
  std::string_view source;
  FixedList<std::string_view, 20> inputs = {"input", "other"};
  const AttrsType* attributes = nullptr;
  FixedList<OnnxForm, 3> onnx = {};
  std::string_view no_onnx_because = {};
  Precision precision = Precision::widest;
  Promotion promotion = Promotion::common;
  Promotion (*promotion_by)(const Call& call) = nullptr;
  int promote_from = 0;
  Specs (*infer)(const Call& call) = broadcast_inputs;
  KernelId kernel = kernel::elementwise;
  FixedList<Keep, 8> keep = {};
  Grads (*vjp)(const Call& call, const Grads& dy) = nullptr;
  std::string_view no_gradient_because = {};
  Cost (*cost)(const Call& call) = flops_per_element<1>;
  bool internal = false;

  constexpr operator Op() const {
    return {
        .name = name,
        .what = what,
        .source = source,
        .inputs = inputs,
        .attributes = attributes,
        .onnx = onnx,
        .no_onnx_because = no_onnx_because,
        .precision = precision,
        .elementwise = true,
        .promotion = promotion,
        .promotion_by = promotion_by,
        .promote_from = promote_from,
        .infer = infer,
        .kernel = kernel,
        .keep = keep,
        .vjp = vjp,
        .no_gradient_because = no_gradient_because,
        .cost = cost,
        .internal = internal,
    };
  }
};

// A gradient from g and one more tensor. It knows by itself whether it is given: under
// UndefinedBehaviorSanitizer g++ compares no address of a function with null in a constant.
struct Derivative {
  using Pointer = Tensor (*)(const Tensor& g, const Tensor& other);
  constexpr Derivative() = default;
  template <class F>
  constexpr Derivative(F f) : function(f), given(true) {}
  Pointer function = nullptr;
  bool given = false;
};

// An elementwise function of one operand; integers become f32. Its gradient is written in one of
// three ways: from g (the gradient of the result) and the input; from g and the result; or as a
// rule for the whole call, with what that keeps.
struct Function {
  std::string_view name;
  std::string_view what;
  std::string_view source;
  const AttrsType* attributes = nullptr;
  FixedList<OnnxForm, 3> onnx = {};
  std::string_view no_onnx_because = {};
  Precision precision = Precision::widest;
  Promotion promotion = Promotion::floating;
  Specs (*infer)(const Call& call) = same_as_first_input;
  KernelId kernel = kernel::elementwise;
  Derivative gradient_from_input = {};   // of g and the input
  Derivative gradient_from_result = {};  // of g and the result
  FixedList<Keep, 8> keep = {};
  Grads (*vjp)(const Call& call, const Grads& dy) = nullptr;
  std::string_view no_gradient_because = {};
  Cost (*cost)(const Call& call) = flops_per_element<10>;

  constexpr operator Op() const {
    Op op = Elementwise{
        .name = name,
        .what = what,
        .source = source,
        .inputs = {"input"},
        .attributes = attributes,
        .onnx = onnx,
        .no_onnx_because = no_onnx_because,
        .precision = precision,
        .promotion = promotion,
        .infer = infer,
        .kernel = kernel,
        .keep = keep,
        .vjp = vjp,
        .no_gradient_because = no_gradient_because,
        .cost = cost,
    };
    if (gradient_from_input.given || gradient_from_result.given) {
      op.keep = gradient_from_input.given ? keep_input : keep_result;
      op.derivative =
          gradient_from_input.given ? gradient_from_input.function : gradient_from_result.function;
      op.vjp = gradient_by_derivative;
    }
    return op;
  }
};

// An elementwise predicate of two operands: gives bool.
struct Comparison {
  std::string_view name;
  std::string_view what;
  std::string_view source;
  FixedList<OnnxForm, 3> onnx = {};
  std::string_view no_onnx_because = {};

  constexpr operator Op() const {
    return Elementwise{
        .name = name,
        .what = what,
        .source = source,
        .onnx = onnx,
        .no_onnx_because = no_onnx_because,
        .infer = broadcast_fitting_to_bool,
        .kernel = kernel::elementwise_scalar,
        .no_gradient_because = "truth values come out",
    };
  }
};

// An elementwise predicate of one operand: gives bool.
struct Predicate {
  std::string_view name;
  std::string_view what;
  std::string_view source;
  FixedList<OnnxForm, 3> onnx = {};
  std::string_view no_onnx_because = {};

  constexpr operator Op() const {
    return Elementwise{
        .name = name,
        .what = what,
        .source = source,
        .inputs = {"input"},
        .onnx = onnx,
        .no_onnx_because = no_onnx_because,
        .promotion = Promotion::none,
        .infer = broadcast_to_bool,
        .kernel = kernel::elementwise_scalar,
        .no_gradient_because = "truth values come out",
    };
  }
};

inline constexpr std::string_view gradients_stay = "graphs are exported without their gradients",
                                  follows_from_chain_rule = "the chain rule";

// An operator for gradient rules, where one kernel is faster than several operators. Users do not
// call it by name.
struct GradientKernel {
  std::string_view name;
  std::string_view what;
  std::string_view source = follows_from_chain_rule;
  FixedList<std::string_view, 20> inputs = {"grad"};
  FixedList<std::string_view, 8> outputs = {"out"};
  const AttrsType* attributes = nullptr;
  Precision precision = Precision::widest;
  FixedList<int, 2> indices = {};
  Specs (*infer)(const Call& call) = nullptr;
  KernelId kernel = {};
  FixedList<Keep, 8> keep = {};
  Grads (*vjp)(const Call& call, const Grads& dy) = nullptr;
  std::string_view no_gradient_because = {};
  Cost (*cost)(const Call& call) = nullptr;

  constexpr operator Op() const {
    return {
        .name = name,
        .what = what,
        .source = source,
        .inputs = inputs,
        .outputs = outputs,
        .attributes = attributes,
        .no_onnx_because = gradients_stay,
        .precision = precision,
        .indices = indices,
        .infer = infer,
        .kernel = kernel,
        .keep = keep,
        .vjp = vjp,
        .no_gradient_because = no_gradient_because,
        .cost = cost,
        .internal = true,
    };
  }
};

// The same for a function of one operand. Takes the gradient, and the function's input or result.
struct ElementwiseGradient {
  std::string_view name;
  std::string_view what;
  std::string_view source = follows_from_chain_rule;
  FixedList<std::string_view, 20> inputs = {"grad", "input"};
  const AttrsType* attributes = nullptr;
  Specs (*infer)(const Call& call) = broadcast_inputs;
  FixedList<Keep, 8> keep = {Keep::input(0), Keep::input(1)};
  Grads (*vjp)(const Call& call, const Grads& dy) = nullptr;
  Cost (*cost)(const Call& call) = flops_per_element<10>;

  constexpr operator Op() const {
    return Elementwise{
        .name = name,
        .what = what,
        .source = source,
        .inputs = inputs,
        .attributes = attributes,
        .no_onnx_because = gradients_stay,
        .infer = infer,
        .keep = keep,
        .vjp = vjp,
        .cost = cost,
        .internal = true,
    };
  }
};

}  // namespace hebb
