"""Writes ops_products.json and .npz: products, einsum, diagonals, norms, distances. Run: python3 ops_products.py"""
import numpy as np
import torch
from linalg_functions import function
from ops_cases import Cases, distinct, integers, randn

cases = Cases("products")


def add(name, label, inputs, attrs=None, call=None, **more):
    cases.add(name, label, inputs, attrs, call or function(name), **more)


def cgauss(*shape):
    return (randn(*shape) + 1j * randn(*shape)).astype("complex64")


# ---- products ----

add("mm", "plain", {"input": randn(4, 3), "mat2": randn(3, 5)})
add("mm", "empty sum", {"input": randn(2, 0), "mat2": randn(0, 3)})
add("mm", "complex", {"input": cgauss(2, 3), "mat2": cgauss(3, 2)})
add("bmm", "plain", {"input": randn(2, 4, 3), "mat2": randn(2, 3, 5)})
add("mv", "plain", {"input": randn(4, 3), "vec": randn(3)})
add("dot", "plain", {"input": randn(7), "tensor": randn(7)})
add("vdot", "plain", {"input": randn(7), "other": randn(7)})
add("vdot", "complex", {"input": cgauss(5), "other": cgauss(5)})
add("inner", "matrices", {"input": randn(2, 3), "other": randn(4, 3)})
add("inner", "number", {"input": np.array(0.7, "float32"), "other": randn(4, 3)})
add("outer", "plain", {"input": randn(3), "vec2": randn(4)})
for attrs in [{}, {"beta": 0.5, "alpha": -2.0}]:
    label = "factors" if attrs else "plain"
    add("addmm", label, {"input": randn(5), "mat1": randn(4, 3), "mat2": randn(3, 5)}, attrs)
    add("addmv", label, {"input": randn(4), "mat": randn(4, 3), "vec": randn(3)}, attrs)
    add("baddbmm", label, {"input": randn(2, 1, 5), "batch1": randn(2, 4, 3), "batch2": randn(2, 3, 5)}, attrs)
add("tensordot", "two", {"input": randn(2, 3, 4), "other": randn(3, 4, 5)}, None, lambda input, other: torch.tensordot(input, other))
add("tensordot", "lists", {"input": randn(3, 4, 5), "other": randn(4, 3, 2)}, {"dims": [[1, 0], [0, 1]]}, lambda input, other, dims: torch.tensordot(input, other, dims=dims))
add("kron", "matrices", {"input": randn(2, 3), "other": randn(4, 2)})
add("kron", "vector", {"input": randn(3), "other": randn(2, 2)})
add("linalg_cross", "broadcast", {"input": randn(4, 1, 3), "other": randn(1, 2, 3)})
add("linalg_cross", "rows", {"input": randn(3, 4), "other": randn(3, 4)}, {"dim": 0})
add("cross", "first", {"input": randn(2, 3), "other": randn(2, 3)})
add("bilinear", "bias", {"input1": randn(4, 3), "input2": randn(4, 2), "weight": randn(5, 3, 2), "bias": randn(5)})
add("bilinear", "wide", {"input1": randn(2, 4, 3), "input2": randn(2, 4, 2), "weight": randn(5, 3, 2)})
for label, equation, *shapes in [
        ("product", "ij,jk->ik", (2, 3), (3, 4)), ("usual result", "kj,ja", (2, 3), (3, 4)), ("upper case", "Bj,jA", (2, 3), (3, 4)), ("trace", "ii", (3, 3)),
        ("diagonal", "iji->ij", (3, 2, 3)), ("transpose", "abc->cab", (2, 3, 4)), ("ellipsis", "...ij,...jk->...ik", (2, 1, 3, 4), (5, 4, 2)),
        ("ellipsis behind", "i...,i...->...", (3, 2, 4), (3, 4)), ("usual ellipsis", "...i,i", (2, 3), (3,)), ("three", "ij,jk,kl->il", (3, 4), (4, 5), (5, 2)),
        ("attention", "bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 5, 4)), ("size one", "ij,jk->ik", (2, 1), (3, 4)), ("only in one", "ij,i->i", (2, 3), (2,)),
        ("all summed", "ij,jk->", (2, 3), (3, 4)), ("bilinear", "bi,oij,bj->bo", (4, 3), (5, 3, 2), (4, 2))]:
    add("einsum", label, {f"operands{i}": randn(*shape) for i, shape in enumerate(shapes)}, {"equation": equation})
add("einsum", "complex", {"operands0": cgauss(2, 3), "operands1": cgauss(3, 2)}, {"equation": "ij,jk->ik"})

# ---- diagonals, norms, distances ----

add("diagonal", "plain", {"input": randn(3, 4)})
add("diagonal", "dims", {"input": randn(2, 3, 4)}, {"offset": 1, "dim1": -1, "dim2": 0})
add("diagonal", "below", {"input": randn(4, 3)}, {"offset": -1})
add("diag_embed", "plain", {"input": randn(2, 3)})
add("diag_embed", "dims", {"input": randn(2, 3)}, {"offset": -2, "dim1": 0, "dim2": 2})
add("diag", "vector", {"input": randn(3)}, {"diagonal": 1})
add("diag", "matrix", {"input": randn(3, 4)}, {"diagonal": -1})
add("trace", "wide", {"input": randn(3, 4)})
add("trace", "integers", {"input": integers(-5, 5, 3, 3, dtype="int32")})
for order in [2, 1, 3, 0.5, np.inf, -np.inf, 0]:
    add("linalg_vector_norm", f"{order}", {"x": distinct(3, 4)}, {"ord": order, "dim": 1})
add("linalg_vector_norm", "complex", {"x": cgauss(3, 2)}, {"dim": [0], "keepdim": True})
add("linalg_vector_norm", "zero", {"x": np.zeros((2, 3), "float32")})
for order in ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]:
    add("linalg_matrix_norm", f"{order}", {"A": distinct(2, 3, 4)}, {"ord": order})
add("linalg_matrix_norm", "dims", {"A": distinct(3, 2, 4)}, {"ord": 1, "dim": [2, 0], "keepdim": True})
add("linalg_matrix_norm", "nuclear, dims", {"A": distinct(3, 2, 4)}, {"ord": "nuc", "dim": [2, 0], "keepdim": True})
add("linalg_norm", "all", {"input": randn(2, 3, 4)})
add("linalg_norm", "matrix", {"input": distinct(3, 4)}, {"ord": "nuc"})
add("linalg_norm", "vector", {"input": randn(5)}, {"ord": 3})
add("linalg_norm", "dims", {"input": randn(2, 3, 4)}, {"ord": "fro", "dim": [0, 2], "keepdim": True})
for p in [2.0, 1.0, 3.0, np.inf]:
    add("cdist", f"{p}", {"x1": distinct(2, 4, 3), "x2": randn(2, 5, 3)}, {"p": p})
    add("pairwise_distance", f"{p}", {"x1": randn(4, 3), "x2": randn(4, 3)}, {"p": p, "keepdim": True})
add("cdist", "0", {"x1": integers(0, 3, 4, 3, dtype="float32"), "x2": integers(0, 3, 5, 3, dtype="float32")}, {"p": 0.0})
add("cdist", "equal rows", {"x1": np.ones((2, 3), "float32"), "x2": np.ones((2, 3), "float32")}, {"compute_mode": "donot_use_mm_for_euclid_dist"})
add("cosine_similarity", "plain", {"x1": randn(4, 3), "x2": randn(4, 3)})
add("cosine_similarity", "broadcast", {"x1": randn(4, 1, 3), "x2": randn(2, 3)}, {"dim": -1})
add("cosine_similarity", "short", {"x1": np.float32(0.01) * randn(4, 3), "x2": randn(4, 3)}, {"eps": 0.1}, gradient=False)  # PyTorch's takes a length below eps for itself
add("normalize", "plain", {"input": randn(4, 3)})
add("normalize", "columns", {"input": randn(4, 3)}, {"p": 3.0, "dim": 0})
add("normalize", "short", {"input": np.float32(0.01) * randn(4, 3)}, {"eps": 0.1})
cases.write()
