"""Writes torch_names.txt: the functions of torch, torch.nn.functional, torch.linalg, torch.fft, torch.special and torchvision.ops, one a line.
docs/guide/pytorch.md says what became of those that hebb has no operator for; tests/ops/pytorch_names_test.cc holds it to that.
Run: python3 torch_names.py"""
import pathlib
import types

import torch
import torchvision.ops

places = {"torch": torch, "torch.nn.functional": torch.nn.functional, "torch.linalg": torch.linalg, "torch.fft": torch.fft, "torch.special": torch.special,
          "torchvision.ops": torchvision.ops}
lines = []
for prefix, place in places.items():
    for name in getattr(place, "__all__", dir(place)) if prefix == "torchvision.ops" else dir(place):
        value = getattr(place, name)
        if not name.startswith("_") and callable(value) and not isinstance(value, (type, types.ModuleType)):
            lines.append(f"{prefix}.{name}")
pathlib.Path(__file__).with_name("torch_names.txt").write_text("\n".join(sorted(lines)) + "\n")
print(f"torch_names: {len(lines)} functions of PyTorch {torch.__version__} and torchvision {torchvision.__version__}")
