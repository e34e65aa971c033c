"""What the scripts ops_FAMILY.py share: cases of operators with PyTorch's values, written as ops_FAMILY.json and .npz.

    cases = Cases("activation")
    cases.add("tanh", "plain", {"input": randn(2, 5)})                        # torch.tanh or torch.nn.functional.tanh
    cases.add("cast", "up", {"input": randn(3)}, {"dtype": "float64"}, lambda input, dtype: input.to(dtype))
    cases.write()

Values and gradients are computed and stored in f64: the tests run a case as it is given, and once more with all operands in f64. In the .npz a
case's arrays are NAME/LABEL/in.* (operands), out.* (results), gy.* (gradients given) and gx.* (gradients expected);
tests/ops/reference_test.cc reads them. Of second derivatives there are v.*, what the gradients gx.* are multiplied with before they are added up, and
the gradients of that sum: vx.* of the operands, vy.* of the gradients given; tests/ops/f64_reference_test.cc reads these.
"""
import json
import pathlib

import numpy as np
import torch

torch.manual_seed(20260301)
rng = np.random.default_rng(20260301)


def randn(*shape, dtype="float32"):
    return rng.standard_normal(shape).astype(dtype)


def uniform(low, high, *shape, dtype="float32"):
    return rng.uniform(low, high, shape).astype(dtype)


def integers(low, high, *shape, dtype="int64"):
    return rng.integers(low, high, shape).astype(dtype)


def distinct(*shape, dtype="float32"):
    """No two values closer than a quarter."""
    n = int(np.prod(shape))
    return (rng.permutation(n) * 0.25 - n / 8 + 0.07).reshape(shape).astype(dtype)


def find_function(name):
    for place in [torch, torch.nn.functional]:
        if hasattr(place, name):
            return getattr(place, name)
    raise SystemExit(f"PyTorch has no {name}; pass a function")


def as_argument(value):
    return getattr(torch, value) if isinstance(value, str) and isinstance(getattr(torch, value, None), torch.dtype) else value


def floating(tensor):
    return tensor.is_floating_point() or tensor.is_complex()


class Cases:
    def __init__(self, family):
        self.family, self.cases, self.arrays = family, [], {}

    def add(self, name, label, inputs, attrs=None, function=None, gradient=True, fixed=(), rtol=None, atol=None, wide="usual", second=False):
        """function takes the operands (list operands as `tensors`) and attributes by name; fixed: floating operands that have no gradient;
        wide: how far a run in f64 may be off, as a share of a tensor's largest magnitude (None: there is no such run; usually 1e-10); second: with second derivatives."""
        attrs = attrs or {}
        dtypes = [a.dtype for a in inputs.values() if np.issubdtype(a.dtype, np.inexact)]
        double = any(d in (np.float64, np.complex128) for d in dtypes)
        leaves = {}
        for key, array in inputs.items():
            dtype = {"f": torch.float64, "c": torch.complex128}.get(array.dtype.kind)
            leaves[key] = torch.from_numpy(np.array(array)) if dtype is None else torch.tensor(array, dtype=dtype, requires_grad=gradient and key not in fixed)
        arguments = {key: leaf for key, leaf in leaves.items() if not (key.startswith("tensors") and key[7:].isdigit())}
        lists = [leaves[f"tensors{i}"] for i in range(len(leaves)) if f"tensors{i}" in leaves]
        if lists:
            arguments["tensors"] = lists
        arguments.update({key: as_argument(value) for key, value in attrs.items()})
        out = (function or find_function(name))(**arguments)
        results = {"out": out} if isinstance(out, torch.Tensor) else {f"out{i}": o for i, o in enumerate(out)}
        named = "dtype" in attrs  # the results have the dtype that was asked for

        def plain(tensor):
            return tensor.resolve_conj().numpy(force=True)

        def rounded(tensor):  # to what the operands are given in
            array = plain(tensor)
            return array if double else array.astype({"float64": np.float32, "complex128": np.complex64}.get(str(array.dtype), array.dtype))

        group = f"{name}/{label}/"
        for key, array in inputs.items():
            self.arrays[f"{group}in.{key}"] = array
        for key, result in results.items():
            self.arrays[f"{group}out.{key}"] = plain(result)
        wanted = [r for r in results.values() if r.requires_grad]
        if wanted:
            given = {k: torch.from_numpy(rng.standard_normal(tuple(r.shape))).to(r.dtype) for k, r in results.items() if r.requires_grad}
            given = {k: torch.from_numpy(rounded(g)).to(g.dtype) for k, g in given.items()}   # as rounded as what is stored
            differentiable = {k: leaf for k, leaf in leaves.items() if leaf.requires_grad}
            for g in given.values():
                g.requires_grad_(second)
            gradients = torch.autograd.grad(wanted, list(differentiable.values()), list(given.values()), allow_unused=True, create_graph=second)
            for key, gradient_given in given.items():
                self.arrays[f"{group}gy.{key}"] = rounded(gradient_given)
            for key, found in zip(differentiable, gradients):
                if found is not None:
                    self.arrays[f"{group}gx.{key}"] = plain(found)
            if second:
                self.add_second(group, dict(zip(differentiable, gradients)), differentiable, given)
        attrs = {key: str(value) if value in (np.inf, -np.inf) else value for key, value in attrs.items() if not isinstance(value, list)} | {
            key: value for key, value in attrs.items() if isinstance(value, list)}  # JSON has no infinities
        self.cases.append({"name": name, "label": label, "attrs": attrs, "rtol": rtol or (1e-9 if double else 1e-5), "atol": atol or (1e-10 if double else 1e-5),
                           "rounded": not double and not named, "wide": (None if named else 1e-10) if wide == "usual" else wide})

    def add_second(self, group, gradients, leaves, given):
        found = {key: g for key, g in gradients.items() if g is not None and g.requires_grad}
        if not found:
            return
        factors = {key: torch.from_numpy(rng.standard_normal(tuple(g.shape))).to(g.dtype) for key, g in found.items()}
        total = sum((g * factors[key]).real.sum() if g.is_complex() else (g * factors[key]).sum() for key, g in found.items())
        try:
            again = torch.autograd.grad(total, [*leaves.values(), *given.values()], allow_unused=True)
        except RuntimeError:  # PyTorch has no second derivative
            return
        self.arrays.update({f"{group}v.{key}": factor.resolve_conj().numpy() for key, factor in factors.items()})
        for key, g in zip([f"vx.{key}" for key in leaves] + [f"vy.{key}" for key in given], again):
            if g is not None:
                self.arrays[group + key] = g.resolve_conj().numpy(force=True)

    def write(self):
        folder = pathlib.Path(__file__).resolve().parent
        with open(folder / f"ops_{self.family}.json", "w") as file:
            file.write("[\n" + ",\n".join(json.dumps(case) for case in self.cases) + "\n]\n")
        np.savez_compressed(folder / f"ops_{self.family}.npz", **self.arrays)
        print(f"ops_{self.family}: {len(self.cases)} cases")
