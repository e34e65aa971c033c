// ops/recurrent_scan.cc: a recurrent layer in one direction. One kernel runs all times, another its
// gradient. The gradients of weights are products over all times at once.

#include "hebb/ops/recurrent_scan.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/math.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/recurrence.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

namespace in = scan_in;
namespace to = scan_out;
namespace back_to = scan_backward_out;

Cell cell_of(const Call& c) {
  return c.attributes<RecurrentScanAttrs>().kind();
}
bool reversed(const Call& c) {
  return c.attributes<RecurrentScanAttrs>().reverse;
}
const Tensor& operand(const Call& c, size_t slot) {
  return c.in(int(slot));
}

// Products with both weights, and some twenty operations a unit.
Cost cost_of(const Tensor& gates, const Tensor& weight_hh, const Tensor& weight_hr, double passes) {
  const double rows = double(gates.size(0)) * double(gates.size(1));
  const double weights =
      double(weight_hh.numel()) + (weight_hr.defined() ? double(weight_hr.numel()) : 0);
  return {.flops = rows * (passes * weights + 20 * double(gates.size(2)))};
}

Specs infer_scan(const Call& c) {
  const Cell cell = cell_of(c);
  const bool keep = c.attributes<RecurrentScanAttrs>().keep;
  const Tensor &gates = operand(c, in::gates), &h0 = operand(c, in::h0);
  const int64_t T = gates.size(0), B = gates.size(1), H = gates.size(2) / gates_of(cell),
                P = h0.size(1);
  const DType dtype = gates.dtype();
  const auto when = [&](bool there, Dims shape) {
    return Spec{dtype, there ? std::move(shape) : Dims{0}};
  };
  return {{dtype, {T, B, P}},
          {dtype, {B, P}},
          when(is_lstm(cell), {B, H}),
          when(keep && kept_of(cell) > 0, {T, B, kept_of(cell) * H}),
          when(keep && is_lstm(cell), {T, B, H})};
}

// What gradients are made of: those of the gates before their activations and of the first state;
// of gru's W h + b in the new gate; of the hidden state, where it is a projection.
struct ScanGrads {
  Tensor gates, h0, c0, recurrent, hidden;
};

ScanGrads grads_by_kernel(const Call& c, const Grads& dy) {
  const Tensors g =
      call_all(op::recurrent_scan_backward,
               {dy[to::out], dy[to::h_n], dy[to::c_n], operand(c, in::h0), operand(c, in::c0),
                operand(c, in::weight_hh), operand(c, in::weight_hr), c.out(to::out),
                c.out(to::kept), c.out(to::cells), operand(c, in::lengths)},
               c.attributes<RecurrentScanAttrs>());
  return {g[back_to::gates], g[back_to::h0], g[back_to::c0], g[back_to::recurrent],
          g[back_to::hidden]};
}

// [T, B, 1] bools: whether this is the first step of the sequence.
Tensor is_first_step(const Call& c) {
  const Tensor& lengths = operand(c, in::lengths);
  const Tensor times =
      reshape(arange(double(c.out(to::out).size(0)), DType::i64, lengths.device()), {-1, 1, 1});
  return times == reshape(lengths, {1, -1, 1}) - 1;
}

// The values before each step, [T, B, n]: those after the step before it, from `first` [B, n] on.
Tensor before_steps(const Call& c, const Tensor& after, const Tensor& first) {
  const int64_t T = after.size(0);
  const Tensor start = unsqueeze(first, 0);
  if (!reversed(c))
    return cat({start, narrow(after, 0, 0, T - 1)});
  const Tensor shifted = cat({narrow(after, 0, 1, T - 1), start});
  return operand(c, in::lengths).defined() ? where(is_first_step(c), start, shifted) : shifted;
}

// ---- the gradient in operators, for when it is differentiated again ----

// One step, all [B, n]: what the forward pass left, and the gradients that arrive at it.
struct StepTensors {
  Tensor out, h_before, kept, cells, c_before;
  Tensor dh, dc, dkept;
  Tensor gate(int64_t g, int64_t units) const { return narrow(kept, 1, g * units, units); }
  // The gradient of a gate after its activation: what reaches it in this step, and from elsewhere.
  Tensor with_kept(const Tensor& grad, int64_t g, int64_t units) const {
    return dkept.defined() ? grad + narrow(dkept, 1, g * units, units) : grad;
  }
};
struct StepGrads {
  Tensor gates, recurrent, h_before, c_before;
};

Tensor through_sigmoid(const Tensor& grad, const Tensor& y) {
  return grad * y * (1 - y);
}
Tensor through_tanh(const Tensor& grad, const Tensor& y) {
  return grad * (1 - y * y);
}

StepGrads lstm_step_back(const StepTensors& s, const Tensor& w, int64_t H) {
  const Tensor i = s.gate(0, H), f = s.gate(1, H), g = s.gate(2, H), o = s.gate(3, H),
               c = tanh(s.cells), dc = s.dc + through_tanh(s.dh * o, c);
  const Tensor gates = cat(
      {through_sigmoid(s.with_kept(dc * g, 0, H), i),
       through_sigmoid(s.with_kept(dc * s.c_before, 1, H), f),
       through_tanh(s.with_kept(dc * i, 2, H), g), through_sigmoid(s.with_kept(s.dh * c, 3, H), o)},
      1);
  return {gates, {}, matmul(gates, w), dc * f};
}

StepGrads gru_step_back(const StepTensors& s, const Tensor& w, int64_t H, bool reset_after) {
  const Tensor r = s.gate(0, H), z = s.gate(1, H), n = s.gate(2, H),
               dn = through_tanh(s.with_kept(s.dh * (1 - z), 2, H), n),
               dz = through_sigmoid(s.with_kept(s.dh * (s.h_before - n), 1, H), z);
  const Tensor w_rz = narrow(w, 0, 0, 2 * H), w_n = narrow(w, 0, 2 * H, H);
  if (reset_after) {
    const Tensor dr = through_sigmoid(s.with_kept(dn * s.gate(3, H), 0, H), r),
                 recurrent = s.with_kept(dn * r, 3, H);
    return {cat({dr, dz, dn}, 1),
            recurrent,
            matmul(cat({dr, dz}, 1), w_rz) + matmul(recurrent, w_n) + s.dh * z,
            {}};
  }
  const Tensor gated = matmul(dn, w_n),
               dr = through_sigmoid(s.with_kept(gated * s.h_before, 0, H), r);
  return {cat({dr, dz, dn}, 1), {}, matmul(cat({dr, dz}, 1), w_rz) + gated * r + s.dh * z, {}};
}

StepGrads rnn_step_back(const StepTensors& s, const Tensor& w, bool relu) {
  const Tensor gates = relu ? where(s.out > 0, s.dh, 0) : through_tanh(s.dh, s.out);
  return {gates, {}, matmul(gates, w), {}};
}

StepGrads step_back(const StepTensors& s, const Tensor& w, Cell cell) {
  const int64_t H = w.size(0) / gates_of(cell);
  if (is_lstm(cell))
    return lstm_step_back(s, w, H);
  if (is_gru(cell))
    return gru_step_back(s, w, H, cell == Cell::gru);
  return rnn_step_back(s, w, cell == Cell::rnn_relu);
}

// Where the step is one of the sequence, [B, 1]; undefined: everywhere.
Tensor running(const Call& c, int64_t t) {
  const Tensor& lengths = operand(c, in::lengths);
  return lengths.defined() ? unsqueeze(lengths > t, 1) : Tensor();
}
Tensor choose(const Tensor& running, const Tensor& value, const Tensor& other) {
  return running.defined() ? where(running, value, other) : value;
}

ScanGrads grads_in_operators(const Call& c, const Grads& dy) {
  const Cell cell = cell_of(c);
  const Tensor &w = operand(c, in::weight_hh), &w_hr = operand(c, in::weight_hr),
               &out = c.out(to::out), &kept = c.out(to::kept), &cells = c.out(to::cells);
  const int64_t T = out.size(0);
  const auto at = [](const Tensor& all, int64_t t) {
    return all.defined() && all.dim() == 3 ? select(all, 0, t) : Tensor();
  };
  const auto or_zeros = [](const Tensor& grad, const Tensor& like) {
    return grad.defined() ? grad : zeros_like(like);
  };
  const Tensor h_before = before_steps(c, out, operand(c, in::h0)),
               c_before = is_lstm(cell) ? before_steps(c, cells, operand(c, in::c0)) : Tensor();
  Tensor dh = or_zeros(dy[to::h_n], operand(c, in::h0)),
         dc = is_lstm(cell) ? or_zeros(dy[to::c_n], operand(c, in::c0)) : Tensor();
  std::vector<Tensor> gates(static_cast<size_t>(T)), recurrent(gates.size()), hidden(gates.size());
  for (int64_t step = T; step-- > 0;) {
    const int64_t t = reversed(c) ? T - 1 - step : step;
    const Tensor runs = running(c, t), arrives = at(dy[to::out], t);
    // A cell that is over, too, was kept: its gradient goes on to the state before.
    if (const Tensor dcells = at(dy[to::cells], t); dcells.defined())
      dc = dc + dcells;
    const Tensor total = arrives.defined() ? dh + choose(runs, arrives, 0) : dh;
    const StepGrads g =
        step_back({at(out, t), at(h_before, t), at(kept, t), at(cells, t), at(c_before, t),
                   w_hr.defined() ? matmul(total, w_hr) : total, dc, at(dy[to::kept], t)},
                  w, cell);
    const auto i = size_t(t);
    gates[i] = choose(runs, g.gates, 0);
    if (g.recurrent.defined())
      recurrent[i] = choose(runs, g.recurrent, 0);
    hidden[i] = choose(runs, total, 0);
    dh = choose(runs, g.h_before, dh);
    if (is_lstm(cell))
      dc = choose(runs, g.c_before, dc);
  }
  return {stack(gates), dh, dc, cell == Cell::gru ? stack(recurrent) : Tensor(),
          w_hr.defined() ? stack(hidden) : Tensor()};
}

// ---- the gradients of weights ----

// The sum over times and sequences of the outer products of a [T, B, n] and b [T, B, m]: [n, m].
Tensor summed_products(const Tensor& a, const Tensor& b) {
  return matmul(transpose(reshape(a, {-1, a.size(2)}), 0, 1), reshape(b, {-1, b.size(2)}));
}

Tensor weight_hh_grad(const Call& c, const ScanGrads& g) {
  const Cell cell = cell_of(c);
  const Tensor before = before_steps(c, c.out(to::out), operand(c, in::h0));
  if (!is_gru(cell))
    return summed_products(g.gates, before);
  const int64_t H = before.size(2);
  const auto gates = [&](const Tensor& all, int64_t first, int64_t count) {
    return narrow(all, 2, first * H, count * H);
  };
  const Tensor fresh = cell == Cell::gru ? summed_products(g.recurrent, before)
                                         : summed_products(gates(g.gates, 2, 1),
                                                           gates(c.out(to::kept), 0, 1) * before);
  return cat({summed_products(gates(g.gates, 0, 2), before), fresh});
}

Tensor weight_hr_grad(const Call& c, const ScanGrads& g) {
  const Tensor& cells = c.out(to::cells);
  const int64_t H = cells.size(2);
  const Tensor o = narrow(c.out(to::kept), 2, 3 * H, H);
  return summed_products(g.hidden, o * tanh(cells));
}

Grads scan_vjp(const Call& c, const Grads& dy) {
  const bool again =
      dy[to::kept].defined() || dy[to::cells].defined() ||
      tape().records({dy[to::out], dy[to::h_n], dy[to::c_n], operand(c, in::h0), operand(c, in::c0),
                      operand(c, in::weight_hh), operand(c, in::weight_hr), c.out(to::out)});
  if (c.out(to::out).size(0) == 0)
    return {Tensor(), dy[to::h_n], dy[to::c_n], Tensor(), Tensor(), Tensor(), Tensor()};
  const ScanGrads g = again ? grads_in_operators(c, dy) : grads_by_kernel(c, dy);
  const auto wanted = [&](size_t slot) { return c.has(int(slot)) && c.wants(int(slot)); };
  Grads grads(7);
  grads[in::gates] = g.gates;
  grads[in::h0] = g.h0;
  if (is_lstm(cell_of(c)))
    grads[in::c0] = g.c0;
  if (wanted(in::weight_hh))
    grads[in::weight_hh] = weight_hh_grad(c, g);
  if (wanted(in::bias_n))
    grads[in::bias_n] = sum(g.recurrent, {0, 1});
  if (wanted(in::weight_hr))
    grads[in::weight_hr] = weight_hr_grad(c, g);
  return grads;
}

Specs infer_scan_backward(const Call& c) {
  namespace from = scan_backward_in;
  const Cell cell = cell_of(c);
  const Tensor &out = operand(c, from::out), &w = operand(c, from::weight_hh);
  const int64_t T = out.size(0), B = out.size(1), H = w.size(0) / gates_of(cell);
  const auto when = [&](bool there, Dims shape) {
    return Spec{out.dtype(), there ? std::move(shape) : Dims{0}};
  };
  return {when(true, {T, B, w.size(0)}), when(true, operand(c, from::h0).shape()),
          when(is_lstm(cell), {B, H}), when(cell == Cell::gru, {T, B, H}),
          when(c.has(int(from::weight_hr)), out.shape())};
}

}  // namespace

constinit const Op op::recurrent_scan = {
    .name = "recurrent_scan",
    .what =
        "A recurrent layer in one direction: from the input's part of the gates, over all times, "
        "to outputs and the last state.",
    .source = "Elman 1990; Hochreiter and Schmidhuber 1997; Cho et al. 2014",
    .inputs = {"gates", "h0", "c0?", "weight_hh", "bias_n?", "weight_hr?", "lengths?"},
    .outputs = {"out", "h_n", "c_n", "kept", "cells"},
    .attributes = attrs_type<RecurrentScanAttrs>,
    .no_onnx_because = "a piece of rnn_tanh, rnn_relu, gru and lstm",
    .precision = Precision::f32,
    .infer = infer_scan,
    .kernel = kernel::recurrent_scan,
    .keep = {Keep::input(in::h0), Keep::input(in::c0), Keep::input(in::weight_hh),
             Keep::input(in::weight_hr), Keep::input(in::lengths), Keep::output(to::out),
             Keep::output(to::kept), Keep::output(to::cells)},
    .vjp = scan_vjp,
    .cost =
        [](const Call& c) {
          return cost_of(c.in(in::gates), c.in(in::weight_hh), c.in(in::weight_hr), 2);
        },
    .internal = true,
};

constinit const Op op::recurrent_scan_backward = GradientKernel{
    .name = "recurrent_scan_backward",
    .what =
        "The gradients of recurrent_scan by the gates before their activations and by the first "
        "state, back through time.",
    .source = "Werbos 1990",
    .inputs = {"grad_out?", "grad_h?", "grad_c?", "h0", "c0?", "weight_hh", "weight_hr?", "out",
               "kept", "cells", "lengths?"},
    .outputs = {"gates", "h0", "c0", "recurrent", "hidden"},
    .attributes = attrs_type<RecurrentScanAttrs>,
    .precision = Precision::f32,
    .infer = infer_scan_backward,
    .kernel = kernel::recurrent_scan_backward,
    .no_gradient_because =
        "where a gradient will be differentiated again, recurrent_scan's rule is written in "
        "operators instead",
    .cost =
        [](const Call& c) {
          namespace from = scan_backward_in;
          return cost_of(c.out(back_to::gates), c.in(from::weight_hh), c.in(from::weight_hr), 2);
        },
};

ScanResults recurrent_scan(const ScanOperands& o, Cell cell, bool reverse) {
  const std::initializer_list<Tensor> floating = {o.gates,     o.h0,     o.c0,
                                                  o.weight_hh, o.bias_n, o.weight_hr};
  const RecurrentScanAttrs attrs{.cell = std::string(cell_names[size_t(cell)]),
                                 .reverse = reverse,
                                 .keep = tape().records(floating)};
  const Tensors r =
      call_all(op::recurrent_scan,
               {o.gates, o.h0, o.c0, o.weight_hh, o.bias_n, o.weight_hr, o.lengths}, attrs);
  return {r[to::out], r[to::h_n], is_lstm(cell) ? r[to::c_n] : Tensor()};
}

}  // namespace hebb
