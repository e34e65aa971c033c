"""Runs the cases of benchmarks in turns: cases_in_turns.py ROUNDS PART-OF-A-NAME -- TITLE COMMAND... -- TITLE COMMAND... [-- ...]

The first is compared with each of the others. Each command ends in "--turns SECONDS": it reads names of cases from its input, one a line, measures each and answers with a line. While one
runs the others are stopped, because their threads would spin. With "--list" in their place a command prints the names, which all must have.

Prints a table: the medians of the rounds in ms, and the ratio first / other of each round: median, lowest, highest. Stops where the answers of
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
    """One of them; it keeps its state between its turns."""

    def __init__(self, title, command):
        self.title = title
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
    """The times, and whether others disturbed them."""
    for _ in range(MOST_TRIES):
        times = []
        busy, own, start = busy_seconds(), sum(p.seconds() for p in programs), time.monotonic()
        for program in programs:
            times.append(program.measure(name)[0])
        others = (busy_seconds() - busy) - (sum(p.seconds() for p in programs) - own)
        # The clocks of /proc count in hundredths of a second.
        if others <= MOST_BY_OTHERS * (time.monotonic() - start) + 0.02:
            return times, False
    return times, True


def compare(programs, name, rounds):
    """One line of the table."""
    rows, disturbed = [], 0
    answers = [program.measure(name)[1] for program in programs]
    if not max(answers) - min(answers) <= MOST_APART:
        sys.exit(f"'{name}' gives {answers}: one of the programs is wrong")
    for _ in range(rounds):
        times, noisy = measure_round(programs, name)
        rows.append(times)
        disturbed += noisy
    medians = [f"{statistics.median(column):.3f}" for column in zip(*rows)]
    ratios = [[times[0] / times[i] for times in rows] for i in range(1, len(programs))]
    shown = [f"{statistics.median(some):.2f} [{min(some):.2f}..{max(some):.2f}]" for some in ratios]
    return f"| {' | '.join([name, *medians, *shown, str(disturbed)])} |"


def main(arguments):
    at = [i for i, word in enumerate(arguments) if word == "--"] + [len(arguments)]
    commands = [arguments[begin + 1:end] for begin, end in zip(at, at[1:])]
    if len(commands) < 2 or at[0] != 2 or any(len(c) < 4 for c in commands) or not arguments[0].isdigit() or arguments[0] == "0":
        sys.exit(__doc__)
    programs = [Program(title, command) for title, *command in commands]
    names = programs[0].names
    for other in programs[1:]:
        if names != other.names:
            sys.exit("the programs have different cases: " + ", ".join(sorted(set(names) ^ set(other.names))))
    titles = [program.title for program in programs]
    columns = ["case", *titles, *(f"{titles[0]} / {other}: median [lowest..highest]" for other in titles[1:]), "disturbed rounds"]
    print(f"| {' | '.join(columns)} |")
    print("| --- " * len(columns) + "|")
    try:
        for name in names:
            if arguments[1] in name:
                print(compare(programs, name, int(arguments[0])), flush=True)
    finally:
        for program in programs:
            program.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
