"""Losses that neither PyTorch nor torchvision has, written out from their papers: focal (Lin et al. 2017), Dice (Milletari et al. 2016), Tversky (Salehi et al. 2017),
contrastive (Hadsell et al. 2006), InfoNCE (van den Oord et al. 2018)."""
import torch

F = torch.nn.functional


def focal_loss(input, target, weight=None, gamma=2.0, ignore_index=-100, reduction="mean"):
    p = F.softmax(input, 1)
    return F.nll_loss((1 - p) ** gamma * F.log_softmax(input, 1), target, weight, ignore_index=ignore_index, reduction=reduction)


def reduced(losses, reduction):
    return {"none": lambda: losses, "mean": losses.mean, "sum": losses.sum}[reduction]()


def dice_loss(input, target, smooth=1e-5, reduction="mean"):
    p, t = input.flatten(2), target.flatten(2)
    return reduced(1 - (2 * (p * t).sum(2) + smooth) / (p.sum(2) + t.sum(2) + smooth), reduction)


def tversky_loss(input, target, alpha=0.5, beta=0.5, smooth=1e-5, reduction="mean"):
    p, t = input.flatten(2), target.flatten(2)
    hits, wrong, missed = (p * t).sum(2), (p * (1 - t)).sum(2), ((1 - p) * t).sum(2)
    return reduced(1 - (hits + smooth) / (hits + alpha * wrong + beta * missed + smooth), reduction)


def contrastive_loss(input1, input2, target, margin=1.0, reduction="mean"):
    d = torch.linalg.vector_norm(input1 - input2, dim=-1)
    return reduced((target * d ** 2 + (1 - target) * (margin - d).clamp(min=0) ** 2) / 2, reduction)


def info_nce_loss(query, positive_key, temperature=0.1, reduction="mean"):
    scores = F.normalize(query, dim=1) @ F.normalize(positive_key, dim=1).T / temperature
    return F.cross_entropy(scores, torch.arange(len(query)), reduction=reduction)
