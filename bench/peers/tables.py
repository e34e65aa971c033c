"""The same work elsewhere, for comparison with bench_tables.

  tables.py write LARGE.csv MEGABYTES     a table of numbers and words (the same for the same size)
  tables.py read PEER LARGE.csv           PEER: duckdb, pyarrow or pandas
  tables.py adult ENGINE FOLDER           pandas with its engine c or pyarrow, then PyTorch's DataLoader; FOLDER holds adult/

Prints the best and the median of five, after one that is not counted.
"""
import random
import sys
import time


def report(name, work):
    work()
    ms = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        ms.append((time.perf_counter() - start) * 1e3)
    ms.sort()
    print(f"{name}: best {ms[0]:.1f} ms, median {ms[2]:.1f} ms")


def write(path, megabytes):
    draw = random.Random(7)
    words = ["Rome", "Paris", "Oslo", "New York, NY", "Sao Paulo"]
    lines = []
    for i in range(4096):
        town = draw.choice(words)
        lines.append(
            f'{draw.randrange(10**6)},{draw.gauss(0, 100):.6f},{draw.random():.12g},{draw.choice("abcdef")},'
            f'{chr(34) + town + chr(34) if "," in town else town},2026-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02},'
            f'{draw.choice(["true", "false"])},{draw.randrange(100)},{"" if i % 50 == 0 else round(draw.gauss(5, 2), 3)},{draw.randrange(10)}\n'
        )
    block = "".join(lines)
    with open(path, "w") as file:
        file.write("id,a,b,letter,town,day,flag,age,score,label\n")
        for _ in range(int(megabytes) * 1_000_000 // len(block) + 1):
            file.write(block)


def read(peer, path):
    if peer == "duckdb":
        import duckdb

        work = lambda: duckdb.connect().execute(f"create table t as select * from read_csv('{path}')")
    elif peer == "pyarrow":
        from pyarrow import csv

        work = lambda: csv.read_csv(path)
    else:
        import pandas

        work = lambda: pandas.read_csv(path)
    report(peer, work)


def adult(engine, folder):
    import numpy as np
    import pandas
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    def epoch():
        table = pandas.read_csv(f"{folder}/adult/adult.data.gz", header=None, na_values=["?", " ?"], engine=engine)
        y = torch.from_numpy(pandas.factorize(table[14], sort=True)[0])
        inputs = table.drop(columns=14)
        numbers = inputs.select_dtypes("number").columns
        inputs[numbers] = inputs[numbers].fillna(inputs[numbers].median())
        x = torch.from_numpy(pandas.get_dummies(inputs, dummy_na=True).to_numpy(np.float32))
        loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)
        assert sum(len(b) for _, b in loader) == 32561

    report(f"pandas ({engine}) and DataLoader", epoch)


if __name__ == "__main__":
    {"write": write, "read": read, "adult": adult}[sys.argv[1]](*sys.argv[2:])
