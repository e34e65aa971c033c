"""Writes ops_shape.json and .npz: new tensors, views, reductions, products. Run: python3 ops_shape.py"""
import numpy as np
import torch
from ops_cases import Cases, integers, randn

cases = Cases("shape")
cases.add("full", "plain", {}, {"shape": [2, 3], "fill_value": 2.5, "dtype": "float32"}, lambda shape, fill_value, dtype: torch.full(shape, fill_value, dtype=dtype))
cases.add("arange", "floats", {}, {"start": 1, "end": 2, "step": 0.25, "dtype": "float64"}, torch.arange)
cases.add("arange", "down", {}, {"start": 5, "end": -4, "step": -3, "dtype": "int64"}, torch.arange)

cases.add("reshape", "open", {"input": randn(2, 6)}, {"shape": [4, -1]})
cases.add("permute", "plain", {"input": randn(2, 3, 4)}, {"dims": [2, 0, 1]})
cases.add("expand", "plain", {"input": randn(2, 1, 3)}, {"shape": [4, 2, 5, -1]}, lambda input, shape: input.expand(shape))
cases.add("slice", "step", {"input": randn(3, 7)}, {"dim": 1, "start": 1, "stop": 7, "step": 3}, lambda input, dim, start, stop, step: input[:, start:stop:step])
cases.add("select", "negative", {"input": randn(4, 3)}, {"dim": -2, "index": -1})
cases.add("unsqueeze", "back", {"input": randn(2, 3)}, {"dim": -1})
cases.add("squeeze", "all", {"input": randn(1, 3, 1)})
cases.add("squeeze", "one", {"input": randn(1, 3, 1)}, {"dim": -1})

for name in ["sum", "mean"]:
    cases.add(name, "all", {"input": randn(4, 3)})
    cases.add(name, "dims", {"input": randn(2, 3, 4)}, {"dim": [0, -1], "keepdim": True})
    cases.add(name, "long", {"input": randn(3, 1025)}, {"dim": 1}, atol=1e-4)
    cases.add(name, "empty", {"input": randn(0, 3)}, {"dim": [0]})
cases.add("sum", "integers", {"input": integers(-9, 9, 3, 4, dtype="int32")}, {"dim": [0]})
cases.add("sum", "bool", {"input": integers(0, 2, 9, dtype="bool")})

for label, a, b in [("matrices", (4, 3), (3, 5)), ("vectors", (3,), (3,)), ("matrix vector", (4, 3), (3,)), ("vector batch", (3,), (2, 3, 4)),
                    ("broadcast", (2, 1, 4, 3), (5, 3, 2)), ("large", (65, 129), (129, 33)), ("empty sum", (2, 0), (0, 3)), ("empty", (0, 3), (3, 2))]:
    cases.add("matmul", label, {"input": randn(*a), "other": randn(*b)}, atol=1e-4 if label == "large" else None)
cases.add("matmul", "double", {"input": randn(4, 3, dtype="float64"), "other": randn(3, 5, dtype="float64")})
cases.add("linear", "bias", {"input": randn(2, 4, 3), "weight": randn(5, 3), "bias": randn(5)})
cases.add("linear", "no bias", {"input": randn(3), "weight": randn(5, 3)})
cases.write()
