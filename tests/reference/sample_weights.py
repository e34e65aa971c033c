"""Writes sample_weights.json beside itself: scikit-learn's metrics with sample_weight. Run: python3 sample_weights.py"""
import json
import pathlib

import numpy as np
from sklearn import metrics as sk

random = np.random.default_rng(20261130)
cases = []


def of_counts(y, p, w):
    out = {
        "accuracy": sk.accuracy_score(y, p, sample_weight=w),
        "balanced_accuracy": sk.balanced_accuracy_score(y, p, sample_weight=w),
        "matthews_corrcoef": sk.matthews_corrcoef(y, p, sample_weight=w),
        "cohen_kappa": sk.cohen_kappa_score(y, p, sample_weight=w),
    }
    for name, function in {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score, "jaccard": sk.jaccard_score}.items():
        for average in ["macro", "micro", "weighted"]:
            out[f"{name}_{average}"] = function(y, p, average=average, sample_weight=w, zero_division=0)
    return out


def add(task, y, p, score, w, want, **more):
    case = {"task": task, "y_true": y.tolist(), "y_score": score.ravel().tolist(), "weights": w.tolist(), **more}
    if p is not None:
        case["y_pred"] = p.tolist()
    case["want"] = {name: float(value) for name, value in want.items()}
    cases.append(case)


n = 60
for classes in [2, 3]:
    y = random.integers(0, classes, n)
    w = np.round(random.gamma(1.0, 1.0, n), 4)
    w[:5] = 0
    logits = np.round(random.normal(size=(n, classes)) + 0.7 * np.eye(classes)[y], 1)
    score = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    p = score.argmax(1)
    want = of_counts(y, p, w)
    want["log_loss"] = sk.log_loss(y, score, sample_weight=w, labels=list(range(classes)))
    if classes == 2:
        want["roc_auc"] = sk.roc_auc_score(y, score[:, 1], sample_weight=w)
        want["average_precision"] = sk.average_precision_score(y, score[:, 1], sample_weight=w)
        want["brier_score_loss"] = sk.brier_score_loss(y, score[:, 1], sample_weight=w)
        for name, function in {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}.items():
            want[name] = function(y, p, sample_weight=w)
    else:
        for average in ["macro", "weighted"]:
            want[f"roc_auc_ovr_{average}"] = sk.roc_auc_score(y, score, multi_class="ovr", average=average, sample_weight=w)
            want[f"average_precision_{average}"] = sk.average_precision_score(np.eye(classes)[y], score, average=average, sample_weight=w)
        want["top2_accuracy"] = sk.top_k_accuracy_score(y, score, k=2, sample_weight=w)
    add("classification", y, p, score, w, want, classes=classes)

y = np.round(random.normal(20, 3, n), 3)
score = np.round(y + random.normal(size=n), 3)
w = np.round(random.gamma(1.0, 1.0, n), 4)
w[7] = 0
add("regression", y, None, score, w, {
    "mean_absolute_error": sk.mean_absolute_error(y, score, sample_weight=w),
    "mean_squared_error": sk.mean_squared_error(y, score, sample_weight=w),
    "root_mean_squared_error": sk.mean_squared_error(y, score, sample_weight=w) ** 0.5,
    "mean_absolute_percentage_error": sk.mean_absolute_percentage_error(y, score, sample_weight=w),
    "r2": sk.r2_score(y, score, sample_weight=w),
    "explained_variance": sk.explained_variance_score(y, score, sample_weight=w),
    "mean_squared_log_error": sk.mean_squared_log_error(y, score, sample_weight=w),
})
pathlib.Path(__file__).with_suffix(".json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
