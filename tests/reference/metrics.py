"""Writes metrics.json beside itself: scikit-learn's values for random and for odd cases of every metric. Run: python3 metrics.py

A case holds its inputs (y_true, y_pred, y_score as rows) and what measure_binary, measure_multiclass or measure_regression must
answer; null stands for undefined (NaN, or an error of scikit-learn).
"""
import json
import math
import pathlib
import warnings

import numpy as np
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
random = np.random.default_rng(20240229)
cases = []


def value(function, *args, **options):
    try:
        out = float(function(*args, **options))
    except ValueError:
        return None
    return out if math.isfinite(out) else None


def plain(array):
    return np.round(array, 6).tolist() if array.dtype.kind == "f" else array.tolist()


def add(name, task, inputs, want, **more):
    cases.append({"name": name, "task": task, **{key: plain(array) for key, array in inputs.items()}, "want": want, **more})


def averages(want, y, p):
    functions = {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score, "jaccard": sk.jaccard_score}
    for name, function in functions.items():
        for average in ["macro", "micro", "weighted"]:
            want[f"{name}_{average}"] = value(function, y, p, average=average, zero_division=0)


def overall(y, p):
    return {
        "accuracy": value(sk.accuracy_score, y, p),
        "balanced_accuracy": value(sk.balanced_accuracy_score, y, p),
        "matthews_corrcoef": value(sk.matthews_corrcoef, y, p),
        "cohen_kappa": value(sk.cohen_kappa_score, y, p),
    }


def binary(name, y, p=None, score=None):
    inputs = {"y_true": y}
    if score is not None:
        score = np.round(score, 6)
        inputs["y_score"] = score
        if p is None:
            p = (score >= 0.5).astype(int) if score.ndim == 1 else score.argmax(1)
    else:
        inputs["y_pred"] = p
    want = overall(y, p)
    for key, function in {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score, "jaccard": sk.jaccard_score}.items():
        want[key] = value(function, y, p, zero_division=0)
    want["specificity"] = value(sk.recall_score, y, p, pos_label=0, zero_division=0)
    averages(want, y, p)
    if score is not None:
        one = score if score.ndim == 1 else score[:, 1]
        want["roc_auc"] = value(sk.roc_auc_score, y, one)
        want["average_precision"] = value(sk.average_precision_score, y, one)
        if score.min() >= 0 and score.max() <= 1:
            want["log_loss"] = value(sk.log_loss, y, score, labels=[0, 1])
            want["brier_score_loss"] = value(sk.brier_score_loss, y, one)
    add(name, "binary", inputs, want, confusion=sk.confusion_matrix(y, p, labels=[0, 1]).tolist())


def multiclass(name, y, p=None, score=None):
    inputs = {"y_true": y}
    if score is not None:
        score = np.round(score, 6)
        inputs["y_score"] = score
        p = score.argmax(1)
    else:
        inputs["y_pred"] = p
    want = overall(y, p)
    averages(want, y, p)
    if score is not None:
        classes = score.shape[1]
        labels = np.arange(classes)
        one_hot = (y[:, None] == labels).astype(int)
        complete = len(np.unique(y)) == classes
        # Areas do not depend on the rows' sums; scikit-learn insists on them, and rounding has moved them.
        exact = score / score.sum(1, keepdims=True)
        for average in ["macro", "micro", "weighted"]:
            columns = value(sk.roc_auc_score, one_hot, score, average=average) if complete else None
            want[f"roc_auc_ovr_{average}"] = columns
            want[f"average_precision_{average}"] = value(sk.average_precision_score, one_hot, score, average=average)
        for average in ["macro", "weighted"]:
            want[f"roc_auc_ovo_{average}"] = pairs(y, score, average) if complete else None
        want["roc_auc"] = want["roc_auc_ovr"] = want["roc_auc_ovr_macro"]
        want["roc_auc_ovo"] = want["roc_auc_ovo_macro"]
        if complete and not any(len(np.unique(score[:, k])) < len(y) for k in labels):
            agreed = value(sk.roc_auc_score, y, exact, multi_class="ovr")
            assert agreed is None or abs(agreed - want["roc_auc"]) < 1e-3
        want["log_loss"] = value(sk.log_loss, y, score, labels=labels)
        want["brier_score_loss"] = float(((score - one_hot) ** 2).sum(1).mean())
        if all(len(set(row)) == classes for row in score.tolist()):  # among equals, ours takes the first and scikit-learn's the last
            for k in [2, 3, 5]:
                if k < classes:
                    want[f"top{k}_accuracy"] = value(sk.top_k_accuracy_score, y, score, k=k, labels=labels)
    add(name, "multiclass", inputs, want, confusion=sk.confusion_matrix(y, p).tolist())


def pairs(y, score, average):
    """One against one, as scikit-learn defines it, without its demand that rows sum to 1 exactly."""
    classes = score.shape[1]
    values, weights = [], []
    for a in range(classes):
        for b in range(a + 1, classes):
            mask = (y == a) | (y == b)
            first = sk.roc_auc_score(y[mask] == a, score[mask, a])
            second = sk.roc_auc_score(y[mask] == b, score[mask, b])
            values.append((first + second) / 2)
            weights.append(mask.mean())
    return float(np.average(values, weights=weights if average == "weighted" else None))


def regression(name, y, p):
    y, p = np.round(np.asarray(y, float), 6), np.round(np.asarray(p, float), 6)
    want = {
        "mean_absolute_error": value(sk.mean_absolute_error, y, p),
        "mean_squared_error": value(sk.mean_squared_error, y, p),
        "root_mean_squared_error": value(sk.root_mean_squared_error, y, p),
        "median_absolute_error": value(sk.median_absolute_error, y, p),
        "max_error": value(sk.max_error, y, p),
        "mean_absolute_percentage_error": value(sk.mean_absolute_percentage_error, y, p),
        "r2": value(sk.r2_score, y, p),
        "explained_variance": value(sk.explained_variance_score, y, p),
    }
    if y.min() >= 0 and p.min() >= 0:
        want["mean_squared_log_error"] = value(sk.mean_squared_log_error, y, p)
        want["root_mean_squared_log_error"] = value(sk.root_mean_squared_log_error, y, p)
    add(name, "regression", {"y_true": y, "y_pred": p}, want)


def softmax(logits):
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def draw(n, classes):
    """Labels in which every class occurs, and scores that know something about them."""
    y = np.concatenate([np.arange(classes), random.integers(0, classes, n - classes)])
    random.shuffle(y)
    return y, softmax(random.normal(size=(n, classes)) + 1.3 * (y[:, None] == np.arange(classes)))


# Two classes.
for n in [2, 7, 50]:
    y, score = draw(n, 2)
    binary(f"plain {n}", y, score=score[:, 1])
    binary(f"two columns {n}", y, score=score)
    binary(f"labels {n}", y, p=random.integers(0, 2, n))
for digits in [0, 1, 2]:
    y, score = draw(60, 2)
    binary(f"ties, {digits} digits", y, score=np.round(score[:, 1], digits))
y = np.arange(40) % 2
binary("perfect", y, score=0.1 + 0.8 * y)
binary("inverted", y, score=0.9 - 0.8 * y)
binary("constant score", y, score=np.full(40, 0.3))
binary("certain and right", y, score=y.astype(float))
binary("certain and wrong", y, score=1.0 - y)
binary("decision values", y, score=random.normal(size=40) + y)
binary("rare disease", (np.arange(100) == 17).astype(int), p=np.zeros(100, int))
binary("always ill", (np.arange(100) == 17).astype(int), p=np.ones(100, int))
binary("only healthy", np.zeros(9, int), p=np.zeros(9, int))
binary("only ill", np.ones(9, int), p=np.ones(9, int))
binary("only ill, missed", np.ones(9, int), p=np.zeros(9, int))
binary("only ill, scores", np.ones(9, int), score=random.random(9))
binary("only healthy, scores", np.zeros(9, int), score=random.random(9))
binary("one sample", np.array([1]), score=np.array([0.7]))

# Several classes.
for n, classes in [(3, 3), (12, 3), (60, 4), (70, 10)]:
    y, score = draw(n, classes)
    multiclass(f"plain {n} of {classes}", y, score=score)
    multiclass(f"labels {n} of {classes}", y, p=random.integers(0, classes, n))
y, score = draw(60, 4)
multiclass("ties", y, score=np.round(score, 1) + 0.001)
multiclass("all equal", y, score=np.full((60, 4), 0.25))
multiclass("certain", y, score=np.eye(4)[random.integers(0, 4, 60)])
multiclass("a class never predicted", random.integers(0, 4, 80), p=random.integers(0, 3, 80))
multiclass("a class that never occurs", random.integers(0, 3, 80), p=random.integers(0, 4, 80))
multiclass("a hole in the labels", random.integers(0, 3, 50) * 2, p=random.integers(0, 3, 50) * 2)
multiclass("one class", np.full(6, 2), p=np.full(6, 2))
multiclass("all wrong", np.full(6, 2), p=np.full(6, 1))
y, score = draw(40, 3)
multiclass("a column without samples", y, score=softmax(np.column_stack([np.log(score), random.normal(size=40)])))

# Numbers.
for n in [2, 3, 8, 61]:
    y = 10 * random.normal(size=n)
    regression(f"plain {n}", y, y + random.normal(size=n))
y = random.random(30) * 5
regression("not negative", y, y * 1.1 + 0.2)
regression("perfect", y, y)
regression("mean predictor", np.arange(9), np.full(9, 4.0))
regression("worse than the mean", np.arange(9), 8.0 - np.arange(9))
regression("constant offset", y, y + 3)
regression("constant truth", np.full(7, 2.5), 2.5 + random.normal(size=7))
regression("constant and right", np.full(7, 2.5), np.full(7, 2.5))
regression("one sample", [3.0], [2.0])
regression("zeros in the truth", [0.0, 1.0, 2.0], [0.5, 1.0, 1.0])
regression("far from zero", 1e6 + random.normal(size=40), 1e6 + random.normal(size=40))

# Curves.
y, score = draw(30, 2)
score = np.round(score[:, 1], 1)
fpr, tpr, thresholds = sk.roc_curve(y, score, drop_intermediate=False)
precision, recall, limits = sk.precision_recall_curve(y, score)
curves = {"y_true": y.tolist(), "y_score": score.tolist(), "fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist(),
          "precision": precision.tolist(), "recall": recall.tolist(), "limits": limits.tolist()}

path = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path.write_text(f'{{"curves":{json.dumps(curves, separators=(",", ":"))},\n"cases":[\n{lines}\n]}}\n')
print(f"{len(cases)} cases, {path.stat().st_size} bytes, scikit-learn {__import__('sklearn').__version__}")
