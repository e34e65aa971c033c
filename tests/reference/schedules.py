"""Writes schedules.json: learning rates of torch.optim.lr_scheduler, step by step, from 0.1, or with a largest one of 0.1, and momenta where they change.
Run: python3 schedules.py"""
import json
import pathlib

import torch

cases = []


own_momentum = 0.123  # of the optimiser: no schedule comes to it


def note(optimizer, rates, momenta):
    group = optimizer.param_groups[0]
    rates.append(group["lr"])
    momenta.append(group["momentum"])


def keep(line, total, rates, momenta):
    case = {"line": line, "total": total, "rates": rates}
    if set(momenta) != {own_momentum}:
        case["momenta"] = momenta
    cases.append(case)


def one_cycle(line, total, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1, momentum=own_momentum)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=total, **options)
    rates, momenta = [], []
    for i in range(total):
        note(optimizer, rates, momenta)
        optimizer.step()
        if i + 1 < total:
            schedule.step()
    keep(line, total, rates, momenta)


one_cycle("one_cycle", 20)
one_cycle("one_cycle 0.25 anneal_strategy=linear div_factor=10 final_div_factor=100", 17, pct_start=0.25, anneal_strategy="linear", div_factor=10, final_div_factor=100)
one_cycle("one_cycle 0.4 three_phase=true", 20, pct_start=0.4, three_phase=True)
one_cycle("one_cycle 0.3 three_phase=true anneal=linear", 13, pct_start=0.3, three_phase=True, anneal_strategy="linear")
one_cycle("one_cycle 0", 6, pct_start=0.0)
one_cycle("one_cycle 1", 6, pct_start=1.0)
one_cycle("one_cycle 0.5 three_phase=true", 8, pct_start=0.5, three_phase=True)
one_cycle("one_cycle 0.3 div_factor=1 final_div_factor=1", 5, div_factor=1, final_div_factor=1)
one_cycle("one_cycle cycle_momentum=false", 4, cycle_momentum=False)
one_cycle("one_cycle 0.4 three_phase=true base_momentum=0.5 max_momentum=0.6 anneal=linear", 12, pct_start=0.4, three_phase=True, base_momentum=0.5,
          max_momentum=0.6, anneal_strategy="linear")
S = torch.optim.lr_scheduler


def plain(line, total, make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=own_momentum)
    schedule = make(optimizer)
    rates, momenta = [], []
    for _ in range(total):
        note(optimizer, rates, momenta)
        optimizer.step()
        schedule.step()
    keep(line, total, rates, momenta)


plain("constant 0.25 3", 8, lambda o: S.ConstantLR(o, 0.25, 3))
plain("linear", 8, lambda o: S.LinearLR(o))
plain("linear 0.2 0.7 4", 8, lambda o: S.LinearLR(o, 0.2, 0.7, 4))
plain("linear 1 0.1 0", 8, lambda o: S.LinearLR(o, 1, 0.1, 8))
plain("polynomial 5", 8, lambda o: S.PolynomialLR(o))
plain("polynomial power=2.5", 9, lambda o: S.PolynomialLR(o, 9, 2.5))
plain("step 3 0.5", 10, lambda o: S.StepLR(o, 3, 0.5))
plain("multistep 2,5,6 0.3", 10, lambda o: S.MultiStepLR(o, [2, 5, 6], 0.3))
plain("exponential 0.8", 10, lambda o: S.ExponentialLR(o, 0.8))
plain("inverse_time 0.5", 10, lambda o: S.LambdaLR(o, lambda t: 1 / (1 + 0.5 * t)))
plain("cosine 0.01 4", 10, lambda o: S.CosineAnnealingLR(o, 4, 0.01))
plain("cosine", 10, lambda o: S.CosineAnnealingLR(o, 10))
plain("cosine_warm_restarts 4 eta_min=0.01", 14, lambda o: S.CosineAnnealingWarmRestarts(o, 4, eta_min=0.01))
plain("cosine_warm_restarts T_0=2 T_mult=3", 30, lambda o: S.CosineAnnealingWarmRestarts(o, 2, 3))
for mode in ("triangular", "triangular2", "exp_range"):
    gamma = 0.9 if mode == "exp_range" else 1.0
    plain(f"cyclic 0.02 3 5 {mode} gamma={gamma}", 30,
          lambda o: S.CyclicLR(o, 0.02, 0.1, step_size_up=3, step_size_down=5, mode=mode, gamma=gamma))
plain("cyclic 0.02 4 cycle_momentum=false", 20, lambda o: S.CyclicLR(o, 0.02, 0.1, step_size_up=4, cycle_momentum=False))
plain("cyclic 0.02 4 base_momentum=0.3 max_momentum=0.7", 20, lambda o: S.CyclicLR(o, 0.02, 0.1, step_size_up=4, base_momentum=0.3, max_momentum=0.7))
plain("sequential constant:0.1:2;exponential:0.9 3", 12, lambda o: S.SequentialLR(o, [S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9)], [3]))
plain("sequential linear:0.1:1:4;cosine;step:2:0.5 4,9", 14,
      lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.1, 1, 4), S.CosineAnnealingLR(o, 5), S.StepLR(o, 2, 0.5)], [4, 9]))
plain("chained constant:0.1:2;exponential:0.9", 8, lambda o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9)]))
plain("chained linear:0.5:1:4;step:3:0.5;multistep:2,6:0.7", 12,
      lambda o: S.ChainedScheduler([S.LinearLR(o, 0.5, 1, 4), S.StepLR(o, 3, 0.5), S.MultiStepLR(o, [2, 6], 0.7)]))
plain("sequential constant:1;cyclic:0.02:3;exponential:0.9 2,9", 14,
      lambda o: S.SequentialLR(o, [S.ConstantLR(o, 1), S.CyclicLR(o, 0.02, 0.1, step_size_up=3), S.ExponentialLR(o, 0.9)], [2, 9]))
plain("manual 3,7 0.5,0.02", 10, lambda o: S.LambdaLR(o, lambda t: 1 if t < 3 else 5 if t < 7 else 0.2))
# At the edges of what arguments may be.
plain("linear 1 0 3", 6, lambda o: S.LinearLR(o, 1, 0, 3))
plain("linear 0.5 1 1", 4, lambda o: S.LinearLR(o, 0.5, 1, 1))
plain("polynomial 1", 4, lambda o: S.PolynomialLR(o, 1))
plain("polynomial 4 0.5", 7, lambda o: S.PolynomialLR(o, 4, 0.5))
plain("step 1 2", 5, lambda o: S.StepLR(o, 1, 2))
plain("multistep 1,3,3,3,4 0.5", 8, lambda o: S.MultiStepLR(o, [1, 3, 3, 3, 4], 0.5))
plain("exponential 1.1", 6, lambda o: S.ExponentialLR(o, 1.1))
plain("cosine 0 1", 5, lambda o: S.CosineAnnealingLR(o, 1))
plain("cosine 0.1 3", 7, lambda o: S.CosineAnnealingLR(o, 3, 0.1))
plain("cosine_warm_restarts 1", 5, lambda o: S.CosineAnnealingWarmRestarts(o, 1))
plain("cosine_warm_restarts 1 2 0.1", 9, lambda o: S.CosineAnnealingWarmRestarts(o, 1, 2, 0.1))
plain("cyclic 0 1", 7, lambda o: S.CyclicLR(o, 0, 0.1, step_size_up=1))
plain("cyclic 0.1 2 1 exp_range gamma=0.5", 9, lambda o: S.CyclicLR(o, 0.1, 0.1, step_size_up=2, step_size_down=1, mode="exp_range", gamma=0.5))
plain("sequential step:1:0.5;step:1:0.5;exponential:0.5 1,2", 6, lambda o: S.SequentialLR(o, [S.StepLR(o, 1, 0.5), S.StepLR(o, 1, 0.5), S.ExponentialLR(o, 0.5)], [1, 2]))
plain("chained step:2:0.5", 6, lambda o: S.ChainedScheduler([S.StepLR(o, 2, 0.5)]))


def swa(line, total, start, make_before, **options):
    """As PyTorch's own example does it: `start` steps of one schedule, then those of SWALR."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    before = make_before(optimizer)
    rates = []
    after = torch.optim.swa_utils.SWALR(optimizer, **options) if start == 0 else None
    for i in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if i < start:
            before.step()
        else:
            after.step()
        if i + 1 == start:
            after = torch.optim.swa_utils.SWALR(optimizer, **options)
    cases.append({"line": line, "total": total, "rates": rates})


swa("swa 0.05", 14, 0, lambda o: S.ConstantLR(o, 1), swa_lr=0.05)
swa("swa 0.25 4 3 anneal_strategy=linear before=exponential:0.8", 12, 3, lambda o: S.ExponentialLR(o, 0.8), swa_lr=0.25, anneal_epochs=4, anneal_strategy="linear")
swa("swa 0.03 5 6 before=cosine:0.01:8", 15, 6, lambda o: S.CosineAnnealingLR(o, 8, 0.01), swa_lr=0.03, anneal_epochs=5)
swa("swa 0.03 0 4 before=step:2:0.5", 8, 4, lambda o: S.StepLR(o, 2, 0.5), swa_lr=0.03, anneal_epochs=0)

plateaus = []


def plateau(line, seen, **options):
    """None among what was seen: not a number."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = S.ReduceLROnPlateau(optimizer, **options)
    rates = [0.1]
    for value in seen:
        optimizer.step()
        schedule.step(float("nan") if value is None else value)
        rates.append(optimizer.param_groups[0]["lr"])
    plateaus.append({"line": line, "seen": seen, "rates": rates})


falling = [1.0, 0.8, 0.81, 0.79999, 0.8, 0.7, 0.71, 0.7, 0.7, 0.69999, 0.7, 0.72, 0.7, 0.7, 0.71, 0.73, 0.7, 0.71, 0.75, 0.8]
plateau("reduce_on_plateau", falling)
plateau("reduce_on_plateau 0.5 1", falling, factor=0.5, patience=1)
plateau("reduce_on_plateau 0.5 0 cooldown=2", falling, factor=0.5, patience=0, cooldown=2)
plateau("reduce_on_plateau 0.3 1 mode=max threshold=0.05", falling, factor=0.3, patience=1, mode="max", threshold=0.05)
plateau("reduce_on_plateau 0.3 1 threshold=0.15 threshold_mode=abs min_lr=0.005", falling, factor=0.3, patience=1, threshold=0.15, threshold_mode="abs", min_lr=0.005)
plateau("reduce_on_plateau 0.1 0 eps=1e-3", falling, factor=0.1, patience=0, eps=1e-3)
plateau("reduce_on_plateau 0.5 0", [None, 1.0, None, 0.5, 0.5, 0.4, -1.0], factor=0.5, patience=0)
plateau("reduce_on_plateau 0.5 1 threshold=0", [1.0, 1.0, 1.0, 1.0, 0.9999], factor=0.5, patience=1, threshold=0)
plateau("reduce_on_plateau 0.5 0 threshold=0.1", [-1.0, -1.05, -1.2, -0.95, 0.0, -0.9], factor=0.5, patience=0, threshold=0.1)
plateau("reduce_on_plateau 0.5 0 mode=max threshold=0.1", [-1.0, -0.95, -0.8, 0.0, 0.0, 0.1], factor=0.5, patience=0, mode="max", threshold=0.1)
plateau("reduce_on_plateau 0.5 0 cooldown=3 mode=max threshold_mode=abs min_lr=0.03", [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4], factor=0.5, patience=0, cooldown=3, mode="max",
        threshold_mode="abs", min_lr=0.03)


def plateau_of_groups(line, seen, scales, least, **options):
    """Groups whose learning rates are these shares of 0.1, each with its own min_lr."""
    optimizer = torch.optim.SGD([{"params": [torch.zeros(1, requires_grad=True)], "lr": 0.1 * s} for s in scales], lr=0.1)
    schedule = S.ReduceLROnPlateau(optimizer, min_lr=least, **options)
    rates = []
    for value in seen:
        optimizer.step()
        schedule.step(value)
        rates.append([group["lr"] for group in optimizer.param_groups])
    return {"line": line, "seen": seen, "scales": scales, "min_lrs": least, "rates": rates}


groups = plateau_of_groups("reduce_on_plateau 0.5 0", [1.0, 1.0, 0.5, 0.5, 0.5, 0.6, 0.7, 0.4, 0.4], [1.0, 0.1, 0.01, 0.1], [0.02, 0.004, 0.005, 0.0], factor=0.5, patience=0)
with open(pathlib.Path(__file__).resolve().parent / "schedules.json", "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "cases": cases, "plateaus": plateaus, "groups": groups}, file, indent=0)
    file.write("\n")
