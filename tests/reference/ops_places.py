"""Writes ops_places.json and .npz: other shapes, cutting, new tensors; placing and picking by index tensors. Run: python3 ops_places.py"""
import numpy as np
import torch
from ops_cases import Cases, distinct, integers, randn

cases = Cases("places")
add = cases.add


def array(*values, dtype="int64"):
    return np.array(values, dtype)


# ---- shapes ----

add("broadcast_to", "plain", {"input": randn(3, 1)}, {"shape": [2, 3, 4]}, lambda input, shape: input.broadcast_to(shape))
add("flatten", "all", {"input": randn(2, 3, 2)})
add("flatten", "some", {"input": randn(2, 3, 2, 2)}, {"start_dim": 1, "end_dim": -2})
add("flatten", "0-d", {"input": np.array(0.5, "float32")})
add("unflatten", "plain", {"input": randn(2, 6)}, {"dim": 1, "sizes": [2, -1]})
add("transpose", "plain", {"input": randn(2, 3, 4)}, {"dim0": 0, "dim1": -1})
add("swapaxes", "plain", {"input": randn(2, 3, 4)}, {"axis0": 0, "axis1": -1})
add("movedim", "one", {"input": randn(2, 3, 4)}, {"source": 0, "destination": 2})
add("movedim", "two", {"input": randn(2, 3, 4, 2)}, {"source": [0, -1], "destination": [1, 0]})
add("narrow", "plain", {"input": randn(5, 3)}, {"dim": 0, "start": 1, "length": 3})
add("narrow", "from the end", {"input": randn(2, 5)}, {"dim": -1, "start": -3, "length": 2})
add("unbind", "columns", {"input": randn(2, 3)}, {"dim": -1})
for label, dims in [("plain", [2, 1]), ("shorter", [2]), ("longer", [2, 1, 2, 1])]:
    add("tile", label, {"input": randn(2, 3)}, {"dims": dims})
for name in ["atleast_1d", "atleast_2d", "atleast_3d"]:
    for rank in range(4):
        add(name, f"{rank} dimensions", {"input": randn(*[2, 3, 1, 2][:rank]) if rank else np.array(0.5, "float32")}, function=lambda input, one=getattr(torch, name): one(input))
for k in range(-1, 5):
    add("rot90", f"k = {k}", {"input": randn(2, 3)}, {"k": k})
add("rot90", "dims", {"input": randn(2, 3, 2)}, {"k": 1, "dims": [2, 0]})
add("fliplr", "plain", {"input": randn(2, 3)})
add("flipud", "plain", {"input": randn(2, 3)})

# ---- pieces ----


def cut(name):
    return lambda input, indices_or_sections, **more: getattr(torch, name)(input, indices_or_sections, **more)


for label, where in [("sections", 3), ("one place", [2]), ("places", [1, -2]), ("outside", [2, 9]), ("overlapping", [3, 1])]:
    add("tensor_split", label, {"input": randn(7, 2)}, {"indices_or_sections": where}, cut("tensor_split"))
add("tensor_split", "columns", {"input": randn(2, 5)}, {"indices_or_sections": 2, "dim": 1}, cut("tensor_split"))
add("hsplit", "columns", {"input": randn(2, 4)}, {"indices_or_sections": 2}, cut("hsplit"))
add("hsplit", "vector", {"input": randn(5)}, {"indices_or_sections": [2, 3]}, cut("hsplit"))
add("vsplit", "rows", {"input": randn(4, 2)}, {"indices_or_sections": 2}, cut("vsplit"))
add("dsplit", "depth", {"input": randn(1, 2, 4)}, {"indices_or_sections": [1]}, cut("dsplit"))
for name in ["hstack", "vstack", "dstack", "column_stack"]:
    function = lambda tensors, one=getattr(torch, name): one(tensors)
    for label, shape in [("numbers", ()), ("vectors", (3,)), ("matrices", (2, 3)), ("three", (2, 3, 2))]:
        add(name, label, {"tensors0": np.array(randn(*shape)), "tensors1": np.array(randn(*shape))}, function=function)
add("cartesian_prod", "three", {"tensors0": randn(2), "tensors1": randn(3), "tensors2": randn(2)}, function=lambda tensors: torch.cartesian_prod(*tensors))
add("cartesian_prod", "one", {"tensors0": randn(2)}, function=lambda tensors: torch.cartesian_prod(*tensors))
for r, again in [(2, False), (3, False), (2, True), (1, False), (5, False), (0, False)]:
    add("combinations", f"{r}, {again}", {"input": randn(4)}, {"r": r, "with_replacement": again})

# ---- new tensors ----

for name in ["zeros", "ones"]:
    add(name, "plain", {}, {"size": [2, 3], "dtype": "float32"}, lambda size, dtype, one=getattr(torch, name): one(size, dtype=dtype))
    add(f"{name}_like", "plain", {"input": randn(2, 3)}, gradient=False)
    add(f"{name}_like", "dtype", {"input": randn(2)}, {"dtype": "int32"}, gradient=False)
add("full_like", "plain", {"input": randn(2, 3)}, {"fill_value": 2.5}, gradient=False)
add("eye", "wide", {}, {"n": 2, "m": 4, "dtype": "float64"}, lambda n, m, dtype: torch.eye(n, m, dtype=dtype))
for steps in [0, 1, 2, 7]:
    for name, more in [("linspace", {}), ("logspace", {}), ("logspace", {"base": 2.0})]:
        add(name, f"{steps} steps, {more}", {}, {"start": -1.0, "end": 2.5, "steps": steps, **more, "dtype": "float64"}, getattr(torch, name))
add("linspace", "whole", {}, {"start": 0.0, "end": 10.0, "steps": 4, "dtype": "int64"}, torch.linspace)
for name in ["tril_indices", "triu_indices"]:
    for row, col, offset in [(3, 3, 0), (3, 4, 1), (4, 3, -2), (2, 2, 5), (2, 2, -5), (0, 3, 0)]:
        add(name, f"{row}, {col}, {offset}", {}, {"row": row, "col": col, "offset": offset}, lambda row, col, offset, one=getattr(torch, name): one(row, col, offset))

# ---- placing ----

index, again = array([0, 2, 1, 4], [3, 0, 3, 2], [1, 4, 0, 3]), array([0, 2, 1, 4], [0, 0, 3, 3], [1, 2, 2, 4])


def scatter(input, index, dim, src=None, value=None, reduce=None):
    more = {} if reduce is None else {"reduce": reduce}
    return torch.scatter(input, dim, index, src if value is None else value, **more)


add("scatter", "rows", {"input": randn(5, 4), "index": index, "src": randn(3, 4)}, {"dim": 0}, scatter)
add("scatter", "larger source", {"input": randn(5, 4), "index": index, "src": randn(3, 4)}, {"dim": 0}, scatter)
add("scatter", "value", {"input": randn(5, 4), "index": again}, {"dim": 0, "value": 2.5}, scatter)
add("scatter", "add", {"input": randn(5, 4), "index": again, "src": randn(3, 4)}, {"dim": 0, "reduce": "add"}, scatter, gradient=False)
add("scatter", "multiply", {"input": randn(5, 4), "index": again, "src": randn(3, 4)}, {"dim": 0, "reduce": "multiply"}, scatter, gradient=False)
for reduce in ["sum", "prod", "mean", "amax", "amin"]:
    for include in [True, False]:
        attrs = {"dim": 0, "reduce": reduce, "include_self": include}
        add("scatter_reduce", f"{reduce}, {include}", {"input": randn(5, 4), "index": again, "src": randn(3, 4)}, attrs)
        if reduce != "sum":
            add("index_reduce", f"{reduce}, {include}", {"input": randn(4, 2), "index": array(2, 0, 2), "source": randn(3, 2)}, attrs)
    add("scatter_reduce", f"{reduce} of integers", {"input": integers(-9, 9, 3, 5), "index": again, "src": integers(-9, 9, 3, 4)}, {"dim": 1, "reduce": reduce})
add("scatter_reduce", "ties", {"input": np.array([1, 5, 2], "float32"), "index": array(0, 0, 1, 1, 2), "src": np.array([3, 3, 5, 5, 1], "float32")}, {"dim": 0, "reduce": "amax"})
add("scatter_reduce", "zeros", {"input": np.array([1, 0, 2, 3], "float32"), "index": array(0, 1, 1, 2, 2, 3, 3), "src": np.array([0, 0, 3, 0, 5, 0, 0], "float32")},
    {"dim": 0, "reduce": "prod"})
for name in ["index_copy", "index_fill"]:
    more = {"source": randn(3, 2)} if name == "index_copy" else {}
    attrs = {"dim": 0} if more else {"dim": 0, "value": 2.5}
    add(name, "rows", {"input": randn(4, 2), "index": array(2, 0, 3), **more}, attrs)
add("index_fill", "tensor", {"input": randn(4, 2), "index": array(2, 0, 3), "value": np.array(0.7, "float32")}, {"dim": 0})
add("put", "plain", {"input": randn(3, 4), "index": array(0, 11, -2), "source": randn(3)}, {}, lambda input, index, source: input.put(index, source))
add("put", "added", {"input": randn(3, 4), "index": array(1, 1, -1), "source": randn(3)}, {"accumulate": True}, lambda input, index, source, accumulate: input.put(index, source, accumulate))
mask = np.array([[True, False, True, True], [False, False, True, False], [True, True, False, True]])
add("masked_scatter", "some", {"input": randn(3, 4), "mask": mask, "source": randn(3, 4)}, {}, lambda input, mask, source: input.masked_scatter(mask, source))
add("select_scatter", "column", {"input": randn(3, 4), "src": randn(3)}, {"dim": -1, "index": -1})
add("slice_scatter", "steps", {"input": randn(2, 5), "src": randn(2, 2)}, {"dim": 1, "start": -4, "step": 2})
add("slice_scatter", "rows", {"input": randn(5, 2), "src": randn(2, 2)}, {"start": 1, "end": 3})

# ---- picking ----

a, b, c = array([0, 2], [-1, 1]), array(1, 3), array(0, 2)
row_mask = np.array([True, False, True])
places = {"one": ((3, 4), [a], [0]), "two": ((3, 4, 2), [a, b], [0, 1]), "last": ((2, 3, 4), [b], [2]), "middle": ((2, 3, 4, 2), [a, b], [1, 2]),
          "apart": ((3, 2, 4), [a, b], [0, 2]), "mask": ((3, 4), [row_mask], [0]), "plane": ((3, 4, 2), [mask], [0]), "both": ((3, 4), [row_mask, b], [0, 1])}


def keys(operands, dims):
    found = [slice(None)] * (max(dims) + 1)
    for i, dim in enumerate(dims):
        found[dim] = operands[f"indices{i}"]
    return tuple(found)


for label, (shape, indices, dims) in places.items():
    operands = {"input": randn(*shape)} | {f"indices{i}": one for i, one in enumerate(indices)}
    add("index", label, operands, {"dims": dims}, lambda input, dims, **indices: input[keys(indices, dims)])
    distinct_places = {"one": [c], "two": [c, b], "middle": [c, b], "apart": [c, b]}.get(label, indices)
    operands = {"input": randn(*shape)} | {f"indices{i}": one for i, one in enumerate(distinct_places)}
    values = operands["input"][tuple(keys(operands, dims))]
    for accumulate in [False, True]:
        def put(input, values, dims, accumulate, **indices):
            if not accumulate:
                found = input.clone()
                found[keys(indices, dims)] = values
                return found
            leading = [k for k in keys(indices, dims)]
            grid = torch.arange(input.numel()).reshape(input.shape)[keys(indices, dims)]
            return input.reshape(-1).index_add(0, grid.reshape(-1), values.expand(grid.shape).reshape(-1)).reshape(input.shape)
        add("index_put", f"{label}, {accumulate}", operands | {"values": randn(*values.shape)}, {"dims": dims, "accumulate": accumulate}, put)
add("take_along_dim", "broadcast", {"input": randn(1, 4), "indices": integers(0, 4, 3, 2)}, {"dim": 1})
add("take_along_dim", "flat", {"input": randn(3, 4), "indices": array(0, 11, 5)})
add("repeat_interleave", "number", {"input": randn(2, 3)}, {"repeats": 2, "dim": 1})
add("repeat_interleave", "flat", {"input": randn(2, 3)}, {"repeats": 2})
add("repeat_interleave", "each", {"input": randn(3, 2), "repeats": array(2, 0, 3)}, {"dim": 0})
cases.write()
