"""Writes ops_nan.json and .npz: values and gradients at NaN, infinities and ties. Run: python3 ops_nan.py"""
import numpy as np
import torch
from ops_cases import Cases

cases = Cases("nan")
nan, inf = float("nan"), float("inf")
inputs = {"one NaN": [1, nan, 3], "two NaN": [nan, nan, 1], "a tie": [2, 2, 1], "infinities": [inf, -inf, 0.5]}
for label, values in inputs.items():
    x = {"input": np.array(values, "float64")}
    rows = {"input": np.array([values, values[::-1]], "float64")}
    for name in ["max", "min"]:
        cases.add(name, label, x)
        cases.add(name, f"{label} along", rows, {"dim": 1})
        cases.add(name, f"{label} across", rows, {"dim": 0})
    for name in ["amax", "amin"]:
        cases.add(name, f"{label} along", rows, {"dim": [1]})
        cases.add(name, f"{label} all", x, {"dim": []})
    for name in ["argmax", "argmin"]:
        cases.add(name, label, rows, {"dim": 1})
    for name in ["maximum", "minimum"]:
        cases.add(name, label, {**x, "other": np.array([2.0, 2, 2])})
        cases.add(name, f"{label} with NaN", {**x, "other": np.array([nan, 1, nan])})
    cases.add("clamp", label, x, {"min": 0.5, "max": 2})
    if "NaN" not in label:
        cases.add("clamp", f"{label} by tensors", {**x, "min": np.array([0.5, 0.5, 1]), "max": np.array([2, 3, 3.0])})
    # PyTorch's own gradient of hardsigmoid holds 1/6 as a float; that of softsign is NaN at infinity, where ours is 0.
    cases.add("hardsigmoid", label, x, function=lambda input: torch.clamp(input / 6 + 0.5, 0, 1))
    if label != "infinities":
        cases.add("softsign", label, x)
    for name in ["relu", "relu6", "leaky_relu", "hardtanh", "hardswish", "hardshrink", "softshrink", "elu", "celu", "selu", "sigmoid", "tanh", "silu", "mish",
                 "softplus", "logsigmoid", "tanhshrink", "gelu", "abs", "sign", "exp", "log", "sqrt", "rsqrt", "square", "reciprocal", "floor", "round", "trunc", "frac"]:
        cases.add(name, label, x)
    cases.add("sort", label, rows, {"dim": 1})
    cases.add("topk", label, rows, {"k": 2, "dim": 1})
    cases.add("max_pool1d", label, {"input": np.array([values], "float64")}, {"kernel_size": 3})
    cases.add("avg_pool1d", label, {"input": np.array([values], "float64")}, {"kernel_size": 3})
    if "NaN" not in label:  # where the norm is NaN, so is our gradient
        cases.add("norm", label, x, {"p": inf}, torch.norm)
    for name in ["sum", "mean", "prod", "cumsum"]:
        cases.add(name, label, x, {"dim": 0} if name == "cumsum" else {})
    for name in ["softmax", "log_softmax", "logsumexp"]:
        cases.add(name, label, rows, {"dim": 1})
    cases.add("where", label, {"condition": np.array([True, False, True]), **x, "other": np.array([nan, 2, nan])})
cases.write()
