"""What bench/decoding.cc does, in PyTorch: decoding.py [eager|compiled]

GPT-2's small size, random weights, batch 1: 64 tokens one at a time after a prompt of 64, with a cache of fixed size that is written in place.
"""
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, WIDTH, HEADS, LAYERS, PROMPT, NEW = 50257, 768, 12, 12, 64, 64
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.register_buffer("keys", torch.zeros(1, HEADS, PROMPT + NEW, WIDTH // HEADS))
        self.register_buffer("values", torch.zeros(1, HEADS, PROMPT + NEW, WIDTH // HEADS))

    def forward(self, x, begin):
        n, length, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(n, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        end = begin + length
        self.keys[:, :, begin:end] = k
        self.values[:, :, begin:end] = v
        seen = F.scaled_dot_product_attention(q, self.keys[:, :, :end], self.values[:, :, :end], is_causal=length > 1)
        x = x + self.out(seen.transpose(1, 2).reshape(n, length, WIDTH))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Gpt2(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(1024, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)

    def forward(self, ids, begin):
        x = self.tokens(ids) + self.places(torch.arange(begin, begin + ids.shape[1]))
        for block in self.blocks:
            x = block(x, begin)
        return F.linear(self.norm(x)[:, -1], self.tokens.weight)


mode = sys.argv[1] if len(sys.argv) > 1 else "eager"
model = Gpt2().eval()
forward = torch.compile(model, dynamic=True) if mode == "compiled" else model
prompt = torch.randint(VOCABULARY, (1, PROMPT))


@torch.inference_mode()
def decode():
    times, ids, start = [], prompt, time.perf_counter()
    for begin in [0] + list(range(PROMPT, PROMPT + NEW)):
        ids = forward(ids, begin).argmax(1, keepdim=True)
        ids.item()
        times.append((time.perf_counter() - start) * 1e3)
        start = time.perf_counter()
    return times


decode()
rounds = [decode() for _ in range(3)]
tokens = sorted(t for times in rounds for t in times[1:])
print(f"a token: median {tokens[len(tokens) // 2]:.3f} ms, min {tokens[0]:.3f} of {len(tokens)}; a prompt of {PROMPT}: "
      f"{sorted(times[0] for times in rounds)[1]:.1f} ms; PyTorch {torch.__version__} {mode}")
