"""What ops_linalg.py, ops_fourier.py and f64_linalg.py share: PyTorch's functions by the names of our operators, and vectors with signs that are fixed as ours."""
import torch


def plain_function(name):
    for prefix, place in [("linalg_", torch.linalg), ("fft_", torch.fft)]:
        if name.startswith(prefix):
            return FIXED.get(name) or getattr(place, name[len(prefix):])
    return FIXED.get(name) or getattr(torch, name, None) or getattr(torch.nn.functional, name)


# What PyTorch's documentation calls A, B or L and its functions otherwise.
RENAMED = {"linalg_vector_norm": {"x": "input"}, "linalg_matrix_norm": {"A": "input"}, "linalg_solve_triangular": {"A": "input"}, "linalg_cholesky": {"A": "input"},
           "linalg_lstsq": {"A": "input", "B": "b"}, "cholesky_solve": {"B": "input", "L": "input2"}} | {
               f"linalg_{name}": {"A": "input"} for name in ["pinv", "matrix_rank", "matrix_power", "matrix_exp", "eigvalsh"]}


def function(name):
    found, names = plain_function(name), RENAMED.get(name)
    return (lambda **given: found(**{names.get(key, key): value for key, value in given.items()})) if names else found


def turn(vectors):
    """What makes the largest element of each column positive."""
    at = vectors.detach().abs().argmax(-2, keepdim=True)
    largest = vectors.detach().gather(-2, at)
    return largest.conj() / largest.abs()


def svd(A, full_matrices=True):
    U, S, Vh = torch.linalg.svd(A, full_matrices=full_matrices)
    k = S.shape[-1]
    by = turn(U)[..., :k]
    U = torch.cat([U[..., :k] * by, U[..., k:]], -1)
    Vh = torch.cat([Vh[..., :k, :] * by.conj().mT, Vh[..., k:, :]], -2)
    return U, S, Vh


def eigh(A, UPLO="L"):
    L, Q = torch.linalg.eigh(A, UPLO)
    return L, Q * turn(Q)


def einsum(equation, **operands):
    return torch.einsum(equation, *[operands[f"operands{i}"] for i in range(len(operands))])


def istft(input, n_fft, window=None, **more):
    return torch.istft(input, n_fft, window=window, **more)


def stft(input, n_fft, window=None, return_complex=True, **more):
    return torch.stft(input, n_fft, window=window, return_complex=return_complex, **more)


def solve_triangular(input, B, upper=False, **more):
    return torch.linalg.solve_triangular(input, B, upper=upper, **more)


FIXED = {"linalg_svd": svd, "linalg_eigh": eigh, "einsum": einsum, "istft": istft, "stft": stft, "linalg_solve_triangular": solve_triangular}
