"""Writes ops_fourier.json and .npz: complex numbers, Fourier transforms, spectra of pieces of a signal, windows. Run: python3 ops_fourier.py"""
import numpy as np
import torch
from linalg_functions import function
from ops_cases import Cases, integers, randn, uniform

cases = Cases("fourier")


def add(name, label, inputs, attrs=None, call=None, **more):
    cases.add(name, label, inputs, attrs, call or function(name), **more)


def cgauss(*shape):
    return (randn(*shape) + 1j * randn(*shape)).astype("complex64")


add("view_as_real", "plain", {"input": cgauss(3, 2)})
add("view_as_complex", "plain", {"input": randn(3, 2)})
for name in ["real", "imag", "angle", "abs", "conj"]:
    add(name, "complex", {"input": cgauss(5)}, None, lambda input, name=name: getattr(torch, name)(input).resolve_conj())
add("real", "real", {"input": randn(3)})
add("angle", "real", {"input": np.array([-1.5, -0.0, 0.0, 2, np.nan], "float32")})
add("complex", "plain", {"real": randn(4), "imag": randn(4)})
add("polar", "plain", {"abs": uniform(0.5, 2, 4), "angle": uniform(-4, 4, 4)})

for name in ["fft_fft", "fft_ifft"]:
    add(name, "real", {"input": randn(2, 6)})
    add(name, "complex", {"input": cgauss(5, 2)}, {"dim": 0, "norm": "ortho"})
    add(name, "longer", {"input": cgauss(5)}, {"n": 8, "norm": "forward"})
    add(name, "shorter", {"input": randn(9)}, {"n": 4})
for n in [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 30, 31, 37, 49, 60, 74, 97]:
    add("fft_fft", f"{n} points", {"input": cgauss(n)}, gradient=n < 32)
    add("fft_rfft", f"{n} points", {"input": randn(n)}, gradient=n < 32)
    add("fft_irfft", f"{n} points", {"input": cgauss(n // 2 + 1)}, {"n": n}, gradient=n < 32)
add("fft_fft", "integers", {"input": integers(-5, 5, 4)})
add("fft_fft", "1009 points", {"input": cgauss(1009)}, gradient=False)
add("fft_fft", "1024 points", {"input": cgauss(1024)}, gradient=False)
add("fft_rfft", "shorter", {"input": randn(2, 9)}, {"n": 4, "norm": "ortho"})
add("fft_rfft", "longer", {"input": randn(4, 2)}, {"n": 5, "dim": 0, "norm": "forward"})
add("fft_irfft", "usual", {"input": cgauss(2, 5)}, {"norm": "ortho"})
add("fft_irfft", "longer", {"input": cgauss(3, 2)}, {"n": 9, "dim": 0, "norm": "forward"})
for name in ["fft_fftn", "fft_ifftn", "fft_irfftn"]:
    add(name, "all", {"input": cgauss(2, 3, 4)})
    add(name, "sizes", {"input": cgauss(2, 3, 3)}, {"s": [4, 5], "norm": "ortho"})
    add(name, "dims", {"input": cgauss(3, 4, 2)}, {"dim": [2, 0], "norm": "forward"})
add("fft_rfftn", "all", {"input": randn(2, 3, 4)})
add("fft_rfftn", "sizes", {"input": randn(2, 3, 3)}, {"s": [4, 5], "norm": "ortho"})
add("fft_rfftn", "dims", {"input": randn(3, 4, 2)}, {"dim": [2, 0], "norm": "forward"})
for name in ["fft_fft2", "fft_ifft2", "fft_irfft2"]:
    add(name, "plain", {"input": cgauss(2, 3, 4)})
    add(name, "dims", {"input": cgauss(3, 4)}, {"s": [2, 5], "dim": [1, 0]})
add("fft_rfft2", "plain", {"input": randn(2, 3, 4)})
for name in ["fft_fftshift", "fft_ifftshift"]:
    add(name, "all", {"input": randn(4, 5)})
    add(name, "one", {"input": randn(2, 5)}, {"dim": 1})
for name in ["fft_fftfreq", "fft_rfftfreq"]:
    for n in [1, 4, 5]:
        add(name, f"{n}", {}, {"n": n, "d": 0.1, "dtype": "float32"})

add("stft", "plain", {"input": randn(20)}, {"n_fft": 8})
add("stft", "window", {"input": randn(2, 25), "window": uniform(0.5, 1, 8)}, {"n_fft": 8, "hop_length": 3})
add("stft", "short window", {"input": randn(25), "window": uniform(0.5, 1, 5)}, {"n_fft": 8, "win_length": 5, "normalized": True, "pad_mode": "constant"})
add("stft", "both sides", {"input": randn(20)}, {"n_fft": 7, "onesided": False, "center": False, "return_complex": False})
add("stft", "complex", {"input": cgauss(20)}, {"n_fft": 8, "center": False})
add("istft", "plain", {"input": cgauss(5, 6)}, {"n_fft": 8})
add("istft", "window", {"input": cgauss(2, 5, 6), "window": uniform(0.5, 1, 8)}, {"n_fft": 8, "hop_length": 3, "normalized": True})
add("istft", "short window", {"input": cgauss(5, 6), "window": uniform(0.5, 1, 6)}, {"n_fft": 8, "hop_length": 2, "win_length": 6})
add("istft", "length", {"input": cgauss(5, 6)}, {"n_fft": 8, "length": 9})
add("istft", "complex", {"input": cgauss(8, 4)}, {"n_fft": 8, "onesided": False, "center": False, "return_complex": True})
for name in ["hann_window", "hamming_window", "blackman_window", "bartlett_window", "kaiser_window"]:
    for n in [1, 2, 7, 8]:
        for periodic in [True, False]:
            add(name, f"{n}, {periodic}", {}, {"window_length": n, "periodic": periodic, "dtype": "float64"})
add("hamming_window", "numbers", {}, {"window_length": 6, "periodic": True, "alpha": 0.6, "beta": 0.3, "dtype": "float64"})
add("kaiser_window", "beta", {}, {"window_length": 6, "periodic": True, "beta": 5.0, "dtype": "float64"})


def melscale_fbanks(n_freqs, n_mels, dtype, f_min=0.0, f_max=8000.0, sample_rate=16000, norm=None, mel_scale="htk"):
    """By the definition: PyTorch has none, torchaudio's computes in f32."""
    to_mel = lambda f: 2595 * np.log10(1 + f / 700) if mel_scale == "htk" else np.where(f < 1000, f * 3 / 200, 15 + 27 * np.log(np.maximum(f, 1) / 1000) / np.log(6.4))
    grid = np.linspace(0, 20000, 2000001)
    corners = np.interp(np.linspace(to_mel(f_min), to_mel(f_max), n_mels + 2), to_mel(grid), grid)
    f = np.linspace(0, sample_rate // 2, n_freqs)[:, None]
    low, middle, high = corners[:-2], corners[1:-1], corners[2:]
    filters = np.clip(np.minimum((f - low) / (middle - low), (high - f) / (high - middle)), 0, None)
    return torch.from_numpy(filters * (2 / (high - low) if norm else 1)).to(dtype)


for label, attrs in [("htk", {}), ("slaney", {"norm": "slaney", "mel_scale": "slaney", "f_min": 50.0, "f_max": 7000.0})]:
    add("melscale_fbanks", label, {}, {"n_freqs": 17, "n_mels": 5, "dtype": "float32", **attrs}, melscale_fbanks)
cases.write()
