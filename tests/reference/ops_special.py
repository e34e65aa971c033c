"""Writes ops_special.json and .npz: special functions, signs, neighbours, shifts and closeness of numbers. Run: python3 ops_special.py"""
import numpy as np
import torch
from f64_shapes import Lgamma, digamma, lgamma, polygamma
from ops_cases import Cases, integers, randn, uniform

cases = Cases("special")
add = cases.add
nan, inf = np.nan, np.inf
S = torch.special


def array(*values, dtype="float32"):
    return np.array(values, dtype)


one = {"lgamma": (lgamma, [0.01, 0.4, 1, 1.5, 2, 3.7, 20, 900, -0.3, -2.6]), "digamma": (digamma, [0.01, 0.4, 1.5, 2, 9.5, 700, -0.3, -7.6]),
       "erfinv": (torch.erfinv, [-0.999, -0.6, -0.3, -1e-6, 0, 1e-3, 0.45, 0.55, 0.99]),
       "special_erfcx": (S.erfcx, [-3, -0.5, 0, 0.3, 1.9, 2.1, 7, 60]), "special_ndtr": (S.ndtr, [-9, -3, -0.3, 0, 0.4, 2, 7]),
       "special_ndtri": (S.ndtri, [1e-9, 0.01, 0.3, 0.5, 0.51, 0.77, 0.999]), "special_log_ndtr": (S.log_ndtr, [-30, -9, -1.1, -0.9, 0, 0.4, 5]),
       "special_entr": (S.entr, [1e-6, 0.1, 0.5, 1, 4]), "i0": (torch.i0, [-20, -2, -0.3, 0, 1, 5, 29.9, 30.1, 60]),
       "special_i0e": (S.i0e, [-20, -2, -0.3, 0.1, 1, 5, 29.9, 30.1, 600]), "special_i1": (S.i1, [-20, -2, -0.3, 0.1, 1, 5, 29.9, 30.1, 60]),
       "special_i1e": (S.i1e, [-20, -2, -0.3, 0.1, 1, 5, 29.9, 30.1, 600]), "logit": (torch.logit, [0.001, 0.2, 0.5, 0.9]),
       "deg2rad": (torch.deg2rad, [-90, 0, 30, 720]), "rad2deg": (torch.rad2deg, [-1, 0, 0.5, 9]), "positive": (torch.positive, [-1, 0, 2]),
       "nan_to_num": (torch.nan_to_num, [-1, 0, 2])}
for name, (function, values) in one.items():
    add(name, "plain", {"input": array(*values)}, function=function, rtol=2e-5)
for name, function in [("lgamma", torch.lgamma), ("digamma", torch.digamma), ("erfinv", torch.erfinv), ("special_ndtri", S.ndtri), ("special_entr", S.entr),
                       ("logit", torch.logit), ("special_erfcx", S.erfcx), ("special_ndtr", S.ndtr), ("special_log_ndtr", S.log_ndtr), ("i0", torch.i0),
                       ("special_i0e", S.i0e), ("special_i1", S.i1), ("special_i1e", S.i1e)]:
    add(name, "edges", {"input": array(0, -0.0, 1, -1, inf, -inf, nan)}, function=function, gradient=False)
add("lgamma", "integers", {"input": integers(1, 20, 7)}, function=torch.lgamma)
for n in [0, 1, 2, 5]:
    add("polygamma", f"n = {n}", {"input": array(0.3, 1.1, 2.7, 9, 40, -0.4, -2.7)}, {"n": n}, lambda input, n: polygamma(n, input), rtol=2e-5)
add("polygamma", "edges", {"input": array(-1, -2, nan)}, {"n": 1}, lambda input, n: torch.polygamma(n, input), gradient=False)
for p in [1, 3]:
    add("mvlgamma", f"p = {p}", {"input": uniform(1.2, 9, 5)}, {"p": p}, lambda input, p: sum(Lgamma.apply(input - i / 2) for i in range(p)) + p * (p - 1) / 4 * np.log(np.pi), rtol=2e-5)
add("logit", "eps", {"input": array(-0.5, 0.1, 0.5, 0.95, 1.2)}, {"eps": 0.2}, torch.logit)

edges = {"input": array(0, 0, 0, 1, inf, -inf, inf, nan, 2), "other": array(0, -1, nan, 0, 2, 3, inf, 1, nan)}
for name, function in [("xlogy", torch.xlogy), ("special_xlog1py", S.xlog1py), ("logaddexp", torch.logaddexp), ("logaddexp2", torch.logaddexp2), ("hypot", torch.hypot),
                       ("fmax", torch.fmax), ("fmin", torch.fmin), ("copysign", torch.copysign)]:
    add(name, "broadcast", {"input": uniform(0.3, 2, 2, 1), "other": uniform(0.3, 3, 3)}, function=function)
    add(name, "edges", edges, function=function, gradient=False)
add("xlogy", "number", {"input": randn(4)}, {"other": 2.5}, lambda input, other: torch.xlogy(input, torch.tensor(other, dtype=input.dtype)))
add("xlogy", "integers", {"input": integers(0, 4, 6), "other": integers(0, 4, 6)}, function=torch.xlogy)
for name in ["logaddexp", "logaddexp2"]:
    add(name, "far apart", {"input": array(-500, 500, 0), "other": array(500, -499, 50)})
add("hypot", "large", {"input": array(3e30, 1e-30), "other": array(4e30, 1e-30)})
add("copysign", "zeros", {"input": array(1, 2, -3, -4), "other": array(0.0, -0.0, 0.0, -0.0)}, gradient=False)
add("copysign", "integers", {"input": integers(-9, 9, 6), "other": integers(-9, 9, 6)})
for name in ["fmax", "fmin"]:
    add(name, "ties", {"input": array(1, 2, 3, nan), "other": array(1, 3, 2, 1)})
    add(name, "integers", {"input": integers(-9, 9, 6), "other": integers(-9, 9, 6)})
for s in [1.5, 2.0, 7.0]:
    add("special_zeta", f"of {s}", {"other": array(0.3, 1, 2.5, 9, 40)}, {"input": s}, lambda other, input: S.zeta(torch.tensor(input, dtype=other.dtype), other), rtol=2e-5)
add("special_zeta", "edges", {"input": array(1, 0.5, 2, 2, 2.5, nan), "other": array(2, 2, 0, -1.5, -1.5, 1)}, function=S.zeta, gradient=False)

add("nan_to_num", "others", {"input": array(nan, inf, -inf, 2)}, gradient=False)
add("nan_to_num", "given", {"input": array(nan, inf, -inf, 2)}, {"nan": 7.0, "posinf": 8.0, "neginf": -9.0})
add("nan_to_num", "integers", {"input": integers(-9, 9, 4)})
add("float_power", "plain", {"input": uniform(0.5, 2, 2, 3).astype("float64"), "exponent": uniform(-2, 2, 3).astype("float64")})
add("float_power", "integers", {"input": integers(1, 5, 4), "exponent": integers(-3, 3, 4).astype("float64")})
for name in ["signbit", "isposinf", "isneginf", "isreal"]:
    add(name, "plain", {"input": array(0.0, -0.0, 1, -1, inf, -inf, nan)}, gradient=False)
    add(name, "integers", {"input": integers(-9, 9, 6)})
add("isreal", "complex", {"input": np.array([1 + 1j, 2, 3j], "complex64")}, gradient=False)
add("heaviside", "plain", {"input": array(-1.5, 0, 2, -0.0, nan), "values": array(1, 2, 3, 0.5, 7)}, gradient=False)
add("heaviside", "integers", {"input": integers(-1, 2, 6), "values": integers(3, 9, 6)})
add("nextafter", "double", {"input": array(1, 0, -2, 3, dtype="float64"), "other": array(2, -1, -2, inf, dtype="float64")}, gradient=False, rtol=1e-16, atol=1e-300)
add("ldexp", "plain", {"input": randn(2, 3), "other": integers(-3, 4, 3, dtype="int32")})
add("ldexp", "floating", {"input": randn(4), "other": uniform(-2, 2, 4)})
add("ldexp", "integers", {"input": integers(1, 9, 4), "other": integers(0, 4, 4)})
add("frexp", "plain", {"input": array(1, 0.3, -17.5, 100)})
add("frexp", "edges", {"input": array(0, -0.0, 1e-40, 3e38)}, gradient=False)

for name in ["isclose", "allclose"]:
    def function(input, other, one=getattr(torch, name), **more):
        out = one(input, other, **more)
        return torch.tensor(out) if isinstance(out, bool) else out
    add(name, "plain", {"input": array(1, 2, 3, dtype="float64"), "other": array(1 + 1e-7, 2.1, 3, dtype="float64")}, function=function, gradient=False)
    add(name, "others", {"input": array(nan, inf, inf, inf, 1), "other": array(nan, inf, -inf, 1, inf)}, function=function, gradient=False)
    add(name, "NaN", {"input": array(nan, inf), "other": array(nan, inf)}, {"equal_nan": True}, function, gradient=False)
    add(name, "tolerant", {"input": array(1, 2), "other": array(1.3, 2.1)}, {"rtol": 0.1, "atol": 0.1}, function, gradient=False)
    add(name, "integers", {"input": integers(0, 3, 6), "other": integers(0, 3, 6)}, function=function)
for label, a, b in [("yes", [1, 2], [1, 2]), ("no", [1, 2], [1, 3]), ("NaN", [nan], [nan]), ("shapes", [1, 1], [1])]:
    add("equal", label, {"input": array(*a), "other": array(*b)}, function=lambda input, other: torch.tensor(torch.equal(input, other)), gradient=False)
for name in ["gcd", "lcm"]:
    add(name, "plain", {"input": integers(-30, 30, 4, 3), "other": integers(-30, 30, 3)})
    add(name, "zeros", {"input": integers(0, 1, 3), "other": integers(0, 9, 3)})
for name in ["bitwise_left_shift", "bitwise_right_shift"]:
    add(name, "plain", {"input": integers(0, 100, 4, 3, dtype="uint8"), "other": integers(0, 8, 3, dtype="uint8")})
    add(name, "signed", {"input": integers(-100, 100, 9), "other": integers(0, 9, 9)})
cases.write()
