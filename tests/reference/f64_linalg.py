"""The cases of f64.py for products, linear algebra and Fourier transforms."""
import numpy as np
import torch
from linalg_functions import function


def add_linalg(add_case, rng):
    randn = lambda *shape: rng.standard_normal(shape)
    cgauss = lambda *shape: randn(*shape) + 1j * randn(*shape)

    def add(name, label, inputs, attrs=None, call=None, **more):
        add_case(name, label, inputs, attrs, call or function(name), **more)

    def distinct(*shape):
        n = int(np.prod(shape))
        return (rng.permutation(n) * 0.25 - n / 8 + rng.uniform(0.01, 0.15, n)).reshape(shape)

    def regular(*shape, imaginary=False):
        a = cgauss(*shape) if imaginary else randn(*shape)
        n = min(shape[-2:])
        a[..., range(n), range(n)] += 3 * np.arange(1, n + 1)
        return a

    def positive(n):
        a = randn(n, n)
        return a + a.T + np.diag(6.0 * np.arange(1, n + 1))

    # ---- products ----
    add("mm", "plain", {"input": randn(2, 3), "mat2": randn(3, 2)})
    add("bmm", "plain", {"input": randn(2, 2, 3), "mat2": randn(2, 3, 2)})
    add("mv", "plain", {"input": randn(2, 3), "vec": randn(3)})
    add("dot", "plain", {"input": randn(4), "tensor": randn(4)})
    add("vdot", "plain", {"input": randn(4), "other": randn(4)})
    add("inner", "plain", {"input": randn(2, 3), "other": randn(2, 3)})
    add("outer", "plain", {"input": randn(2), "vec2": randn(3)})
    attrs = {"beta": 0.3, "alpha": 0.7}
    add("addmm", "plain", {"input": randn(2), "mat1": randn(2, 3), "mat2": randn(3, 2)}, attrs)
    add("addmv", "plain", {"input": randn(2), "mat": randn(2, 3), "vec": randn(3)}, attrs)
    add("baddbmm", "plain", {"input": randn(1, 2), "batch1": randn(2, 2, 3), "batch2": randn(2, 3, 2)}, attrs)
    add("tensordot", "plain", {"input": randn(2, 3, 2), "other": randn(3, 2, 2)}, None, lambda input, other: torch.tensordot(input, other))
    add("kron", "plain", {"input": randn(2, 2), "other": randn(1, 3)})
    add("linalg_cross", "plain", {"input": randn(2, 3), "other": randn(1, 3)})
    add("cross", "plain", {"input": randn(2, 3), "other": randn(2, 3)}, {"dim": 1})
    add("bilinear", "plain", {"input1": randn(2, 2), "input2": randn(2, 3), "weight": randn(2, 2, 3), "bias": randn(2)})
    add("einsum", "three", {"operands0": randn(2, 3), "operands1": randn(3, 2), "operands2": randn(2, 2)}, {"equation": "ij,jk,kl->il"})
    add("einsum", "diagonal", {"operands0": randn(2, 3, 2)}, {"equation": "iji->ij"})

    # ---- diagonals, norms, distances ----
    add("diagonal", "dims", {"input": randn(2, 3, 2)}, {"offset": 1, "dim1": 1, "dim2": -1})
    add("diag_embed", "offset", {"input": randn(2, 2)}, {"offset": -1})
    add("diag", "vector", {"input": randn(3)}, {"diagonal": 1})
    add("trace", "wide", {"input": randn(2, 3)})
    add("linalg_vector_norm", "3", {"x": distinct(2, 3)}, {"ord": 3, "dim": 1})
    add("linalg_matrix_norm", "fro", {"A": randn(2, 3)})
    add("linalg_matrix_norm", "nuc", {"A": regular(2, 3)}, {"ord": "nuc"})
    add("linalg_matrix_norm", "1", {"A": distinct(2, 3)}, {"ord": 1})
    add("linalg_norm", "2", {"input": regular(2, 3)}, {"ord": 2})
    add("cdist", "2", {"x1": randn(2, 3), "x2": randn(3, 3)})
    add("cdist", "3", {"x1": randn(2, 3), "x2": randn(3, 3)}, {"p": 3.0}, second=False)
    add("pairwise_distance", "plain", {"x1": randn(2, 3), "x2": randn(2, 3)}, {"eps": 0.01})
    add("cosine_similarity", "plain", {"x1": randn(2, 3), "x2": randn(2, 3)})
    add("normalize", "plain", {"input": randn(2, 3)})
    add("normalize", "3", {"input": distinct(2, 3)}, {"p": 3.0, "dim": 0})

    # ---- linear systems and factors ----
    add("linalg_solve", "plain", {"A": regular(2, 2), "B": randn(2, 2)})
    add("linalg_solve", "right", {"A": regular(2, 2), "B": randn(1, 2)}, {"left": False})
    add("linalg_solve", "complex", {"A": regular(2, 2, imaginary=True), "B": cgauss(2, 1)})
    for attrs in [{"upper": False}, {"upper": True, "left": False}]:
        add("linalg_solve_triangular", str(attrs["upper"]), {"A": regular(2, 2), "B": randn(2, 2)}, attrs)
    add("cholesky_solve", "plain", {"B": randn(2, 1), "L": regular(2, 2)}, None, lambda B, L: torch.cholesky_solve(B, L.tril()))
    add("linalg_inv", "plain", {"A": regular(3, 3)})
    add("linalg_det", "plain", {"A": regular(3, 3)})
    add("linalg_det", "complex", {"A": regular(2, 2, imaginary=True)})
    add("linalg_slogdet", "plain", {"A": regular(3, 3)})
    add("linalg_slogdet", "complex", {"A": regular(2, 2, imaginary=True)})
    add("linalg_matrix_power", "third", {"A": randn(2, 2)}, {"n": 3})
    add("linalg_matrix_exp", "plain", {"A": randn(2, 2)})
    add("linalg_cholesky", "plain", {"A": positive(3)})
    for label, shape in [("tall", (3, 2)), ("wide", (2, 3))]:
        add("linalg_qr", label, {"A": regular(*shape)})
        add("linalg_svd", label, {"A": regular(*shape)}, {"full_matrices": False})
        add("linalg_pinv", label, {"A": regular(*shape)})
        add("linalg_svdvals", label, {"A": regular(*shape)})
    add("linalg_svdvals", "complex", {"A": regular(2, 2, imaginary=True)})
    add("linalg_eigh", "plain", {"A": positive(3)})
    add("linalg_eigvalsh", "plain", {"A": positive(3)})
    add("linalg_lstsq", "gels", {"A": regular(3, 2), "B": randn(3, 1)}, {"driver": "gels"}, second=False)

    # ---- complex numbers and Fourier transforms ----
    add("view_as_real", "plain", {"input": cgauss(3)})
    add("view_as_complex", "plain", {"input": randn(3, 2)})
    for name in ["real", "imag", "angle"]:
        add(name, "plain", {"input": cgauss(4)})
    add("complex", "plain", {"real": randn(3), "imag": randn(3)})
    add("polar", "plain", {"abs": rng.uniform(0.5, 2, 3), "angle": randn(3)})
    for name in ["fft_fft", "fft_ifft"]:
        add(name, "real", {"input": randn(5)})
        add(name, "complex", {"input": cgauss(2, 4)}, {"norm": "ortho"})
    add("fft_fft", "a large prime", {"input": cgauss(37)}, second=False)
    for n in [4, 5]:
        add("fft_rfft", f"{n}", {"input": randn(2, n)})
        add("fft_irfft", f"{n}", {"input": cgauss(2, 3)}, {"n": n})
    for name in ["fft_fftn", "fft_ifftn", "fft_irfftn", "fft_fft2", "fft_ifft2", "fft_irfft2"]:
        add(name, "plain", {"input": cgauss(2, 3)}, {"s": [3, 2]})
    for name in ["fft_rfftn", "fft_rfft2"]:
        add(name, "plain", {"input": randn(2, 3)}, {"norm": "forward"})
    for name in ["fft_fftshift", "fft_ifftshift"]:
        add(name, "plain", {"input": randn(2, 3)})
    add("stft", "window", {"input": randn(9), "window": rng.uniform(0.5, 1, 4)}, {"n_fft": 4})
    add("istft", "window", {"input": cgauss(3, 5), "window": rng.uniform(0.5, 1, 4)}, {"n_fft": 4})
