"""Writes ops_layers.json and .npz: convolutions, pooling, softmax and losses of classes. Run: python3 ops_layers.py"""
import numpy as np
import torch
from ops_cases import Cases, distinct, integers, randn, uniform

F = torch.nn.functional
cases = Cases("layers")
sizes = {1: (9,), 2: (7, 6), 3: (5, 4, 6)}
for d, size in sizes.items():
    name = f"conv{d}d"
    cases.add(name, "plain", {"input": randn(2, 3, *size), "weight": randn(4, 3, *[3] * d), "bias": randn(4)}, atol=5e-5)
    cases.add(name, "all", {"input": randn(2, 4, *size), "weight": randn(6, 2, *[2] * d), "bias": randn(6)},
              {"stride": [2] * d, "padding": [1] * d, "dilation": [2] * d, "groups": 2}, atol=5e-5)
    cases.add(name, "depthwise", {"input": randn(1, 3, *size), "weight": randn(3, 1, *[3] * d)}, {"padding": 1, "groups": 3}, atol=5e-5)
    cases.add(name, "double", {"input": randn(1, 2, *size, dtype="float64"), "weight": randn(2, 2, *[1] * d, dtype="float64")})
    cases.add(name, "one sample", {"input": randn(2, *size), "weight": randn(3, 2, *[3] * d)}, atol=5e-5)
    name = f"conv_transpose{d}d"
    cases.add(name, "plain", {"input": randn(2, 3, *size), "weight": randn(3, 4, *[3] * d), "bias": randn(4)}, atol=5e-5)
    cases.add(name, "all", {"input": randn(2, 4, *size), "weight": randn(4, 3, *[3] * d), "bias": randn(6)},
              {"stride": [2] * d, "padding": [1] * d, "output_padding": [1] * d, "groups": 2, "dilation": 1}, atol=5e-5)

    function = getattr(F, f"max_pool{d}d")
    cases.add(f"max_pool{d}d", "plain", {"input": distinct(2, 3, *size)}, {"kernel_size": 2}, function)
    cases.add(f"max_pool{d}d", "all", {"input": distinct(1, 2, *size)}, {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, function)
    cases.add(f"max_pool{d}d", "dilation", {"input": distinct(1, 2, *size)}, {"kernel_size": 2, "stride": 1, "dilation": 2}, function)
    cases.add(f"avg_pool{d}d", "plain", {"input": randn(2, 3, *size)}, {"kernel_size": 2})
    cases.add(f"avg_pool{d}d", "all", {"input": randn(1, 2, *size)}, {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False},
              getattr(F, f"avg_pool{d}d"))
    cases.add(f"adaptive_avg_pool{d}d", "plain", {"input": randn(2, 3, *size)}, {"output_size": [3] * d})
    if d > 1:  # null keeps that side
        cases.add(f"adaptive_avg_pool{d}d", "a side kept", {"input": randn(2, 3, *size)}, {"output_size": [None] + [2] * (d - 1)})
    cases.add(f"adaptive_max_pool{d}d", "plain", {"input": distinct(2, 3, *size)}, {"output_size": [3] * d}, getattr(F, f"adaptive_max_pool{d}d"))

for name in ["softmax", "log_softmax"]:
    cases.add(name, "last", {"input": randn(4, 7)}, {"dim": -1})
    cases.add(name, "first", {"input": randn(5, 3, 2, dtype="float64")}, {"dim": 0})
    cases.add(name, "large values", {"input": 1e4 * randn(3, 5)}, {"dim": 1})
    cases.add(name, "masked", {"input": np.where(integers(0, 2, 3, 6) == 1, randn(3, 6), np.float32(-np.inf)) + np.eye(3, 6, dtype="float32") * 0}, {"dim": 1}, gradient=False)
classes = integers(0, 5, 8)
classes[2] = -100
cases.add("cross_entropy", "plain", {"input": randn(8, 5), "target": classes})
cases.add("cross_entropy", "all", {"input": randn(8, 5), "target": classes, "weight": uniform(0.2, 2, 5)}, {"label_smoothing": 0.1, "reduction": "sum"}, fixed=["weight"])
cases.add("cross_entropy", "pixels", {"input": randn(2, 5, 3, 4), "target": integers(0, 5, 2, 3, 4)}, {"reduction": "none"})
cases.add("cross_entropy", "one sample", {"input": randn(5), "target": np.array(3)})
cases.add("nll_loss", "plain", {"input": randn(8, 5), "target": classes}, {"ignore_index": -100})
cases.add("nll_loss", "weights", {"input": randn(8, 5), "target": integers(0, 5, 8), "weight": uniform(0.2, 2, 5)}, {"reduction": "mean"}, fixed=["weight"])
cases.write()
