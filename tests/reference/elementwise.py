#!/usr/bin/env python3
"""Writes elementwise.json: operators with operands (f64, numbers as text so that NaN and infinities fit), PyTorch's results and its gradients for incoming
gradients of 1, 2, 3, ... Run with PyTorch 2.6."""
import json
import math
import os

import torch
import torch.nn.functional as F

torch.manual_seed(0)
inf, nan = math.inf, math.nan
plain = torch.cat([torch.linspace(-7.3, 7.1, 29, dtype=torch.float64), torch.tensor([0.0, -30, 30, 1e-9, -1e-9, 6, 3, -3, 1, -1, 0.5, -0.5], dtype=torch.float64)])
special = torch.tensor([nan, inf, -inf, 0.0, -0.0, 800.0, -800.0], dtype=torch.float64)
other = torch.tensor([2.0, -1.5, 0.25, 3, -4, 0.7, 1], dtype=torch.float64)
cases = []


def text(t):
    return {"shape": list(t.shape), "values": [repr(float(v)) for v in t.detach().reshape(-1)]}


def case(name, function, operands, attrs=None):
    operands = {k: v.clone() if isinstance(v, torch.Tensor) else v for k, v in operands.items()}
    tensors = {k: v for k, v in operands.items() if isinstance(v, torch.Tensor) and v.is_floating_point()}
    for t in tensors.values():
        t.requires_grad_()
    out = function(**operands, **(attrs or {}))
    entry = {"op": name, "attrs": {**(attrs or {}), **{k: v for k, v in operands.items() if not isinstance(v, torch.Tensor)}},
             "operands": {k: {**text(v), "bool": v.dtype == torch.bool} for k, v in operands.items() if isinstance(v, torch.Tensor)}, "out": text(out), "grads": {}}
    if out.requires_grad:
        out.backward(torch.arange(1, out.numel() + 1, dtype=torch.float64).reshape(out.shape))
        entry["grads"] = {k: text(t.grad) for k, t in tensors.items() if t.grad is not None}
    cases.append(entry)


def unary(name, function, attrs=None, values=(plain, special)):
    for v in values:
        case(name, function, {"input": v}, attrs)


for name in ("relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus", "logsigmoid", "hardtanh", "hardswish",
             "tanhshrink", "hardshrink", "softshrink"):
    unary(name, getattr(F, name))
for name in ("sigmoid", "tanh", "exp", "expm1", "exp2", "sin", "cos", "tan", "atan", "sinh", "cosh", "asinh", "erf", "erfc", "abs", "sign", "floor", "ceil", "round", "trunc", "frac",
             "square", "reciprocal", "sinc"):
    unary(name, getattr(torch, name))
for name in ("log", "log2", "log10", "log1p", "sqrt", "rsqrt", "acosh"):
    unary(name, getattr(torch, name), values=(plain.abs() + 1, special))
for name in ("asin", "acos", "atanh"):
    unary(name, getattr(torch, name), values=(plain / 40, special))
unary("softsign", F.softsign, values=(plain,))  # at infinity PyTorch's gradient is NaN, the limit is 0
unary("hardsigmoid", F.hardsigmoid, values=(plain, special))
unary("leaky_relu", F.leaky_relu, {"negative_slope": 0.3})
unary("elu", F.elu, {"alpha": 1.7})
unary("celu", F.celu, {"alpha": 1.7})
unary("gelu", F.gelu, {"approximate": "tanh"}, (plain,))
unary("softplus", F.softplus, {"beta": 2.0, "threshold": 5.0})
unary("hardtanh", F.hardtanh, {"min_val": -2.0, "max_val": 0.5})
unary("threshold", F.threshold, {"threshold": 0.5, "value": -9.0})
unary("hardshrink", F.hardshrink, {"lambd": 1.0})
unary("softshrink", F.softshrink, {"lambd": 1.0})
for name in ("isnan", "isinf", "isfinite", "logical_not"):
    unary(name, getattr(torch, name), values=(special,))

a, b = special.reshape(7, 1), torch.cat([other, special]).reshape(1, 14)
finite, divisor = plain[:21].reshape(3, 7) + 0.05, other
for name in ("add", "sub", "mul", "div", "maximum", "minimum", "fmod", "remainder", "atan2"):
    case(name, getattr(torch, name), {"input": finite, "other": divisor})
    case(name, getattr(torch, name), {"input": other.reshape(7, 1), "other": other})  # equal pairs among them
for name in ("maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "logical_xor", "fmod", "remainder", "floor_divide", "atan2"):
    with torch.no_grad():
        x, y = (v.detach() for v in (a, b))
        cases.append({"op": name, "attrs": {}, "operands": {"input": {**text(x), "bool": False}, "other": {**text(y), "bool": False}},
                      "out": text(getattr(torch, name)(x, y)), "grads": {}})
for mode in ("trunc", "floor"):
    case("div", torch.div, {"input": finite, "other": divisor}, {"rounding_mode": mode})
for name in ("add", "sub"):
    case(name, getattr(torch, name), {"input": finite, "other": divisor}, {"alpha": -2.5})
case("pow", torch.pow, {"input": plain.abs() + 0.1, "exponent": torch.linspace(-2, 3, 41, dtype=torch.float64)})
for exponent in (0, 1, 2, 3, -1, 0.5, 2.5):
    case("pow", torch.pow, {"input": plain if exponent in (0, 1, 2, 3) else plain.abs() + 0.1, "exponent": exponent})
case("clamp", torch.clamp, {"input": plain, "min": -1.0, "max": 3.0})
case("clamp", torch.clamp, {"input": special, "min": -1.0})
case("clamp", torch.clamp, {"input": special, "max": 2.0})
case("clamp", torch.clamp, {"input": finite, "min": other - 1, "max": other.abs() - 1})
case("where", torch.where, {"condition": finite > 0, "input": finite, "other": divisor})
case("lerp", torch.lerp, {"input": finite, "end": finite.flip(0), "weight": torch.rand(7, dtype=torch.float64)})
case("addcmul", torch.addcmul, {"input": finite, "tensor1": finite.flip(1), "tensor2": divisor}, {"value": 2.5})
case("addcdiv", torch.addcdiv, {"input": finite, "tensor1": finite.flip(1), "tensor2": divisor}, {"value": 2.5})
case("prelu", F.prelu, {"input": finite, "weight": other})

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "elementwise.json"), "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "cases, PyTorch", torch.__version__)
