#!/usr/bin/env python3
"""Holds the nodes that operators are written in against ONNX's own meaning: builds a model of each sample, checks it with the onnx
package, runs it with onnxruntime (with onnx.reference where that has no kernel for it) and compares the results.

    HEBB_ONNX_DUMP=nodes.jsonl build/release/bin/tests_ops --gtest_filter=OnnxDump.*
    python3 tests/reference/check_onnx.py nodes.jsonl

Needs onnx (1.23), onnxruntime and numpy. Ends with 1 where something differs."""
import collections
import json
import sys

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper, reference

ort.set_default_logger_severity(4)
np.seterr(all="ignore")

# Samples whose results ONNX leaves open, and why. Each has to differ somewhere.
OPEN = {"grid_sample/NaN and far": "ONNX does not say where NaN lies", "argmax/NaN": "ONNX does not say how NaN compares", "argmin/NaN": "ONNX does not say how NaN compares"}


def proto(name, tensor):
    return TensorProto(name=name, data_type=tensor["dtype"], dims=tensor["shape"], raw_data=bytes.fromhex(tensor["bytes"]))


def array(tensor):
    return numpy_helper.to_array(proto("", tensor))


def attribute(a):
    if "tensor" in a:
        return helper.make_attribute(a["name"], proto("", a["tensor"]))
    value = a["value"]
    if a["is_float"]:
        value = [float(v) for v in value] if isinstance(value, list) else float(value)
    if value == []:
        return helper.make_attribute(a["name"], [], attr_type=onnx.AttributeProto.INTS)
    return helper.make_attribute(a["name"], value)


def model_of(sample):
    nodes = []
    for n in sample["nodes"]:
        node = helper.make_node(n["op_type"], n["inputs"], n["outputs"])
        node.attribute.extend(attribute(a) for a in n["attributes"])
        nodes.append(node)
    info = lambda values: [helper.make_tensor_value_info(k, v["dtype"], v["shape"]) for k, v in values.items()]
    graph = helper.make_graph(nodes, "g", info(sample["inputs"]), info(sample["outputs"]),
                              [proto(k, v) for k, v in sample["constants"].items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", sample["opset"])], ir_version=10)


def run(model, feeds):
    """The results and who computed them; None where nobody can."""
    try:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return session.run(None, feeds), "onnxruntime", ""
    except Exception as error:  # a kernel that is not there, or a dtype that numpy does not hand over
        why = str(error).split("\n")[0]
    try:
        return reference.ReferenceEvaluator(model).run(None, feeds), "onnx.reference", why
    except Exception as error:
        return None, "", f"{why[:160]}; reference: {str(error).splitlines()[0][:160] if str(error) else type(error).__name__}"


def difference(got, expected, tolerance):
    got = np.asarray(got)
    if got.shape != expected.shape:
        return f"shape {got.shape}, not {expected.shape}"
    if got.dtype != expected.dtype:
        return f"dtype {got.dtype}, not {expected.dtype}"
    if expected.dtype.kind in "biu":
        return "" if np.array_equal(got, expected) else f"{got.ravel()[:8]}, not {expected.ravel()[:8]}"
    half = expected.dtype.itemsize == 2
    a, b = got.astype(np.float64), expected.astype(np.float64)
    finite = np.abs(b[np.isfinite(b)])
    largest = max(1.0, finite.max()) if finite.size else 1.0
    rtol, atol = (2e-2, 1e-2) if half else (5e-5 * tolerance, 5e-6 * tolerance)
    with np.errstate(invalid="ignore"):
        good = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= rtol * np.abs(b) + atol * largest)
    return "" if good.all() else f"{a[~good].ravel()[:4]}, not {b[~good].ravel()[:4]}"


def main():
    counts, who, unsupported, wrong = collections.Counter(), collections.Counter(), collections.defaultdict(list), []
    left_open = set()
    for line in open(sys.argv[1]):
        sample = json.loads(line)
        label = f"{sample['op']}/{sample['label']} in opset {sample['opset']}"
        counts["samples"] += 1
        model = model_of(sample)
        try:
            onnx.checker.check_model(model, full_check=True)
        except Exception as error:
            wrong.append(f"{label}: onnx's checker: {' '.join(str(error).split())[:300]}")
            continue
        results, by, why = run(model, {k: array(v) for k, v in sample["inputs"].items()})
        if results is None:
            unsupported[f"{sample['op']}: {why}"].append(label)
            continue
        who[by] += 1
        for (name, tensor), got in zip(sample["outputs"].items(), results):
            problem = difference(got, array(tensor), sample["tolerance"])
            if problem and label.split(" in opset")[0] in OPEN:
                left_open.add(label.split(" in opset")[0])
            elif problem:
                wrong.append(f"{label}: {name} by {by}: {problem}")
    wrong += [f"{label}: {OPEN[label]}, but nothing differs" for label in OPEN.keys() - left_open]
    for why, labels in unsupported.items():
        print(f"not run ({len(labels)}): {why}")
    print("\n".join(wrong))
    print(f"{counts['samples']} samples; {who['onnxruntime']} by onnxruntime, {who['onnx.reference']} by onnx.reference, "
          f"{sum(map(len, unsupported.values()))} by nobody; {len(left_open)} left open by ONNX, {len(wrong)} differ")
    return bool(wrong)


sys.exit(main())
