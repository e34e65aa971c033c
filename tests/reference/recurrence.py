"""Recurrent networks by PyTorch, with the operators' operands and attributes: what ops_recurrence.py and f64.py share."""
import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

GATES = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}


def weights(draw, kind, features, hidden, num_layers=1, bias=True, bidirectional=False, proj_size=0):
    """Arrays by their state-dict names; draw(*shape) makes one."""
    rows, state, directions = GATES[kind] * hidden, proj_size or hidden, 2 if bidirectional else 1
    found = {}
    for layer in range(num_layers):
        for end in [f"_l{layer}", f"_l{layer}_reverse"][:directions]:
            found["weight_ih" + end] = draw(rows, features if layer == 0 else state * directions)
            found["weight_hh" + end] = draw(rows, state)
            if bias:
                found["bias_ih" + end], found["bias_hh" + end] = draw(rows), draw(rows)
            if proj_size:
                found["weight_hr" + end] = draw(state, hidden)
    return found


def reset_before(x, h, w_ih, w_hh, b_ih, b_hh, reverse):
    """A layer of Cho et al.'s unit, whose reset gate comes before the product: x [T, B, F], h [B, H]."""
    size, outs = h.shape[1], []
    for row in reversed(x) if reverse else x:
        parts = (row @ w_ih.T + b_ih + b_hh).split(size, 1)
        r, z = (torch.sigmoid(parts[i] + h @ w_hh[i * size:(i + 1) * size].T) for i in range(2))
        n = torch.tanh(parts[2] + (r * h) @ w_hh[2 * size:].T)
        h = (1 - z) * n + z * h
        outs.append(h)
    return torch.stack(outs[::-1] if reverse else outs), h


def run(kind, input, h0=None, c0=None, lengths=None, num_layers=1, bias=True, batch_first=False, bidirectional=False, proj_size=0, reset_after=True, **named):
    directions = 2 if bidirectional else 1
    if not reset_after:
        out, last = reset_before(input, h0[0], named["weight_ih_l0"], named["weight_hh_l0"], named["bias_ih_l0"], named["bias_hh_l0"], False)
        return out, last[None]
    hidden = named["weight_ih_l0"].shape[0] // GATES[kind]
    options = {"num_layers": num_layers, "bias": bias, "batch_first": batch_first, "bidirectional": bidirectional}
    if kind.startswith("rnn"):
        net = torch.nn.RNN(input.shape[-1], hidden, nonlinearity=kind[4:], **options)
    elif kind == "gru":
        net = torch.nn.GRU(input.shape[-1], hidden, **options)
    else:
        net = torch.nn.LSTM(input.shape[-1], hidden, proj_size=proj_size, **options)
    net = net.double()
    batch_axis = 0 if batch_first else 1
    shape = (num_layers * directions,) + ((input.shape[batch_axis],) if input.dim() == 3 else ())
    h0 = torch.zeros(*shape, proj_size or hidden, dtype=input.dtype) if h0 is None else h0
    c0 = torch.zeros(*shape, hidden, dtype=input.dtype) if c0 is None else c0
    state = (h0, c0) if kind == "lstm" else h0
    x = input
    if lengths is not None:
        x = pack_padded_sequence(input, lengths, batch_first=batch_first, enforce_sorted=False)
    out, last = torch.func.functional_call(net, named, (x, state))
    if lengths is not None:
        out, _ = pad_packed_sequence(out, batch_first=batch_first, total_length=input.shape[1 - batch_axis])
    return (out, *last) if kind == "lstm" else (out, last)


def cell(kind):
    def step(input, hx, w_ih, w_hh, cx=None, b_ih=None, b_hh=None):
        hidden, bias = hx.shape[-1], b_ih is not None
        make = {"lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}.get(kind)
        module = make(input.shape[-1], hidden, bias) if make else torch.nn.RNNCell(input.shape[-1], hidden, bias, nonlinearity=kind[4:])
        named = {"weight_ih": w_ih, "weight_hh": w_hh} | ({"bias_ih": b_ih, "bias_hh": b_hh} if bias else {})
        return torch.func.functional_call(module.double(), named, (input, (hx, cx) if kind == "lstm" else hx))
    return step


def add_recurrence(add, draw):
    """Cases of all networks and cells. draw(*shape) makes an operand's array."""
    def network(kind, label, T=4, B=3, F=3, H=4, state=True, lengths=None, one=False, **attrs):
        names = {k: v for k, v in attrs.items() if k in ("num_layers", "bias", "bidirectional", "proj_size")}
        layers, directions = attrs.get("num_layers", 1), 2 if attrs.get("bidirectional") else 1
        shape = (T, F) if one else (B, T, F) if attrs.get("batch_first") else (T, B, F)
        inputs = {"input": draw(*shape)}
        if state:
            lead = (layers * directions,) + (() if one else (B,))
            inputs["h0"] = draw(*lead, attrs.get("proj_size") or H)
            if kind == "lstm":
                inputs["c0"] = draw(*lead, H)
        if lengths is not None:
            inputs["lengths"] = np.array(lengths)
        inputs |= weights(draw, kind, F, H, **names)
        add(kind, label, inputs, attrs, lambda **given: run(kind, **given))

    for kind in GATES:
        network(kind, "plain")
        network(kind, "no state, no bias", state=False, bias=False)
        network(kind, "two layers, two ways, batch first", num_layers=2, bidirectional=True, batch_first=True)
        network(kind, "lengths, two ways", T=5, B=4, H=3, lengths=[3, 5, 1, 4], bidirectional=True)
        network(kind, "one sequence", one=True)
    network("lstm", "projection", proj_size=2)
    network("lstm", "projection, two ways, lengths", T=3, B=2, H=4, F=2, proj_size=3, bidirectional=True, num_layers=2, lengths=[2, 3])
    network("gru", "reset before", reset_after=False)
    for kind, gates in GATES.items():
        inputs = {"input": draw(3, 2), "hx": draw(3, 4), "w_ih": draw(gates * 4, 2), "w_hh": draw(gates * 4, 4), "b_ih": draw(gates * 4), "b_hh": draw(gates * 4)}
        if kind == "lstm":
            inputs["cx"] = draw(3, 4)
        add(f"{kind}_cell", "plain", inputs, None, cell(kind))
        add(f"{kind}_cell", "no bias", {k: v for k, v in inputs.items() if not k.startswith("b_")}, None, cell(kind))
