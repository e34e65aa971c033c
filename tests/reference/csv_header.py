#!/usr/bin/env python3
"""Writes csv_header.json: what pandas calls the columns of a table whose header repeats names. Needs pandas and numpy."""
import io
import json
import os

import numpy as np
import pandas

random = np.random.default_rng(11)
headers = [
    ["a", "a"],
    ["a", "a", "a.1"],
    ["a.1", "a", "a"],
    ["a", "a.1", "a", "a.1", "a"],
    ["a", "a.1", "a.1", "a", "a.1.1"],
    ["a", "A", "a"],
]
words = ["a", "a.1", "a.2", "a.1.1", "a.3", "b"]
headers += [random.choice(words, size=int(n)).tolist() for n in random.integers(2, 9, size=60)]
cases = [{"header": h, "names": pandas.read_csv(io.StringIO(",".join(h) + "\n" + ",".join(["1"] * len(h)) + "\n")).columns.tolist()} for h in headers]
with open(os.path.join(os.path.dirname(__file__), "csv_header.json"), "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
