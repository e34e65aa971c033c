"""Writes the ONNX model of a net whose weights bench_inference saved: write_onnx.py MODEL WEIGHTS.safetensors BATCH OUT.onnx

MODEL: cnn or resnet18. Opset 17, the batch is fixed. The nets are written down here a second time, from torchvision's structure and names,
so that equal answers say something about both.
"""
import json
import struct
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        values = file.read()
    header.pop("__metadata__", None)
    return {name: np.frombuffer(values[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
            for name, entry in header.items() if entry["dtype"] == "F32"}


class Net:
    """Nodes in the order they are called. A value is its name."""

    def __init__(self, weights):
        self.weights, self.nodes, self.used = weights, [], []

    def node(self, type, inputs, **attributes):
        output = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(type, inputs, [output], **attributes))
        return output

    def weight(self, name):
        self.used.append(name)
        return name

    def conv(self, x, name, stride=1, padding=0):
        inputs = [x, self.weight(name + ".weight")]
        if name + ".bias" in self.weights:
            inputs.append(self.weight(name + ".bias"))
        return self.node("Conv", inputs, strides=[stride] * 2, pads=[padding] * 4)

    def batch_norm(self, x, name):
        parts = ["weight", "bias", "running_mean", "running_var"]
        return self.node("BatchNormalization", [x] + [self.weight(f"{name}.{part}") for part in parts], epsilon=1e-5)

    def relu(self, x):
        return self.node("Relu", [x])

    def max_pool(self, x, kernel, stride, padding=0):
        return self.node("MaxPool", [x], kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[padding] * 4)

    def linear(self, x, name):
        return self.node("Gemm", [x, self.weight(name + ".weight"), self.weight(name + ".bias")], transB=1)


def cnn(net, x):
    for name in ["conv1", "conv2"]:
        x = net.max_pool(net.relu(net.conv(x, name, padding=1)), 2, 2)
    return net.linear(net.relu(net.linear(net.node("Flatten", [x]), "fc1")), "fc2")


def basic_block(net, x, name, stride):
    y = net.relu(net.batch_norm(net.conv(x, name + ".conv1", stride, 1), name + ".bn1"))
    y = net.batch_norm(net.conv(y, name + ".conv2", 1, 1), name + ".bn2")
    if name + ".downsample.0.weight" in net.weights:
        x = net.batch_norm(net.conv(x, name + ".downsample.0", stride), name + ".downsample.1")
    return net.relu(net.node("Add", [y, x]))


def resnet18(net, x):
    x = net.relu(net.batch_norm(net.conv(x, "conv1", 2, 3), "bn1"))
    x = net.max_pool(x, 3, 2, 1)
    for stage in range(1, 5):
        for block in range(2):
            x = basic_block(net, x, f"layer{stage}.{block}", 2 if stage > 1 and block == 0 else 1)
    return net.linear(net.node("Flatten", [net.node("GlobalAveragePool", [x])]), "fc")


MODELS = {"cnn": (cnn, [1, 28, 28], 10), "resnet18": (resnet18, [3, 224, 224], 1000)}


def main(model, weights, batch, out):
    build, picture, classes = MODELS[model]
    net = Net(read_safetensors(weights))
    answer = build(net, "x")
    apart = sorted(set(net.weights) ^ set(net.used))
    if apart:
        sys.exit(f"{weights}: these are not the weights of {model}; the file or the net has no {', '.join(apart[:3])}")
    graph = helper.make_graph(
        net.nodes, model,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [int(batch)] + picture)],
        [helper.make_tensor_value_info(answer, TensorProto.FLOAT, [int(batch), classes])],
        [numpy_helper.from_array(net.weights[name], name) for name in net.used])
    # IR 8 is the one that came with opset 17: every runtime since reads it.
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(whole, full_check=True)
    onnx.save(whole, out)


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in MODELS:
        sys.exit(__doc__)
    main(*sys.argv[1:])
