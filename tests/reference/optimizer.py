"""Writes optimizer.json: two parameters after 1 and after 10 steps of torch.optim's optimisers, in f64, with the gradients that were given.
Run: python3 optimizer.py"""
import json
import pathlib

import torch

torch.manual_seed(11)
starts = [torch.randn(3, 4, dtype=torch.float64), torch.randn(5, dtype=torch.float64)]
grads = [[torch.randn_like(p) for p in starts] for _ in range(10)]


def text(tensors):
    return [t.detach().reshape(-1).tolist() for t in tensors]


def case(optimizer, attrs, lr, **options):
    params = [p.clone().requires_grad_() for p in starts]
    stepper = getattr(torch.optim, optimizer)(params, lr=lr, **options)
    after = []
    for step in grads:
        for p, g in zip(params, step):
            p.grad = g.clone()
        stepper.step()
        after.append(text(params))
    op = {"SGD": "sgd_step", "RMSprop": "rmsprop_step", "NAdam": "nadam_step"}.get(optimizer, "adam_step")
    return {"op": op, "attrs": attrs, "lr": lr, "after 1": after[0], "after 10": after[-1]}


def sgd(lr, **options):
    return case("SGD", options, lr, **options)


def adam(lr, name="Adam", betas=(0.9, 0.999), **options):
    return case(name, {"beta1": betas[0], "beta2": betas[1], "decoupled": name == "AdamW", **options}, lr, betas=betas, **options)


def rmsprop(lr, **options):
    return case("RMSprop", options, lr, **options)


def nadam(lr, betas=(0.9, 0.999), decoupled=False, **options):
    torch.set_default_dtype(torch.float64)  # PyTorch keeps the product of mu in the default dtype, whatever the parameters have
    return case("NAdam", {"beta1": betas[0], "beta2": betas[1], "decoupled": decoupled, **options}, lr, betas=betas,
                decoupled_weight_decay=decoupled, **options)


cases = [sgd(0.1), sgd(0.05, weight_decay=0.1, maximize=True), sgd(0.1, momentum=0.9), sgd(0.1, momentum=0.8, dampening=0.3, weight_decay=0.01),
         sgd(0.1, momentum=0.9, nesterov=True), adam(0.01), adam(0.1, betas=(0.7, 0.9), eps=1e-4, weight_decay=0.1), adam(0.01, amsgrad=True), adam(0.01, maximize=True),
         adam(0.01, "AdamW", weight_decay=0.2), adam(0.01, "AdamW", weight_decay=0.05, amsgrad=True),
         rmsprop(0.01), rmsprop(0.02, alpha=0.9, eps=1e-4, weight_decay=0.1), rmsprop(0.01, momentum=0.9), rmsprop(0.01, centered=True),
         rmsprop(0.01, centered=True, momentum=0.5, maximize=True), nadam(0.02), nadam(0.01, betas=(0.7, 0.9), eps=1e-4, weight_decay=0.1),
         nadam(0.02, weight_decay=0.2, decoupled=True, momentum_decay=0.01), nadam(0.02, maximize=True)]
with open(pathlib.Path(__file__).resolve().parent / "optimizer.json", "w") as file:
    json.dump({"start": text(starts), "shapes": [list(p.shape) for p in starts], "grads": [text(g) for g in grads], "cases": cases}, file)
    file.write("\n")
print(len(cases), "cases, PyTorch", torch.__version__)
