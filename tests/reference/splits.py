"""Splits as scikit-learn makes them -> splits.json: python3 splits.py. What is compared: GroupKFold's
sizes (which group goes where is free where sizes are equal), TimeSeriesSplit's samples, and the
classes of each of StratifiedKFold's folds."""
import json
import os

import numpy as np
import sklearn
from sklearn.model_selection import GroupKFold, StratifiedKFold, TimeSeriesSplit

os.chdir(os.path.dirname(os.path.abspath(__file__)))
random = np.random.default_rng(17)
cases = {"groups": [], "times": [], "classes": []}

for n, groups, folds in [(20, 5, 2), (100, 13, 5), (100, 100, 4), (257, 31, 7), (60, 3, 3)]:
    of = random.zipf(1.6, n) % groups  # a few large groups, many small ones
    of[:groups] = np.arange(groups)
    sizes = [len(test) for _, test in GroupKFold(folds).split(np.zeros(n), groups=of)]
    cases["groups"].append({"groups": of.tolist(), "folds": folds, "sizes": sorted(sizes)})

for n, folds in [(6, 5), (20, 3), (103, 4), (7, 2)]:
    parts = list(TimeSeriesSplit(folds).split(np.zeros(n)))
    cases["times"].append({"samples": n, "folds": folds,
                           "train": [len(train) for train, _ in parts],
                           "test": [test.tolist() for _, test in parts]})

for n, classes, folds in [(50, 3, 5), (101, 4, 3), (40, 2, 4)]:
    labels = random.integers(0, classes, n)
    labels[: classes * folds] = np.repeat(np.arange(classes), folds)
    counts = [np.bincount(labels[test], minlength=classes).tolist()
              for _, test in StratifiedKFold(folds).split(np.zeros(n), labels)]
    cases["classes"].append({"labels": labels.tolist(), "folds": folds, "counts": counts})

with open("splits.json", "w") as file:
    json.dump({"sklearn": sklearn.__version__, **cases}, file, indent=0)
    file.write("\n")
