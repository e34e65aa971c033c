"""Writes ops_counted.json and .npz: operators whose values say how many elements come out. Run: python3 ops_counted.py"""
import numpy as np
from ops_cases import Cases, integers, randn

cases = Cases("counted")
cases.add("nonzero", "bool", {"input": integers(0, 2, 3, 4, dtype="bool")})
cases.add("nonzero", "numbers", {"input": np.array([[0, 2, -0.0], [np.nan, 0, 1e-30]], "float32")}, gradient=False)
cases.add("nonzero", "none", {"input": np.zeros((2, 3), "float32")}, gradient=False)
cases.add("nonzero", "0-d", {"input": np.array(3, "int64")})
cases.add("masked_select", "some", {"input": randn(3, 4), "mask": integers(0, 2, 3, 4, dtype="bool")})
cases.add("masked_select", "broadcast", {"input": randn(3, 1), "mask": integers(0, 2, 4, dtype="bool")})
cases.add("masked_select", "none", {"input": randn(2, 3), "mask": np.zeros((2, 3), "bool")})
cases.add("unique", "integers", {"input": integers(0, 4, 3, 5)})
cases.add("unique", "all", {"input": integers(-3, 4, 4, 5)}, {"return_inverse": True, "return_counts": True})
cases.add("unique", "counts", {"input": integers(0, 4, 9)}, {"return_counts": True})
cases.add("unique", "NaN", {"input": np.array([2, np.nan, 1, np.nan, 2], "float32")}, {"return_inverse": True}, gradient=False)
cases.write()
