"""Writes trajectories.json: parameters after 1 and after 20 steps of optimisers, in f64, with the gradients that were given: torch.optim's, and
LAMB, LARS, Lion and Muon as their papers print them, in NumPy. The same along schedules that change momentum, too.
And the path of torch.optim.LBFGS down a valley.
Run: python3 trajectories.py"""
import json
import math
import pathlib

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(12)
shapes = [(3, 4), (5,), (), (2, 2, 3)]
starts = [torch.randn(s) for s in shapes]
grads = [[torch.randn(s) for s in shapes] for _ in range(20)]


def text(tensors):
    return [np.asarray(t.detach() if torch.is_tensor(t) else t).reshape(-1).tolist() for t in tensors]


def by_torch(line, name, lr, **options):
    params = [p.clone().requires_grad_() for p in starts]
    stepper = getattr(torch.optim, name)(params, lr=lr, **options)
    after = []
    for step in grads:
        for p, g in zip(params, step):
            p.grad = g.clone()
        stepper.step()
        after.append(text(params))
    return {"line": line, "after 1": after[0], "after 20": after[-1]}


def by_numpy(line, rule):
    """rule(p, g, state, t) gives the new p."""
    params = [p.numpy().copy() for p in starts]
    states = [{} for _ in params]
    after = []
    for t, step in enumerate(grads, 1):
        params = [rule(p, g.numpy(), s, t) for p, g, s in zip(params, step, states)]
        after.append(text(params))
    return {"line": line, "after 1": after[0], "after 20": after[-1]}


def plain_adam(lr, beta1, beta2, eps, decay=0, decoupled=False, amsgrad=False, sign=1):
    """Adam as some textbooks print it: the averages as they are."""
    def rule(p, g, s, t):
        g = sign * g + (0 if decoupled else decay * p)
        s["m"] = beta1 * s.get("m", 0) + (1 - beta1) * g
        s["v"] = beta2 * s.get("v", 0) + (1 - beta2) * g * g
        s["most"] = np.maximum(s.get("most", 0), s["v"])
        p = p * (1 - lr * decay) if decoupled else p
        return p - lr * s["m"] / (np.sqrt(s["most"] if amsgrad else s["v"]) + eps)
    return rule


def lion(lr, beta1, beta2, decay, blend=True, sign=1):
    def rule(p, g, s, t):
        g, m = sign * g, s.get("m", 0)
        if blend:
            update = np.sign(beta1 * m + (1 - beta1) * g)
            s["m"] = beta2 * m + (1 - beta2) * g
        else:
            s["m"] = beta1 * m + (1 - beta1) * g
            update = np.sign(s["m"])
        return p - lr * (update + decay * p)
    return rule


def muon(lr, decay, momentum, nesterov, root, coefficients=(3.4445, -4.775, 2.0315), steps=5, sign=1, eps=1e-7):
    """torch.optim.Muon's rule, in f64 where PyTorch iterates in bf16; AdamW for what is no matrix. root: of the original ratio, or None."""
    a, b, c = coefficients

    def rule(p, g, s, t):
        g = sign * g
        if p.ndim < 2:
            s["m"] = 0.9 * s.get("m", 0) + 0.1 * g
            s["v"] = 0.999 * s.get("v", 0) + 0.001 * g * g
            return p * (1 - lr * decay) - lr * (s["m"] / (1 - 0.9 ** t)) / (np.sqrt(s["v"] / (1 - 0.999 ** t)) + 1e-8)
        s["m"] = momentum * s.get("m", 0) + (1 - momentum) * g
        x = ((1 - momentum) * g + momentum * s["m"] if nesterov else s["m"]).reshape(len(p), -1)
        rows, columns = x.shape
        x = x.T if rows > columns else x
        x = x / max(np.linalg.norm(x), eps)
        for _ in range(steps):
            gram = x @ x.T
            x = a * x + (b * gram + c * gram @ gram) @ x
        x = x.T if rows > columns else x
        ratio = root(max(1, rows / columns)) if root else 0.2 * math.sqrt(max(rows, columns))
        return p * (1 - lr * decay) - lr * ratio * x.reshape(p.shape)
    return rule


def lamb(lr, beta1, beta2, eps, decay, correct=True, sign=1):
    def rule(p, g, s, t):
        g = sign * g
        s["m"] = beta1 * s.get("m", 0) + (1 - beta1) * g
        s["v"] = beta2 * s.get("v", 0) + (1 - beta2) * g * g
        m, v = (s["m"] / (1 - beta1**t), s["v"] / (1 - beta2**t)) if correct else (s["m"], s["v"])
        r = m / (np.sqrt(v) + eps) + decay * p
        return p - lr * np.sqrt(np.sum(p * p)) / np.sqrt(np.sum(r * r)) * r
    return rule


def lars(lr, momentum, decay, trust, eps, nesterov=False, dampening=0, sign=1):
    def rule(p, g, s, t):
        g, w = sign * g, np.sqrt(np.sum(p * p))
        g = trust * w / (np.sqrt(np.sum(g * g)) + decay * w + eps) * (g + decay * p)
        s["b"] = momentum * s["b"] + (1 - dampening) * g if "b" in s else g
        return p - lr * (g + momentum * s["b"] if nesterov else s["b"])
    return rule


def sparse_adam(lr, beta1, beta2, eps, sign=1):
    """torch.optim.SparseAdam's rule of a gradient that has all rows; PyTorch's own step is compared below."""
    def rule(p, g, s, t):
        g = sign * g
        s["m"] = beta1 * s.get("m", 0) + (1 - beta1) * g
        s["v"] = beta2 * s.get("v", 0) + (1 - beta2) * g * g
        return p - lr * math.sqrt(1 - beta2**t) / (1 - beta1**t) * s["m"] / (np.sqrt(s["v"]) + eps)
    return rule


def few_rows(line, **options):
    """torch.optim.SparseAdam on a table of which each step uses two rows."""
    table = torch.randn(4, 3)
    param, steps = table.clone().requires_grad_(), []
    stepper = torch.optim.SparseAdam([param], **options)
    for i in range(6):
        grad = torch.zeros(4, 3)
        grad[i % 3] = torch.randn(3)
        grad[(i * i + 1) % 4] = torch.randn(3)
        param.grad = grad.to_sparse(1)
        stepper.step()
        steps.append({"grad": text([grad])[0], "after": text([param])[0]})
    return {"line": line, "start": text([table])[0], "steps": steps}


cases = [
    by_numpy("sparse_adam 0.02", sparse_adam(0.02, 0.9, 0.999, 1e-8)),
    by_numpy("sparse_adam 0.02 betas=0.8,0.9 eps=1e-3 maximize=true", sparse_adam(0.02, 0.8, 0.9, 1e-3, -1)),
    by_torch("sgd 0.1", "SGD", 0.1),
    by_torch("sgd 0.1 0.8 0.3 0.01 maximize=true", "SGD", 0.1, momentum=0.8, dampening=0.3, weight_decay=0.01, maximize=True),
    by_torch("sgd 0.1 momentum=0.9 nesterov=true", "SGD", 0.1, momentum=0.9, nesterov=True),
    by_torch("adam 0.01 betas=0.8,0.99 eps=1e-4 weight_decay=0.1 amsgrad=true maximize=true", "Adam", 0.01, betas=(0.8, 0.99), eps=1e-4, weight_decay=0.1,
             amsgrad=True, maximize=True),
    by_torch("adamw 0.01", "AdamW", 0.01),
    by_torch("adamw 0.01 weight_decay=0.2 amsgrad=true maximize=true", "AdamW", 0.01, weight_decay=0.2, amsgrad=True, maximize=True),
    by_torch("rmsprop 0.01 centered=true momentum=0.5 weight_decay=0.1 maximize=true", "RMSprop", 0.01, centered=True, momentum=0.5, weight_decay=0.1,
             maximize=True),
    by_torch("nadam 0.02 weight_decay=0.2 decoupled_weight_decay=true maximize=true", "NAdam", 0.02, weight_decay=0.2, decoupled_weight_decay=True, maximize=True),
    by_torch("sgd 0.1 momentum=0.7 weight_decay=0.1 nesterov=true maximize=true", "SGD", 0.1, momentum=0.7, weight_decay=0.1, nesterov=True, maximize=True),
    by_torch("adam 0.01", "Adam", 0.01),
    by_torch("rmsprop 0.01", "RMSprop", 0.01),
    by_torch("rmsprop 0.01 alpha=0.8 eps=1e-3 momentum=0.9", "RMSprop", 0.01, alpha=0.8, eps=1e-3, momentum=0.9),
    by_torch("nadam 0.02", "NAdam", 0.02),
    by_torch("nadam 0.02 betas=0.7,0.9 eps=1e-3 weight_decay=0.1 momentum_decay=0.05", "NAdam", 0.02, betas=(0.7, 0.9), eps=1e-3, weight_decay=0.1, momentum_decay=0.05),
    by_torch("radam 0.02 eps=1e-3", "RAdam", 0.02, eps=1e-3),
    by_torch("asgd 0.1 alpha=1 t0=0", "ASGD", 0.1, alpha=1, t0=0),
    by_numpy("adam 0.01 bias_correction=false", plain_adam(0.01, 0.9, 0.999, 1e-8)),
    by_numpy("adam 0.01 betas=0.8,0.9 eps=1e-3 weight_decay=0.2 amsgrad=true bias_correction=false maximize=true",
             plain_adam(0.01, 0.8, 0.9, 1e-3, 0.2, amsgrad=True, sign=-1)),
    by_numpy("adamw 0.01 weight_decay=0.2 bias_correction=false", plain_adam(0.01, 0.9, 0.999, 1e-8, 0.2, True)),
    by_torch("adagrad 0.1", "Adagrad", 0.1),
    by_torch("adagrad 0.1 lr_decay=0.05 weight_decay=0.1 initial_accumulator_value=0.3 eps=1e-3 maximize=true", "Adagrad", 0.1, lr_decay=0.05, weight_decay=0.1,
             initial_accumulator_value=0.3, eps=1e-3, maximize=True),
    by_torch("adadelta", "Adadelta", 1.0),
    by_torch("adadelta 0.5 rho=0.8 eps=1e-3 weight_decay=0.1 maximize=true", "Adadelta", 0.5, rho=0.8, eps=1e-3, weight_decay=0.1, maximize=True),
    by_torch("adamax 0.02", "Adamax", 0.02),
    by_torch("adamax 0.02 betas=0.7,0.9 eps=1e-3 weight_decay=0.1 maximize=true", "Adamax", 0.02, betas=(0.7, 0.9), eps=1e-3, weight_decay=0.1, maximize=True),
    by_torch("radam 0.02", "RAdam", 0.02),
    by_torch("radam 0.02 betas=0.8,0.9 weight_decay=0.1 maximize=true", "RAdam", 0.02, betas=(0.8, 0.9), weight_decay=0.1, maximize=True),
    by_torch("radam 0.02 betas=0.8,0.9 weight_decay=0.1 decoupled_weight_decay=true", "RAdam", 0.02, betas=(0.8, 0.9), weight_decay=0.1, decoupled_weight_decay=True),
    by_torch("rprop 0.05", "Rprop", 0.05),
    by_torch("rprop 0.05 etas=0.4,1.5 step_sizes=0.01,0.07 maximize=true", "Rprop", 0.05, etas=(0.4, 1.5), step_sizes=(0.01, 0.07), maximize=True),
    by_torch("asgd 0.1", "ASGD", 0.1),
    by_torch("asgd 0.1 lambd=0.01 alpha=0.5 t0=3 weight_decay=0.1 maximize=true", "ASGD", 0.1, lambd=0.01, alpha=0.5, t0=3, weight_decay=0.1, maximize=True),
    by_torch("adafactor", "Adafactor", 0.01),
    by_torch("adafactor 0.6 beta2_decay=-0.5 eps1=1e-3 eps2=0.9 d=1.5 weight_decay=0.1 maximize=true", "Adafactor", 0.6, beta2_decay=-0.5, eps=(1e-3, 0.9), d=1.5,
             weight_decay=0.1, maximize=True),
    by_numpy("lion 0.01", lion(0.01, 0.9, 0.99, 0)),
    by_numpy("lion 0.01 betas=0.8,0.9 weight_decay=0.2", lion(0.01, 0.8, 0.9, 0.2)),
    by_numpy("lion 0.01 betas=0.8,0.9 weight_decay=0.2 blend=false", lion(0.01, 0.8, 0.9, 0.2, False)),
    by_numpy("lion 0.01 weight_decay=0.2 maximize=true", lion(0.01, 0.9, 0.99, 0.2, sign=-1)),
    by_numpy("lamb 0.01", lamb(0.01, 0.9, 0.999, 1e-6, 0)),
    by_numpy("lamb 0.01 betas=0.8,0.9 eps=1e-3 weight_decay=0.2", lamb(0.01, 0.8, 0.9, 1e-3, 0.2)),
    by_numpy("lamb 0.01 weight_decay=0.2 bias_correction=false", lamb(0.01, 0.9, 0.999, 1e-6, 0.2, False)),
    by_numpy("lamb 0.01 weight_decay=0.2 maximize=true", lamb(0.01, 0.9, 0.999, 1e-6, 0.2, sign=-1)),
    by_numpy("muon 0.02 eps=3", muon(0.02, 0.1, 0.95, True, math.sqrt, eps=3)),
    by_numpy("muon 0.02", muon(0.02, 0.1, 0.95, True, math.sqrt)),
    by_numpy("muon 0.02 0 0.9 nesterov=false ns_coefficients=2,-1.5,0.5 ns_steps=3 adjust=match_rms_adamw maximize=true",
             muon(0.02, 0, 0.9, False, None, (2, -1.5, 0.5), 3, -1)),
    by_numpy("lars", lars(1, 0.9, 0, 1e-3, 1e-8)),
    by_numpy("lars 5 0.8 weight_decay=0.1 nesterov=true trust_coefficient=0.02 eps=0.1", lars(5, 0.8, 0.1, 0.02, 0.1, True)),
    by_numpy("lars 5 0.8 dampening=0.3 weight_decay=0.1 maximize=true", lars(5, 0.8, 0.1, 1e-3, 1e-8, dampening=0.3, sign=-1)),
]


def still(line, name, **options):
    """Where a rule divides by what may be 0: weights of 0, no gradient at first, then one that is tiny, 0, huge and plain."""
    param = torch.zeros(2, 2).requires_grad_()
    stepper = getattr(torch.optim, name)([param], **options)
    after = []
    for gradient in [[0, 0, 0, 0]] * 2 + [[1e-30, 0, -1e20, 2]] * 2 + [[0, 0, 0, 0]]:
        param.grad = torch.tensor(gradient, dtype=torch.float64).reshape(2, 2)
        stepper.step()
        after.append(text([param])[0])
    return {"line": line, "after": after}


quiet = [still(line, name, **options) for line, name, options in [
    ("sgd momentum=0.9", "SGD", {"momentum": 0.9}), ("adam", "Adam", {}), ("adam amsgrad=true", "Adam", {"amsgrad": True}), ("adamw", "AdamW", {}), ("rmsprop", "RMSprop", {}),
    ("rmsprop centered=true momentum=0.9", "RMSprop", {"centered": True, "momentum": 0.9}), ("nadam", "NAdam", {}), ("adagrad", "Adagrad", {}), ("adadelta", "Adadelta", {}),
    ("adamax", "Adamax", {}), ("radam", "RAdam", {}), ("rprop", "Rprop", {}), ("asgd", "ASGD", {}), ("adafactor", "Adafactor", {})]]


def valley(w):  # Rosenbrock's, in four dimensions
    return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum()


def lbfgs(steps, start=(-1.2, 1.0, -0.5, 0.8), **options):
    """With maximize it climbs the valley's negative."""
    sign = -1 if options.get("maximize") else 1
    w = torch.tensor(start).requires_grad_()
    stepper = torch.optim.LBFGS([w], **options)
    losses, path = [], []

    def closure():
        stepper.zero_grad()
        loss = sign * valley(w)
        loss.backward()
        return loss

    for _ in range(steps):
        losses.append(float(stepper.step(closure)))
        path.append(w.tolist())
    state = stepper.state[w]
    options = {k: v for k, v in options.items()}
    return {"options": options, "start": list(start), "losses": losses, "path": path, "func_evals": state["func_evals"], "n_iter": state["n_iter"]}


def cycled(line, schedule_line, name, make, lr, **options):
    """Along a schedule that changes learning rate and momentum, over the twenty steps."""
    params = [p.clone().requires_grad_() for p in starts]
    stepper = getattr(torch.optim, name)(params, lr=lr, **options)
    schedule, after = make(stepper), []
    for i, step in enumerate(grads):
        for p, g in zip(params, step):
            p.grad = g.clone()
        stepper.step()
        after.append(text(params))
        if i + 1 < len(grads):
            schedule.step()
    return {"line": line, "schedule": schedule_line, "after 1": after[0], "after 20": after[-1]}


def one_cycle(lr, **options):
    return lambda o: torch.optim.lr_scheduler.OneCycleLR(o, max_lr=lr, total_steps=len(grads), **options)


def cyclic(lr):
    return lambda o: torch.optim.lr_scheduler.CyclicLR(o, lr / 5, lr, step_size_up=3)


cycles = [cycled("sgd 0.1 momentum=0.9", "one_cycle", "SGD", one_cycle(0.1), 0.1, momentum=0.9),
          cycled("sgd 0.1", "one_cycle 0.4 base_momentum=0.6", "SGD", one_cycle(0.1, pct_start=0.4, base_momentum=0.6), 0.1),
          cycled("sgd 0.1 momentum=0.5 nesterov=true weight_decay=0.1", "cyclic 0.02 3", "SGD", cyclic(0.1), 0.1, momentum=0.5, nesterov=True, weight_decay=0.1),
          cycled("adam 0.01", "one_cycle", "Adam", one_cycle(0.01), 0.01),
          cycled("adamw 0.01 betas=0.5,0.99 amsgrad=true", "cyclic 0.002 3", "AdamW", cyclic(0.01), 0.01, betas=(0.5, 0.99), amsgrad=True),
          cycled("adamax 0.02", "one_cycle", "Adamax", one_cycle(0.02), 0.02),
          cycled("radam 0.02 weight_decay=0.1", "cyclic 0.004 3", "RAdam", cyclic(0.02), 0.02, weight_decay=0.1),
          cycled("rmsprop 0.01", "cyclic 0.002 3", "RMSprop", cyclic(0.01), 0.01),
          cycled("rmsprop 0.01 momentum=0.3 centered=true", "one_cycle three_phase=true", "RMSprop", one_cycle(0.01, three_phase=True), 0.01, momentum=0.3,
                 centered=True)]
quasi = [lbfgs(3, lr=1e-3, max_iter=6), lbfgs(4, max_iter=5, line_search_fn="strong_wolfe"), lbfgs(6, max_iter=8, history_size=2, line_search_fn="strong_wolfe"),
         lbfgs(3, max_iter=10, max_eval=7, line_search_fn="strong_wolfe"), lbfgs(2, lr=0.5, max_iter=30, line_search_fn="strong_wolfe"),
         lbfgs(3, lr=1e-3, max_iter=6, maximize=True), lbfgs(2, max_iter=50, tolerance_grad=5.0, line_search_fn="strong_wolfe"),
         lbfgs(2, max_iter=50, tolerance_change=0.05, line_search_fn="strong_wolfe")]
with open(pathlib.Path(__file__).resolve().parent / "trajectories.json", "w") as file:
    json.dump({"torch": torch.__version__.split("+")[0], "shapes": shapes, "start": text(starts), "grads": [text(g) for g in grads], "cases": cases,
               "few rows": few_rows("sparse_adam 0.05 betas=0.8,0.95", lr=0.05, betas=(0.8, 0.95)), "still": quiet, "cycled": cycles, "lbfgs": quasi}, file)
    file.write("\n")
print(len(cases), "cases,", len(quasi), "of LBFGS, PyTorch", torch.__version__)
