#!/usr/bin/env python3
"""Writes the rows of src/hebb/ops/onnx_types.cc: which dtypes each input of an ONNX operator takes, by opset, from the schemas of the
onnx package (1.23 when they were made). Usage: onnx_types.py TYPE... > rows"""
import sys

from onnx import defs

DTYPES = {"bool": "boolean", "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64", "int8": "i8", "int16": "i16",
          "int32": "i32", "int64": "i64", "float16": "f16", "bfloat16": "bf16", "float": "f32", "double": "f64"}
UNSIGNED, SIGNED, REAL = ["u8", "u16", "u32", "u64"], ["i8", "i16", "i32", "i64"], ["f16", "bf16", "f32", "f64"]
NAMED = {"any": ["boolean", *UNSIGNED, *SIGNED, *REAL], "number": UNSIGNED + SIGNED + REAL, "whole": UNSIGNED + SIGNED, "real": REAL,
         "truth": ["boolean"], "index": ["i32", "i64"], "longs": ["i64"],
         "wide": ["u32", "u64", "i32", "i64", *REAL], "old_real": ["f16", "f32", "f64"],
         "old_number": UNSIGNED + SIGNED + ["f16", "f32", "f64"]}
WORDS = {tuple(v): k for k, v in NAMED.items()}


def words(types):
    found = {DTYPES[t[7:-1]] for t in types if t.startswith("tensor(") and t[7:-1] in DTYPES}
    allowed = tuple(d for d in DTYPES.values() if d in found)
    return WORDS.get(allowed) or "of({" + ", ".join(allowed) + "})"


for name in sorted(sys.argv[1:]):
    schemas = [s for s in defs.get_all_schemas_with_history() if s.name == name and s.domain == "" and not s.deprecated]
    versions = sorted(s.since_version for s in schemas)
    oldest = max((v for v in versions if v <= 13), default=0)
    before = None
    for version in versions:
        if version < oldest:
            continue
        inputs = [words(i.types) for i in defs.get_schema(name, version, "").inputs]
        while len(inputs) > 1 and inputs[-1] == inputs[-2]:
            inputs.pop()
        if inputs != before:
            print(f'    {{"{name}", {version}, {{{", ".join(inputs)}}}}},')
        before = inputs
