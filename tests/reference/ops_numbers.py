"""Writes ops_numbers.json and .npz: plain numbers as attributes and as operands, none of which a float holds exactly. Run: python3 ops_numbers.py"""
import torch
from ops_cases import Cases, randn, uniform

cases = Cases("numbers")
x = {"input": randn(4, 3)}
positive = {"input": uniform(0.3, 3, 4, 3)}

# Operands
for name, numbers in {"add": [2.1], "sub": [-0.3], "mul": [1.1], "div": [0.7], "maximum": [0.1], "minimum": [0.1], "fmod": [0.7], "remainder": [0.7], "atan2": [0.3]}.items():
    for number in numbers:
        operand = lambda input, other, f=getattr(torch, name), **more: f(input, torch.as_tensor(other, dtype=input.dtype), **more)
        cases.add(name, f"by {number}", x, {"other": number}, operand)
for name in ["add", "sub"]:
    cases.add(name, "alpha not in a float", {"input": randn(5), "other": randn(5)}, {"alpha": 0.3})
for exponent in [2.1, -1.7, 0.5, 3, -2, 1, 0, 2]:
    cases.add("pow", f"exponent {exponent}", positive, {"exponent": exponent})
for exponent in [3, 2, -1, 1, 0]:
    cases.add("pow", f"exponent {exponent} of any sign", x, {"exponent": exponent})
cases.add("clamp", "numbers", x, {"min": -0.3, "max": 0.7})
cases.add("where", "number", {"condition": randn(4, 3) > 0, "input": randn(4, 3)}, {"other": 0.1})
cases.add("lerp", "weight", {"input": randn(4), "end": randn(4)}, {"weight": 0.3})
cases.add("addcmul", "value", {"input": randn(4), "tensor1": randn(4), "tensor2": randn(4)}, {"value": 0.3})
cases.add("addcdiv", "value", {"input": randn(4), "tensor1": randn(4), "tensor2": uniform(0.5, 2, 4)}, {"value": 0.3})
cases.add("masked_fill", "value", {"input": randn(4, 3), "mask": randn(4, 3) > 0}, {"value": 0.1}, torch.masked_fill)

# Attributes
for p in [3, 2.1, 0.7, 1, 2]:
    cases.add("norm", f"p {p}", x, {"p": p}, torch.norm)
    cases.add("norm", f"p {p} along", x, {"p": p, "dim": [1]}, torch.norm)
for name, attrs in {"leaky_relu": {"negative_slope": 0.1}, "hardtanh": {"min_val": -0.3, "max_val": 0.7}, "hardshrink": {"lambd": 0.3}, "softshrink": {"lambd": 0.3},
                    "elu": {"alpha": 0.7}, "softplus": {"beta": 0.7, "threshold": 0.9}, "threshold": {"threshold": 0.1, "value": -0.7}}.items():
    cases.add(name, "not in a float", {"input": randn(4, 5)}, attrs)
# PyTorch's celu passes 1 / alpha through a float.
cases.add("celu", "not in a float", {"input": randn(4, 5)}, {"alpha": 0.7}, lambda input, alpha: torch.where(input > 0, input, alpha * torch.expm1(input / alpha)))
two = {"input": randn(4, 3), "target": randn(4, 3)}
cases.add("huber_loss", "delta", two, {"delta": 0.3})
cases.add("smooth_l1_loss", "beta", two, {"beta": 0.3})
for correction in [0, 1]:
    cases.add("var", f"correction {correction}", x, {"dim": [1], "correction": correction})
    cases.add("std", f"correction {correction}", x, {"dim": [1], "correction": correction})
cases.add("softmax", "along", x, {"dim": 1})
cases.write()
