"""Writes layers.json and .npz: every layer of nn's table and the losses, forward and backward, as PyTorch computes them in f64.
Run: python3 layers.py

A case is a line of a configuration and PyTorch's module. In the .npz its arrays are LABEL/x, LABEL/state/NAME (before), LABEL/y, LABEL/gy (given),
LABEL/gx, LABEL/grad/NAME, and for what training moves LABEL/after/NAME; tests/nn/reference_test.cc reads them."""
import json
import pathlib

import numpy as np
import torch
from torch import nn

torch.manual_seed(20260302)
cases, arrays = [], {}


def store(label, tensor):
    tensor = tensor.detach()
    arrays[label] = (tensor.float() if tensor.is_floating_point() else tensor).clone().numpy()


def layer(line, module, *shape, training=True, x=None):
    label = f"{len(cases):02}"
    x = torch.randn(*shape) if x is None else x
    module.train(training)
    for name, buffer in module.named_buffers():  # statistics as after some training
        if name == "running_mean":
            buffer.copy_(torch.randn_like(buffer))
        elif name == "running_var":
            buffer.copy_(torch.rand_like(buffer) + 0.5)
    for p in module.parameters():
        p.data = torch.randn_like(p)
    for name, tensor in module.state_dict().items():
        store(f"{label}/state/{name}", tensor)
    store(f"{label}/x", x)
    module.double()
    floating = x.is_floating_point()
    if floating:
        x = x.double().requires_grad_()
    y = module(x)
    gy = torch.randn_like(y).float()
    y.backward(gy.double())
    store(f"{label}/y", y)
    store(f"{label}/gy", gy)
    if floating:
        store(f"{label}/gx", x.grad)
    for name, p in module.named_parameters():
        store(f"{label}/grad/{name}", p.grad)
    for name, b in module.named_buffers():
        store(f"{label}/after/{name}", b)
    cases.append({"label": label, "line": line, "training": training})


def distinct(*shape):  # no two values closer than an eighth: which one is the largest is no matter of rounding
    n = int(np.prod(shape))
    return (torch.randperm(n) * 0.125 - n / 16 + 0.03).reshape(shape)


layer("linear 5", nn.Linear(7, 5), 3, 7)
layer("linear 5 bias=false", nn.Linear(4, 5, bias=False), 2, 3, 4)
layer("conv1d 4 3 stride=2 padding=1", nn.Conv1d(3, 4, 3, stride=2, padding=1), 2, 3, 9)
layer("conv2d 4 3", nn.Conv2d(3, 4, 3), 2, 3, 7, 6)
layer("conv2d 4 3x2 stride=2,1 padding=1,0 dilation=1,2 bias=false", nn.Conv2d(2, 4, (3, 2), (2, 1), (1, 0), (1, 2), bias=False), 1, 2, 7, 6)
layer("conv2d 6 3 padding=1 groups=2", nn.Conv2d(4, 6, 3, padding=1, groups=2), 2, 4, 5, 5)
layer("conv2d 3 3 groups=3", nn.Conv2d(3, 3, 3, groups=3), 1, 3, 5, 6)
layer("conv2d 2 3 padding=same dilation=2", nn.Conv2d(2, 2, 3, padding="same", dilation=2), 1, 2, 6, 7)
for mode in ["reflect", "replicate", "circular"]:
    layer(f"conv2d 2 3 padding=2,1 padding_mode={mode}", nn.Conv2d(2, 2, 3, padding=(2, 1), padding_mode=mode), 1, 2, 5, 6)
layer("conv3d 2 2 stride=2 padding=1", nn.Conv3d(2, 2, 2, stride=2, padding=1), 1, 2, 3, 4, 5)
layer("max_pool2d 2", nn.MaxPool2d(2), 2, 3, 6, 7, x=distinct(2, 3, 6, 7))
layer("max_pool2d 3 stride=2 padding=1 ceil_mode=true", nn.MaxPool2d(3, 2, 1, ceil_mode=True), 1, 2, 6, 7, x=distinct(1, 2, 6, 7))
layer("max_pool2d 2 stride=1 dilation=2", nn.MaxPool2d(2, 1, dilation=2), 1, 2, 6, 5, x=distinct(1, 2, 6, 5))
layer("avg_pool2d 2", nn.AvgPool2d(2), 2, 3, 6, 7)
layer("avg_pool2d 3 stride=2 padding=1 ceil_mode=true count_include_pad=false", nn.AvgPool2d(3, 2, 1, True, False), 1, 2, 6, 7)
layer("adaptive_avg_pool2d 1", nn.AdaptiveAvgPool2d(1), 2, 3, 5, 4)
layer("adaptive_avg_pool2d 3x2", nn.AdaptiveAvgPool2d((3, 2)), 1, 2, 7, 5)
layer("flatten", nn.Flatten(), 2, 3, 4)
layer("flatten 2 3", nn.Flatten(2, 3), 2, 3, 2, 4)
layer("dropout 0.3", nn.Dropout(0.3), 3, 4, training=False)
for training in [True, False]:
    layer("batch_norm1d", nn.BatchNorm1d(4), 6, 4, training=training)
    layer("batch_norm1d eps=0.01 momentum=0.3", nn.BatchNorm1d(3, 0.01, 0.3), 2, 3, 5, training=training)
    layer("batch_norm1d track_running_stats=false affine=false", nn.BatchNorm1d(3, affine=False, track_running_stats=False), 5, 3, training=training)
    layer("batch_norm2d", nn.BatchNorm2d(3), 2, 3, 4, 5, training=training)
    layer("batch_norm2d affine=false", nn.BatchNorm2d(2, affine=False), 3, 2, 1, 2, training=training)
    layer("batch_norm3d", nn.BatchNorm3d(2), 2, 2, 2, 3, 2, training=training)
layer("layer_norm", nn.LayerNorm([6]), 3, 6)
layer("layer_norm eps=0.01 affine=false", nn.LayerNorm([2, 3, 4], 0.01, False), 2, 2, 3, 4)
x = torch.cat([torch.linspace(-7.1, 7.3, 20), torch.tensor([-30.0, -0.03, 0.02, 30.0])]).reshape(4, 6)
for line, module in {"relu": nn.ReLU(), "relu6": nn.ReLU6(), "leaky_relu": nn.LeakyReLU(), "leaky_relu 0.2": nn.LeakyReLU(0.2), "elu": nn.ELU(), "elu 0.5": nn.ELU(0.5),
                     "selu": nn.SELU(), "gelu": nn.GELU(), "gelu approximate=tanh": nn.GELU("tanh"), "silu": nn.SiLU(), "mish": nn.Mish(), "sigmoid": nn.Sigmoid(),
                     "tanh": nn.Tanh(), "softplus": nn.Softplus(), "softplus 2 threshold=5": nn.Softplus(2, 5), "softsign": nn.Softsign(),
                     "log_sigmoid": nn.LogSigmoid(), "hardtanh": nn.Hardtanh(), "hardtanh -2 0.5": nn.Hardtanh(-2, 0.5), "hardsigmoid": nn.Hardsigmoid(),
                     "hardswish": nn.Hardswish(), "softmax": nn.Softmax(-1), "softmax 1": nn.Softmax(1), "log_softmax": nn.LogSoftmax(-1), "identity": nn.Identity()}.items():
    layer(line, module, x=x)

losses = []


def loss(name, options, function, output, target, weight=None):
    label = f"loss/{len(losses):02}"
    store(f"{label}/output", output)
    store(f"{label}/target", target)
    if weight is not None:
        store(f"{label}/weight", weight)
        options_of_torch = {**options, "weight": weight.double()}
    else:
        options_of_torch = options
    output = output.double().requires_grad_()
    y = function(output, target.double() if target.is_floating_point() else target, **options_of_torch)
    y.sum().backward()
    store(f"{label}/y", y)
    store(f"{label}/goutput", output.grad)
    losses.append({"label": label, "name": name, "options": options})


F = nn.functional
logits, classes = torch.randn(6, 4) * 3, torch.tensor([0, 3, 1, 1, 2, 0])
ignored = torch.tensor([0, 2, 1, 2, 3, 0])
weight = torch.rand(4) + 0.5
for reduction in ["mean", "sum", "none"]:
    loss("cross_entropy", {"reduction": reduction}, F.cross_entropy, logits, classes)
    loss("cross_entropy", {"reduction": reduction, "label_smoothing": 0.1, "ignore_index": 2}, F.cross_entropy, logits, ignored, weight)
loss("cross_entropy", {"label_smoothing": 0.2}, F.cross_entropy, logits, classes)
loss("cross_entropy", {"ignore_index": 2}, F.cross_entropy, logits, ignored)
loss("cross_entropy", {}, F.cross_entropy, logits, classes, weight)
loss("cross_entropy", {}, F.cross_entropy, torch.randn(2, 3, 2, 2), torch.randint(0, 3, (2, 2, 2)))
a, b = torch.randn(5, 3) * 2, torch.randn(5, 3)
p, t = torch.rand(5, 3) * 0.9 + 0.05, torch.rand(5, 3)
for reduction in ["mean", "sum", "none"]:
    loss("binary_cross_entropy", {"reduction": reduction}, F.binary_cross_entropy, p, t)
    loss("binary_cross_entropy_with_logits", {"reduction": reduction}, F.binary_cross_entropy_with_logits, a, t)
    loss("mse_loss", {"reduction": reduction}, F.mse_loss, a, b)
    loss("l1_loss", {"reduction": reduction}, F.l1_loss, a, b)
    loss("smooth_l1_loss", {"reduction": reduction, "beta": 0.5}, F.smooth_l1_loss, a, b)
    loss("huber_loss", {"reduction": reduction, "delta": 0.7}, F.huber_loss, a, b)
loss("binary_cross_entropy_with_logits", {}, F.binary_cross_entropy_with_logits, torch.tensor([[-60.0, 60.0, 0.0]]), torch.tensor([[1.0, 0.0, 1.0]]))

# Last, so that the values above stay as they were.
layer("group_norm 2", nn.GroupNorm(2, 4), 2, 4, 3, 5)
layer("group_norm num_groups=3 eps=0.01 affine=false", nn.GroupNorm(3, 6, 0.01, False), 3, 6, 2)
for training in [True, False]:
    layer("instance_norm1d", nn.InstanceNorm1d(3), 2, 3, 5, training=training)
    layer("instance_norm1d affine=true track_running_stats=true momentum=0.3",
          nn.InstanceNorm1d(3, momentum=0.3, affine=True, track_running_stats=True), 2, 3, 5, training=training)
    layer("instance_norm2d", nn.InstanceNorm2d(2), 2, 2, 3, 4, training=training)
    layer("instance_norm2d eps=0.01 affine=true track_running_stats=true",
          nn.InstanceNorm2d(2, 0.01, affine=True, track_running_stats=True), 3, 2, 3, 4, training=training)
layer("rms_norm eps=1e-5", nn.RMSNorm([6], 1e-5), 3, 6)
layer("rms_norm eps=0.01 elementwise_affine=false", nn.RMSNorm([2, 3, 4], 0.01, False), 2, 2, 3, 4)
layer("conv_transpose2d 4 3", nn.ConvTranspose2d(3, 4, 3), 2, 3, 4, 5)
layer("conv_transpose2d 4 3x2 stride=2,3 padding=1,0 output_padding=1,2 groups=2 dilation=2,1 bias=false",
      nn.ConvTranspose2d(2, 4, (3, 2), (2, 3), (1, 0), (1, 2), 2, False, (2, 1)), 1, 2, 4, 3)
layer("max_pool1d 2", nn.MaxPool1d(2), 2, 3, 7, x=distinct(2, 3, 7))
layer("max_pool1d 3 stride=2 padding=1 ceil_mode=true", nn.MaxPool1d(3, 2, 1, ceil_mode=True), 1, 2, 8, x=distinct(1, 2, 8))

class PatchEmbed(nn.Module):  # as timm's
    def __init__(self, channels, width, patch, bias=True):
        super().__init__()
        self.proj = nn.Conv2d(channels, width, patch, patch, bias=bias)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class Positions(nn.Module):
    def __init__(self, places, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(places, width))

    def forward(self, x):
        return x + self.weight[:x.shape[1]]


class SinusoidalPositions(nn.Module):
    def __init__(self, base=10000.0):
        super().__init__()
        self.base = base

    def forward(self, x):
        width = x.shape[2]
        column = torch.arange(width, dtype=torch.float64)
        angle = torch.arange(x.shape[1], dtype=torch.float64)[:, None] / self.base ** (2 * (column // 2) / width)
        return x + torch.where(column % 2 == 0, angle.sin(), angle.cos())


for d, size in {1: (7,), 2: (4, 5), 3: (4, 3, 5)}.items():
    if d != 2:
        transpose = getattr(nn, f"ConvTranspose{d}d")
        layer(f"conv_transpose{d}d 4 3", transpose(3, 4, 3), 2, 3, *size)
        layer(f"conv_transpose{d}d 4 2 stride=2 padding=1 output_padding=1 groups=2 bias=false", transpose(2, 4, 2, 2, 1, 1, 2, False), 1, 2, *size)
        layer(f"avg_pool{d}d 2", getattr(nn, f"AvgPool{d}d")(2), 2, 3, *size)
        layer(f"avg_pool{d}d 3 stride=2 padding=1 ceil_mode=true count_include_pad=false", getattr(nn, f"AvgPool{d}d")(3, 2, 1, True, False), 1, 2, *size)
        layer(f"adaptive_avg_pool{d}d 2", getattr(nn, f"AdaptiveAvgPool{d}d")(2), 2, 3, *size)
    layer(f"adaptive_max_pool{d}d 2", getattr(nn, f"AdaptiveMaxPool{d}d")(2), 2, 3, *size, x=distinct(2, 3, *size))
    layer(f"lp_pool{d}d 2 2", getattr(nn, f"LPPool{d}d")(2, 2), 2, 3, *size)
    layer(f"lp_pool{d}d 4 3 stride=1 ceil_mode=true", getattr(nn, f"LPPool{d}d")(4, 3, 1, True), 1, 2, *size)
    layer(f"dropout{d}d 0.3", getattr(nn, f"Dropout{d}d")(0.3), 2, 3, *size, training=False)
layer("max_pool3d 2", nn.MaxPool3d(2), 2, 2, 4, 3, 5, x=distinct(2, 2, 4, 3, 5))
layer("max_pool3d 3 stride=2 padding=1 ceil_mode=true", nn.MaxPool3d(3, 2, 1, ceil_mode=True), 1, 2, 4, 3, 5, x=distinct(1, 2, 4, 3, 5))
layer("upsample 2", nn.Upsample(scale_factor=2), 2, 3, 3, 2)
layer("upsample 1.7 bilinear", nn.Upsample(scale_factor=1.7, mode="bilinear"), 1, 2, 5, 4)
layer("upsample size=7x6 mode=bicubic align_corners=true", nn.Upsample((7, 6), mode="bicubic", align_corners=True), 1, 2, 3, 4)
layer("upsample 2 linear", nn.Upsample(scale_factor=2, mode="linear"), 2, 3, 5)
layer("upsample size=4 mode=trilinear", nn.Upsample(4, mode="trilinear"), 1, 2, 3, 2, 3)
layer("pixel_shuffle 2", nn.PixelShuffle(2), 2, 8, 3, 2)
layer("pixel_unshuffle 2", nn.PixelUnshuffle(2), 2, 3, 4, 6)
layer("channel_shuffle 3", nn.ChannelShuffle(3), 2, 6, 2, 3)
layer("unfold 2", nn.Unfold(2), 2, 3, 5, 4)
layer("unfold 3x2 dilation=1,2 padding=1 stride=2,1", nn.Unfold((3, 2), (1, 2), 1, (2, 1)), 1, 2, 5, 4)
layer("fold 5x4 2", nn.Fold((5, 4), 2), 2, 12, 12)
layer("fold 4 3x2 padding=1,0 stride=1,2", nn.Fold(4, (3, 2), padding=(1, 0), stride=(1, 2)), 1, 6, 8)
layer("unflatten 1 2x3", nn.Unflatten(1, (2, 3)), 2, 6, 4)
layer("unflatten 2 2x-1", nn.Unflatten(2, (2, -1)), 2, 3, 4)
layer("patch_embed 5 2", PatchEmbed(3, 5, 2), 2, 3, 4, 6)
layer("patch_embed 4 3x2 bias=false", PatchEmbed(2, 4, (3, 2), False), 1, 2, 7, 4)
layer("positions", Positions(4, 6), 2, 4, 6)
layer("positions 7", Positions(7, 6), 2, 4, 6)
layer("sinusoidal_positions", SinusoidalPositions(), 2, 5, 6)
layer("sinusoidal_positions 100", SinusoidalPositions(100.0), 1, 4, 5)
layer("alpha_dropout 0.3", nn.AlphaDropout(0.3), 3, 4, training=False)
layer("feature_alpha_dropout 0.3", nn.FeatureAlphaDropout(0.3), 2, 3, 4, training=False)
layer("drop_connect 5 0.3", nn.Linear(7, 5), 3, 7, training=False)
layer("drop_connect 4 bias=false", nn.Linear(7, 4, bias=False), 2, 3, 7, training=False)
for training in [True, False]:
    layer("instance_norm3d", nn.InstanceNorm3d(2), 2, 2, 3, 2, 4, training=training)
    layer("instance_norm3d eps=0.01 affine=true track_running_stats=true",
          nn.InstanceNorm3d(2, 0.01, affine=True, track_running_stats=True), 3, 2, 3, 2, 2, training=training)
layer("local_response_norm 5", nn.LocalResponseNorm(5), 2, 7, 3)
layer("local_response_norm 3 alpha=0.7 beta=0.6 k=2", nn.LocalResponseNorm(3, 0.7, 0.6, 2.0), 1, 4, 3, 2)
x = torch.cat([torch.linspace(-7.1, 7.3, 20), torch.tensor([-30.0, -0.03, 0.02, 30.0])]).reshape(4, 6)
for line, module in {"celu": nn.CELU(), "celu 0.5": nn.CELU(0.5), "prelu": nn.PReLU(), "prelu 6": nn.PReLU(6), "glu": nn.GLU(), "hardshrink": nn.Hardshrink(),
                     "hardshrink 2": nn.Hardshrink(2), "softshrink": nn.Softshrink(), "softshrink 0.1": nn.Softshrink(0.1), "tanhshrink": nn.Tanhshrink(),
                     "threshold 0.5 -2": nn.Threshold(0.5, -2), "softmin": nn.Softmin(-1), "softmin 1": nn.Softmin(1)}.items():
    layer(line, module, x=x)
for n, sides in [(1, (5,)), (2, (5, 4)), (3, (3, 4, 5))]:
    each = (1, 2, 0, 1, 2, 0)[:2 * n]
    text = ",".join(map(str, each))
    for word, name in [("zero", "Zero"), ("reflection", "Reflection"), ("replication", "Replication"), ("circular", "Circular")]:
        layer(f"{word}_pad{n}d 1", getattr(nn, f"{name}Pad{n}d")(1), 2, 3, *sides)
        layer(f"{word}_pad{n}d {text}", getattr(nn, f"{name}Pad{n}d")(each), 1, 2, *sides)
    layer(f"constant_pad{n}d {text} 1.5", getattr(nn, f"ConstantPad{n}d")(each, 1.5), 2, 2, *sides)
layer("zero_pad2d -1,1,0,-2", nn.ZeroPad2d((-1, 1, 0, -2)), 1, 2, 5, 4)
layer("rrelu", nn.RReLU(), 3, 4, training=False)
layer("rrelu 0.2 upper=0.4", nn.RReLU(0.2, 0.4), 2, 3, training=False)
layer("softmax2d", nn.Softmax2d(), 2, 3, 2, 4)
layer("glu 1", nn.GLU(1), 2, 4, 3)


class EmbedColumns(nn.Module):
    """The last columns are codes; widths by 1.6 words^0.56."""
    def __init__(self, *words):
        super().__init__()
        self.columns = nn.ModuleList(nn.Embedding(n, min(50, round(1.6 * n ** 0.56))) for n in words)

    def forward(self, x):
        numbers = x.shape[1] - len(self.columns)
        coded = [table(x[:, numbers + i].long()) for i, table in enumerate(self.columns)]
        return torch.cat([x[:, :numbers], *coded], 1)


layer("embed_columns 3,5", EmbedColumns(3, 5), x=torch.tensor([[0.5, -1.0, 2, 4], [1.5, 2.0, 0, 1], [0.2, 0.1, 2, 0]]))
layer("embed_columns", nn.Identity(), 2, 3)
class First:  # of what a recurrent layer gives
    def forward(self, *given):
        return super().forward(*given)[0]


class RNN(First, nn.RNN): pass
class LSTM(First, nn.LSTM): pass
class GRU(First, nn.GRU): pass


class OverTime(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


ids = torch.tensor([[3, 0, 2, 2], [6, 2, 1, 5]])
layer("embedding 7 3", nn.Embedding(7, 3), x=ids)
layer("embedding 7 3 padding_idx=2", nn.Embedding(7, 3, padding_idx=2), x=ids)
for word, kind in {"rnn": RNN, "lstm": LSTM, "gru": GRU}.items():
    for training in [True, False]:
        layer(f"{word} 4", kind(3, 4, batch_first=True), 2, 5, 3, training=training)
    layer(f"{word} 3 num_layers=2 bias=false bidirectional=true", kind(2, 3, 2, bias=False, batch_first=True, bidirectional=True), 3, 4, 2)
layer("rnn 4 nonlinearity=relu", RNN(3, 4, nonlinearity="relu", batch_first=True), 2, 3, 3)
layer("lstm 4 proj_size=2 num_layers=2", LSTM(3, 4, 2, proj_size=2, batch_first=True), 2, 3, 3)
layer("lstm 4 num_layers=2 dropout=0.5", LSTM(3, 4, 2, dropout=0.5, batch_first=True), 2, 3, 3, training=False)
layer("last", OverTime(lambda x: x[:, -1]), 2, 4, 3)
layer("mean_pool", OverTime(lambda x: x.mean(1)), 2, 4, 3)
layer("max_pool", OverTime(lambda x: x.amax(1)), x=distinct(2, 4, 3))
class Causal(nn.TransformerEncoder):  # forward() with the mask
    def forward(self, x):
        return super().forward(x, mask=nn.Transformer.generate_square_subsequent_mask(x.shape[1]).double())


def encoder(kind, layers, norm=None, **options):
    one = nn.TransformerEncoderLayer(batch_first=True, **options)
    return kind(one, layers, norm, enable_nested_tensor=False)


layer("layer_norm bias=false", nn.LayerNorm([6], bias=False), 3, 6)
layer("transformer_encoder 1 2 dim_feedforward=5", encoder(nn.TransformerEncoder, 1, d_model=6, nhead=2, dim_feedforward=5), 2, 4, 6, training=False)
layer("transformer_encoder layers=2 heads=2 dim_feedforward=8 dropout=0 activation=gelu norm_first=true norm=true is_causal=true bias=false",
      encoder(Causal, 2, nn.LayerNorm(4, bias=False), d_model=4, nhead=2, dim_feedforward=8, dropout=0.0, activation="gelu", norm_first=True, bias=False), 2, 5, 4)
for training in [True, False]:
    layer("batch_norm2d bias=false", nn.BatchNorm2d(3, bias=False), 2, 3, 4, 5, training=training)
layer("group_norm 2 bias=false", nn.GroupNorm(2, 4, bias=False), 2, 4, 3)
layer("instance_norm1d affine=true bias=false", nn.InstanceNorm1d(3, affine=True, bias=False), 2, 3, 5)
layer("avg_pool2d 3 stride=2 padding=1 divisor_override=4", nn.AvgPool2d(3, 2, 1, divisor_override=4), 1, 2, 6, 7)
layer("embedding 7 3 scale_grad_by_freq=true", nn.Embedding(7, 3, scale_grad_by_freq=True), x=ids)
layer("embedding 7 3 max_norm=1.2", nn.Embedding(7, 3, max_norm=1.2), x=ids)
layer("embedding 7 3 padding_idx=2 max_norm=1.5 norm_type=1", nn.Embedding(7, 3, padding_idx=2, max_norm=1.5, norm_type=1), x=ids)


class Elementwise(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class Heaviside(torch.autograd.Function):  # PyTorch's has no gradient
    @staticmethod
    def forward(context, x, at_zero):
        return torch.heaviside(x, torch.tensor(at_zero, dtype=x.dtype))

    @staticmethod
    def backward(context, gy):
        return torch.zeros_like(gy), None


around_zero = torch.tensor([[-2.5, -0.0, 0.0, 0.125], [0.5, -1.0, 3.0, 0.25]])
layer("step", Elementwise(lambda x: Heaviside.apply(x, 1.0)), x=around_zero)
layer("step 0.5", Elementwise(lambda x: Heaviside.apply(x, 0.5)), x=around_zero)
layer("sign", Elementwise(torch.sign), x=around_zero)
layer("sinc", Elementwise(torch.sinc), x=around_zero)
layer("embedding_bag 7 3", nn.EmbeddingBag(7, 3), x=ids)
for mode in ["sum", "max"]:
    layer(f"embedding_bag 7 3 mode={mode} padding_idx=2", nn.EmbeddingBag(7, 3, mode=mode, padding_idx=2), x=ids)
layer("embedding_bag 7 3 max_norm=1.2 norm_type=1 scale_grad_by_freq=true", nn.EmbeddingBag(7, 3, max_norm=1.2, norm_type=1, scale_grad_by_freq=True), x=ids)
# Of sizes that leave no choice of places.
layer("fractional_max_pool2d 2 output_size=4x3", nn.FractionalMaxPool2d(2, (4, 3)), 2, 3, 5, 4, x=distinct(2, 3, 5, 4))
layer("fractional_max_pool2d 3x2 output_ratio=0.6,0.75", nn.FractionalMaxPool2d((3, 2), output_ratio=(0.6, 0.75)), 1, 2, 5, 4, x=distinct(1, 2, 5, 4))
layer("fractional_max_pool3d 2x3x2 output_size=1", nn.FractionalMaxPool3d((2, 3, 2), 1), 1, 2, 3, 4, 5, x=distinct(1, 2, 3, 4, 5))
# PyTorch's CrossMapLRN2d documents this formula, but its running sums never let go of channel 0.
layer("cross_map_lrn2d 3 alpha=0.7 beta=0.6 k=2", nn.LocalResponseNorm(3, 0.7, 0.6, 2.0), 1, 5, 3, 2)
layer("cross_map_lrn2d 5", nn.LocalResponseNorm(5), 2, 4, 2, 3)
P = nn.utils.parametrizations
layer("weight_norm linear:4", P.weight_norm(nn.Linear(3, 4)), 2, 3)
layer("weight_norm layer=conv1d:4:3:padding=1 dim=none", P.weight_norm(nn.Conv1d(2, 4, 3, padding=1), dim=None), 2, 2, 5)
layer("weight_norm layer=conv_transpose2d:4:3:bias=false dim=1", P.weight_norm(nn.ConvTranspose2d(2, 4, 3, bias=False), dim=1), 1, 2, 3, 3)
for training in [True, False]:
    layer("spectral_norm linear:4", P.spectral_norm(nn.Linear(3, 4)), 2, 3, training=training)
    layer("spectral_norm conv2d:4:2 n_power_iterations=3", P.spectral_norm(nn.Conv2d(2, 4, 2), n_power_iterations=3), 2, 2, 3, 3, training=training)

here = pathlib.Path(__file__).resolve().parent
np.savez_compressed(here / "layers.npz", **arrays)
with open(here / "layers.json", "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "layers": cases, "losses": losses}, file, indent=0)
    file.write("\n")
print(len(cases), "layers,", len(losses), "losses, PyTorch", torch.__version__)
