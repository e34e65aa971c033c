"""The cases that ops_more.py stores for f32 and f64.py for f64, with second gradients."""
import numpy as np
import torch
import torchvision.ops as tv
from torchvision.models.detection.anchor_utils import AnchorGenerator

linalg, fft, special = torch.linalg, torch.fft, torch.special


def listed(function):
    return lambda tensors, **more: function(tensors, **more)


def of_a(function):
    """PyTorch's functions call it A in their documentation, and input."""
    return lambda A, *operands, **more: function(A, *operands, **more)


def by_norms(A, p):
    """linalg.cond; PyTorch 2.15 has no gradient of its own, because it writes over what that needs."""
    p = p if p == "fro" else float(p)
    return linalg.matrix_norm(A, p) * linalg.matrix_norm(linalg.inv(A), p)


def reflections(A, tau):
    """linalg.householder_product; PyTorch 2.15 has no second gradient of its own, because it writes over what that needs."""
    m, n = A.shape
    V = A.tril(-1) + torch.eye(m, n, dtype=A.dtype)
    Q = torch.eye(m, dtype=A.dtype)
    for i in range(len(tau)):
        Q = Q @ (torch.eye(m, dtype=A.dtype) - tau[i] * torch.outer(V[:, i], V[:, i].conj()))
    assert torch.allclose(Q[:, :n], linalg.householder_product(A, tau))
    return Q[:, :n]


def vander(x, **more):
    """torch.vander has no gradient in PyTorch 2.15, because it writes over what that needs."""
    powers = torch.linalg.vander(x, N=more.get("N"))
    powers = powers if more.get("increasing") else powers.flip(1)
    assert torch.equal(powers, torch.vander(x.detach(), **more))
    return powers


def eig(A):
    """Eigenvalues in our order. The sizes of vectors' elements depend on no phase."""
    values = torch.linalg.eigvals(A)
    order = np.lexsort((values.detach().numpy().imag, values.detach().numpy().real))
    return values[torch.from_numpy(order)]


def add_more(add, randn, uniform, integers, complex_dtype):
    F = torch.nn.functional
    single = complex_dtype == "complex64"
    real = "float32" if single else "float64"
    cgauss = lambda *shape: (randn(*shape) + 1j * randn(*shape)).astype(complex_dtype)
    array = lambda *rows: np.array(rows, real)

    def regular(*shape):
        a = randn(*shape)
        n = min(shape[-2:])
        a[..., range(n), range(n)] += 3 * np.arange(1, n + 1)
        return a.astype(real)

    # ---- products ----
    add("addbmm", "plain", {"input": randn(3, 2), "batch1": randn(4, 3, 5), "batch2": randn(4, 5, 2)}, {"beta": 0.5, "alpha": -2.0})
    add("addr", "plain", {"input": randn(3, 2), "vec1": randn(3), "vec2": randn(2)}, {"beta": 0.5, "alpha": 3.0})
    add("linalg_multi_dot", "four", {f"tensors{i}": m for i, m in enumerate([randn(2, 5), randn(5, 1), randn(1, 4), randn(4, 3)])}, {}, listed(linalg.multi_dot))
    add("linalg_multi_dot", "vectors", {f"tensors{i}": m for i, m in enumerate([randn(3), randn(3, 2), randn(2)])}, {}, listed(linalg.multi_dot))
    add("linalg_vecdot", "broadcast", {"x": randn(2, 1, 3), "y": randn(4, 3)}, {}, linalg.vecdot)
    add("linalg_vecdot", "complex", {"x": cgauss(3, 2), "y": cgauss(3, 2)}, {"dim": 0}, linalg.vecdot)
    # ---- covariances ----
    add("cov", "plain", {"input": randn(3, 7)}, {"correction": 0})
    add("cov", "one variable", {"input": randn(6)})
    add("cov", "weights", {"input": randn(2, 5), "fweights": integers(1, 4, 5), "aweights": uniform(0.5, 2, 5)}, {"correction": 2}, fixed=["aweights"])
    add("cov", "complex", {"input": cgauss(2, 5)})
    add("corrcoef", "plain", {"input": randn(3, 7)})
    # ---- diagonals ----
    add("linalg_diagonal", "batch", {"A": randn(2, 3, 4)}, {"offset": 1}, lambda A, offset: linalg.diagonal(A, offset=offset))
    add("diagflat", "matrix", {"input": randn(2, 2)}, {"offset": -1})
    add("diagonal_scatter", "dims", {"input": randn(2, 3, 2), "src": randn(3, 2)}, {"dim1": 0, "dim2": 2})
    add("block_diag", "plain", {f"tensors{i}": m for i, m in enumerate([randn(2, 3), randn(1, 1), randn(2), randn()])}, {}, lambda tensors: torch.block_diag(*tensors))
    # ---- norms and distances ----
    add("linalg_cond", "two", {"A": regular(3, 3)}, {}, of_a(linalg.cond))
    add("linalg_cond", "smallest", {"A": regular(2, 3)}, {"p": "-2"}, lambda A, p: linalg.cond(A, float(p)))
    add("linalg_cond", "Frobenius", {"A": regular(2, 3, 3)}, {"p": "fro"}, by_norms)
    add("linalg_cond", "infinity", {"A": regular(3, 3)}, {"p": "inf"}, by_norms)
    for p, dim, maxnorm in [(2.0, 0, 1.2), (1.0, 1, 2.0), (np.inf, -1, 0.7)]:
        add("renorm", f"{p}", {"input": randn(4, 3)}, {"p": p, "dim": dim, "maxnorm": maxnorm})
    for p in [1.0, 2.0, 3.0, np.inf]:
        add("dist", f"{p}", {"input": randn(4, 1), "other": randn(3)}, {"p": p})
        add("pdist", f"{p}", {"input": randn(4, 2)}, {"p": p}, second=False)  # PyTorch has no second gradient
    # ---- shapes ----
    add("t", "matrix", {"input": randn(3, 2)})
    add("adjoint", "complex", {"input": cgauss(2, 3, 2)})
    add("broadcast_tensors", "two", {"tensors0": randn(3, 1), "tensors1": randn(4)}, {}, lambda tensors: torch.broadcast_tensors(*tensors))
    # ---- along a dimension ----
    for label, attrs in {"all": {}, "spacings": {"spacing": [2.0, -0.5]}, "second": {"edge_order": 2, "dim": [1]}}.items():
        add("gradient", label, {"input": randn(3, 4)}, attrs, lambda input, **more: torch.gradient(input, **more))
    add("linalg_vander", "batch", {"x": randn(2, 3)}, {"N": 5}, linalg.vander)
    add("vander", "falling", {"x": randn(4)}, {"N": 3}, vander)
    add("vander", "rising", {"x": randn(3)}, {"increasing": True}, vander)
    # ---- systems and factors ----
    add("logdet", "batch", {"input": regular(2, 3, 3)})
    add("logdet", "complex", {"input": regular(3, 3).astype(complex_dtype)})
    add("cholesky_inverse", "lower", {"L": regular(3, 3)}, {}, lambda L: torch.cholesky_inverse(L.tril()))
    add("cholesky_inverse", "upper", {"L": regular(3, 3)}, {"upper": True}, lambda L, upper: torch.cholesky_inverse(L.triu(), upper))
    tensor = array(4, 1, -2, 0.5, 1, 5, 0.25, 1, -1, 0, 6, 2, 0.5, 1, -1, 7)
    add("linalg_tensorinv", "two", {"A": tensor.reshape(2, 2, 4)}, {"ind": 2}, of_a(linalg.tensorinv))
    add("linalg_tensorsolve", "moved", {"A": tensor.reshape(2, 2, 4), "B": randn(4)}, {"dims": [0, 1]}, lambda A, B, dims: linalg.tensorsolve(A, B, dims))
    for label, shape in {"square": (2, 3, 3), "tall": (4, 2), "wide": (2, 4)}.items():
        add("linalg_lu", label, {"A": regular(*shape)}, {}, of_a(linalg.lu))
        add("linalg_lu_factor", label, {"A": regular(*shape)}, {}, of_a(linalg.lu_factor))
    add("linalg_lu", "exchanged", {"A": array([0.1, 1, 2], [5, 1, -1], [2, 7, 1])}, {}, of_a(linalg.lu))
    add("linalg_householder_product", "plain", {"A": randn(4, 3), "tau": uniform(0.2, 1.5, 2)}, {}, reflections)
    add("linalg_eigvals", "real", {"A": array([1, -2, 0.5], [3, 0.5, 1], [-1, 0.25, 4])}, {}, eig)
    add("linalg_eigvals", "complex", {"A": cgauss(3, 3)}, {}, eig)
    # ---- Fourier transforms ----
    for norm in ["backward", "ortho", "forward"]:
        add("fft_hfft", norm, {"input": cgauss(3, 4)}, {"n": 7, "dim": 0, "norm": norm}, fft.hfft)
        add("fft_ihfft", norm, {"input": randn(3, 5)}, {"norm": norm}, fft.ihfft)
    add("fft_hfftn", "s", {"input": cgauss(3, 4)}, {"s": [4, 7]}, lambda input, s: fft.hfftn(input, s=s))
    add("fft_ihfftn", "all", {"input": randn(3, 4)}, {}, fft.ihfftn)
    add("fft_hfft2", "plain", {"input": cgauss(2, 3, 4)}, {}, fft.hfft2)
    add("fft_ihfft2", "plain", {"input": randn(2, 3, 4)}, {}, fft.ihfft2)
    # ---- element by element ----
    add("rsub", "plain", {"input": randn(4, 3), "other": randn(3)}, {"alpha": -2.0}, second=False)
    add("nextafter", "plain", {"input": randn(4, 3), "other": randn(3)}, {}, torch.nextafter, second=False)
    add("sgn", "real", {"input": randn(5)}, second=False)
    add("sgn", "complex", {"input": cgauss(5)})
    # PyTorch has no gradient by the first operand.
    for name in ["gammainc", "gammaincc"]:
        add(f"special_{name}", "plain", {"input": uniform(0.2, 9, 4, 3), "other": uniform(0.1, 12, 4, 3)}, {}, getattr(special, name), fixed=["input"])
        if not single:
            continue  # PyTorch's values are off by 2e-12
        add(f"special_{name}", "large", {"input": uniform(200, 900, 6), "other": uniform(200, 900, 6)}, {}, getattr(special, name), fixed=["input"])
    # ---- boxes ----
    add("clip_boxes_to_image", "plain", {"boxes": uniform(-3, 9, 5, 4)}, {"size": [4, 6]}, tv.clip_boxes_to_image, second=False)
    if single:
        add("unravel_index", "plain", {"indices": integers(0, 24, 5)}, {"shape": [2, 3, 4]}, lambda indices, shape: torch.unravel_index(indices, shape))
        add("remove_small_boxes", "plain", {"boxes": array([0, 0, 3, 3], [1, 1, 2, 9], [4, 4, 7, 8])}, {"min_size": 2.0}, tv.remove_small_boxes)
        add("masks_to_boxes", "plain", {"masks": integers(0, 2, 3, 4, 5).astype(bool) & (integers(0, 2, 3, 4, 5) > 0)}, {}, tv.masks_to_boxes)
        add("linalg_eigvals", "batchless", {"A": regular(4, 4)}, {}, eig)
    # ---- losses ----
    for name in ["mse_loss", "l1_loss", "huber_loss"]:
        for reduction in ["mean", "sum", "none"]:
            add(name, "weighted, " + reduction, {"input": randn(4, 3), "target": randn(4, 3), "weight": uniform(0.2, 2, 4, 3)}, {"reduction": reduction}, getattr(F, name))
    table = {"input": randn(4, 3), "linear_weight": randn(5, 3), "target": np.array([0, 4, -100, 2])}
    scores = F.linear_cross_entropy
    add("linear_cross_entropy", "plain", table, {}, scores)
    for reduction in ["mean", "sum", "none"]:
        add("linear_cross_entropy", "weighted, " + reduction, {**table, "linear_bias": randn(5), "weight": uniform(0.2, 2, 5)}, {"reduction": reduction, "label_smoothing": 0.2}, scores,
            fixed=["weight"])
    add("linear_cross_entropy", "ignored", {**table, "target": np.array([0, 4, 4, 2])}, {"ignore_index": 4}, scores)
    add("linear_cross_entropy", "one sample", {"input": randn(3), "linear_weight": randn(5, 3), "target": np.array(1)}, {}, scores)
    add("linear_cross_entropy", "probabilities", {"input": randn(2, 3), "linear_weight": randn(4, 3), "target": uniform(0, 1, 2, 4)}, {}, scores)
    add("linear_cross_entropy", "places", {"input": randn(2, 3), "linear_weight": randn(4, 2, 3, 3), "target": integers(0, 4, 2, 2, 3), "linear_bias": randn(4, 2, 3)},
        {"reduction": "none"}, scores)
    # ---- complex numbers ----
    for name in ["expm1", "exp2", "log1p", "log2", "log10", "rsqrt", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "sinc", "sigmoid",
                 "softsign", "tanhshrink"]:
        add(name, "complex", {"input": cgauss(7)}, {}, getattr(F if hasattr(F, name) and name != "sigmoid" else torch, name))
    add("silu", "complex", {"input": cgauss(7)}, {}, lambda input: input * torch.sigmoid(input))
    add("pow", "complex exponents", {"input": cgauss(5), "exponent": cgauss(5)})
    for name in ["var", "std"]:
        add(name, "complex", {"input": cgauss(4, 3)}, {"dim": [0]})
    for p in [1.0, 2.0, 3.0, float("inf")]:
        add("norm", f"complex, {p}", {"input": cgauss(4, 3)}, {"p": p, "dim": [1]})
    add("logsumexp", "complex", {"input": cgauss(4, 3)}, {"dim": [1]})
    add("dist", "complex", {"input": cgauss(4, 3), "other": cgauss(3)})
    add("pairwise_distance", "complex", {"x1": cgauss(4, 3), "x2": cgauss(4, 3)}, {}, F.pairwise_distance)
    add("normalize", "complex", {"input": cgauss(4, 3)}, {}, F.normalize)
    # ---- shapes ----
    add("squeeze", "several", {"input": randn(1, 3, 1, 2, 1)}, {"dim": [0, -1, 1]})
    add("take_along_dim", "from the end", {"input": randn(3, 4), "indices": integers(-4, 4, 3, 2)}, {"dim": 1})
    add("pad", "circle of what is left", {"input": randn(2, 3, 5)}, {"pad": [-1, 3], "mode": "circular"}, F.pad)
    add("tensordot", "repeated", {"input": randn(1, 3), "other": randn(4, 2)}, {"dims": [0, 0]}, lambda input, other, dims: torch.tensordot(input, other, ([0], [0])))
    add("embedding_bag", "by frequency", {"input": np.array([[0, 2, 2], [2, 1, 0]]), "weight": randn(4, 3)}, {"scale_grad_by_freq": True}, F.embedding_bag, second=False)
    # ---- numbers and vectors where most calls have tensors of more dimensions ----
    add("linear", "vector", {"input": randn(2, 4, 3), "weight": randn(3), "bias": randn()})
    add("linear", "vector of vectors", {"input": randn(3), "weight": randn(3)})
    add("squeeze", "of no dimension", {"input": randn(1, 3, 1)}, {"dim": []}, lambda input, dim: torch.squeeze(input, tuple(dim)))
    zero, one = np.array(0), np.array(1)
    for label, operand, index in [("0-d", randn(), zero), ("of a number", randn(), np.array([0])), ("number of a vector", randn(3), one)]:
        add("gather", label, {"input": operand, "index": index}, {"dim": 0})
        add("index_select", label, {"input": operand, "index": index}, {"dim": 0})
        for name in ["scatter_add", "scatter"]:
            function = lambda input, dim, index, src, name=name: getattr(torch, name)(input, dim, index, src)
            add(name, label, {"input": operand, "index": index, "src": randn()}, {"dim": 0}, function)
        source = randn(1) if operand.ndim else randn()
        add("index_add", label, {"input": operand, "index": index, "source": source}, {"dim": 0, "alpha": 2.0})
    add("gather", "often of a number", {"input": randn(), "index": np.array([0, 0])}, {"dim": 0})
    add("scatter_reduce", "of a number", {"input": randn(), "index": np.array([0, 0]), "src": randn(2)}, {"dim": 0, "reduce": "mean"})
    # ---- complex numbers and integers where few look for them ----
    add("logaddexp", "complex", {"input": cgauss(4, 3), "other": cgauss(3)})
    add("logaddexp", "complex and real", {"input": cgauss(4), "other": randn(4)}, gradient=False)  # PyTorch's ends in an error
    for label, weight in [("tensor", cgauss(4)), ("near", 0.3 * cgauss(4)), ("far", 3 * cgauss(4))]:
        add("lerp", f"complex, {label}", {"input": cgauss(4), "end": cgauss(4), "weight": weight.astype(complex_dtype)})
    odd = np.array([complex(np.nan, 1), complex(2, np.nan), complex(np.inf, -np.inf), complex(1, 2), complex(-np.inf, np.nan)], complex_dtype)
    add("nan_to_num", "complex", {"input": cgauss(4)}, {}, second=False)
    add("nan_to_num", "odd complex", {"input": odd}, {"nan": 7.0, "posinf": 8.0, "neginf": -9.0}, second=False)
    add("logcumsumexp", "complex", {"input": cgauss(5, 3)}, {"dim": 0})
    add("rms_norm", "complex", {"input": cgauss(3, 4), "weight": cgauss(4)}, {"normalized_shape": [4]}, F.rms_norm)
    add("rms_norm", "complex, real weight", {"input": cgauss(3, 4), "weight": randn(4)}, {"normalized_shape": [4], "eps": 0.1}, F.rms_norm)
    add("l1_loss", "complex", {"input": cgauss(4, 3), "target": cgauss(4, 3)}, {}, F.l1_loss)
    add("l1_loss", "complex and real", {"input": cgauss(4), "target": randn(4)}, {"reduction": "none"}, F.l1_loss)
    if single:
        for d, size in {1: (9,), 2: (7, 6), 3: (4, 5, 4)}.items():
            add(f"avg_pool{d}d", "integers", {"input": integers(-99, 99, 2, 3, *size)}, {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, getattr(F, f"avg_pool{d}d"))
            add(f"avg_pool{d}d", "integers, not padded", {"input": integers(-99, 99, 1, 3, *size)},
                {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}, getattr(F, f"avg_pool{d}d"))
        add("avg_pool2d", "integers over a number", {"input": integers(-99, 99, 1, 2, 4, 5)}, {"kernel_size": 2, "divisor_override": -3}, F.avg_pool2d)
        add("local_response_norm", "integers", {"input": integers(-99, 99, 2, 7, 3)}, {"size": 3, "alpha": 0.5}, F.local_response_norm)
    # ---- detectors ----
    corner = uniform(-1, 5, 5, 2)
    regions = np.concatenate([integers(0, 2, 5, 1), corner, corner + uniform(0.2, 6, 5, 2)], 1).astype(real)
    for name in ["ps_roi_align", "ps_roi_pool"]:
        for label, attrs in [("plain", {"output_size": [3, 2]}), ("scaled", {"output_size": 2, "spatial_scale": 0.5})]:
            # torchvision's gradient of ps_roi_pool reads the last row and column, which its function does not
            add(name, label, {"input": randn(2, 12, 7, 6), "boxes": regions}, attrs, getattr(tv, name), fixed=["boxes"], gradient=name == "ps_roi_align")
    add("ps_roi_align", "samples", {"input": randn(2, 4, 7, 6), "boxes": regions}, {"output_size": 2, "sampling_ratio": 3}, tv.ps_roi_align, fixed=["boxes"])
    inner = np.array([[0, 0, 1, 4, 3], [1, 1.2, 0, 3, 5]], real)
    add("ps_roi_pool", "inside", {"input": randn(2, 4, 7, 6), "boxes": inner}, {"output_size": 2}, tv.ps_roi_pool, fixed=["boxes"])
    picture = lambda: {"input": randn(2, 4, 5, 6), "offset": 2 * randn(2, 12, 3, 5), "weight": randn(3, 4, 3, 2)}
    add("deform_conv2d", "plain", picture(), {}, tv.deform_conv2d)
    add("deform_conv2d", "mask and bias", {**picture(), "bias": randn(3), "mask": uniform(0, 1, 2, 6, 3, 5)}, {}, tv.deform_conv2d)
    groups = {"input": randn(2, 4, 5, 6), "offset": 2 * randn(2, 24, 4, 6), "weight": randn(6, 2, 3, 2), "bias": randn(6), "mask": uniform(0, 1, 2, 12, 4, 6)}
    add("deform_conv2d", "groups", groups, {"stride": [2, 1], "padding": [2, 1], "dilation": [1, 2]}, tv.deform_conv2d)
    add("deform_conv2d", "one pixel", {"input": randn(1, 1, 1, 1), "offset": 0.3 * randn(1, 2, 1, 1), "weight": randn(1, 1, 1, 1)}, {}, tv.deform_conv2d)
    if single:
        generate = lambda grid_size, stride, sizes=(128, 256, 512), aspect_ratios=(0.5, 1.0, 2.0): AnchorGenerator((tuple(sizes),), (tuple(aspect_ratios),)).grid_anchors(
            [grid_size], [[torch.tensor(s) for s in stride]])[0]
        add("grid_anchors", "plain", {}, {"grid_size": [2, 3], "stride": [16, 16]}, generate)
        add("grid_anchors", "uneven", {}, {"grid_size": [1, 2], "stride": [8, 4], "sizes": [10.0, 3.0], "aspect_ratios": [1.0, 0.3]}, generate)
    # ---- convolutions of mathematics ----
    for d, size in {1: (7,), 2: (5, 4), 3: (3, 4, 3)}.items():
        flipped = lambda input, weight, bias, d=d, **more: getattr(F, f"conv{d}d")(input, weight.flip(tuple(range(2, d + 2))), bias, **more)
        add(f"flipped_conv{d}d", "plain", {"input": randn(2, 4, *size), "weight": randn(2, 2, *[3] * d), "bias": randn(2)}, {"padding": [1] * d, "groups": 2}, flipped)
    # ---- complex numbers whose real parts are equal, or infinite ----
    level = np.array([-2 - 1j, 1 + 2.5j, 1 - 1j, -np.inf, np.inf + 1j, 0.5 + 3j], complex_dtype)
    other = np.array([-2 + 2.5j, 1 - 1j, 1 + 2.5j, -np.inf + 1j, 2, np.nan], complex_dtype)
    add("logaddexp", "equal real parts", {"input": level, "other": other}, gradient=False)
    add("logcumsumexp", "equal real parts", {"input": np.stack([level, other])}, {"dim": 0}, gradient=False)
