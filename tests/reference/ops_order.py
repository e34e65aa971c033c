"""Writes ops_order.json and .npz: searching, counting, places in the order of values, scans, two reductions at once. Run: python3 ops_order.py"""
import numpy as np
import torch
from ops_cases import Cases, distinct, integers, randn, uniform

cases = Cases("order")
add = cases.add
nan, inf = np.nan, np.inf


def array(*values, dtype="float32"):
    return np.array(values, dtype)


sequence, wanted = array(1, 3, 3, 5, 9), array([0, 3, 4], [9, 10, nan])
rows, of_rows = array([1, 3, 5], [2, 4, 6]), array([3, 6], [1, 4])


def searchsorted(sorted_sequence, input, **more):
    return torch.searchsorted(sorted_sequence, input, **more)


for label, attrs in [("left", {}), ("right", {"right": True}), ("side", {"side": "right"}), ("narrow", {"out_int32": True})]:
    add("searchsorted", label, {"sorted_sequence": sequence, "input": wanted}, attrs, searchsorted, gradient=False)
    add("searchsorted", f"rows, {label}", {"sorted_sequence": rows, "input": of_rows}, attrs, searchsorted, gradient=False)
add("searchsorted", "sorter", {"sorted_sequence": array(5, 1, 3), "input": array(2, 4), "sorter": array(1, 2, 0, dtype="int64")}, {}, searchsorted, gradient=False)
add("searchsorted", "number", {"sorted_sequence": sequence}, {"input": 3.5}, lambda sorted_sequence, input: torch.searchsorted(sorted_sequence, input), gradient=False)
add("bucketize", "plain", {"input": wanted, "boundaries": sequence}, {}, gradient=False)
add("bucketize", "right", {"input": integers(0, 9, 4), "boundaries": array(1, 3, 5, dtype="int64")}, {"right": True, "out_int32": True})
for invert in [False, True]:
    add("isin", f"{invert}", {"elements": integers(0, 6, 3, 4), "test_elements": integers(0, 6, 3)}, {"invert": invert})
add("isin", "NaN", {"elements": array(1, nan, 2), "test_elements": array(nan, 2)}, gradient=False)
add("bincount", "plain", {"input": integers(0, 5, 9)})
add("bincount", "longer", {"input": integers(0, 5, 9)}, {"minlength": 8})
add("bincount", "weights", {"input": integers(0, 5, 9), "weights": randn(9)}, gradient=False)
add("histc", "plain", {"input": array(0.1, 0.5, 0.9, 1, 2, -1, 0.55, nan)}, {"bins": 4, "min": 0, "max": 1}, gradient=False)
add("histc", "own limits", {"input": array(1, 2, 3, 4, 9)}, {"bins": 4}, gradient=False)
add("histc", "equal", {"input": array(2, 2, 2)}, {"bins": 3}, gradient=False)
add("histc", "many", {"input": uniform(-1, 1, 500)}, {"bins": 17, "min": -1, "max": 1}, gradient=False, wide=None)
for dim in [0, 1, -1]:
    add("unique", f"dim = {dim}", {"input": integers(0, 2, 6, 3)}, {"return_inverse": True, "return_counts": True, "dim": dim})
for dim in [None, 0, 1]:
    attrs = {"return_inverse": True, "return_counts": True} | ({} if dim is None else {"dim": dim})
    add("unique_consecutive", f"dim = {dim}", {"input": integers(0, 2, 5, 2)}, attrs)
add("unique_consecutive", "values", {"input": integers(0, 3, 12)})

# ---- order ----

add("msort", "plain", {"input": distinct(4, 3)})
add("kthvalue", "plain", {"input": distinct(4, 5)}, {"k": 2})
add("kthvalue", "dim", {"input": distinct(4, 5)}, {"k": 3, "dim": 0, "keepdim": True})
with_nan = array([3, nan, 1], [2, 5, 4], [nan, nan, 0], [nan, nan, nan])
for name in ["median", "nanmedian"]:
    add(name, "all", {"input": distinct(3, 4)})
    add(name, "dim", {"input": distinct(4, 5)}, {"dim": 0})
    add(name, "kept", {"input": distinct(4, 5)}, {"dim": -1, "keepdim": True})
    add(name, "NaN", {"input": with_nan}, {"dim": 1}, gradient=False)
    add(name, "all of NaN", {"input": with_nan}, gradient=False)
    add(name, "integers", {"input": integers(0, 99, 3, 4)})
add("mode", "dim", {"input": integers(0, 3, 7, 3)}, {"dim": 0, "keepdim": True})
add("mode", "plain", {"input": integers(0, 3, 4, 7)})
add("mode", "floats", {"input": distinct(3, 4)})
for name in ["quantile", "nanquantile"]:
    for how in ["linear", "lower", "higher", "midpoint", "nearest"]:
        add(name, how, {"input": distinct(3, 7), "q": array(0, 0.3, 0.52, 1)}, {"dim": 1, "interpolation": how})
    add(name, "number", {"input": distinct(3, 4)}, {"q": 0.3, "dim": 1})
    add(name, "all", {"input": distinct(3, 4)}, {"q": 0.7, "keepdim": True})
    add(name, "kept", {"input": distinct(3, 5), "q": array(0.3, 0.7)}, {"dim": 0, "keepdim": True})
    add(name, "NaN", {"input": with_nan}, {"q": 0.6, "dim": 1}, gradient=False)

# ---- scans ----

for name in ["cummax", "cummin"]:
    add(name, "rows", {"input": distinct(4, 5)}, {"dim": 1})
    add(name, "columns", {"input": distinct(4, 5)}, {"dim": 0})
    add(name, "ties", {"input": integers(0, 3, 9)}, {"dim": 0})
    add(name, "NaN", {"input": array(1, nan, 3, nan, 0)}, {"dim": 0}, gradient=False)
add("cumprod", "rows", {"input": uniform(0.5, 1.5, 3, 5)}, {"dim": 1})
add("cumprod", "zeros", {"input": array([2, 0, 3, 1, 0], [4, 1, 2, 3, 0], [0, 0, 1, 2, 3])}, {"dim": 1})
add("cumprod", "integers", {"input": integers(-3, 4, 3, 4)}, {"dim": 0})
add("cumprod", "dtype", {"input": integers(1, 4, 4)}, {"dim": 0, "dtype": "float64"})
add("logcumsumexp", "rows", {"input": randn(3, 5)}, {"dim": 1})
add("logcumsumexp", "far apart", {"input": array(-80, 0, 80, 79, -80)}, {"dim": 0})
add("logcumsumexp", "others", {"input": array(-inf, -inf, 1, inf, 2, inf)}, {"dim": 0}, gradient=False)
add("diff", "plain", {"input": randn(3, 5)})
add("diff", "twice", {"input": randn(5, 3)}, {"n": 2, "dim": 0})
add("diff", "around", {"input": randn(3, 4), "prepend": randn(3, 1), "append": randn(3, 2)})
add("diff", "bool", {"input": integers(0, 2, 6, dtype="bool")})
for name in ["trapezoid", "cumulative_trapezoid"]:
    add(name, "plain", {"y": randn(3, 5)})
    add(name, "apart", {"y": randn(5, 3)}, {"dx": 0.5, "dim": 0})
    add(name, "places", {"y": randn(3, 4), "x": randn(4)})
    add(name, "columns", {"y": randn(4, 2), "x": randn(4)}, {"dim": 0})
    add(name, "places of each", {"y": randn(3, 4), "x": randn(3, 4)})

# ---- two at once ----

for name in ["nansum", "nanmean"]:
    add(name, "all", {"input": randn(3, 4)})
    add(name, "dims", {"input": randn(2, 3, 4)}, {"dim": [0, -1], "keepdim": True})
    add(name, "NaN", {"input": array([1, nan, 3], [nan, 4, 2])}, {"dim": 0})
    add(name, "nothing", {"input": array(nan, nan)}, gradient=False)
add("nansum", "integers", {"input": integers(0, 9, 4)})
for label, attrs in [("all", {}), ("dim", {"dim": 1}), ("kept", {"dim": 0, "keepdim": True})]:
    add("aminmax", label, {"input": distinct(3, 4)}, attrs)
    for name in ["var_mean", "std_mean"]:
        add(name, label, {"input": randn(3, 4)}, attrs, lambda input, one=getattr(torch, name), **more: one(input, **more))
for name in ["var_mean", "std_mean"]:
    add(name, "correction", {"input": randn(3, 4)}, {"dim": 1, "correction": 0})
add("rrelu", "evaluation", {"input": randn(3, 4)}, function=torch.nn.functional.rrelu)
add("rrelu", "slopes", {"input": randn(3, 4)}, {"lower": 0.2, "upper": 0.4}, torch.nn.functional.rrelu)
cases.write()
