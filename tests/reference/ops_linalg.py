"""Writes ops_linalg.json and .npz: linear systems, determinants and factors of matrices. Run: python3 ops_linalg.py"""
import numpy as np
import torch
from linalg_functions import function
from ops_cases import Cases, randn, uniform

cases = Cases("linalg")


def add(name, label, inputs, attrs=None, call=None, **more):
    cases.add(name, label, inputs, attrs, call or function(name), **more)


def cgauss(*shape):
    return (randn(*shape) + 1j * randn(*shape)).astype("complex64")


def regular(*shape, dtype="float32"):
    """Far from singular, with singular values apart."""
    a = cgauss(*shape) if dtype == "complex64" else randn(*shape)
    n = min(shape[-2:])
    a[..., range(n), range(n)] += 3 * np.arange(1, n + 1)
    return a.astype(dtype)


def positive(*shape):
    a = randn(*shape)
    a = a + np.swapaxes(a, -1, -2)
    n = shape[-1]
    a[..., range(n), range(n)] += 6 * np.arange(1, n + 1)
    return a


# ---- linear systems ----

add("linalg_solve", "matrix", {"A": regular(3, 3), "B": randn(3, 2)})
add("linalg_solve", "vector", {"A": regular(3, 3), "B": randn(3)})
add("linalg_solve", "vectors", {"A": regular(2, 3, 3), "B": randn(2, 3)})
add("linalg_solve", "broadcast", {"A": regular(2, 1, 3, 3), "B": randn(4, 3, 2)})
add("linalg_solve", "right", {"A": regular(3, 3), "B": randn(2, 3)}, {"left": False})
add("linalg_solve", "complex", {"A": regular(3, 3, dtype="complex64"), "B": cgauss(3, 2)})
for attrs in [{"upper": False}, {"upper": True}, {"upper": True, "left": False}, {"upper": False, "left": False, "unitriangular": True}]:
    b = randn(2, 3) if attrs.get("left") is False else randn(3, 2)
    add("linalg_solve_triangular", " ".join(f"{k}={v}" for k, v in attrs.items()), {"A": regular(3, 3), "B": b}, attrs)
# PyTorch's gradient of L has numbers in the triangle that is not read, too.
add("cholesky_solve", "lower", {"B": randn(3, 2), "L": regular(3, 3)}, None, lambda B, L: torch.cholesky_solve(B, L.tril()))
add("cholesky_solve", "upper", {"B": randn(3, 2), "L": regular(3, 3)}, {"upper": True}, lambda B, L, upper: torch.cholesky_solve(B, L.triu(), upper))
add("linalg_inv", "batch", {"A": regular(2, 3, 3)})
add("linalg_inv", "complex", {"A": regular(3, 3, dtype="complex64")})
add("linalg_det", "batch", {"A": regular(2, 3, 3)})
add("linalg_det", "complex", {"A": regular(3, 3, dtype="complex64")})
add("linalg_det", "singular", {"A": np.array([[1, 2, 0], [2, 4, 0], [0, 0, 3]], "float32")}, gradient=False)  # PyTorch says 0 where the determinant is 0
add("linalg_slogdet", "batch", {"A": -regular(2, 3, 3)})
add("linalg_slogdet", "complex", {"A": regular(3, 3, dtype="complex64")})
add("linalg_slogdet", "singular", {"A": np.zeros((2, 2), "float32")}, gradient=False)
add("linalg_matrix_power", "third", {"A": randn(3, 3)}, {"n": 3})
add("linalg_matrix_power", "back", {"A": regular(3, 3)}, {"n": -2})
add("linalg_matrix_exp", "batch", {"A": randn(2, 3, 3)})
add("linalg_matrix_exp", "large", {"A": uniform(-6, 6, 3, 3)}, atol=1e-4)
add("linalg_matrix_exp", "complex", {"A": cgauss(2, 2)})

# ---- factors ----

add("linalg_cholesky", "lower", {"A": positive(2, 3, 3)})
add("linalg_cholesky", "upper", {"A": positive(3, 3)}, {"upper": True})
add("linalg_qr", "tall", {"A": regular(4, 3)})
add("linalg_qr", "wide", {"A": regular(2, 3, 4)})
add("linalg_qr", "square", {"A": regular(3, 3)})
add("linalg_qr", "complex", {"A": regular(3, 2, dtype="complex64")})
add("linalg_qr", "complete", {"A": regular(4, 2)}, {"mode": "complete"}, gradient=False)
add("linalg_qr", "r", {"A": regular(4, 2)}, {"mode": "r"}, gradient=False)
add("linalg_svd", "tall", {"A": regular(4, 3)}, {"full_matrices": False})
add("linalg_svd", "wide", {"A": regular(2, 3, 4)}, {"full_matrices": False})
add("linalg_svd", "square", {"A": regular(3, 3)})
add("linalg_svd", "complex", {"A": regular(3, 2, dtype="complex64")}, {"full_matrices": False}, gradient=False)
add("linalg_svdvals", "wide", {"A": regular(3, 4)})
add("linalg_svdvals", "complex", {"A": regular(3, 2, dtype="complex64")})
add("linalg_eigh", "lower", {"A": positive(2, 3, 3)})
add("linalg_eigh", "upper", {"A": positive(3, 3)}, {"UPLO": "U"})
add("linalg_eigvalsh", "plain", {"A": positive(3, 3)})
add("linalg_pinv", "tall", {"A": regular(4, 2)})
add("linalg_pinv", "wide", {"A": regular(2, 3, 4)})
add("linalg_pinv", "hermitian", {"A": positive(3, 3)}, {"hermitian": True})
add("linalg_pinv", "deficient", {"A": np.ones((3, 2), "float32")}, {"rtol": 1e-3}, gradient=False)
add("linalg_matrix_rank", "one", {"A": np.ones((2, 3, 3), "float32")}, {"rtol": 1e-3})
add("linalg_matrix_rank", "full", {"A": regular(3, 4)})
for driver in ["gelsy", "gels", "gelsd"]:
    add("linalg_lstsq", driver, {"A": regular(4, 3), "B": randn(4, 2)}, {"driver": driver}, gradient=driver == "gels")
add("linalg_lstsq", "vector", {"A": regular(4, 3), "B": randn(4)}, gradient=False)
add("linalg_lstsq", "wide", {"A": regular(2, 4), "B": randn(2, 1)}, gradient=False)
cases.write()
