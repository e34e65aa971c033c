"""Attention and recurrent layers in PyTorch: what bench/sequences.cc does. Run: python3 sequences.py [NAME]"""
import os
import sys

import torch

import measure as timing

torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)
ONLY = sys.argv[1] if len(sys.argv) > 1 else None


def measure(what, once):
    if ONLY in (None, what):
        timing.measure(what, once)


def attention(batch, length, causal):
    q, k, v = (torch.randn(batch, length, 8, 64).transpose(1, 2) for _ in range(3))
    name = f"attention {batch} x 8 x {length} x 64" + (", causal" if causal else "")
    with torch.inference_mode():
        measure(name, lambda: torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal))
    grad = torch.randn(batch, 8, length, 64)
    for t in (q, k, v):
        t.requires_grad_()

    def both():
        q.grad = k.grad = v.grad = None
        torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal).backward(grad)

    measure(name + " + backward", both)


def recurrent(name, module):
    x, grad = torch.randn(64, 32, 128, requires_grad=True), torch.randn(64, 32, 256)
    with torch.inference_mode():
        measure(name + " 64 x 32 x 128, two ways", lambda: module(x))

    def both():
        x.grad = None
        module.zero_grad()
        module(x)[0].backward(grad)

    measure(name + " 64 x 32 x 128, two ways + backward", both)


print("PyTorch", torch.__version__)
attention(32, 128, False)
attention(1, 1024, False)
attention(1, 1024, True)
attention(1, 4096, False)
recurrent("lstm", torch.nn.LSTM(128, 128, bidirectional=True))
recurrent("gru", torch.nn.GRU(128, 128, bidirectional=True))
recurrent("rnn", torch.nn.RNN(128, 128, bidirectional=True))
