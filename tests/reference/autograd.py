"""Writes autograd.json: PyTorch's gradients, products and blocks for the functions of
tests/autograd/functional_test.cc, and what its module and tensor hooks see.

    python autograd.py      (PyTorch, NumPy)
"""
import json
import pathlib

import torch
from torch.autograd import functional as F

torch.set_default_dtype(torch.float64)
x = torch.tensor([[0.3, -0.7, 1.1], [0.2, 0.9, -0.4]])
w = torch.tensor([0.5, -1.25, 0.75])
v = torch.tensor([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])
u = torch.tensor([2.0, -0.5, 1.5])


def lists(value):
    return [lists(part) for part in value] if isinstance(value, tuple) else value.detach().tolist()


def two(x, w):  # two inputs, two outputs; the second depends on one of them alone
    return torch.tanh(x * w).sum(1), (w ** 3 / 3)


def scalar(x, w):
    return (torch.tanh(x * w) ** 2).sum() + (w ** 3).sum() * x[0, 0]


out = {}
out["vjp"] = lists(F.vjp(two, (x, w), (torch.tensor([1.0, -2.0]), u))[1])
out["jvp"] = lists(F.jvp(two, (x, w), (v, u))[1])
out["jacobian"] = lists(F.jacobian(two, (x, w)))
out["hessian"] = lists(F.hessian(scalar, (x, w)))
out["hvp"] = lists(F.hvp(scalar, (x, w), (v, u))[1])
out["vhp"] = lists(F.vhp(scalar, (x, w), (v, u))[1])

# A module with hooks: what a full backward hook of the first layer sees, and the gradients after the hook has doubled
# what goes on to the input.
net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1))
with torch.no_grad():
    for i, p in enumerate(net.parameters()):
        p.copy_(torch.linspace(-1, 1, p.numel()).reshape(p.shape) + 0.1 * i)
seen = {}


def hook(module, grad_input, grad_output):
    seen["grad_input"], seen["grad_output"] = grad_input[0].tolist(), grad_output[0].tolist()
    return (grad_input[0] * 2,)


net[0].register_full_backward_hook(hook)
net[1].register_forward_hook(lambda module, inputs, output: output * 0.5)
net[1].register_forward_pre_hook(lambda module, inputs: (inputs[0] + 1,))
leaf = x.clone().requires_grad_()
result = net(leaf)
(result ** 2).sum().backward()
out["module_hooks"] = dict(seen, output=result.tolist(), input_gradient=leaf.grad.tolist(),
                           weight_gradient=net[0].weight.grad.tolist())

# Hooks on tensors, in the order in which they run.
leaf = w.clone().requires_grad_()
middle = leaf * 2
middle.retain_grad()
middle.register_hook(lambda g: g * 10)
leaf.register_hook(lambda g: g + 1)
(middle * middle).sum().backward()
out["tensor_hooks"] = {"middle": middle.grad.tolist(), "leaf": leaf.grad.tolist()}

pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out, indent=1) + "\n")
