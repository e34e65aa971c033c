"""Writes ops_elementwise.json and .npz: arithmetic, mathematics, activations, comparison, casts. Run: python3 ops_elementwise.py"""
import numpy as np
import torch
from ops_cases import Cases, distinct, integers, randn, uniform

cases = Cases("elementwise")
special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-30, 1e30], "float32")

two = {"add": [{"alpha": 2}], "sub": [{"alpha": 0.5}], "mul": [], "atan2": [], "maximum": [], "minimum": []}
for name, more in two.items():
    cases.add(name, "plain", {"input": randn(4, 3), "other": randn(4, 3)})
    cases.add(name, "broadcast", {"input": randn(2, 1, 3, dtype="float64"), "other": randn(4, 1, dtype="float64")})
    cases.add(name, "empty", {"input": randn(0, 3), "other": randn(3)})
    for attrs in more:
        cases.add(name, "alpha", {"input": randn(5), "other": randn(5)}, attrs)
    if name != "atan2":
        cases.add(name, "integers", {"input": integers(-9, 9, 3, 4, dtype="int32"), "other": integers(-9, 9, 4)})
for name in ["div", "fmod", "remainder", "floor_divide"]:
    gradient = name != "floor_divide"
    cases.add(name, "plain", {"input": randn(4, 3), "other": uniform(0.6, 2, 4, 3)}, gradient=gradient)
    cases.add(name, "negative", {"input": randn(7, dtype="float64"), "other": uniform(-2, -0.6, 7, dtype="float64")}, gradient=gradient)
    cases.add(name, "integers", {"input": integers(-9, 9, 12), "other": integers(1, 4, 12)})
cases.add("div", "floor", {"input": randn(8), "other": uniform(0.6, 2, 8)}, {"rounding_mode": "floor"}, gradient=False)
cases.add("div", "trunc", {"input": randn(8), "other": uniform(-2, -0.6, 8)}, {"rounding_mode": "trunc"}, gradient=False)
cases.add("div", "by zero", {"input": np.array([1, -1, 0], "float32"), "other": np.zeros(3, "float32")}, gradient=False)
cases.add("pow", "plain", {"input": uniform(0.2, 3, 4, 3), "exponent": randn(4, 3)})
cases.add("pow", "integers", {"input": integers(-4, 5, 9), "exponent": integers(0, 5, 9)})
cases.add("lerp", "plain", {"input": randn(4), "end": randn(4), "weight": uniform(0, 1, 4)})
for name in ["addcmul", "addcdiv"]:
    cases.add(name, "value", {"input": randn(3), "tensor1": randn(2, 3), "tensor2": uniform(0.5, 2, 2, 1)}, {"value": 0.5})
cases.add("clamp", "both", {"input": randn(20)}, {"min": -0.5, "max": 0.7})
cases.add("clamp", "tensors", {"input": randn(5, 4), "min": uniform(-1, -0.2, 4), "max": uniform(0.2, 1, 5, 1)})
cases.add("clamp", "low", {"input": randn(20)}, {"min": 0.1})

one = {"neg": (-3, 3), "square": (-3, 3), "exp": (-3, 3), "expm1": (-3, 3), "exp2": (-3, 3), "log": (0.1, 5), "log1p": (-0.8, 5), "log2": (0.1, 5), "log10": (0.1, 5),
       "sqrt": (0.1, 5), "rsqrt": (0.1, 5), "reciprocal": (0.2, 4), "sin": (-9, 9), "cos": (-9, 9), "tan": (-1.3, 1.3), "asin": (-0.9, 0.9), "acos": (-0.9, 0.9),
       "atan": (-4, 4), "sinh": (-3, 3), "cosh": (-3, 3), "asinh": (-4, 4), "acosh": (1.2, 5), "atanh": (-0.9, 0.9), "sinc": (-3, 3), "erf": (-3, 3), "erfc": (-3, 3),
       "abs": (-3, 3), "sign": (-3, 3), "floor": (-5, 5), "ceil": (-5, 5), "round": (-5, 5), "trunc": (-5, 5), "frac": (-5, 5),
       "relu": (-3, 3), "relu6": (-3, 9), "leaky_relu": (-3, 3), "hardtanh": (-3, 3), "hardsigmoid": (-5, 5), "hardswish": (-5, 5), "hardshrink": (-2, 2),
       "softshrink": (-2, 2), "elu": (-3, 3), "celu": (-3, 3), "selu": (-3, 3), "sigmoid": (-9, 9), "tanh": (-4, 4), "silu": (-5, 5), "mish": (-5, 5),
       "softplus": (-9, 30), "softsign": (-5, 5), "logsigmoid": (-9, 9), "tanhshrink": (-3, 3), "gelu": (-4, 4)}
exact = {"hardsigmoid": lambda input: torch.clamp(input / 6 + 0.5, 0, 1)}  # PyTorch's gradient holds 1/6 as a float
for name, (low, high) in one.items():
    cases.add(name, "plain", {"input": uniform(low, high, 5, 7)}, function=exact.get(name))
    cases.add(name, "double", {"input": uniform(low, high, 9, dtype="float64")}, function=exact.get(name))
    cases.add(name, "special", {"input": special}, gradient=False)
    cases.add(name, "empty", {"input": randn(0, 2)})
for name, attrs in [("leaky_relu", {"negative_slope": 0.2}), ("hardtanh", {"min_val": -0.5, "max_val": 2.0}), ("hardshrink", {"lambd": 0.3}), ("softshrink", {"lambd": 0.3}),
                    ("elu", {"alpha": 0.5}), ("celu", {"alpha": 0.5}), ("softplus", {"beta": 2.0, "threshold": 3.0}), ("gelu", {"approximate": "tanh"}),
                    ("threshold", {"threshold": 0.2, "value": -7.0})]:
    cases.add(name, "attributes", {"input": randn(4, 5)}, attrs)
cases.add("prelu", "channels", {"input": randn(2, 3, 4), "weight": uniform(0.1, 0.5, 3)})
cases.add("prelu", "one", {"input": randn(2, 3), "weight": uniform(0.1, 0.5, 1)})

for name in ["eq", "ne", "lt", "le", "gt", "ge"]:
    cases.add(name, "plain", {"input": integers(0, 3, 4, 3).astype("float32"), "other": integers(0, 3, 3).astype("float32")})
    cases.add(name, "mixed", {"input": integers(0, 3, 9), "other": integers(0, 3, 9).astype("float64")}, gradient=False)
    cases.add(name, "special", {"input": special, "other": special[::-1].copy()}, gradient=False)
for name in ["logical_and", "logical_or", "logical_xor", "logical_not"]:
    operands = {"input": integers(0, 2, 8, dtype="bool")}
    if name != "logical_not":
        operands["other"] = integers(0, 2, 8, dtype="int32")
    cases.add(name, "plain", operands)
for name in ["bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not"]:
    operands = {"input": integers(-99, 99, 8)}
    if name != "bitwise_not":
        operands["other"] = integers(-99, 99, 8)
    cases.add(name, "plain", operands)
for name in ["isnan", "isinf", "isfinite"]:
    cases.add(name, "special", {"input": special}, gradient=False)
    cases.add(name, "integers", {"input": integers(0, 9, 3)})
cases.add("where", "broadcast", {"condition": integers(0, 2, 4, 1, dtype="bool"), "input": randn(4, 3), "other": randn(3)})
cases.add("where", "promotion", {"condition": integers(0, 2, 4, dtype="bool"), "input": integers(0, 9, 4), "other": randn(4)})

for decimals in [2, 1, -1, -2]:
    cases.add("round", f"{decimals} decimals", {"input": uniform(-2000, 2000, 20)}, {"decimals": decimals})

cases.add("clone", "plain", {"input": randn(3, 2)}, function=lambda input: input.clone())
cases.add("cast", "to f64", {"input": randn(5)}, {"dtype": "float64"}, lambda input, dtype: input.to(dtype), gradient=False)
cases.add("cast", "gradient", {"input": randn(5, dtype="float64")}, {"dtype": "float32"}, lambda input, dtype: input.to(dtype), wide=1e-10)
cases.add("cast", "to integers", {"input": uniform(-9, 9, 8)}, {"dtype": "int32"}, lambda input, dtype: input.to(dtype))
cases.add("cast", "to bool", {"input": integers(-1, 2, 8)}, {"dtype": "bool"}, lambda input, dtype: input.to(dtype))
cases.write()
