"""Writes baselines.json beside itself: scikit-learn's logistic and ridge regressions on standardised inputs. Run: python3 baselines.py"""
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

random = np.random.default_rng(20261201)
n, d = 80, 4
x = np.round(random.normal(size=(n, d)) * [1, 10, 0.1, 3] + [0, 50, 2, -1], 4)
z = (x - x.mean(0)) / x.std(0)
score = z @ [1.0, -0.7, 0.4, 0.0] + random.normal(size=n)
cases = []


def add(task, y, outputs):
    cases.append({"task": task, "x": x.ravel().tolist(), "y": np.asarray(y).tolist(), "outputs": np.round(outputs, 6).ravel().tolist()})


y = (score > 0.3).astype(int)
add("binary", y, LogisticRegression(C=1.0, tol=1e-8, max_iter=10000).fit(z, y).decision_function(z))
y = np.digitize(score, [-0.6, 0.6])
add("classes", y, LogisticRegression(C=1.0, tol=1e-8, max_iter=10000).fit(z, y).predict_proba(z))
y = np.round(score * 2 + 5, 4)
add("quantity", y, Ridge(alpha=1.0).fit(z, y).predict(z))
pathlib.Path(__file__).with_suffix(".json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
