"""Writes many_classes.json: torch.nn.AdaptiveLogSoftmaxWithLoss and LinearCrossEntropyLoss in f64, forward and backward.
Run: python3 many_classes.py"""
import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(31)


def text(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().reshape(-1).tolist()}


def grads(module, x):
    """Those of clusters without a sample are left out."""
    return {name: text(p.grad) for name, p in module.named_parameters() if p.grad is not None} | {"x": text(x.grad)}


def given(module, x, target):
    return {"state": {name: text(t) for name, t in module.state_dict().items()}, "x": text(x), "target": text(target)}


adaptive = []
for features, classes, cutoffs, div_value, bias, samples in [(8, 20, [4, 10], 2.0, True, 9), (6, 11, [3], 4.0, False, 5), (5, 7, [1, 2, 6], 1.5, False, 12)]:
    layer = torch.nn.AdaptiveLogSoftmaxWithLoss(features, classes, cutoffs, div_value, bias)
    for p in layer.parameters():
        p.data = torch.randn_like(p)
    x, target = torch.randn(samples, features, requires_grad=True), torch.randint(0, classes, (samples,))
    if samples == 5:
        target[:] = torch.tensor([0, 1, 2, 0, 2])  # none of the cluster
    case = {"in_features": features, "n_classes": classes, "cutoffs": cutoffs, "div_value": div_value, "head_bias": bias, **given(layer, x, target)}
    output, loss = layer(x, target)
    ((output * torch.linspace(0.5, 1.5, samples)).sum() + 2 * loss).backward()
    case |= {"output": text(output), "loss": text(loss), "grads": grads(layer, x), "log_prob": text(layer.log_prob(x)), "predict": text(layer.predict(x))}
    adaptive.append(case)
linear = []
for features, classes, places, options in [(4, 5, (), {}), (3, 4, (2, 3), {"bias": True, "reduction": "sum"}), (4, 3, (), {"bias": True, "label_smoothing": 0.2, "weight": True})]:
    weight = {"weight": torch.rand(classes) + 0.5} if options.pop("weight", False) else {}
    layer = torch.nn.LinearCrossEntropyLoss(features, classes, out_features=places, **options, **weight)
    x, target = torch.randn(6, features, requires_grad=True), torch.randint(0, classes, (6, *places))
    loss = layer(x, target)
    case = {"in_features": features, "num_classes": classes, "out_features": list(places), "options": options, **given(layer, x, target)}
    loss.backward()
    linear.append({**case, "loss": text(loss), "grads": grads(layer, x)})
with open(pathlib.Path(__file__).resolve().parent / "many_classes.json", "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "adaptive": adaptive, "linear": linear}, file)
    file.write("\n")
print(len(adaptive), "and", len(linear), "cases, PyTorch", torch.__version__)
