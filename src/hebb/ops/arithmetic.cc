// ops/arithmetic.cc: elementwise arithmetic of two tensors.

#include "hebb/ops/arithmetic.h"

#include "hebb/ops/op.h"

namespace hebb {
namespace {
Cost per_element(const Call& c) { return {.flops = double(c.out(0).numel())}; }
}  // namespace

constinit const Op op::add = {
    .name = "add",
    .inputs = {"input", "other"},
    .onnx = {.type = "Add", .since = 14},
    .elementwise = true,
    .promotion = Promotion::common,
    .infer = broadcast_inputs,
    .kernels = {cpu::elementwise_simd, cpu::elementwise_plain},
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {dy[0], dy[0]}; },
    .cost = per_element,
};

constinit const Op op::sub = {
    .name = "sub",
    .inputs = {"input", "other"},
    .onnx = {.type = "Sub", .since = 14},
    .elementwise = true,
    .promotion = Promotion::common,
    .infer = broadcast_inputs,
    .kernels = {cpu::elementwise_simd, cpu::elementwise_plain},
    .vjp = [](const Call& c, const Grads& dy) -> Grads { return {dy[0], c.wants(1) ? -dy[0] : Tensor()}; },
    .cost = per_element,
};

constinit const Op op::mul = {
    .name = "mul",
    .inputs = {"input", "other"},
    .onnx = {.type = "Mul", .since = 14},
    .elementwise = true,
    .promotion = Promotion::common,
    .infer = broadcast_inputs,
    .kernels = {cpu::elementwise_simd, cpu::elementwise_plain},
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {c.wants(0) ? dy[0] * c.in(1) : Tensor(), c.wants(1) ? dy[0] * c.in(0) : Tensor()};
    },
    .cost = per_element,
};

constinit const Op op::div = {
    .name = "div",
    .inputs = {"input", "other"},
    .onnx = {.type = "Div", .since = 14},
    .elementwise = true,
    .promotion = Promotion::floating,
    .infer = broadcast_inputs,
    .kernels = {cpu::elementwise_simd, cpu::elementwise_plain},
    .keep = {Keep::input(0), Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {c.wants(0) ? dy[0] / c.in(1) : Tensor(), c.wants(1) ? -(dy[0] * c.in(0)) / (c.in(1) * c.in(1)) : Tensor()};
    },
    .cost = per_element,
};

constinit const Op op::neg = {
    .name = "neg",
    .inputs = {"input"},
    .onnx = {.type = "Neg", .since = 13},
    .elementwise = true,
    .promotion = Promotion::common,
    .infer = same_as_first_input,
    .kernels = {cpu::elementwise_simd, cpu::elementwise_plain},
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {-dy[0]}; },
    .cost = per_element,
};

Tensor add(const Tensor& input, const Tensor& other) { return call(op::add, {input, other}); }
Tensor sub(const Tensor& input, const Tensor& other) { return call(op::sub, {input, other}); }
Tensor mul(const Tensor& input, const Tensor& other) { return call(op::mul, {input, other}); }
Tensor div(const Tensor& input, const Tensor& other) { return call(op::div, {input, other}); }
Tensor neg(const Tensor& input) { return call(op::neg, {input}); }

}  // namespace hebb
