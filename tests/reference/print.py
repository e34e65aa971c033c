#!/usr/bin/env python3
"""Writes print.json: arrays (dtype, shape, bytes in hex) and what NumPy's str() makes of them."""
import json
import os

import numpy as np

rng = np.random.default_rng(7)
names = {"bool": "bool", "uint8": "u8", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64", "uint64": "u64", "float16": "f16",
         "float32": "f32", "float64": "f64", "complex64": "c64", "complex128": "c128"}
nan, inf = np.nan, np.inf
arrays = []
for dtype in (np.float16, np.float32, np.float64):
    lists = [1.5, 0, -0.0, 1e-5, 3, 0.1, nan, inf, -inf, 12345.678, [], [1, 2.5, 3], [[1, 2.5], [3, 4]], [1, 2, 3], [0.1, 0.2, 1 / 3], [nan, 1], [inf, 1.25],
             [-inf, 1.25], [nan, nan], [inf, -inf], [0, -0.0], [1e-5, 1], [1e-4, 1], [2000, 1], [1000, 1], [60000, 0.5], [-1.5, 10.25], [1e-7, nan, 5],
             [0.99999], [-0.001, 0.002], [[0, 0], [0, 0]], [[[1, 2], [3, 4]], [[5, 6], [7, 8.5]]], [[[[1.0]]]], np.arange(20) / 7, np.arange(40),
             rng.normal(size=(3, 4)), rng.normal(size=(2, 3, 4)), rng.normal(size=(4, 17)) * 10, rng.normal(size=5) * 1e-3]
    arrays += [np.array(v, dtype) for v in lists]
for dtype in (np.float32, np.float64):
    lists = [1e16, 1.5e20, 1e15, 123456789.0, 1e-4, [1e8, 1], [99999992.0, 99999999.0], [1e10, 1.5], [1e-12, 1e-3], [1.23456789012e10, nan], [3e-39, 1], [1e30, -1e-30, inf],
             [0.123456789123, 1.5], [0.999999999], [0.000123456789], [123456.789, 4.5], rng.normal(size=1001), rng.normal(size=(40, 50)), rng.normal(size=(8, 7, 20)),
             np.arange(1200).reshape(2, 600) / 8, np.exp(rng.normal(size=(3, 5)) * 5), np.zeros((0, 3)), rng.normal(size=(1001, 1)), rng.normal(size=(2, 2, 2, 2))]
    arrays += [np.array(v, dtype) for v in lists]
arrays += [np.array(v, np.float64) for v in ([1e100, 1], [1e-300, 1e300], 1e300, [1.7976931348623157e308], [5e-324])]
for dtype in (np.uint8, np.int8, np.int16, np.int32, np.int64, np.uint64):
    lists = [0, 7, [1, 2, 3], [[1, 20], [100, 4]], np.arange(100), np.arange(30).reshape(2, 3, 5), []]
    arrays += [np.array(v, dtype) for v in lists]
arrays += [np.array(v, np.int64) for v in (-5, [-1, 10, -100], [2**62, -1], np.arange(2000), np.arange(-600, 900).reshape(3, 500))]
arrays += [np.array([2**64 - 1, 0], np.uint64), np.array(True), np.array([True, True]), np.array([[True, False], [False, False]]), np.arange(30) % 3 == 0]
for dtype in (np.complex64, np.complex128):
    lists = [1 + 2j, 2j, -1.5 - 0.5j, 3, complex(nan, 1), [1 + 2j, 3.5 - 4j], [1j, -1j], [1e-5 + 1j, 2], [complex(nan, inf), complex(1, -inf)], [[1 + 1j, 2], [3, 4 - 0.25j]],
             rng.normal(size=6) + 1j * rng.normal(size=6)]
    arrays += [np.array(v, dtype) for v in lists]

cases = [{"dtype": names[a.dtype.name], "shape": list(a.shape), "bytes": a.tobytes().hex(), "text": str(a)} for a in arrays]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "print.json"), "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
print(len(cases), "cases, NumPy", np.__version__)
