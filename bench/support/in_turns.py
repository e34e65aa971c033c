"""Runs two benchmarks in turns and compares them: in_turns.py PAIRS -- COMMAND... -- COMMAND...

Each command is a process that prints "median X ms". Prints one line with tabs between: the median of the first's medians and of the second's in
ms, then the ratio first / second of each pair: median, lowest, highest; then how many pairs stayed disturbed. A pair during which other
processes (or the host: steal) took more than 0.15 of a CPU is measured again, up to 5 times in all, and counts as disturbed after that.
"""
import os
import re
import statistics
import subprocess
import sys
import time

MOST_BY_OTHERS = 0.15  # of one CPU
MOST_TRIES = 5
LONGEST_RUN = 300  # seconds


def busy_seconds():
    """Of all processors since the start, stolen time included."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    """Of this process and of its children that have ended."""
    return sum(os.times()[:4])


def median_ms(command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=LONGEST_RUN)
    except subprocess.TimeoutExpired:
        sys.exit(f"{' '.join(command)}: not done after {LONGEST_RUN} s")
    found = re.search(r"median ([0-9.]+) ms", done.stdout)
    if done.returncode != 0 or not found:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}")
    return float(found[1])


def measure_pair(first, second):
    """Their times, and whether others disturbed them."""
    for _ in range(MOST_TRIES):
        busy, own, start = busy_seconds(), own_seconds(), time.monotonic()
        pair = median_ms(first), median_ms(second)
        others = (busy_seconds() - busy) - (own_seconds() - own)
        if others <= MOST_BY_OTHERS * (time.monotonic() - start):
            return pair, False
    return pair, True


def main(arguments):
    at = [i for i, word in enumerate(arguments) if word == "--"]
    if len(at) != 2 or at[0] != 1 or at[1] in (2, len(arguments) - 1) or not arguments[0].isdigit() or arguments[0] == "0":
        sys.exit(__doc__)
    first, second = arguments[2:at[1]], arguments[at[1] + 1:]
    pairs = [measure_pair(first, second) for _ in range(int(arguments[0]))]
    ratios = [a / b for (a, b), _ in pairs]
    numbers = [statistics.median(a for (a, _), _ in pairs), statistics.median(b for (_, b), _ in pairs),
               statistics.median(ratios), min(ratios), max(ratios)]
    print("\t".join([f"{number:.3f}" for number in numbers] + [str(sum(disturbed for _, disturbed in pairs))]))


if __name__ == "__main__":
    main(sys.argv[1:])
