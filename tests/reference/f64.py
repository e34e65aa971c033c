"""Writes f64.json and .npz: f64 values, gradients and second derivatives of every differentiable operator. Run: python3 f64.py

Many small arrays make a large .npz, so its one array `values` holds them all, end to end; a case's `arrays` say NAME: [dtype, shape] in that order.
"""
import json
import pathlib

import losses_by_hand as ours
import numpy as np
import torch
import torchvision.ops as tv
from attention import add_attention
from f64_linalg import add_linalg
from f64_shapes import add_shapes
from ops_cases import Cases, rng
from recurrence import add_recurrence

torch.set_num_threads(2)
F = torch.nn.functional


def randn(*shape):
    return rng.standard_normal(shape)


def uniform(low, high, *shape):
    return rng.uniform(low, high, shape)


def distinct(*shape):
    """No two values closer than a tenth, and no round numbers."""
    n = int(np.prod(shape))
    return (rng.permutation(n) * 0.25 - n / 8 + rng.uniform(0.01, 0.15, n)).reshape(shape)


def integers(low, high, *shape):
    return rng.integers(low, high, shape)


def plain(array):
    """In a row; complex numbers as pairs."""
    return array.ravel().view("float64") if np.iscomplexobj(array) else np.asarray(array, "float64").ravel()


class F64Cases(Cases):
    def add(self, name, label, inputs, attrs=None, function=None, **more):
        super().add(name, label, inputs, attrs, function, second=more.pop("second", True), **more)

    def write(self):
        folder = pathlib.Path(__file__).resolve().parent
        values, rows = [], []
        for case in self.cases:
            group = f"{case['name']}/{case['label']}/"
            arrays = {key[len(group):]: array for key, array in self.arrays.items() if key.startswith(group)}
            values += [plain(array) for array in arrays.values()]
            shapes = {key: [str(array.dtype), list(array.shape)] for key, array in arrays.items()}
            rows.append(json.dumps({"name": case["name"], "label": case["label"], "attrs": case["attrs"], "arrays": shapes}))
        with open(folder / "f64.json", "w") as file:
            file.write("[\n" + ",\n".join(rows) + "\n]\n")
        np.savez_compressed(folder / "f64.npz", values=np.concatenate(values))
        print(f"f64: {len(rows)} cases, {sum(map(len, values))} values")


cases = F64Cases("f64")
add = cases.add


def tensor(x):
    return x if isinstance(x, torch.Tensor) else torch.tensor(x, dtype=torch.float64)


# ---- one operand ----

one = {"neg": (-3, 3), "square": (-3, 3), "exp": (-3, 3), "expm1": (-3, 3), "exp2": (-3, 3), "log": (0.1, 5), "log1p": (-0.8, 5), "log2": (0.1, 5), "log10": (0.1, 5),
       "sqrt": (0.1, 5), "rsqrt": (0.1, 5), "reciprocal": (0.2, 4), "sin": (-9, 9), "cos": (-9, 9), "tan": (-1.3, 1.3), "asin": (-0.9, 0.9), "acos": (-0.9, 0.9),
       "atan": (-4, 4), "sinh": (-3, 3), "cosh": (-3, 3), "asinh": (-4, 4), "acosh": (1.2, 5), "atanh": (-0.9, 0.9), "sinc": (-3, 3), "erf": (-3, 3), "erfc": (-3, 3),
       "abs": (-3, 3), "conj": (-3, 3), "sign": (-3, 3), "floor": (-5, 5), "ceil": (-5, 5), "round": (-5, 5), "trunc": (-5, 5), "frac": (-5, 5),
       "relu": (-3, 3), "relu6": (-3, 9), "leaky_relu": (-3, 3), "hardtanh": (-3, 3), "hardswish": (-5, 5), "hardshrink": (-2, 2), "softshrink": (-2, 2),
       "elu": (-3, 3), "selu": (-3, 3), "sigmoid": (-9, 9), "tanh": (-4, 4), "silu": (-5, 5), "mish": (-5, 5), "softplus": (-9, 30),
       "softsign": (-5, 5), "logsigmoid": (-9, 9), "tanhshrink": (-3, 3), "gelu": (-4, 4)}
for name, (low, high) in one.items():
    add(name, "plain", {"input": uniform(low, high, 9)})
# PyTorch's gradients of these hold 1/6 and 1/alpha as floats.
add("hardsigmoid", "plain", {"input": uniform(-5, 5, 9)}, None, lambda input: ((input + 3) / 6).clamp(0, 1))
for alpha in [1.0, 0.7]:
    add("celu", f"alpha = {alpha}", {"input": uniform(-3, 3, 9)}, {"alpha": alpha}, lambda input, alpha: torch.where(input > 0, input, alpha * torch.expm1(input / alpha)))
for name, attrs in [("leaky_relu", {"negative_slope": 0.2}), ("hardtanh", {"min_val": -0.3, "max_val": 2.1}), ("hardshrink", {"lambd": 0.3}), ("softshrink", {"lambd": 0.3}),
                    ("elu", {"alpha": 0.7}), ("softplus", {"beta": 2.1, "threshold": 3.3}), ("gelu", {"approximate": "tanh"}),
                    ("threshold", {"threshold": 0.2, "value": -7.1})]:
    add(name, "attributes", {"input": uniform(-3, 3, 9)}, attrs)
add("prelu", "channels", {"input": randn(2, 3, 2), "weight": uniform(0.1, 0.5, 3)})
add("prelu", "one", {"input": randn(2, 3), "weight": uniform(0.1, 0.5, 1)})
add("clone", "plain", {"input": randn(3, 2)}, None, lambda input: input.clone())
add("cast", "and back", {"input": randn(5)}, {"dtype": "float64"}, lambda input, dtype: input.to(dtype))

# ---- two and three operands: tensors, tensors without dimensions, and plain numbers on either side ----


def alike(function):
    """PyTorch takes no plain number here."""
    return lambda **operands: function(**{key: tensor(x) if key in two_names else x for key, x in operands.items()})


two_names = ("input", "other", "exponent", "end", "weight", "tensor1", "tensor2")
two = {"add": {}, "sub": {}, "mul": {}, "div": {}, "fmod": {}, "remainder": {}, "atan2": {}, "maximum": {}, "minimum": {}, "pow": {}}
for name in two:
    low = 0.3 if name == "pow" else -3
    other = "exponent" if name == "pow" else "other"
    left, right = lambda *shape: uniform(low, 3, *shape), lambda *shape: uniform(0.6, 2, *shape) * (1 if name == "pow" else rng.choice([-1, 1], shape))
    function = alike(getattr(torch, name))
    add(name, "broadcast", {"input": left(2, 1, 3), other: right(2, 1)}, None, function)
    add(name, "no dimensions", {"input": left(5), other: np.array(0.7)}, None, function)
    add(name, "number", {"input": left(5)}, {other: 0.7}, function)
    add(name, "of a number", {other: right(5)}, {"input": 2.1}, function)
for number in [2.1, -1.3, 0.5, 2, 3, 0, 1.0]:
    add("pow", f"to {number}", {"input": uniform(0.3, 3, 4)}, {"exponent": number})
    add("pow", f"to {number}, no dimensions", {"input": uniform(0.3, 3, 4), "exponent": np.array(float(number))})
add("pow", "of zero", {"input": np.array([0.0, 0.0, 2.0]), "exponent": np.array([2.1, 0.0, 0.0])}, second=False)
for name in ["add", "sub"]:
    add(name, "alpha", {"input": randn(4), "other": randn(4)}, {"alpha": 0.3}, getattr(torch, name))
    add(name, "alpha and number", {"input": randn(4)}, {"other": 0.7, "alpha": 0.3}, getattr(torch, name))
for mode in ["floor", "trunc"]:
    add("div", mode, {"input": randn(5), "other": uniform(0.6, 2, 5)}, {"rounding_mode": mode})
for name in ["maximum", "minimum"]:
    add(name, "ties and NaN", {"input": np.array([1.0, np.nan, 3, np.nan, 2]), "other": np.array([2.0, np.nan, 3, 1, np.nan])})
add("lerp", "tensors", {"input": randn(4), "end": randn(4), "weight": uniform(0, 1, 4)})
add("lerp", "number", {"input": randn(4), "end": randn(4)}, {"weight": 0.3})
add("lerp", "no dimensions", {"input": randn(4), "end": randn(4), "weight": np.array(0.7)})
add("lerp", "of a number", {"end": randn(4)}, {"input": 0.1, "weight": 0.3}, alike(torch.lerp))
for name in ["addcmul", "addcdiv"]:
    operands = {"input": randn(3), "tensor1": randn(2, 3), "tensor2": uniform(0.5, 2, 2, 1)}
    add(name, "plain", operands)
    add(name, "value", operands, {"value": 0.3})
    add(name, "number", {"input": randn(3), "tensor1": randn(3)}, {"tensor2": 0.7, "value": 0.3}, alike(getattr(torch, name)))
add("clamp", "numbers", {"input": randn(9)}, {"min": -0.3, "max": 0.7})
add("clamp", "no dimensions", {"input": randn(9), "min": np.array(-0.3), "max": np.array(0.7)})
add("clamp", "tensors", {"input": randn(3, 4), "min": uniform(-1, -0.2, 4), "max": uniform(0.2, 1, 3, 1)})
add("clamp", "low", {"input": randn(9)}, {"min": 0.1})
add("clamp", "high", {"input": randn(9)}, {"max": 0.1})
add("clamp", "of a number", {"min": randn(5)}, {"input": 0.1}, lambda input, min: torch.clamp(tensor(input), min))
choice = integers(0, 2, 4, 1).astype(bool)
add("where", "broadcast", {"condition": choice, "input": randn(4, 3), "other": randn(3)})
add("where", "number", {"condition": choice, "input": randn(4, 3)}, {"other": 0.7}, alike(torch.where))
add("where", "of a number", {"condition": choice, "other": randn(4, 3)}, {"input": 0.7}, alike(torch.where))
add("where", "no dimensions", {"condition": choice, "input": np.array(0.7), "other": randn(4, 3)})
add("masked_fill", "number", {"input": randn(3, 4), "mask": integers(0, 2, 4).astype(bool)}, {"value": 2.1})
add("masked_fill", "no dimensions", {"input": randn(3, 4), "mask": integers(0, 2, 4).astype(bool), "value": np.array(2.1)})

# ---- shapes, picking, joining, order ----

add("reshape", "open", {"input": randn(2, 6)}, {"shape": [4, -1]})
add("permute", "plain", {"input": randn(2, 3, 2)}, {"dims": [2, 0, 1]})
add("expand", "plain", {"input": randn(2, 1, 2)}, {"shape": [2, 2, 3, -1]}, lambda input, shape: input.expand(shape))
add("slice", "step", {"input": randn(2, 7)}, {"dim": 1, "start": 1, "stop": 7, "step": 3}, lambda input, dim, start, stop, step: input[:, start:stop:step])
add("select", "negative", {"input": randn(4, 3)}, {"dim": -2, "index": -1})
add("unsqueeze", "back", {"input": randn(2, 3)}, {"dim": -1})
add("squeeze", "one", {"input": randn(1, 3, 1)}, {"dim": -1})
index = np.array([[0, 2, 1], [0, 0, 3]])
add("gather", "rows", {"input": randn(4, 3), "index": index}, {"dim": 0})
add("scatter_add", "repeated", {"input": randn(4, 3), "index": index, "src": randn(2, 3)}, {"dim": 0})
rows = np.array([2, 0, 2, 1])
add("index_select", "middle", {"input": randn(2, 3, 2), "index": rows}, {"dim": 1})
add("index_add", "alpha", {"input": randn(2, 3), "index": rows, "source": randn(2, 4)}, {"dim": 1, "alpha": 0.3})
add("take", "negative", {"input": randn(3, 4), "index": np.array([[0, 11], [-1, 5]])})
add("embedding", "padding", {"input": integers(0, 4, 2, 3), "weight": randn(4, 2)}, {"padding_idx": -3}, F.embedding)
add("tril", "diagonal", {"input": randn(3, 4)}, {"diagonal": 1})
add("triu", "diagonal", {"input": randn(3, 4)}, {"diagonal": 1})
add("cat", "columns", {"tensors0": randn(2, 3), "tensors1": randn(2, 1)}, {"dim": 1})
add("stack", "back", {"tensors0": randn(2, 3), "tensors1": randn(2, 3)}, {"dim": -1})
add("split", "sections", {"tensor": randn(4, 2)}, {"split_size_or_sections": [1, 3]}, torch.split)
add("chunk", "three", {"input": randn(4, 2)}, {"chunks": 3})
add("flip", "both", {"input": randn(3, 2)}, {"dims": [0, -1]})
add("roll", "both", {"input": randn(3, 4)}, {"shifts": [1, -2], "dims": [0, 1]})
add("repeat", "in front", {"input": randn(2, 2)}, {"repeats": [2, 1, 3]}, lambda input, repeats: input.repeat(repeats))
add("meshgrid", "xy", {"tensors0": randn(3), "tensors1": randn(2)}, {"indexing": "xy"}, lambda tensors, indexing: torch.meshgrid(*tensors, indexing=indexing))
add("sort", "descending", {"input": distinct(5, 2)}, {"dim": 0, "descending": True})
add("sort", "NaN", {"input": np.array([2, np.nan, 1, 3])})
add("topk", "smallest", {"input": distinct(5, 2)}, {"k": 3, "dim": 0, "largest": False})
add("topk", "NaN", {"input": np.array([2, np.nan, 1, 3])}, {"k": 2})
pad = lambda input, pad, **more: F.pad(input, pad, **more)
add("pad", "constant", {"input": randn(2, 3)}, {"pad": [1, 2, 0, 1], "value": 1.7}, pad)
for mode in ["reflect", "replicate", "circular"]:
    add("pad", mode, {"input": randn(1, 3, 4)}, {"pad": [1, 2], "mode": mode}, pad)

# ---- reductions ----

for name in ["sum", "mean"]:
    add(name, "all", {"input": randn(4, 3)})
    add(name, "dims", {"input": randn(2, 3, 2)}, {"dim": [0, -1], "keepdim": True})
nan = np.nan
for name in ["max", "min"]:
    add(name, "all", {"input": distinct(3, 2)})
    add(name, "all, ties", {"input": np.array([1.0, 3, 3, 1, 1])})
    add(name, "all, NaN", {"input": np.array([1.0, nan, 3])})
    add(name, "all, two NaN", {"input": np.array([[nan, 1], [1, nan]])})
    add(name, "rows", {"input": distinct(3, 2)}, {"dim": 1})
    add(name, "rows, ties and NaN", {"input": np.array([[1, 3, 3, 1], [1, nan, 3, nan], [4, 5, 4, nan]])}, {"dim": 1, "keepdim": True})
    add("a" + name, "two", {"input": distinct(2, 3, 2)}, {"dim": [0, 2], "keepdim": True})
    add("a" + name, "ties", {"input": np.array([[1.0, 3, 3], [1, 1, 2]])}, {"dim": [1]})
    add("a" + name, "NaN", {"input": np.array([[1, nan, 3], [1, 1, 2]])}, {"dim": [1]})
for name in ["var", "std"]:
    add(name, "all", {"input": randn(4, 3)})
    add(name, "biased", {"input": randn(3, 4)}, {"dim": 1, "unbiased": False})
    add(name, "correction", {"input": randn(2, 3, 2)}, {"dim": [0, 2], "correction": 2, "keepdim": True})
    add(name, "far from zero", {"input": 1e4 + randn(2, 5)}, {"dim": 1})
    add(name, "one value", {"input": randn(3, 1)}, {"dim": 1, "unbiased": False}, second=name == "var")
add("std", "equal values", {"input": np.full((2, 3), 0.1)}, {"dim": 1}, second=False)
add("logsumexp", "rows", {"input": randn(4, 3)}, {"dim": [1]})
add("logsumexp", "two", {"input": 3 * randn(2, 3, 2)}, {"dim": [0, 2], "keepdim": True})
add("logsumexp", "one value", {"input": randn(3, 1)}, {"dim": [1]})
for p in [1, 2, 3, 0.5, 2.1, -1.3, "inf", "-inf"]:
    norm = lambda input, p, dim: torch.linalg.vector_norm(input, float(p), dim)
    add("norm", f"p = {p}", {"input": np.array([[1.0, 2.3, -3.1], [0.3, -0.7, 0.2]])}, {"p": p, "dim": [1]}, norm)
add("norm", "of (1, 2, -3)", {"input": np.array([1.0, 2, -3])}, {"p": 3}, lambda input, p: torch.linalg.vector_norm(input, p))
add("prod", "rows", {"input": distinct(3, 3)}, {"dim": 1})
add("prod", "all", {"input": uniform(0.3, 2, 5)})
add("prod", "zeros", {"input": np.array([[0, 2.1, 3], [0, 0, 4], [1, 2, 3]])}, {"dim": 1}, second=False)
add("cumsum", "columns", {"input": randn(5, 2)}, {"dim": 0})
for name in ["softmax", "log_softmax"]:
    add(name, "last", {"input": randn(2, 4)}, {"dim": -1})
    add(name, "first", {"input": randn(4, 2, 2)}, {"dim": 0})
    add(name, "one value", {"input": randn(3, 1)}, {"dim": 1})

# ---- losses ----


def loss(name, label, inputs, attrs=None, **more):
    add(name, label, inputs, attrs, getattr(F, name), **more)


pair = lambda: {"input": randn(3, 4), "target": randn(3, 4)}
for name in ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"]:
    for reduction in ["mean", "none"]:
        loss(name, reduction, pair(), {"reduction": reduction})
loss("smooth_l1_loss", "beta", pair(), {"beta": 0.3})
loss("huber_loss", "delta", pair(), {"delta": 0.7})
classes = np.array([0, 3, -100, 2])
for name in ["cross_entropy", "nll_loss"]:
    smoothed = {"label_smoothing": 0.3} if name == "cross_entropy" else {}
    loss(name, "plain", {"input": randn(4, 5), "target": classes})
    for reduction in ["mean", "sum", "none"]:
        loss(name, "weighted, " + reduction, {"input": randn(4, 5), "target": classes, "weight": uniform(0.2, 2, 5)}, {"reduction": reduction, **smoothed}, fixed=["weight"])
    loss(name, "one class", {"input": randn(3, 1), "target": np.zeros(3, "int64")})
    loss(name, "pixels", {"input": randn(2, 3, 2), "target": integers(0, 3, 2, 2)})
loss("cross_entropy", "probabilities", {"input": randn(3, 4), "target": uniform(0, 1, 3, 4), "weight": uniform(0.2, 2, 4)}, {"label_smoothing": 0.1}, fixed=["weight"])
probable = lambda: {"input": uniform(0.1, 0.9, 3, 2), "target": uniform(0.1, 0.9, 3, 2)}
loss("binary_cross_entropy", "plain", probable())
loss("binary_cross_entropy", "weight", {**probable(), "weight": uniform(0.2, 2, 2)}, {"reduction": "none"}, fixed=["weight"])
loss("binary_cross_entropy_with_logits", "plain", {"input": 5 * randn(3, 4), "target": uniform(0, 1, 3, 4)})
loss("binary_cross_entropy_with_logits", "weights", {**pair(), "weight": uniform(0.2, 2, 4), "pos_weight": uniform(0.2, 2, 4)}, fixed=["weight", "pos_weight"])
loss("kl_div", "batchmean", {"input": randn(3, 2), "target": uniform(0.1, 1, 3, 2)}, {"reduction": "batchmean"})
loss("kl_div", "logarithms", {"input": randn(3, 2), "target": randn(3, 2)}, {"reduction": "sum", "log_target": True})

# ---- products, convolutions, pooling ----

for label, a, b in [("matrices", (2, 3), (3, 2)), ("vectors", (3,), (3,)), ("batch", (2, 1, 2, 3), (2, 3, 2))]:
    add("matmul", label, {"input": randn(*a), "other": randn(*b)})
add("linear", "bias", {"input": randn(2, 3), "weight": randn(4, 3), "bias": randn(4)})
sizes = {1: (6,), 2: (4, 3), 3: (3, 3, 3)}
for d, size in sizes.items():
    add(f"conv{d}d", "plain", {"input": randn(1, 2, *size), "weight": randn(2, 2, *[2] * d), "bias": randn(2)})
    add(f"conv{d}d", "all", {"input": randn(1, 2, *size), "weight": randn(2, 1, *[2] * d)}, {"stride": [2] * d, "padding": [1] * d, "groups": 2})
    add(f"conv_transpose{d}d", "all", {"input": randn(1, 2, *[2] * d), "weight": randn(2, 1, *[2] * d), "bias": randn(2)}, {"stride": [2] * d, "padding": [1] * d, "groups": 2})
    add(f"max_pool{d}d", "plain", {"input": distinct(1, 1, *size)}, {"kernel_size": 2, "stride": 1}, getattr(F, f"max_pool{d}d"))
    add(f"avg_pool{d}d", "all", {"input": randn(1, 1, *size)}, {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False},
        getattr(F, f"avg_pool{d}d"))
    add(f"adaptive_avg_pool{d}d", "plain", {"input": randn(1, 2, *size)}, {"output_size": [2] * d})
    add(f"adaptive_max_pool{d}d", "plain", {"input": distinct(1, 1, *size)}, {"output_size": [2] * d}, getattr(F, f"adaptive_max_pool{d}d"))
add("max_pool1d", "ties and NaN", {"input": np.array([[[1.0, nan, 3, 3, 2, nan]]])}, {"kernel_size": 2}, F.max_pool1d)
for p in [0.0, 1.0]:   # where nothing is left to chance
    add("dropout", f"p = {p}", {"input": randn(4)}, {"p": p}, F.dropout)
add("bernoulli", "certain", {"input": np.array([0.0, 1, 1, 0])})

# ---- normalisation ----


def batch_norm(input, running_mean=None, running_var=None, **more):
    copy = lambda t: None if t is None else t.detach().clone()   # PyTorch writes into them
    return F.batch_norm(input, copy(running_mean), copy(running_var), **more)


statistics = {"running_mean": randn(3), "running_var": uniform(0.5, 2, 3)}
affine = {"weight": randn(3), "bias": randn(3)}
add("batch_norm", "training", {"input": randn(3, 3, 2), **statistics, **affine}, {"training": True, "momentum": 0.3, "eps": 1e-3}, batch_norm, fixed=list(statistics))
add("batch_norm", "bare", {"input": randn(4, 3)}, {"training": True}, batch_norm)
add("batch_norm", "evaluation", {"input": randn(3, 3, 2), **statistics, **affine}, {}, batch_norm, fixed=list(statistics))
add("layer_norm", "one", {"input": randn(3, 4), "weight": randn(4), "bias": randn(4)}, {"normalized_shape": [4]}, F.layer_norm)
add("layer_norm", "two", {"input": randn(2, 2, 3)}, {"normalized_shape": [2, 3], "eps": 0.01}, F.layer_norm)
add("group_norm", "plain", {"input": randn(2, 4, 3), "weight": randn(4), "bias": randn(4)}, {"num_groups": 2})
add("instance_norm", "plain", {"input": randn(2, 3, 4), **affine}, {"eps": 1e-3}, F.instance_norm)
add("instance_norm", "running", {"input": randn(2, 3, 4), **statistics}, {"use_input_stats": False}, F.instance_norm, fixed=list(statistics))
add("rms_norm", "plain", {"input": randn(2, 4), "weight": randn(4)}, {"normalized_shape": [4]}, F.rms_norm)
add("rms_norm", "two", {"input": randn(2, 2, 3)}, {"normalized_shape": [2, 3], "eps": 0.01}, F.rms_norm)
add("masked_select", "broadcast", {"input": randn(3, 1), "mask": np.array([True, False, True, True])})
add_linalg(add, rng)
# ---- sizes, places, patches, windows, boxes, bags ----

for label, operand, attrs in [("nearest", randn(1, 2, 3, 2), {"size": [4, 3]}), ("bilinear", randn(1, 2, 3, 2), {"size": [4, 3], "mode": "bilinear"}),
                              ("bicubic", randn(1, 1, 3, 4), {"scale_factor": 1.7, "mode": "bicubic", "align_corners": True}),
                              ("smooth", randn(1, 1, 7, 6), {"size": [3, 4], "mode": "bicubic", "antialias": True}),
                              ("trilinear", randn(1, 1, 2, 3, 2), {"size": [3, 2, 4], "mode": "trilinear"}), ("area", randn(1, 1, 4, 3), {"size": 2, "mode": "area"})]:
    add("interpolate", label, {"input": operand}, attrs, F.interpolate)
for mode in ["bilinear", "bicubic"]:
    add("grid_sample", mode, {"input": randn(1, 2, 3, 4), "grid": uniform(-1.2, 1.2, 1, 2, 2, 2)}, {"mode": mode, "padding_mode": "reflection", "align_corners": False},
        F.grid_sample, second=False)
add("grid_sample", "volume", {"input": randn(1, 1, 2, 3, 2), "grid": uniform(-1.2, 1.2, 1, 2, 1, 2, 3)}, {"align_corners": True}, F.grid_sample, second=False)
add("affine_grid", "plain", {"theta": randn(1, 2, 3)}, {"size": [1, 1, 2, 3], "align_corners": False}, F.affine_grid)
add("pixel_shuffle", "plain", {"input": randn(1, 4, 2, 1)}, {"upscale_factor": 2})
add("pixel_unshuffle", "plain", {"input": randn(1, 1, 2, 4)}, {"downscale_factor": 2})
add("channel_shuffle", "plain", {"input": randn(1, 4, 2)}, {"groups": 2}, lambda input, groups: F.channel_shuffle(input, groups))
add("unfold", "plain", {"input": randn(1, 2, 3, 3)}, {"kernel_size": 2, "padding": 1, "stride": 2}, F.unfold)
add("fold", "plain", {"input": randn(1, 8, 4)}, {"output_size": 3, "kernel_size": 2}, F.fold)
for d, size in {1: (6,), 2: (4, 3), 3: (2, 2, 3)}.items():
    add(f"lp_pool{d}d", "plain", {"input": uniform(0.3, 2, 1, 2, *size)}, {"norm_type": 3.0, "kernel_size": 2}, getattr(F, f"lp_pool{d}d"))
    add(f"max_unpool{d}d", "plain", {"input": randn(1, 1, *[2] * d), "indices": rng.permutation(4 ** d)[:2 ** d].reshape(1, 1, *[2] * d)}, {"kernel_size": 2},
        getattr(F, f"max_unpool{d}d"))
add("local_response_norm", "plain", {"input": randn(1, 4, 2)}, {"size": 3, "alpha": 0.7, "k": 2.0}, F.local_response_norm)
for d, size in {2: (5, 6), 3: (4, 5, 4)}.items():
    add(f"fractional_max_pool{d}d", "plain", {"input": distinct(1, 1, *size), "_random_samples": uniform(0, 1, 1, 1, d)}, {"kernel_size": 2, "output_size": [2] * d},
        lambda input, _random_samples, kernel_size, output_size, d=d: getattr(F, f"fractional_max_pool{d}d")(input, kernel_size, output_size, _random_samples=_random_samples),
        fixed=["_random_samples"])


def boxes(n):
    corner = uniform(0, 4, n, 2)
    return np.concatenate([corner, corner + uniform(1, 6, n, 2)], 1)


add("box_convert", "plain", {"boxes": boxes(2)}, {"in_fmt": "xywh", "out_fmt": "cxcywh"}, tv.box_convert)
add("box_area", "plain", {"boxes": boxes(2)}, {}, tv.box_area)
for name in ["box_iou", "generalized_box_iou", "distance_box_iou", "complete_box_iou"]:
    add(name, "plain", {"boxes1": boxes(2), "boxes2": boxes(3)}, {}, getattr(tv, name))
for name in ["generalized_box_iou_loss", "distance_box_iou_loss", "complete_box_iou_loss"]:
    add(name, "plain", {"boxes1": boxes(3), "boxes2": boxes(3)}, {}, getattr(tv, name))
regions = np.concatenate([integers(0, 2, 3, 1).astype("float64"), boxes(3)], 1)
add("roi_align", "plain", {"input": randn(2, 1, 5, 6), "boxes": regions}, {"output_size": 2, "sampling_ratio": 2, "spatial_scale": 0.7}, tv.roi_align, fixed=["boxes"])
add("roi_pool", "plain", {"input": distinct(2, 1, 5, 6), "boxes": regions}, {"output_size": 2, "spatial_scale": 0.7}, tv.roi_pool, fixed=["boxes"])
bag = lambda input, weight, offsets, per_sample_weights=None, **more: F.embedding_bag(input, weight, offsets, per_sample_weights=per_sample_weights, **more)
for mode in ["mean", "max", "sum"]:
    more = {"per_sample_weights": uniform(0.5, 2, 5)} if mode == "sum" else {}
    add("embedding_bag", mode, {"input": np.array([0, 2, 2, 3, 1]), "weight": randn(4, 2), "offsets": np.array([0, 2, 2])} | more, {"mode": mode, "padding_idx": 3}, bag,
        second=mode != "max")
add("glu", "plain", {"input": randn(2, 4)})
add("softmin", "plain", {"input": randn(2, 3)}, {"dim": -1}, F.softmin)
for p in [0.0, 1.0]:
    for d, size in {1: (1, 2, 3), 2: (1, 2, 2, 1), 3: (1, 2, 1, 2, 1)}.items():
        add(f"dropout{d}d", f"p = {p}", {"input": randn(*size)}, {"p": p}, getattr(F, f"dropout{d}d"))
    for name in ["alpha_dropout", "feature_alpha_dropout"]:
        add(name, f"p = {p}", {"input": randn(2, 3)}, {"p": p, "training": True}, getattr(F, name))
    add("stochastic_depth", f"p = {p}", {"input": randn(2, 3)}, {"p": p, "mode": "row"}, tv.stochastic_depth)

# ---- more losses ----

signs = lambda *shape: rng.choice([-1.0, 1.0], shape)
loss("margin_ranking_loss", "plain", {"input1": randn(4), "input2": randn(4), "target": signs(4)}, {"margin": 0.3})
loss("hinge_embedding_loss", "plain", {"input": randn(4), "target": signs(4)}, {"margin": 0.7}, fixed=["target"])
loss("soft_margin_loss", "plain", {"input": randn(4), "target": signs(4)}, {}, fixed=["target"])
loss("multi_margin_loss", "plain", {"input": randn(3, 4), "target": integers(0, 4, 3), "weight": uniform(0.5, 2, 4)}, {"p": 2, "margin": 0.7}, fixed=["weight"])
loss("multilabel_margin_loss", "plain", {"input": randn(2, 3), "target": np.array([[0, 2, -1], [1, -1, 0]])})
loss("multilabel_soft_margin_loss", "plain", {"input": randn(2, 3), "target": uniform(0, 1, 2, 3), "weight": uniform(0.5, 2, 3)}, {}, fixed=["weight"])
loss("cosine_embedding_loss", "plain", {"input1": randn(4, 3), "input2": randn(4, 3), "target": signs(4)}, {"margin": 0.1}, fixed=["target"])
loss("triplet_margin_loss", "plain", {"anchor": randn(4, 3), "positive": randn(4, 3), "negative": randn(4, 3)}, {"p": 3.0, "swap": True, "margin": 2.0})
loss("poisson_nll_loss", "plain", {"input": randn(4), "target": uniform(0, 5, 4)}, {"full": True}, fixed=["target"])
loss("gaussian_nll_loss", "plain", {"input": randn(4, 2), "target": randn(4, 2), "var": uniform(0.3, 2, 4)}, {"full": True})
add("sigmoid_focal_loss", "plain", {"inputs": randn(4), "targets": uniform(0, 1, 4)}, {"gamma": 1.5, "reduction": "mean"}, tv.sigmoid_focal_loss)
add("focal_loss", "plain", {"input": randn(3, 4), "target": integers(0, 4, 3)}, {"gamma": 1.5}, ours.focal_loss)
areas = lambda: {"input": uniform(0.1, 0.9, 1, 2, 3), "target": uniform(0, 1, 1, 2, 3)}
add("dice_loss", "plain", areas(), {"smooth": 0.1}, ours.dice_loss)
add("tversky_loss", "plain", areas(), {"alpha": 0.3, "beta": 0.7}, ours.tversky_loss)
add("contrastive_loss", "plain", {"input1": randn(4, 3), "input2": randn(4, 3), "target": uniform(0, 1, 4)}, {"margin": 2.5}, ours.contrastive_loss)
add("info_nce_loss", "plain", {"query": randn(3, 2), "positive_key": randn(3, 2)}, {"temperature": 0.5}, ours.info_nce_loss)
log_p = F.log_softmax(torch.from_numpy(randn(4, 2, 3)), -1).numpy()
for label, blank in [("plain", 0), ("another blank", 2)]:
    loss("ctc_loss", label, {"log_probs": log_p, "targets": integers(0, 2, 2, 2) + (blank == 0), "input_lengths": np.array([4, 4]), "target_lengths": np.array([2, 1])},
         {"blank": blank})
add_shapes(add)
add_recurrence(add, randn)
add_attention(add, randn)
cases.write()
