#!/usr/bin/env python3
"""Writes promotion.json: torch.result_type of every pair of dtypes as tensors, 0-d tensors and numbers; pairs that PyTorch refuses are left out."""
import json
import os

import torch

names = {torch.bool: "bool", torch.uint8: "u8", torch.int8: "i8", torch.uint16: "u16", torch.int16: "i16", torch.uint32: "u32", torch.int32: "i32", torch.uint64: "u64",
         torch.int64: "i64", torch.float16: "f16", torch.bfloat16: "bf16", torch.float32: "f32", torch.float64: "f64", torch.complex64: "c64", torch.complex128: "c128"}
operands = [(name, kind, torch.empty([2] if kind == "tensor" else [], dtype=dtype)) for dtype, name in names.items() for kind in ("tensor", "0-d")]
operands += [(name, "number", value) for name, value in (("bool", True), ("i64", 2), ("f64", 2.5), ("c128", 2j))]
rows = []
for a, a_kind, x in operands:
    for b, b_kind, y in operands:
        try:
            result = torch.result_type(x, y)
        except RuntimeError:
            continue
        if result in names:  # there is no complex32 here
            rows.append([a, a_kind, b, b_kind, names[result]])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "promotion.json"), "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(r) for r in rows) + "\n]\n")
print(len(rows), "pairs, PyTorch", torch.__version__)
