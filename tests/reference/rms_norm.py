"""Writes rms_norm.json: rms_norm without an eps, by PyTorch in each dtype, of inputs so small that the dtype's own eps counts.
Run: python3 rms_norm.py"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(3)
cases = []
for dtype in ["float64", "float32", "float16", "bfloat16"]:
    kind = getattr(torch, dtype)
    for factor in [0.3, 1.0, 4.0]:  # of the root of eps
        size = factor * torch.finfo(kind).eps ** 0.5
        x = (torch.randn(3, 5, dtype=torch.float64) * size).to(kind).requires_grad_()
        weight = (torch.rand(5, dtype=torch.float64) + 0.5).to(kind).requires_grad_()
        gy = torch.randn(3, 5, dtype=torch.float64).to(kind)
        y = F.rms_norm(x, [5], weight)
        y.backward(gy)
        cases.append({"dtype": dtype, **{name: t.detach().double().reshape(-1).tolist() for name, t in
                      [("input", x), ("weight", weight), ("out", y), ("gy", gy), ("gx", x.grad), ("gw", weight.grad)]}})
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=None).replace("}, ", "},\n ") + "\n")
