"""Writes metrics_tasks.json beside itself: scikit-learn's values for labels, rankings, clusters, calibration and forecasts; for detection a plain
transcription of COCO's evaluation. Run: python3 metrics_tasks.py

A case holds its inputs and what the measure of its task must answer; null stands for undefined.
"""
import json
import math
import pathlib
import warnings

import numpy as np
from sklearn import calibration
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
random = np.random.default_rng(7)
cases = []


def value(function, *args, **options):
    try:
        out = float(function(*args, **options))
    except ValueError:
        return None
    return out if math.isfinite(out) else None


def add(name, task, inputs, want):
    cases.append({"name": name, "task": task, **{k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in inputs.items()}, "want": want})


def multilabel(name, y, score):
    p = (score >= 0.5).astype(int)
    want = {"accuracy": value(sk.accuracy_score, y, p), "hamming_loss": value(sk.hamming_loss, y, p)}
    for key, function in {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score, "jaccard": sk.jaccard_score}.items():
        for average in ["macro", "micro", "weighted", "samples"]:
            want[f"{key}_{average}"] = value(function, y, p, average=average, zero_division=0)
    for average in ["macro", "micro", "weighted"]:
        want[f"average_precision_{average}"] = value(sk.average_precision_score, y, score, average=average)
        if (y.min(0) != y.max(0)).all():
            want[f"roc_auc_{average}"] = value(sk.roc_auc_score, y, score, average=average)
    want["coverage_error"] = value(sk.coverage_error, y, score)
    want["label_ranking_average_precision"] = value(sk.label_ranking_average_precision_score, y, score)
    want["label_ranking_loss"] = value(sk.label_ranking_loss, y, score)
    add(name, "multilabel", {"y_true": y, "y_score": score}, want)


def ranking(name, y, score):
    want = {"ndcg": value(sk.ndcg_score, y, score)}
    for k in [1, 3, 5]:
        want[f"ndcg_at_{k}"] = value(sk.ndcg_score, y, score, k=k)
    distinct = all(len(set(row)) == len(row) for row in score.tolist())
    if distinct:
        want["mean_average_precision"] = float(np.mean([sk.average_precision_score(t > 0, s) if (t > 0).any() else 0 for t, s in zip(y, score)]))
        order = np.argsort(-score, axis=1)
        hits = np.take_along_axis(y > 0, order, 1)
        want["mean_reciprocal_rank"] = float(np.mean([1 / (np.argmax(h) + 1) if h.any() else 0 for h in hits]))
        for k in [1, 3, 5]:
            want[f"precision_at_{k}"] = float(np.mean(hits[:, :k].sum(1) / k))
            want[f"hit_rate_at_{k}"] = float(np.mean(hits[:, :k].any(1)))
            want[f"recall_at_{k}"] = float(np.mean([h[:k].sum() / h.sum() if h.any() else 0 for h in hits]))
    add(name, "ranking", {"y_true": y, "y_score": score}, want)


def clustering(name, y, p, x):
    want = {
        "purity": float(sk.cluster.contingency_matrix(y, p).max(0).sum() / len(y)),
        "normalized_mutual_info": value(sk.normalized_mutual_info_score, y, p), "mutual_info": value(sk.mutual_info_score, y, p),
        "rand": value(sk.rand_score, y, p), "adjusted_rand": value(sk.adjusted_rand_score, y, p), "homogeneity": value(sk.homogeneity_score, y, p),
        "completeness": value(sk.completeness_score, y, p), "v_measure": value(sk.v_measure_score, y, p),
        "fowlkes_mallows": value(sk.fowlkes_mallows_score, y, p), "silhouette": value(sk.silhouette_score, x, p),
        "davies_bouldin": value(sk.davies_bouldin_score, x, p), "calinski_harabasz": value(sk.calinski_harabasz_score, x, p)}
    add(name, "clustering", {"y_true": y, "y_pred": p, "points": x}, want)


def binned_error(y, score, bins=15):
    """Expected and largest distance over bins (low, high], counted one by one."""
    errors, weights = [], []
    for i in range(bins):
        inside = (score > i / bins) & (score <= (i + 1) / bins) if i else score <= 1 / bins
        if inside.any():
            errors.append(abs(y[inside].mean() - score[inside].mean()))
            weights.append(inside.mean())
    return float(np.dot(errors, weights)), float(max(errors))


def binary_calibration(name, y, score):
    expected, largest = binned_error(y, score)
    accuracy, belief = calibration.calibration_curve(y, score, n_bins=15)
    add(name, "binary", {"y_true": y, "y_score": score, "accuracy": accuracy, "belief": belief},
        {"expected_calibration_error": expected, "maximum_calibration_error": largest})


def class_calibration(name, y, score):
    expected, largest = binned_error((score.argmax(1) == y).astype(float), score.max(1))
    add(name, "multiclass", {"y_true": y, "y_score": score}, {"expected_calibration_error": expected, "maximum_calibration_error": largest})


def forecast(name, y, p, history, season, quantiles, quantile_forecasts):
    scale = np.abs(history[season:] - history[:-season]).mean()
    want = {"mean_absolute_scaled_error": float(np.abs(y - p).mean() / scale), "mean_absolute_error": value(sk.mean_absolute_error, y, p),
            "symmetric_mean_absolute_percentage_error": float(np.mean(2 * np.abs(y - p) / (np.abs(y) + np.abs(p))))}
    for q, column in zip(quantiles, quantile_forecasts.T):
        want[f"pinball_{q:g}"] = value(sk.mean_pinball_loss, y, column, alpha=q)
    add(name, "forecast", {"y_true": y, "y_pred": p, "history": history, "season": season, "quantiles": np.array(quantiles), "quantile_forecasts": quantile_forecasts},
        want)


def iou(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, w) * max(0, h)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def coco_ap(truth, found, threshold, form):
    """truth: [(image, box)], found: [(image, box, score)] of one class."""
    hits, used = [], set()
    for image, box, score in sorted(found, key=lambda d: -d[2]):
        best, match = threshold, None
        for i, (other, t) in enumerate(truth):
            if other == image and i not in used and iou(box, t) >= best:
                best, match = iou(box, t), i
        if match is not None:
            used.add(match)
        hits.append(match is not None)
    tp = np.cumsum(hits)
    precision, recall = tp / (np.arange(len(hits)) + 1), tp / len(truth)
    if form == "area":
        points = [(r, precision[i:].max()) for i, r in enumerate(recall)]
        return float(sum((r - (points[i - 1][0] if i else 0)) * p for i, (r, p) in enumerate(points)))
    levels = np.linspace(0, 1, 101 if form == "coco" else 11)
    return float(np.mean([precision[recall >= level].max() if (recall >= level).any() else 0 for level in levels]))


def detection(name, images, classes, form):
    truth, found = [], []
    for image in range(images):
        for label in range(classes):
            for _ in range(random.integers(0, 4)):
                corner, size = random.uniform(0, 60, 2), random.uniform(10, 40, 2)
                box = np.concatenate([corner, corner + size])
                truth.append((image, label, box))
                for _ in range(random.integers(0, 3)):
                    moved = box + random.normal(0, 4, 4)
                    if moved[0] < moved[2] and moved[1] < moved[3]:
                        found.append((image, label if random.random() < 0.9 else int(random.integers(classes)), moved, float(random.random())))
    thresholds = [round(0.5 + 0.05 * i, 2) for i in range(10)]
    labels = sorted({label for _, label, _ in truth})
    table = np.array([[coco_ap([(i, b) for i, l, b in truth if l == label], [(i, b, s) for i, l, b, s in found if l == label], t, form) for t in thresholds]
                      for label in labels])
    want = {"mean_average_precision": float(table.mean()), **{f"mean_average_precision_{t:g}": float(column.mean()) for t, column in zip(thresholds, table.T)},
            **{f"average_precision_{label}": float(row.mean()) for label, row in zip(labels, table)}}
    add(name, "detection", {"form": form, "images": images, "truth": [[i, l, *b.tolist()] for i, l, b in truth],
                            "found": [[i, l, *b.tolist(), s] for i, l, b, s in found]}, want)


def flags(rows, labels, share):
    return (random.random((rows, labels)) < share).astype(int)


multilabel("plain", flags(40, 5, 0.4), random.random((40, 5)).round(3))
multilabel("ties", flags(30, 4, 0.5), random.integers(0, 4, (30, 4)) / 4)
multilabel("none and all", np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0], [0, 1, 1]]), np.array([[0.2, 0.6, 0.1], [0.7, 0.8, 0.2], [0.3, 0.4, 0.2], [0.9, 0.1, 0.6]]))
multilabel("a label that never holds", np.hstack([flags(20, 2, 0.5), np.zeros((20, 1), int)]), random.random((20, 3)).round(3))
ranking("graded", random.integers(0, 4, (12, 8)), random.permutation(12 * 8).reshape(12, 8) / 96)
ranking("ties", random.integers(0, 3, (10, 7)), random.integers(0, 3, (10, 7)) / 3)
ranking("nothing relevant", np.vstack([np.zeros((2, 6), int), random.integers(0, 2, (4, 6))]), random.permutation(36).reshape(6, 6) / 36)
for name, n, k, spread in [("near", 60, 3, 0.5), ("far", 50, 4, 3.0), ("two", 20, 2, 1.0)]:
    y = random.integers(0, k, n)
    x = (random.normal(size=(k, 3)) * 2)[y] + random.normal(size=(n, 3)) * spread
    clustering(name, y, np.where(random.random(n) < 0.7, y, random.integers(0, k, n)), x.round(4))
clustering("split", np.array([0, 0, 0, 1, 1, 1]), np.array([5, 5, 7, 9, 9, 7]), np.arange(12.0).reshape(6, 2) ** 1.5)
clustering("alone", np.array([0, 0, 1, 1, 2]), np.array([0, 0, 0, 1, 2]), random.normal(size=(5, 2)).round(3))
score = random.random(300).round(3)
binary_calibration("binary", (random.random(300) < score**2).astype(int), score)
binary_calibration("edges", np.array([0, 1, 1, 0, 1, 1]), np.array([0, 1, 1 / 15, 2 / 15, 5 / 15, 0.6]))
logits = random.normal(size=(200, 4)) * 2
score = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
class_calibration("classes", np.array([random.choice(4, p=row**0.5 / (row**0.5).sum()) for row in score]), score)
forecast("seasonal", random.normal(size=24).cumsum(), random.normal(size=24).cumsum(), random.normal(size=60).cumsum(), 7, [0.1, 0.5, 0.9], random.normal(size=(24, 3)))
detection("coco", 8, 3, "coco")
detection("area", 6, 2, "area")
detection("eleven", 6, 2, "voc2007")
multilabel("nothing holds", np.zeros((7, 3), int), random.random((7, 3)).round(3))
with open(pathlib.Path(__file__).resolve().parent / "metrics_tasks.json", "w") as file:
    json.dump({"cases": cases}, file)
    file.write("\n")
print(len(cases), "cases")
