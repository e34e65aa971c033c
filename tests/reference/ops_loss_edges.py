"""Writes ops_loss_edges.json and .npz: losses where numbers end: logits of 1e4, probabilities of exactly 0 and 1, infinities, NaN, no samples, nothing that counts.
Run: python3 ops_loss_edges.py

Left out is where PyTorch overflows and we do not (soft_margin_loss beyond 700), where it hides a NaN (multi_margin_loss), and where it refuses."""
import numpy as np
import torch
import torchvision.ops as tv
from losses_by_hand import focal_loss
from ops_cases import Cases

F = torch.nn.functional
cases = Cases("loss_edges")
nan, inf = float("nan"), float("inf")


def array(values):
    return np.array(values, "float64")


def loss(name, label, inputs, attrs=None, function=None, **more):
    cases.add(name, label, inputs, attrs, function or getattr(F, name), **more)


rows = {"far": [[1e4, -1e4, 0], [0, 0, 0], [-1e4, -1e4, -1e4]], "infinite": [[inf, 0, 1]], "never": [[-inf, 0, 1]], "NaN": [[nan, 0, 1]], "no samples": np.zeros((0, 3))}
for label, values in rows.items():
    x = array(values)
    for reduction in ["mean", "none"]:
        for right in [0, 1]:
            both = {"input": x, "target": np.full(len(x), right)}
            of = f"{label}, class {right}, {reduction}"
            loss("cross_entropy", of, both, {"reduction": reduction})
            loss("cross_entropy", of + ", smoothed", both, {"reduction": reduction, "label_smoothing": 0.1})
            loss("nll_loss", of, both, {"reduction": reduction})
            if label == "far":
                loss("multi_margin_loss", of, both, {"reduction": reduction})
                for gamma in [0.0, 1.0, 2.0]:
                    loss("focal_loss", f"{of}, gamma {gamma}", both, {"reduction": reduction, "gamma": gamma}, focal_loss)
for name in ["cross_entropy", "nll_loss"]:
    for reduction in ["mean", "none"]:
        loss(name, "all ignored, " + reduction, {"input": array([[1, 2, 3], [3, 2, 1]]), "target": np.array([-100, -100])}, {"reduction": reduction})
        loss(name, "weights of 0, " + reduction, {"input": array([[1, 2, 3], [3, 2, 1]]), "target": np.array([0, 2]), "weight": array([0, 1, 0])},
             {"reduction": reduction}, fixed=["weight"])
for share in [0.0, 1.0, 0.5, 1e-300]:
    for target in [0.0, 1.0, 0.3]:
        near = {} if share == 0.5 else {"rtol": 1e-8, "wide": 1e-8}  # the gradient is divided by 1e-12, which PyTorch holds as a float
        loss("binary_cross_entropy", f"{share} for {target}", {"input": array([share]), "target": array([target])}, fixed=["target"], **near)
for score in [1e4, -1e4, 0.0, inf, nan]:
    for target in [0.0, 1.0, 0.3]:
        one = {"input": array([score]), "target": array([target])}
        label = f"{score} for {target}"
        loss("binary_cross_entropy_with_logits", label, one, fixed=["target"])
        loss("binary_cross_entropy_with_logits", label + ", weighted", {**one, "pos_weight": array([3])}, fixed=["target", "pos_weight"])
        loss("multilabel_soft_margin_loss", label, {"input": array([[score, 0]]), "target": array([[target, 1]])}, fixed=["target"])
        loss("sigmoid_focal_loss", label, {"inputs": array([score]), "targets": array([target])}, {"reduction": "mean"}, tv.sigmoid_focal_loss, fixed=["targets"])
    for sign in [1.0, -1.0]:
        loss("hinge_embedding_loss", f"{score} for {sign}", {"input": array([score]), "target": array([sign])}, fixed=["target"])
for name in ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"]:
    for label, a, b in [("far", 1e4, 0), ("NaN", nan, 0), ("infinite and alike", inf, inf), ("infinite", inf, 0), ("alike", 2, 2), ("at the bend", 1, 0)]:
        loss(name, label, {"input": array([a]), "target": array([b])})
for name in ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "soft_margin_loss", "kl_div", "poisson_nll_loss"]:
    for reduction in ["mean", "sum"]:
        loss(name, "no samples, " + reduction, {"input": array([]), "target": array([])}, {"reduction": reduction}, fixed=["target"])
for target in [0.0, 1.0, nan]:
    for logarithm in [-inf, -1e4, 0.0]:
        for log_target in [False, True]:
            loss("kl_div", f"{logarithm} for {target}, {log_target}", {"input": array([logarithm]), "target": array([target])}, {"log_target": log_target}, fixed=["target"])
for x in [-1e4, 100.0, 0.0, nan]:
    for count in [0.0, 1.0, 2.0, 50.0]:
        one = {"input": array([x]), "target": array([count])}
        loss("poisson_nll_loss", f"{x} for {count}", one, {"full": True}, fixed=["target"])
        if not x < 0:
            loss("poisson_nll_loss", f"{x} for {count}, plain", one, {"log_input": False}, fixed=["target"])
for variance in [0.0, 1e-8, 1e8]:
    loss("gaussian_nll_loss", f"variance {variance}", {"input": array([1]), "target": array([2]), "var": array([variance])}, {"full": True})
zeros, ones = array([[0, 0]]), array([[1, 2]])
for label, a, b in [("zeros", zeros, zeros), ("the same", ones, ones), ("NaN", ones * nan, ones)]:
    for sign in [1.0, -1.0]:
        loss("cosine_embedding_loss", f"{label}, {sign}", {"input1": a, "input2": b, "target": array([sign])}, fixed=["target"])
    loss("triplet_margin_loss", label, {"anchor": a, "positive": b, "negative": zeros})
    loss("triplet_margin_loss", label + ", swap", {"anchor": a, "positive": b, "negative": zeros}, {"swap": True})
loss("multilabel_margin_loss", "nothing listed", {"input": array([[1, 0, 2]]), "target": np.array([[-1, -1, -1]])})
loss("multilabel_margin_loss", "far", {"input": array([[1e4, 0, -1e4]]), "target": np.array([[2, -1, 0]])})
cases.write()
