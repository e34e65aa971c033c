"""The same work in PyTorch, for comparison with bench_mlp_epoch and bench_cnn_step: train.py FOLDER_OF_FASHION_MNIST

Needs torch and torchvision (Debian 13: python3-torch, python3-torchvision, libopenblas0-openmp). Prints the best and the median.
"""
import gzip
import os
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms
from PIL import Image

torch.set_num_threads(os.cpu_count())
torch.manual_seed(1)


def idx(path, head):
    return np.frombuffer(gzip.open(path).read(), np.uint8, offset=head)


class FashionMnist(Dataset):
    """As torchvision's: one PIL picture per sample, ToTensor."""

    def __init__(self, folder):
        self.x = idx(f"{folder}/train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
        self.y = idx(f"{folder}/train-labels-idx1-ubyte.gz", 8).astype(np.int64)
        self.transform = transforms.ToTensor()

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.transform(Image.fromarray(self.x[i], mode="L")), int(self.y[i])


def report(name, seconds, per=1.0, unit="s"):
    seconds.sort()
    print(f"{name}: best {seconds[0] * per:.3f} {unit}, median {seconds[len(seconds) // 2] * per:.3f} {unit}")


def mlp(folder, workers):
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    adam = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    loss_of = nn.CrossEntropyLoss()
    loader = DataLoader(FashionMnist(folder), batch_size=64, shuffle=True, num_workers=workers)
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        for x, y in loader:
            loss = loss_of(net(x), y)
            adam.zero_grad()
            loss.backward()
            adam.step()
        seconds.append(time.perf_counter() - start)
    report(f"torch {torch.__version__} mlp epoch with DataLoader, {workers} workers", seconds)


def cnn(fused):
    net = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                        nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10))
    adam = torch.optim.Adam(net.parameters(), lr=1e-3, fused=fused)
    loss_of = nn.CrossEntropyLoss()
    x, y = torch.randn(64, 1, 28, 28), torch.arange(64) % 10
    seconds = []
    for step in range(70):
        start = time.perf_counter()
        loss = loss_of(net(x), y)
        adam.zero_grad()
        loss.backward()
        adam.step()
        if step >= 10:
            seconds.append(time.perf_counter() - start)
    report(f"torch {torch.__version__} cnn step, batch 64, fused={fused}", seconds, 1e3, "ms")


cnn(False)
cnn(True)
mlp(sys.argv[1], 0)
mlp(sys.argv[1], 1)
