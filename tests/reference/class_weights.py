"""Writes class_weights.json: losses with a weight for each class and the gradients of their inputs, by PyTorch in f64.
Run: python3 class_weights.py"""
import json
import pathlib

import torch
import torch.nn.functional as F
from losses_by_hand import focal_loss

torch.manual_seed(5)
cases = []


def add(line, weights, output, target, loss):
    output = output.clone().requires_grad_()
    value = loss(output)
    value.backward()
    cases.append({"line": line, "weights": weights, "shape": list(output.shape), "output": output.detach().reshape(-1).tolist(),
                  "target": target.tolist(), "loss": value.item(), "grad": output.grad.reshape(-1).tolist()})


three = torch.tensor([0.5, 2.0, 0.0], dtype=torch.float64)
logits = torch.randn(7, 3, dtype=torch.float64)
labels = torch.tensor([0, 1, 1, 2, 0, 1, 2])
add("cross_entropy", three.tolist(), logits, labels, lambda x: F.cross_entropy(x, labels, three))
add("cross_entropy label_smoothing=0.2", three.tolist(), logits, labels, lambda x: F.cross_entropy(x, labels, three, label_smoothing=0.2))
add("cross_entropy ignore_index=0", three.tolist(), logits, labels, lambda x: F.cross_entropy(x, labels, three, ignore_index=0))
# Two classes with one output are two logits, 0 and the output: cross_entropy's weighted mean of those.
two = torch.tensor([0.75, 3.0], dtype=torch.float64)
one = torch.randn(6, 1, dtype=torch.float64) * 3
pair = torch.tensor([0, 1, 1, 0, 0, 1])
add("bce_with_logits", two.tolist(), one, pair, lambda x: F.cross_entropy(torch.cat([torch.zeros_like(x), x], 1), pair, two))
add("bce_with_logits", two.tolist(), one.reshape(-1), pair,
    lambda x: F.cross_entropy(torch.stack([torch.zeros_like(x), x], 1), pair, two))
share = torch.rand(6, 1, dtype=torch.float64) * 0.9 + 0.05
add("bce", two.tolist(), share, pair, lambda p: F.nll_loss(torch.log(torch.cat([1 - p, p], 1)), pair, two))
three = torch.tensor([0.5, 2.0, 1.5], dtype=torch.float64)
logits = torch.randn(7, 3, dtype=torch.float64)
add("focal", three.tolist(), logits, labels, lambda x: focal_loss(x, labels, three))
add("focal 0.5 ignore_index=0", three.tolist(), logits, labels, lambda x: focal_loss(x, labels, three, gamma=0.5, ignore_index=0))
add("multi_margin", three.tolist(), logits, labels, lambda x: F.multi_margin_loss(x, labels, weight=three))
add("multi_margin 0.7 p=2", three.tolist(), logits, labels, lambda x: F.multi_margin_loss(x, labels, p=2, margin=0.7, weight=three))
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n")
