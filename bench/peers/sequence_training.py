"""The training steps of bench/sequence_training.cc in PyTorch: sequence_training.py lstm|transformer [eager|compiled]"""
import os
import sys

import torch
from torch import nn

from measure import measure

VOCABULARY, BATCH, CLASSES = 10000, 32, 10
torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)


class Lstm(nn.Module):
    times = 64

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 64)
        self.layers = nn.LSTM(64, 128, num_layers=2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(256, CLASSES)

    def forward(self, x):
        return self.head(self.layers(self.embedding(x))[0].mean(1))


class Transformer(nn.Module):
    times = 128

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 128)
        self.layers = nn.TransformerEncoder(nn.TransformerEncoderLayer(128, 4, 512, batch_first=True), 4)
        self.head = nn.Linear(128, CLASSES)

    def forward(self, x):
        return self.head(self.layers(self.embedding(x)).mean(1))


name, mode = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "eager"
net = {"lstm": Lstm, "transformer": Transformer}[name]()
adam = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
x, y = torch.randint(VOCABULARY, (BATCH, net.times)), torch.arange(BATCH) % CLASSES
forward = torch.compile(net) if mode == "compiled" else net


def step():
    loss = nn.functional.cross_entropy(forward(x), y)
    adam.zero_grad()
    loss.backward()
    adam.step()
    return loss.item()


first = step()
measure(f"{name}, one step, PyTorch {torch.__version__} {mode}", step)
last = [step() for _ in range(50)][-1]
assert last < 0.1 < first, (first, last)
