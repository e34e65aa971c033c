"""Operators and steps of optimisers in PyTorch: what bench/operators.cc does, under the same names and with the same values.

operators.py [--compile] [PART-OF-A-NAME] | --list | --turns SECONDS, as there. A step is taken in the fastest of PyTorch's forms: one parameter
after the other, foreach, or fused where there is one. --compile: functions and steps go through torch.compile first.
"""
import sys
import time

import numpy
import torch
from torch.nn import functional

torch.set_num_threads(2)
BACKWARD, STEP = " + backward", "step of "
COMPILE = "--compile" in sys.argv


def compiled(function):
    if not COMPILE:
        return function
    torch._dynamo.reset()
    return torch.compile(function, dynamic=False)


def noise(count, seed):
    x = numpy.arange(count, dtype=numpy.uint32) + numpy.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    for shift, factor in (16, 0x7FEB352D), (15, 0x846CA68B):
        x ^= x >> numpy.uint32(shift)
        x *= numpy.uint32(factor)
    return x ^ (x >> numpy.uint32(16))


def values(*shape, seed=1):
    drawn = (noise(numpy.prod(shape), seed) >> numpy.uint32(8)).astype(numpy.float32) * numpy.float32(2**-22) - 2
    return torch.from_numpy(drawn.reshape(shape))


def distinct_values(*shape):
    bits = numpy.arange(numpy.prod(shape), dtype=numpy.uint32)
    for _ in range(2):
        bits = (bits ^ (bits >> numpy.uint32(10))) * numpy.uint32(0x6CA6B) & numpy.uint32((1 << 20) - 1)
    drawn = (bits ^ (bits >> numpy.uint32(10))).astype(numpy.float32) * numpy.float32(2**-18) - 2
    return torch.from_numpy(drawn.reshape(shape))


def complex_values(*shape):
    return torch.view_as_complex(values(*shape, 2))


def indices(*shape, below):
    return torch.from_numpy((noise(numpy.prod(shape), 2) % numpy.uint32(below)).astype(numpy.int64).reshape(shape))


def answer_of(x):
    got = (torch.view_as_real(x) if x.is_complex() else x).detach().double().flatten().numpy()
    weights = (noise(got.size, 3) >> numpy.uint32(8)).astype(float) * 2**-22 - 2
    return float(got @ weights / numpy.sqrt(got @ got))


def pictures():
    return [values(8, 3, 256, 256)]


def resized(size, mode, antialias=False):
    return lambda x: functional.interpolate(x, size=(size, size), mode=mode, antialias=antialias)


def square():
    return [values(1000, 1000)]


def distinct_square():
    return [distinct_values(1000, 1000)]


def million():
    return [values(1000000)]


def distinct_million():
    return [distinct_values(1000000)]


def square_with_indices():
    return [values(1000, 1000), indices(1000, 1000, below=1000)]


def square_with_source():
    return [values(1000, 1000), values(1000, 1000, seed=4), indices(1000, 1000, below=1000)]


# name: inputs, function, how many of the inputs have gradients
OPERATORS = {
    "softmax 64 x 1000": (lambda: [values(64, 1000)], lambda x: x.softmax(-1), 1),
    "softmax 32 x 8 x 128 x 128": (lambda: [values(32, 8, 128, 128)], lambda x: x.softmax(-1), 1),
    "softmax 16 x 21 x 64 x 64 across channels": (lambda: [values(16, 21, 64, 64)], lambda x: x.softmax(1), 1),
    "log_softmax 64 x 1000": (lambda: [values(64, 1000)], lambda x: x.log_softmax(-1), 1),
    "layer_norm 4096 x 768": (lambda: [values(4096, 768), values(768, seed=4), values(768, seed=5)],
                              lambda x, w, b: functional.layer_norm(x, (768,), w, b), 3),
    "layer_norm 32 x 128": (lambda: [values(32, 128), values(128, seed=4), values(128, seed=5)],
                            lambda x, w, b: functional.layer_norm(x, (128,), w, b), 3),
    "embedding 8192 of 50000 x 256": (lambda: [values(50000, 256), indices(64, 128, below=50000)],
                                      lambda w, i: functional.embedding(i, w), 1),
    "gather 1000 x 1000 along rows": (square_with_indices, lambda x, i: x.gather(1, i), 1),
    "gather 1000 x 1000 along columns": (square_with_indices, lambda x, i: x.gather(0, i), 1),
    "gather 1000000": (lambda: [values(1000000), indices(1000000, below=1000000)], lambda x, i: x.gather(0, i), 1),
    "index_select 8192 of 50000 x 256": (lambda: [values(50000, 256), indices(8192, below=50000)],
                                         lambda x, i: x.index_select(0, i), 1),
    "scatter_add 1000 x 1000 along rows": (square_with_source, lambda x, s, i: x.scatter_add(1, i, s), 2),
    "scatter_add 1000 x 1000 along columns": (square_with_source, lambda x, s, i: x.scatter_add(0, i, s), 2),
    "scatter_add 1000000": (lambda: [values(1000000), values(1000000, seed=4), indices(1000000, below=1000000)],
                            lambda x, s, i: x.scatter_add(0, i, s), 2),
    "scatter_reduce amax 1000 x 1000 along rows": (square_with_source, lambda x, s, i: x.scatter_reduce(1, i, s, "amax"), 2),
    "interpolate nearest to 224": (pictures, resized(224, "nearest"), 1),
    "interpolate nearest to 512": (pictures, resized(512, "nearest"), 1),
    "interpolate bilinear to 224": (pictures, resized(224, "bilinear"), 1),
    "interpolate bilinear to 512": (pictures, resized(512, "bilinear"), 1),
    "interpolate bilinear antialias to 224": (pictures, resized(224, "bilinear", True), 1),
    "interpolate bicubic to 224": (pictures, resized(224, "bicubic"), 1),
    "interpolate bicubic to 512": (pictures, resized(512, "bicubic"), 1),
    "interpolate bicubic antialias to 224": (pictures, resized(224, "bicubic", True), 1),
    "sort 1000 x 1000": (distinct_square, lambda x: x.sort(-1)[0], 1),
    "sort 1000 x 1000 by columns": (distinct_square, lambda x: x.sort(0)[0], 1),
    "sort 1000000": (distinct_million, lambda x: x.sort(-1)[0], 1),
    "sort 1000000 whole numbers": (lambda: [indices(1000000, below=1000000)], lambda x: x.sort(-1)[0], 0),
    "topk 10 of 1000 x 1000": (distinct_square, lambda x: x.topk(10)[0], 1),
    "topk 100 of 1000000": (distinct_million, lambda x: x.topk(100)[0], 1),
    "cumsum 1000 x 1000 along rows": (square, lambda x: x.cumsum(1), 1),
    "cumsum 1000 x 1000 along columns": (square, lambda x: x.cumsum(0), 1),
    "cumsum 1000000": (million, lambda x: x.cumsum(0), 1),
    "einsum bij,bjk->bik 32 x 128 x 128": (lambda: [values(32, 128, 128), values(32, 128, 128, seed=4)],
                                           lambda x, y: torch.einsum("bij,bjk->bik", x, y), 2),
    "einsum bhid,bhjd->bhij 8 x 8 x 128 x 64": (lambda: [values(8, 8, 128, 64), values(8, 8, 128, 64, seed=4)],
                                                lambda x, y: torch.einsum("bhid,bhjd->bhij", x, y), 2),
    "einsum ij,kj->ik 512 x 512": (lambda: [values(512, 512), values(512, 512, seed=4)],
                                   lambda x, y: torch.einsum("ij,kj->ik", x, y), 2),
    "einsum bi,ij,bj->b 64 x 256": (lambda: [values(64, 256), values(256, 256, seed=4), values(64, 256, seed=5)],
                                    lambda x, y, z: torch.einsum("bi,ij,bj->b", x, y, z), 3),
    "fft 1048576": (lambda: [complex_values(1 << 20)], torch.fft.fft, 1),
    "fft 1000000": (lambda: [complex_values(1000000)], torch.fft.fft, 1),
    "fft 64 x 4096": (lambda: [complex_values(64, 4096)], torch.fft.fft, 1),
    "rfft 64 x 4096": (lambda: [values(64, 4096)], torch.fft.rfft, 1),
    "irfft 64 x 4096": (lambda: [complex_values(64, 2049)], torch.fft.irfft, 1),
    "rfft 1048576": (lambda: [values(1 << 20)], torch.fft.rfft, 1),
    "rfft2 16 x 512 x 512": (lambda: [values(16, 512, 512)], torch.fft.rfft2, 1),
    "fft2 16 x 256 x 256": (lambda: [complex_values(16, 256, 256)], torch.fft.fft2, 1),
}
OPTIMISERS = {
    "SGD with momentum": (torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
    "Adam": (torch.optim.Adam, {}),
    "AdamW": (torch.optim.AdamW, {}),
    "RMSprop": (torch.optim.RMSprop, {}),
    "Adagrad": (torch.optim.Adagrad, {}),
    "Adadelta": (torch.optim.Adadelta, {}),
    "Adamax": (torch.optim.Adamax, {}),
    "NAdam": (torch.optim.NAdam, {}),
    "RAdam": (torch.optim.RAdam, {}),
    "ASGD": (torch.optim.ASGD, {}),
    "Rprop": (torch.optim.Rprop, {}),
}


def forward_of(inputs, run, _):
    inputs, run = inputs(), compiled(run)

    def once():
        with torch.inference_mode():
            return run(*inputs)

    return once, answer_of(once())


def backward_of(inputs, run, differentiated):
    inputs, run = inputs(), compiled(run)
    for x in inputs[:differentiated]:
        x.requires_grad_()
    out = run(*inputs)
    grad = complex_values(*out.shape) if out.is_complex() else values(*out.shape, seed=6)

    def once():
        for x in inputs[:differentiated]:
            x.grad = None
        run(*inputs).backward(grad)

    once()
    return once, sum(answer_of(x.grad) for x in inputs[:differentiated])


def step_of(kind, options):
    def start(form):
        parameters = [values(1000, 1000, seed=10 + i).requires_grad_() for i in range(10)]
        for i, x in enumerate(parameters):
            x.grad = values(1000, 1000, seed=20 + i)
        return parameters, kind(parameters, **options, **form)

    def seconds_of(form):
        step = start(form)[1].step
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            step()
            times.append(time.perf_counter() - begin)
        return min(times)

    forms = [{"foreach": False}, {"foreach": True}]
    if "fused" in kind.__init__.__annotations__:
        forms.append({"fused": True})
    parameters, optimiser = start(min(forms, key=seconds_of))
    step = compiled(optimiser.step)
    step()
    step()
    return step, answer_of(parameters[0])


def tasks():
    """What makes what is measured and its answer, by name."""
    made = {}
    for name, case in OPERATORS.items():
        made[name] = lambda case=case: forward_of(*case)
        if case[2]:
            made[name + BACKWARD] = lambda case=case: backward_of(*case)
    for name, case in OPTIMISERS.items():
        made[STEP + name] = lambda case=case: step_of(*case)
    return made


def measure(name, once, answer, seconds):
    end = time.perf_counter() + 0.3 * seconds
    calls = 0
    while calls < 2 or time.perf_counter() < end:
        once()
        calls += 1
    times, end = [], time.perf_counter() + seconds
    while len(times) < 7 or (len(times) < 5000 and time.perf_counter() < end):
        start = time.perf_counter()
        once()
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    print(f"{name:52} median {times[len(times) // 2]:9.4f} ms, least {times[0]:9.4f}, {len(times):5} calls; answer {answer:.9g}",
          flush=True)


def take_turns(seconds):
    last, task = None, None
    for line in sys.stdin:
        name = line.rstrip("\n")
        if name != last:
            task = None
            task, last = tasks()[name](), name
        measure(name, *task, seconds)


def main(arguments):
    arguments = [word for word in arguments if word != "--compile"]
    first = arguments[0] if arguments else ""
    if first == "--turns":
        return take_turns(float(arguments[1]))
    for name, make in tasks().items():
        if first == "--list":
            print(name)
        elif first in name:
            measure(name, *make(), 0.3)


if __name__ == "__main__":
    main(sys.argv[1:])
