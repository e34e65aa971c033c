"""Writes ops_reduce.json and .npz: losses, reductions, picking and placing, joining, order. Run: python3 ops_reduce.py"""
import numpy as np
import torch
from ops_cases import Cases, distinct, integers, randn, uniform

F = torch.nn.functional
cases = Cases("reduce")


def loss(name, label, inputs, attrs=None, **more):  # of functional: torch has some of these names with other arguments
    cases.add(name, label, inputs, attrs, getattr(F, name), **more)


pair = lambda: {"input": randn(5, 7), "target": randn(5, 7)}
for name in ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"]:
    for reduction in ["mean", "sum", "none"]:
        loss(name, reduction, pair(), {"reduction": reduction})
loss("smooth_l1_loss", "beta", pair(), {"beta": 0.3})
loss("smooth_l1_loss", "no beta", pair(), {"beta": 0.0})
loss("huber_loss", "delta", pair(), {"delta": 0.4})
scores = {"input": randn(7, 4), "target": np.array([0, 3, -100, 2, 1, -100, 3]), "weight": uniform(0.2, 2, 4)}
for reduction in ["mean", "sum", "none"]:
    loss("cross_entropy", "weighted, smoothed, ignored " + reduction, scores, {"reduction": reduction, "label_smoothing": 0.2}, fixed=["weight"])
loss("cross_entropy", "all ignored", {"input": randn(2, 4), "target": np.array([-100, -100])})
loss("cross_entropy", "probabilities", {"input": randn(4, 5), "target": uniform(0, 1, 4, 5), "weight": uniform(0.2, 2, 5)}, {"label_smoothing": 0.1}, fixed=["weight"])
loss("cross_entropy", "probabilities of pixels", {"input": randn(2, 3, 4), "target": uniform(0, 1, 2, 3, 4)}, {"reduction": "none"})
loss("cross_entropy", "many classes", {"input": randn(6, 133), "target": integers(0, 133, 6)})
loss("cross_entropy", "double", {"input": randn(6, 13, dtype="float64"), "target": integers(0, 13, 6)}, {"label_smoothing": 0.3})
p = np.array([0, 1, 0, 1, 0.3, 0.7, 1e-7], "float32")
loss("binary_cross_entropy", "ends", {"input": p, "target": np.array([0, 1, 1, 0, 0.2, 1, 0], "float32")}, {"reduction": "none"}, gradient=False)
loss("binary_cross_entropy", "gradient at the ends", {"input": p[[0, 1, 4, 5]], "target": np.array([0, 1, 0.2, 1], "float32")}, {"reduction": "none"}, fixed=["target"])
loss("binary_cross_entropy", "weight", {"input": uniform(0.1, 0.9, 4, 3), "target": uniform(0.1, 0.9, 4, 3), "weight": uniform(0.2, 2, 3)}, fixed=["weight"])
logits = {"input": np.array([-1000, -90, -20, -1, 0, 2, 30, 200, 1000], "float32"), "target": uniform(0, 1, 9)}
loss("binary_cross_entropy_with_logits", "large", logits, {"reduction": "none"})
loss("binary_cross_entropy_with_logits", "weights", {**pair(), "weight": uniform(0.2, 2, 7), "pos_weight": uniform(0.2, 2, 7)}, fixed=["weight", "pos_weight"])
loss("kl_div", "batchmean", {"input": randn(4, 3), "target": uniform(0.1, 1, 4, 3)}, {"reduction": "batchmean"})
loss("kl_div", "logarithms", {"input": randn(4, 3), "target": randn(4, 3)}, {"reduction": "sum", "log_target": True})
loss("kl_div", "zeros", {"input": randn(3), "target": np.array([0, 0.5, 0.5], "float32")}, {"reduction": "none"}, fixed=["target"])

cases.add("sum", "as f64", {"input": randn(3, 4)}, {"dim": [1], "dtype": "float64"}, lambda input, dim, dtype: input.sum(dim, dtype=dtype), gradient=False, rtol=1e-6, atol=1e-6)
cases.add("mean", "columns", {"input": randn(140, 20)}, {"dim": [0]})
cases.add("mean", "many", {"input": randn(2500)}, atol=1e-6)
cases.add("sum", "pictures", {"input": randn(4, 5, 6, 7)}, {"dim": [0, 2, 3]})
for name in ["max", "min"]:
    cases.add(name, "all", {"input": distinct(3, 4)})
    cases.add(name, "ties", {"input": np.array([1, 3, 3, 1, 1], "float32")})
    cases.add(name, "rows", {"input": distinct(3, 4)}, {"dim": 1})
    cases.add(name, "kept", {"input": distinct(3, 4)}, {"dim": 0, "keepdim": True})
    cases.add(name, "NaN", {"input": np.array([[1, np.nan, 3, np.nan], [4, 5, 6, 7]], "float32")}, {"dim": 1}, gradient=False)
    cases.add("a" + name, "ties", {"input": np.array([[1, 3, 3], [1, 1, 2]], "float32")}, {"dim": [1]})
    cases.add("a" + name, "two", {"input": distinct(2, 3, 4)}, {"dim": [0, 2], "keepdim": True})
    cases.add("arg" + name, "all", {"input": distinct(3, 4)})
    cases.add("arg" + name, "rows", {"input": distinct(3, 4)}, {"dim": 1, "keepdim": True})
for name in ["var", "std"]:
    cases.add(name, "all", {"input": randn(4, 3)})
    cases.add(name, "biased", {"input": randn(4, 9)}, {"dim": 1, "unbiased": False})
    cases.add(name, "correction", {"input": randn(4, 3, 5) + np.float32(1000)}, {"dim": [0, 2], "correction": 2, "keepdim": True}, atol=2e-4)
    cases.add(name, "one", {"input": randn(1)}, gradient=False)
cases.add("logsumexp", "rows", {"input": randn(4, 3)}, {"dim": [1]})
cases.add("logsumexp", "large", {"input": np.array([[1000, 1001], [-np.inf, -np.inf], [np.inf, 1]], "float32")}, {"dim": [1], "keepdim": True}, gradient=False)
for label, order in [("two", 2), ("one", 1), ("three", 3), ("zeroth", 0)]:
    cases.add("norm", label, {"input": distinct(4, 3)}, {"p": order, "dim": [1]}, gradient=order != 0)
cases.add("norm", "of zeros", {"input": np.array([[0, 0, 0], [1, 2, 3]], "float32")}, {"dim": [1]})
cases.add("prod", "rows", {"input": distinct(3, 4)}, {"dim": 1}, atol=1e-4)
cases.add("prod", "zeros", {"input": np.array([[0, 2, 3], [0, 0, 4], [1, 2, 3]], "float32")}, {"dim": 1})
cases.add("prod", "integers", {"input": integers(1, 4, 3, 3, dtype="int32")})
for name in ["any", "all"]:
    cases.add(name, "rows", {"input": integers(0, 2, 3, 4, dtype="bool")}, {"dim": 1})
    cases.add(name, "empty", {"input": np.zeros(0, "float32")})
cases.add("count_nonzero", "rows", {"input": integers(-1, 2, 3, 4)}, {"dim": 1})
cases.add("cumsum", "columns", {"input": randn(13, 3)}, {"dim": 0})
cases.add("cumsum", "integers", {"input": integers(0, 200, 9, dtype="uint8")}, {"dim": 0})

index = np.array([[0, 2, 1, 4], [0, 0, 3, 3], [1, 2, 2, 4]])
cases.add("gather", "rows", {"input": randn(5, 4), "index": index}, {"dim": 0})
cases.add("gather", "columns", {"input": randn(4, 5), "index": index}, {"dim": 1})
cases.add("scatter_add", "repeated", {"input": randn(5, 4), "index": index, "src": randn(3, 4)}, {"dim": 0})
cases.add("scatter_add", "larger source", {"input": randn(5, 6), "index": index, "src": randn(4, 5)}, {"dim": 0}, fixed=["src"])
rows = np.array([2, 0, 2, 1, 3, 2])
cases.add("index_select", "middle", {"input": randn(2, 4, 3), "index": rows}, {"dim": 1})
cases.add("index_add", "middle", {"input": randn(2, 4, 3), "index": rows, "source": randn(2, 6, 3)}, {"dim": 1, "alpha": 2})
cases.add("take", "negative", {"input": randn(3, 4), "index": np.array([[0, 11], [-1, 5]])})
loss("embedding", "padding", {"input": integers(0, 4, 2, 9), "weight": randn(4, 3)}, {"padding_idx": -3})
cases.add("one_hot", "counted", {"tensor": integers(0, 4, 3, 2)}, None, lambda tensor: F.one_hot(tensor))
cases.add("masked_fill", "broadcast", {"input": randn(3, 4), "mask": integers(0, 2, 4, dtype="bool")}, {"value": 2.5})
for name in ["tril", "triu"]:
    cases.add(name, "diagonal", {"input": randn(2, 4, 5)}, {"diagonal": 1})

cases.add("cat", "columns", {"tensors0": randn(2, 3), "tensors1": randn(2, 1), "tensors2": np.zeros(0, "float32")}, {"dim": 1}, gradient=True)
cases.add("cat", "promoted", {"tensors0": integers(0, 9, 3), "tensors1": randn(2)}, {"dim": 0})
cases.add("stack", "back", {"tensors0": randn(2, 3), "tensors1": randn(2, 3)}, {"dim": -1})
cases.add("split", "size", {"tensor": randn(2, 7)}, {"split_size_or_sections": 3, "dim": 1}, torch.split)
cases.add("split", "sections", {"tensor": randn(7, 2)}, {"split_size_or_sections": [1, 4, 2]})
cases.add("chunk", "three", {"input": randn(7, 2)}, {"chunks": 3})
cases.add("flip", "both", {"input": randn(3, 4)}, {"dims": [0, -1]})
cases.add("roll", "flat", {"input": randn(3, 4)}, {"shifts": 5})
cases.add("roll", "both", {"input": randn(3, 4)}, {"shifts": [1, -2], "dims": [0, 1]})
cases.add("repeat", "in front", {"input": randn(2, 3)}, {"repeats": [2, 1, 3]}, lambda input, repeats: input.repeat(repeats))
cases.add("meshgrid", "xy", {"tensors0": randn(3), "tensors1": randn(4)}, {"indexing": "xy"}, lambda tensors, indexing: torch.meshgrid(*tensors, indexing=indexing))
cases.add("sort", "descending", {"input": distinct(11, 3)}, {"dim": 0, "descending": True})
cases.add("sort", "NaN", {"input": np.array([2, np.nan, 1, 3], "float32")}, gradient=False)
cases.add("argsort", "stable", {"input": np.array([2, 1, 2, 1, 0], "float32")}, {"stable": True}, gradient=False)
cases.add("topk", "smallest", {"input": distinct(6, 4)}, {"k": 3, "dim": 0, "largest": False})
cases.write()
