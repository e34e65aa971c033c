#!/usr/bin/env python3
"""Writes table_steps.json: what scikit-learn makes of columns: medians, one-hot rows, standardised, quantile-transformed and piecewise-linear
numbers (the last by numpy, after the formula of Gorishniy et al. 2022), and parts of dates by pandas. Needs numpy, scipy, scikit-learn, pandas."""
import json
import math
import os

import numpy as np
import pandas as pd
import scipy.stats
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, StandardScaler

random = np.random.default_rng(17)
out = {}

columns = {
    "skewed": np.exp(random.normal(size=60)).round(3).tolist(),
    "ties": random.integers(0, 5, size=60).astype(float).tolist(),
    "far": (1.6e9 + random.normal(size=60) * 3).tolist(),
    "few": [2.0, 1.0, 4.0],
    "constant": [7.0] * 5,
}
tried = {name: sorted(set([min(v) - 1, max(v) + 1] + v[:20] + (np.array(v[:10]) + 0.13).tolist())) for name, v in columns.items()}
out["numbers"] = []
for name, values in columns.items():
    for quantiles in (5, 1000):
        v, t = np.array(values)[:, None], np.array(tried[name])[:, None]
        count = min(quantiles, len(values))
        ranks = QuantileTransformer(n_quantiles=count, output_distribution="normal", subsample=None).fit(v)
        edges = np.unique(np.quantile(values, np.linspace(0, 1, quantiles + 1))) if quantiles == 5 else None
        row = {
            "name": name,
            "values": values,
            "tried": tried[name],
            "quantiles": quantiles,
            "quantile": ranks.transform(t)[:, 0].tolist(),
            "standard": StandardScaler().fit(v).transform(t)[:, 0].tolist(),
        }
        if edges is not None and len(edges) > 1:
            parts = (np.array(tried[name])[:, None] - edges[:-1]) / np.diff(edges)
            parts[:, 1:] = np.maximum(parts[:, 1:], 0)
            parts[:, :-1] = np.minimum(parts[:, :-1], 1)
            row["piecewise_linear"] = parts.tolist()
        out["numbers"].append(row)

out["normal"] = [{"p": p, "value": float(scipy.stats.norm.ppf(p))} for p in [1e-7, 1e-5, 0.003, 0.07, 0.0749999, 0.2, 0.5, 0.51, 0.925, 0.93, 0.9999, 1 - 1e-7]]

missing = [[1.0], [math.nan], [7.0], [2.0], [math.nan], [10.0]]
imputer = SimpleImputer(strategy="median", add_indicator=True).fit(missing)
out["impute"] = {"values": [None if math.isnan(v[0]) else v[0] for v in missing], "made": imputer.transform(missing).tolist()}

words = [["red"], ["blue"], ["red"], ["green"], ["blue"], ["red"]]
encoder = OneHotEncoder(sparse_output=False).fit(words)
out["one_hot"] = {"words": [w[0] for w in words], "categories": encoder.categories_[0].tolist(), "made": encoder.transform(words).tolist()}

dates = pd.to_datetime(["2026-11-29 14:05:06", "2000-02-29 00:00:00", "1969-12-31 23:59:59", "1900-03-01 12:30:00"])
out["dates"] = [
    {
        "text": str(d),
        "seconds": float((d - pd.Timestamp("1970-01-01")).total_seconds()),
        "parts": [d.year, d.month, d.day, d.weekday(), d.day_of_year, d.hour, d.minute, d.second],
    }
    for d in dates
]

with open(os.path.join(os.path.dirname(__file__), "table_steps.json"), "w") as file:
    json.dump(out, file, indent=None, separators=(",", ":"))
    file.write("\n")
