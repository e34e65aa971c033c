"""Writes detection_losses.json: the losses of torchvision's region proposal network and of its detector's head, with the gradients of scores and boxes, in f64.
Run: python3 detection_losses.py"""
import json
import pathlib

import torch
from torchvision.models.detection.roi_heads import fastrcnn_loss

F = torch.nn.functional
torch.manual_seed(8)
torch.set_default_dtype(torch.float64)
cases = []


def add(name, scores, deltas, labels, targets, loss, **options):
    scores, deltas = scores.clone().requires_grad_(), deltas.clone().requires_grad_()
    classes, boxes = loss(scores, deltas)
    value = classes + options.get("box_weight", 1) * boxes
    value.backward()
    cases.append({"name": name, "options": options, "scores": scores.tolist(), "deltas": deltas.tolist(), "labels": labels.tolist(), "targets": targets.tolist(),
                  "loss": value.item(), "scores grad": scores.grad.flatten().tolist(), "deltas grad": deltas.grad.flatten().tolist()})


def proposals(labels, beta=1 / 9):
    """What RegionProposalNetwork.compute_loss gives for the anchors it has drawn, those whose label is 0 or 1."""
    def loss(objectness, deltas):
        drawn, positive = torch.where(labels >= 0)[0], torch.where(labels == 1)[0]
        boxes = F.smooth_l1_loss(deltas[positive], targets[positive], beta=beta, reduction="sum") / drawn.numel()
        return F.binary_cross_entropy_with_logits(objectness[drawn], labels[drawn].to(objectness)), boxes
    return loss


targets = torch.randn(9, 4)
near = targets + 0.3 * torch.randn(9, 4)
labels = torch.tensor([1, 0, -1, 1, 0, 0, -1, 1, 0])
add("rpn", 2 * torch.randn(9), near, labels, targets, proposals(labels))
add("rpn", 2 * torch.randn(9), near, labels, targets, proposals(labels, 0.5), box_weight=2.5, beta=0.5)
add("rpn", 2 * torch.randn(9), near, labels.clamp(max=0), targets, proposals(labels.clamp(max=0)))
classes = torch.tensor([2, 0, 1, 3, 0, 0, 2, 1, 0])
add("detection", torch.randn(9, 4), near.repeat(1, 4) + 0.1 * torch.randn(9, 16), classes, targets, lambda s, d: fastrcnn_loss(s, d, [classes], [targets]))
add("detection", torch.randn(9, 4), near.repeat(1, 4), classes, targets, lambda s, d: fastrcnn_loss(s, d, [classes], [targets]), box_weight=0.25)
add("detection", torch.randn(9, 4), near.repeat(1, 4), classes * 0, targets, lambda s, d: fastrcnn_loss(s, d, [classes * 0], [targets]))
pathlib.Path(__file__).with_suffix(".json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "cases")
