"""Writes ops_losses.json and .npz: losses of margins, likelihoods, areas and sequences. Run: python3 ops_losses.py

sigmoid_focal_loss is torchvision's (0.29); the focal, Dice, Tversky, contrastive and InfoNCE losses have no function there (losses_by_hand.py)."""
import numpy as np
import torch
import torchvision.ops as tv
from losses_by_hand import contrastive_loss, dice_loss, focal_loss, info_nce_loss, tversky_loss
from ops_cases import Cases, integers, randn, uniform

F = torch.nn.functional
cases = Cases("losses")


def loss(name, label, inputs, attrs=None, function=None, **more):
    cases.add(name, label, inputs, attrs, function or getattr(F, name), **more)


def signs(*shape):
    return np.where(integers(0, 2, *shape) == 1, 1, -1).astype("float32")


for reduction in ["mean", "sum", "none"]:
    r = {"reduction": reduction}
    loss("margin_ranking_loss", reduction, {"input1": randn(6), "input2": randn(6), "target": signs(6)}, {"margin": 0.3, **r}, fixed=["target"])
    loss("hinge_embedding_loss", reduction, {"input": randn(5, 3), "target": signs(5, 3)}, {"margin": 0.8, **r}, fixed=["target"])
    loss("soft_margin_loss", reduction, {"input": randn(5, 3), "target": signs(5, 3)}, r, fixed=["target"])
    loss("multi_margin_loss", reduction, {"input": randn(5, 4), "target": integers(0, 4, 5)}, r)
    loss("multi_margin_loss", reduction + ", weights", {"input": randn(5, 4), "target": integers(0, 4, 5), "weight": uniform(0.5, 2, 4)}, {"p": 2, "margin": 0.7, **r},
         fixed=["weight"])
    loss("multilabel_margin_loss", reduction, {"input": randn(3, 4), "target": np.array([[0, 3, -1, 1], [-1, 0, 0, 0], [2, 1, 0, 3]])}, r)
    loss("multilabel_soft_margin_loss", reduction, {"input": randn(3, 4), "target": uniform(0, 1, 3, 4)}, r, fixed=["target"])
    loss("multilabel_soft_margin_loss", reduction + ", weights", {"input": randn(3, 4), "target": uniform(0, 1, 3, 4), "weight": uniform(0.5, 2, 4)}, r,
         fixed=["target", "weight"])
    loss("cosine_embedding_loss", reduction, {"input1": randn(5, 3), "input2": randn(5, 3), "target": signs(5)}, {"margin": 0.2, **r}, fixed=["target"])
    for label, more in [("plain", {}), ("swap", {"swap": True}), ("one", {"p": 1.0}), ("three", {"p": 3.0, "eps": 0.01})]:
        loss("triplet_margin_loss", f"{label}, {reduction}", {"anchor": randn(5, 3), "positive": randn(5, 3), "negative": randn(5, 3)}, {"margin": 2.0, **more, **r})
    loss("contrastive_loss", reduction, {"input1": randn(5, 3), "input2": randn(5, 3), "target": integers(0, 2, 5, dtype="float32")}, {"margin": 2.5, **r}, contrastive_loss,
         fixed=["target"])
    loss("info_nce_loss", reduction, {"query": randn(5, 3), "positive_key": randn(5, 3)}, {"temperature": 0.3, **r}, info_nce_loss, atol=5e-5)
    counts = integers(0, 6, 4, 3, dtype="float32")
    loss("poisson_nll_loss", reduction, {"input": randn(4, 3), "target": counts}, r, fixed=["target"])
    loss("poisson_nll_loss", reduction + ", full", {"input": randn(4, 3), "target": counts}, {"full": True, **r}, fixed=["target"])
    loss("poisson_nll_loss", reduction + ", plain input", {"input": uniform(0.2, 4, 4, 3), "target": counts}, {"log_input": False, "full": True, "eps": 1e-3, **r}, fixed=["target"])
    loss("gaussian_nll_loss", reduction, {"input": randn(4, 3), "target": randn(4, 3), "var": uniform(0.3, 2, 4, 3)}, r)
    loss("gaussian_nll_loss", reduction + ", full", {"input": randn(4, 3), "target": randn(4, 3), "var": uniform(0.3, 2, 4)}, {"full": True, "eps": 0.6, **r})
    loss("sigmoid_focal_loss", reduction, {"inputs": randn(4, 3), "targets": uniform(0, 1, 4, 3)}, {"alpha": 0.4, "gamma": 1.5, **r}, tv.sigmoid_focal_loss, fixed=["targets"])
    loss("focal_loss", reduction, {"input": randn(5, 3, 2), "target": integers(0, 3, 5, 2)}, r, focal_loss)
    areas = {"input": uniform(0.05, 0.95, 2, 3, 4, 2), "target": integers(0, 2, 2, 3, 4, 2, dtype="float32")}
    loss("dice_loss", reduction, areas, r, dice_loss, fixed=["target"])
    loss("tversky_loss", reduction, areas, {"alpha": 0.3, "beta": 0.7, "smooth": 1.0, **r}, tversky_loss, fixed=["target"])
loss("sigmoid_focal_loss", "no weights", {"inputs": randn(4, 3), "targets": uniform(0, 1, 4, 3)}, {"alpha": -1.0, "reduction": "mean"}, tv.sigmoid_focal_loss, fixed=["targets"])
loss("multilabel_margin_loss", "one row", {"input": randn(4), "target": np.array([2, 0, -1, 1])})
loss("multi_margin_loss", "one row", {"input": randn(4), "target": np.array(2)}, {"margin": 0.5})
loss("focal_loss", "weights and ignored", {"input": randn(5, 3), "target": np.array([0, 2, 1, 1, 2]), "weight": uniform(0.5, 2, 3)}, {"gamma": 1.5, "ignore_index": 1}, focal_loss,
     fixed=["weight"])


def log_probs(*shape):
    return F.log_softmax(torch.from_numpy(randn(*shape, dtype="float64")), -1).numpy().astype("float32")


lengths = {"input_lengths": np.array([6, 5, 6]), "target_lengths": np.array([2, 3, 1])}
targets = integers(1, 4, 3, 3)
for reduction in ["mean", "sum", "none"]:
    loss("ctc_loss", reduction, {"log_probs": log_probs(6, 3, 4), "targets": targets, **lengths}, {"reduction": reduction}, atol=5e-5)
joined = np.concatenate([targets[i, :n] for i, n in enumerate(lengths["target_lengths"])])
loss("ctc_loss", "end to end", {"log_probs": log_probs(6, 3, 4), "targets": joined, **lengths}, {"reduction": "none"}, atol=5e-5)
loss("ctc_loss", "another blank", {"log_probs": log_probs(6, 3, 4), "targets": targets - 1, **lengths}, {"blank": 3}, atol=5e-5)
loss("ctc_loss", "too short", {"log_probs": log_probs(6, 3, 4), "targets": targets, "input_lengths": np.array([1, 5, 6]), "target_lengths": np.array([2, 3, 1])},
     {"zero_infinity": True, "reduction": "none"}, atol=5e-5)
loss("ctc_loss", "no labels", {"log_probs": log_probs(6, 3, 4), "targets": targets, "input_lengths": np.array([6, 5, 6]), "target_lengths": np.array([0, 3, 0])}, {}, atol=5e-5)
loss("ctc_loss", "one sample", {"log_probs": log_probs(6, 4), "targets": targets[0], "input_lengths": np.array(6), "target_lengths": np.array(3)}, {"reduction": "none"}, atol=5e-5)
cases.write()
