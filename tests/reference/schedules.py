"""Writes schedules.json: learning rates of torch.optim.lr_scheduler's OneCycleLR, step by step, with a largest one of 0.1.
Run: python3 schedules.py"""
import json
import pathlib

import torch

cases = []


def one_cycle(line, total, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=total, cycle_momentum=False, **options)
    rates = []
    for i in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if i + 1 < total:
            schedule.step()
    cases.append({"line": line, "total": total, "rates": rates})


one_cycle("one_cycle", 20)
one_cycle("one_cycle 0.25 anneal_strategy=linear div_factor=10 final_div_factor=100", 17, pct_start=0.25, anneal_strategy="linear", div_factor=10, final_div_factor=100)
one_cycle("one_cycle 0.4 three_phase=true", 20, pct_start=0.4, three_phase=True)
one_cycle("one_cycle 0.3 three_phase=true anneal=linear", 13, pct_start=0.3, three_phase=True, anneal_strategy="linear")
with open(pathlib.Path(__file__).resolve().parent / "schedules.json", "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "cases": cases}, file, indent=0)
    file.write("\n")
