"""Writes ops_norm.json and .npz: normalisation and padding. Run: python3 ops_norm.py"""
import numpy as np
import torch
from ops_cases import Cases, randn, uniform

F = torch.nn.functional
cases = Cases("norm")


def batch_norm(input, running_mean=None, running_var=None, **more):
    copy = lambda t: None if t is None else t.detach().clone()   # PyTorch writes into them
    return F.batch_norm(input, copy(running_mean), copy(running_var), **more)


statistics = {"running_mean": randn(5), "running_var": uniform(0.5, 2, 5)}
fixed = list(statistics)
for label, shape in {"features": (7, 5), "1d": (3, 5, 4), "2d": (2, 5, 3, 4), "3d": (2, 5, 2, 3, 2)}.items():
    operands = {"input": randn(*shape), **statistics, "weight": randn(5), "bias": randn(5)}
    cases.add("batch_norm", f"training {label}", operands, {"training": True, "momentum": 0.3, "eps": 1e-3}, batch_norm, fixed=fixed, atol=3e-5)
    cases.add("batch_norm", f"evaluation {label}", operands, {}, batch_norm, fixed=fixed)
cases.add("batch_norm", "bare", {"input": randn(4, 3, 6)}, {"training": True}, batch_norm, atol=3e-5)
# Far from zero PyTorch rounds the mean; without the offset, which changes nothing else, its answer is right.
cases.add("batch_norm", "double", {"input": randn(4, 3, 6, dtype="float64") + 1e6, "weight": randn(3, dtype="float64")}, {"training": True},
          lambda input, **more: batch_norm(input=input - 1e6, **more))
cases.add("batch_norm", "large offset", {"input": 100 + randn(4, 8, 16)}, {"training": True}, batch_norm, gradient=False, atol=5e-5)

cases.add("layer_norm", "one", {"input": randn(4, 3, 7), "weight": randn(7), "bias": randn(7)}, {"normalized_shape": [7]}, atol=3e-5)
cases.add("layer_norm", "two", {"input": randn(4, 3, 7), "weight": randn(3, 7)}, {"normalized_shape": [3, 7], "eps": 0.01}, F.layer_norm, atol=3e-5)
cases.add("layer_norm", "bare", {"input": randn(5, 40)}, {"normalized_shape": [40]}, F.layer_norm, atol=3e-5)
cases.add("layer_norm", "double", {"input": randn(5, 9, dtype="float64"), "bias": randn(9, dtype="float64")}, {"normalized_shape": [9]}, F.layer_norm)
cases.add("group_norm", "plain", {"input": randn(2, 6, 3, 4), "weight": randn(6), "bias": randn(6)}, {"num_groups": 3}, atol=3e-5)
cases.add("group_norm", "features", {"input": randn(5, 8)}, {"num_groups": 2, "eps": 0.1}, F.group_norm, atol=3e-5)
cases.add("instance_norm", "plain", {"input": randn(2, 3, 4, 5), "weight": randn(3), "bias": randn(3)}, {"eps": 1e-3}, F.instance_norm, atol=3e-5)
cases.add("instance_norm", "running", {"input": randn(2, 5, 6), **statistics}, {"use_input_stats": False}, F.instance_norm, fixed=fixed)
cases.add("rms_norm", "plain", {"input": randn(4, 3, 7), "weight": randn(7)}, {"normalized_shape": [7]}, F.rms_norm, atol=3e-5)
cases.add("rms_norm", "two", {"input": randn(4, 3, 7)}, {"normalized_shape": [3, 7], "eps": 0.01}, F.rms_norm, atol=3e-5)

pad = lambda input, pad, **more: F.pad(input, pad, **more)
cases.add("pad", "constant", {"input": randn(2, 3, 4)}, {"pad": [1, 2, 0, 3], "value": 1.5}, pad)
cases.add("pad", "cut off", {"input": randn(2, 5, 4)}, {"pad": [-1, 2, 1, -3]}, pad)
cases.add("pad", "all dimensions", {"input": randn(2, 3)}, {"pad": [1, 0, 0, 2]}, pad)
cases.add("pad", "integers", {"input": np.arange(6).reshape(2, 3)}, {"pad": [1, 1], "value": 7}, pad)
for mode in ["reflect", "replicate", "circular"]:
    cases.add("pad", f"{mode} 1d", {"input": randn(2, 3, 6)}, {"pad": [3, 2], "mode": mode}, pad)
    cases.add("pad", f"{mode} 2d", {"input": randn(2, 3, 4, 5)}, {"pad": [1, 2, 3, 0], "mode": mode}, pad)
    cases.add("pad", f"{mode} 3d", {"input": randn(1, 2, 3, 3, 4)}, {"pad": [1, 1, 2, 0, 1, 1], "mode": mode}, pad)
cases.write()
