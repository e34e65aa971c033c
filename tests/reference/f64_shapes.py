"""Cases of f64.py: special functions and numbers, shapes and pieces, placing and picking, order and scans."""
import math

import numpy as np
import torch
from ops_cases import rng

S = torch.special


def randn(*shape):
    return rng.standard_normal(shape)


def uniform(low, high, *shape):
    return rng.uniform(low, high, shape)


def distinct(*shape):
    """No two values closer than a tenth, and no round numbers."""
    n = int(np.prod(shape))
    return (rng.permutation(n) * 0.25 - n / 8 + rng.uniform(0.01, 0.15, n)).reshape(shape)


def array(*values):
    return np.array(values, "int64")


# PyTorch's trigamma is right to nine digits only, and it is in these gradients; its zeta is right to all of f64's.
def polygamma(n, x):
    return Digamma.apply(x) if n == 0 else (-1) ** (n + 1) * math.factorial(n) * S.zeta(n + 1.0, x)


class Digamma(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.digamma(x)

    @staticmethod
    def backward(ctx, g):
        return g * S.zeta(2.0, ctx.saved_tensors[0])


class Lgamma(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.lgamma(x)

    @staticmethod
    def backward(ctx, g):
        return g * Digamma.apply(ctx.saved_tensors[0])


def digamma(input):
    return Digamma.apply(input)


def lgamma(input):
    return Lgamma.apply(input)


def special_cases(add):
    one = {"lgamma": (lgamma, 0.3, 6), "digamma": (digamma, 1.6, 6), "erfinv": (torch.erfinv, -0.95, 0.95), "special_erfcx": (S.erfcx, -1, 5),
           "special_ndtr": (S.ndtr, -3, 3), "special_ndtri": (S.ndtri, 0.02, 0.98), "special_log_ndtr": (S.log_ndtr, -5, 3), "special_entr": (S.entr, 0.1, 3),
           "i0": (torch.i0, -4, 4), "special_i0e": (S.i0e, 0.1, 5), "special_i1": (S.i1, -4, 4), "special_i1e": (S.i1e, 0.2, 5), "logit": (torch.logit, 0.1, 0.9),
           "deg2rad": (torch.deg2rad, -90, 90), "rad2deg": (torch.rad2deg, -3, 3), "positive": (torch.positive, -3, 3), "nan_to_num": (torch.nan_to_num, -3, 3)}
    for name, (function, low, high) in one.items():
        add(name, "plain", {"input": uniform(low, high, 7)}, None, function)
    add("logit", "eps", {"input": uniform(0, 1, 7)}, {"eps": 0.2}, torch.logit)
    add("lgamma", "below 0", {"input": uniform(-2.9, -2.1, 4)}, None, lgamma)
    for n in [0, 1, 3]:
        add("polygamma", f"n = {n}", {"input": uniform(1.6, 5, 5)}, {"n": n}, lambda input, n: polygamma(n, input))
    add("mvlgamma", "p = 3", {"input": uniform(1.3, 6, 5)}, {"p": 3}, lambda input, p: sum(Lgamma.apply(input - i / 2) for i in range(p)) + p * (p - 1) / 4 * np.log(np.pi))
    for name, function in [("xlogy", torch.xlogy), ("special_xlog1py", S.xlog1py), ("logaddexp", torch.logaddexp), ("logaddexp2", torch.logaddexp2),
                           ("hypot", torch.hypot), ("copysign", torch.copysign), ("fmax", torch.fmax), ("fmin", torch.fmin)]:
        add(name, "broadcast", {"input": uniform(0.3, 2, 2, 1), "other": uniform(0.3, 3, 3)}, None, function)
        if name in ["xlogy", "special_xlog1py"]:  # PyTorch takes the logarithm of a number in f32
            add(name, "number", {"input": randn(4)}, {"other": 0.7},
                lambda input, other, one=function: one(input, torch.tensor(other, dtype=torch.float64)))
            add(name, "of a number", {"other": uniform(0.3, 3, 4)}, {"input": 0.7},
                lambda input, other, one=function: one(torch.tensor(input, dtype=torch.float64), other))
    add("special_zeta", "plain", {"other": uniform(0.5, 5, 5)}, {"input": 2.3}, lambda other, input: S.zeta(input, other))
    add("float_power", "plain", {"input": uniform(0.5, 2, 2, 3), "exponent": uniform(-2, 2, 3)})
    add("ldexp", "floating", {"input": randn(4), "other": uniform(-2, 2, 4)})
    add("frexp", "plain", {"input": uniform(1.1, 1.9, 4)})


def shape_cases(add):
    add("broadcast_to", "plain", {"input": randn(3, 1)}, {"shape": [2, 3, 2]}, lambda input, shape: input.broadcast_to(shape))
    add("flatten", "some", {"input": randn(2, 3, 2)}, {"start_dim": 1})
    add("unflatten", "plain", {"input": randn(2, 6)}, {"dim": 1, "sizes": [2, -1]})
    add("transpose", "plain", {"input": randn(2, 3)}, {"dim0": 0, "dim1": -1})
    add("swapaxes", "plain", {"input": randn(2, 3)}, {"axis0": 0, "axis1": -1})
    add("movedim", "plain", {"input": randn(2, 3, 2)}, {"source": [0], "destination": [2]})
    add("narrow", "plain", {"input": randn(5, 2)}, {"dim": 0, "start": 1, "length": 3})
    add("unbind", "plain", {"input": randn(2, 3)}, {"dim": 1})
    add("tile", "plain", {"input": randn(2, 3)}, {"dims": [2, 1, 2]})
    for name in ["atleast_1d", "atleast_2d", "atleast_3d"]:
        add(name, "vector", {"input": randn(3)}, None, lambda input, one=getattr(torch, name): one(input))
    add("rot90", "plain", {"input": randn(2, 3)}, {"k": 3})
    add("fliplr", "plain", {"input": randn(2, 3)})
    add("flipud", "plain", {"input": randn(2, 3)})
    add("tensor_split", "plain", {"input": randn(5)}, {"indices_or_sections": 2}, lambda input, indices_or_sections: torch.tensor_split(input, indices_or_sections))
    for name, shape in [("hsplit", (2, 4)), ("vsplit", (4, 2)), ("dsplit", (1, 1, 4))]:
        add(name, "plain", {"input": randn(*shape)}, {"indices_or_sections": 2}, lambda input, indices_or_sections, one=getattr(torch, name): one(input, indices_or_sections))
    for name in ["hstack", "vstack", "dstack", "column_stack"]:
        add(name, "plain", {"tensors0": randn(2), "tensors1": randn(2)}, None, lambda tensors, one=getattr(torch, name): one(tensors))
    add("cartesian_prod", "plain", {"tensors0": randn(2), "tensors1": randn(3)}, None, lambda tensors: torch.cartesian_prod(*tensors))
    add("combinations", "plain", {"input": randn(4)}, {"r": 2})


def place_cases(add):
    index, again = array([0, 2, 1, 4], [3, 0, 3, 2], [1, 4, 0, 3]), array([0, 2, 1, 4], [0, 0, 3, 3], [1, 2, 2, 4])
    add("scatter", "plain", {"input": randn(5, 4), "index": index, "src": randn(3, 4)}, {"dim": 0}, lambda input, index, src, dim: torch.scatter(input, dim, index, src))
    for reduce in ["sum", "prod", "mean", "amax", "amin"]:
        for include in [True, False]:
            attrs = {"dim": 0, "reduce": reduce, "include_self": include}
            add("scatter_reduce", f"{reduce}, {include}", {"input": randn(5, 4), "index": again, "src": randn(3, 4)}, attrs, second=reduce in ["sum", "mean"] or include)
    add("index_reduce", "plain", {"input": distinct(4, 2), "index": array(2, 0, 2), "source": distinct(3, 2)}, {"dim": 0, "reduce": "prod"})
    add("index_copy", "plain", {"input": randn(4, 2), "index": array(2, 0, 3), "source": randn(3, 2)}, {"dim": 0})
    add("index_fill", "plain", {"input": randn(4, 2), "index": array(2, 0, 3)}, {"dim": 0, "value": 2.1})
    add("index_fill", "tensor", {"input": randn(4, 2), "index": array(2, 0, 3), "value": np.array(0.7)}, {"dim": 0})
    add("put", "plain", {"input": randn(3, 2), "index": array(0, -2), "source": randn(2)}, None, lambda input, index, source: input.put(index, source))
    mask = np.array([[True, False], [False, True], [True, True]])
    add("masked_scatter", "plain", {"input": randn(3, 2), "mask": mask, "source": randn(5)}, None, lambda input, mask, source: input.masked_scatter(mask, source))
    add("select_scatter", "plain", {"input": randn(3, 4), "src": randn(3)}, {"dim": -1, "index": -1})
    add("slice_scatter", "plain", {"input": randn(2, 5), "src": randn(2, 2)}, {"dim": 1, "start": -4, "step": 2})
    a, b = array([0, 2], [-1, 1]), array(1, 3)
    add("index", "two", {"input": randn(3, 4), "indices0": a, "indices1": b}, None, lambda input, indices0, indices1: input[indices0, indices1])
    add("index", "mask", {"input": randn(3, 2), "indices0": mask}, None, lambda input, indices0: input[indices0])
    add("index_put", "plain", {"input": randn(3, 4), "indices0": array(0, 2), "indices1": b, "values": randn(2)}, None,
        lambda input, indices0, indices1, values: torch.index_put(input, (indices0, indices1), values))
    add("take_along_dim", "plain", {"input": randn(1, 4), "indices": array([0, 2], [1, 1])}, {"dim": 1})
    add("repeat_interleave", "number", {"input": randn(2, 3)}, {"repeats": 2, "dim": 1})
    add("repeat_interleave", "each", {"input": randn(3), "repeats": array(2, 0, 3)})


def order_cases(add):
    add("msort", "plain", {"input": distinct(4, 2)})
    add("kthvalue", "plain", {"input": distinct(3, 4)}, {"k": 2})
    for name in ["median", "nanmedian"]:
        add(name, "all", {"input": distinct(3, 4)})
        add(name, "dim", {"input": distinct(3, 4)}, {"dim": 0})
    add("mode", "plain", {"input": distinct(2, 3)})
    for name in ["quantile", "nanquantile"]:
        for how in ["linear", "lower", "midpoint"]:
            add(name, how, {"input": distinct(2, 5), "q": np.array([0.1, 0.33, 0.7])}, {"dim": 1, "interpolation": how}, fixed=["q"])
        add(name, "number", {"input": distinct(2, 5)}, {"q": 0.3})
    for name in ["cummax", "cummin"]:
        add(name, "plain", {"input": distinct(3, 4)}, {"dim": 1})
    add("cumprod", "plain", {"input": randn(3, 4)}, {"dim": 1})
    add("cumprod", "zeros", {"input": np.array([[2.0, 0, 3, 1, 0], [4, 1, 2, 3, 0]])}, {"dim": 1}, second=False)
    add("logcumsumexp", "plain", {"input": randn(3, 4)}, {"dim": 0})
    add("diff", "plain", {"input": randn(5), "prepend": randn(1), "append": randn(2)}, {"n": 2})
    for name in ["trapezoid", "cumulative_trapezoid"]:
        add(name, "places", {"y": randn(2, 4), "x": randn(4)})
        add(name, "apart", {"y": randn(4, 2)}, {"dx": 0.7, "dim": 0})
    for name in ["nansum", "nanmean", "aminmax"]:
        add(name, "plain", {"input": distinct(3, 4)}, {"dim": 1})
    add("nanmean", "NaN", {"input": np.array([1.3, np.nan, 2.1])})
    for name in ["var_mean", "std_mean"]:
        add(name, "plain", {"input": randn(3, 4)}, {"dim": 1}, lambda input, dim, one=getattr(torch, name): one(input, dim=dim))
    add("rrelu", "plain", {"input": randn(5)}, {"lower": 0.2, "upper": 0.3}, torch.nn.functional.rrelu)


def certain_cases(add):
    """Where nothing is left to chance."""
    add("poisson", "certain", {"input": np.zeros(3)}, None, torch.poisson)


def add_shapes(add):
    certain_cases(add)
    special_cases(add)
    shape_cases(add)
    place_cases(add)
    order_cases(add)
