"""Runs the cases of two benchmarks in turns and compares them: cases_in_turns.py ROUNDS PART-OF-A-NAME -- COMMAND... -- COMMAND...

Each command ends in "--turns SECONDS": it reads names of cases from its input, one a line, measures each and answers with a line. While one
runs the other is stopped, because its threads would spin. With "--list" in their place a command prints the names, which both must have.

Prints a table: the medians of the rounds in ms, and the ratio first / second of each round: median, lowest, highest. Stops where the answers of
a case differ. A round during which other processes (or the host) took more than 0.15 of a CPU is measured again, up to 5 times in all, and counts
as disturbed after that.
"""
import os
import re
import signal
import statistics
import subprocess
import sys
import time

from in_turns import MOST_BY_OTHERS, MOST_TRIES, busy_seconds

MOST_APART = 1e-4  # of an answer, which is of the order of 1


class Program:
    """One of the two; it keeps its state between its turns."""

    def __init__(self, command):
        self.names = subprocess.run(command[:-2] + ["--list"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def measure(self, name):
        """Its median in ms, and its answer."""
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(name + "\n")
        line = self.process.stdout.readline()
        self.process.send_signal(signal.SIGSTOP)
        found = re.search(r"median +([0-9.]+) ms.*answer ([-0-9.e+naif]+)", line)
        if not found:
            sys.exit(f"{' '.join(self.process.args)}: no answer to '{name}' but '{line.strip()}'")
        return float(found[1]), float(found[2])

    def stop(self):
        self.process.kill()
        self.process.wait()

    def seconds(self):
        """Of its processor time."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_round(programs, name):
    """Both times, and whether others disturbed them."""
    for _ in range(MOST_TRIES):
        times = []
        busy, own, start = busy_seconds(), sum(p.seconds() for p in programs), time.monotonic()
        for program in programs:
            times.append(program.measure(name))
        others = (busy_seconds() - busy) - (sum(p.seconds() for p in programs) - own)
        # The clocks of /proc count in hundredths of a second.
        if others <= MOST_BY_OTHERS * (time.monotonic() - start) + 0.02:
            return times, False
    return times, True


def compare(programs, name, rounds):
    """One line of the table."""
    ratios, times, disturbed = [], [], 0
    answers = [program.measure(name)[1] for program in programs]
    if not abs(answers[0] - answers[1]) <= MOST_APART:
        sys.exit(f"'{name}' gives {answers[0]} and {answers[1]}: one of the programs is wrong")
    for _ in range(rounds):
        (first, second), noisy = measure_round(programs, name)
        times.append((first[0], second[0]))
        ratios.append(first[0] / second[0])
        disturbed += noisy
    first, second = (statistics.median(column) for column in zip(*times))
    return (f"| {name} | {first:.3f} | {second:.3f} | {statistics.median(ratios):.2f} [{min(ratios):.2f}..{max(ratios):.2f}] "
            f"| {disturbed} |")


def main(arguments):
    at = [i for i, word in enumerate(arguments) if word == "--"]
    if len(at) != 2 or at[0] != 2 or at[1] == 3 or at[1] == len(arguments) - 1 or not arguments[0].isdigit() or arguments[0] == "0":
        sys.exit(__doc__)
    programs = [Program(arguments[3:at[1]]), Program(arguments[at[1] + 1:])]
    names = programs[0].names
    if names != programs[1].names:
        sys.exit("the programs have different cases: " + ", ".join(sorted(set(names) ^ set(programs[1].names))))
    print("| case | hebb | PyTorch | hebb / PyTorch: median [lowest..highest] | disturbed rounds |")
    print("| --- | --- | --- | --- | --- |")
    try:
        for name in names:
            if arguments[1] in name:
                print(compare(programs, name, int(arguments[0])), flush=True)
    finally:
        for program in programs:
            program.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
