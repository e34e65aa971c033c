"""Times of calls of some milliseconds, printed as the programs of bench/ do."""
import time


def measure(what, once, seconds=1.0):
    for _ in range(3):
        once()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 7:
        start = time.perf_counter()
        once()
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    print(f"{what:44} median {times[len(times) // 2]:.3f} ms, least {times[0]:.3f}, {len(times)} calls", flush=True)
