// ops/recurrence.cc: recurrent networks and cells. The product with the input's weight is taken
// over all times at once; what is left of a layer is recurrent_scan.

#include "hebb/ops/recurrence.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/linear.h"
#include "hebb/ops/op.h"
#include "hebb/ops/recurrence_onnx.h"
#include "hebb/ops/recurrent_scan.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/recurrence.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// What the operators' attributes come to.
struct Form {
  Cell cell;
  int64_t layers = 1, directions = 1, projection = 0;
  bool bias = true, batch_first = false;

  int64_t weights_each() const { return (bias ? 4 : 2) + (projection > 0 ? 1 : 0); }
};

Form form_of(Cell cell, const RecurrentAttrs& a, int64_t projection = 0) {
  check(a.num_layers >= 1, "num_layers is {}, should be at least 1", a.num_layers);
  check(projection >= 0, "proj_size is {}, should be at least 0", projection);
  return {cell, a.num_layers, a.bidirectional ? 2 : 1, projection, a.bias, a.batch_first};
}

std::vector<std::string> weight_names(const Form& form) {
  return recurrent_weight_names({.num_layers = form.layers,
                                 .bias = form.bias,
                                 .batch_first = form.batch_first,
                                 .bidirectional = form.directions == 2},
                                form.projection > 0);
}

// The weights of one layer in one direction. Biases and projection may be undefined.
struct Weights {
  Tensor ih, hh, bias_ih, bias_hh, hr;
};

Weights weights_of(std::span<const Tensor> all, const Form& form, int64_t index) {
  const Tensor* own = all.data() + index * form.weights_each();
  Weights w{own[0], own[1], {}, {}, {}};
  if (form.bias) {
    w.bias_ih = own[2];
    w.bias_hh = own[3];
  }
  if (form.projection > 0)
    w.hr = own[form.weights_each() - 1];
  return w;
}

int64_t state_size(const Weights& w) {
  return w.hh.size(1);
}

void check_weights(std::span<const Tensor> all, const Form& form, const Tensor& input) {
  const std::vector<std::string> names = weight_names(form);
  check(all.size() == names.size(), "{} weights are given, should be {}: {}", all.size(),
        names.size(), fmt::join(names, ", "));
  const int64_t gates = gates_of(form.cell), rows = all[0].dim() ? all[0].size(0) : 0,
                units = rows / gates, state = form.projection > 0 ? form.projection : units;
  check(rows > 0 && rows % gates == 0, "{} {} should have {} rows a hidden unit", names[0],
        all[0].shape(), gates);
  check(all[0].dim() == 2 && all[0].size(1) == input.size(-1),
        "input {} has {} features but {} {} expects {}", input.shape(), input.size(-1), names[0],
        all[0].shape(), all[0].size(-1));
  check(form.projection < units || form.projection == 0,
        "proj_size is {}, should be below the {} hidden units", form.projection, units);
  for (size_t i = 0; i < all.size(); ++i) {
    const auto each = size_t(form.weights_each());
    const int64_t layer = int64_t(i / each) / form.directions;
    const std::string_view name = names[i];
    const Dims shape = name.starts_with("bias") ? Dims{rows}
                       : name.starts_with("weight_hr")
                           ? Dims{state, units}
                           : Dims{rows, name.starts_with("weight_hh") ? state
                                        : layer == 0                  ? input.size(-1)
                                                                      : state * form.directions};
    check(all[i].shape() == shape, "{} has the shape {}, should be {}", name, all[i].shape(),
          shape);
    check(all[i].dtype() == input.dtype(), "{} is {} but input is {}", name,
          hebb::name(all[i].dtype()), hebb::name(input.dtype()));
  }
}

bool is_half(const Tensor& x) {
  return x.dtype() == DType::f16 || x.dtype() == DType::bf16;
}
// Halves are computed in f32 from end to end, and the results rounded once.
Tensor single(const Tensor& x) {
  return x.defined() && is_half(x) ? cast(x, DType::f32) : x;
}
Weights single(const Weights& w) {
  return {single(w.ih), single(w.hh), single(w.bias_ih), single(w.bias_hh), single(w.hr)};
}

// The input's part of the gates, with the biases that are added to it: all but gru's bias_n.
Tensor input_part(const Tensor& x, const Weights& w, Cell cell) {
  Tensor bias;
  if (w.bias_ih.defined() && cell == Cell::gru) {
    const int64_t H = w.hh.size(0) / 3;
    bias = cat({narrow(w.bias_ih, 0, 0, 2 * H) + narrow(w.bias_hh, 0, 0, 2 * H),
                narrow(w.bias_ih, 0, 2 * H, H)});
  } else if (w.bias_ih.defined()) {
    bias = w.bias_ih + w.bias_hh;
  }
  return linear(x, w.ih, bias);
}

// One layer in one direction on [T, B, F].
ScanResults run_layer(const Tensor& x, const Tensor& h0, const Tensor& c0, const Weights& w,
                      Cell cell, bool reverse, const Tensor& lengths) {
  const int64_t H = w.hh.size(0) / gates_of(cell);
  const bool n_apart = cell == Cell::gru && w.bias_hh.defined();
  return recurrent_scan({input_part(x, w, cell), h0, c0, w.hh,
                         n_apart ? narrow(w.bias_hh, 0, 2 * H, H) : Tensor(), w.hr, lengths},
                        cell, reverse);
}

// The operands of a network, made [T, B, ...].
struct Network {
  Form form;
  Tensor input, h0, c0, lengths;
  std::span<const Tensor> weights;
  bool one_sequence = false;
};

void check_state(const Tensor& state, const char* name, const Network& n, int64_t size) {
  if (!state.defined())
    return;
  const Dims shape = {n.form.layers * n.form.directions, n.input.size(1), size};
  check(state.shape() == shape, "{} has the shape {}, should be {}: layers and directions, {}",
        name, state.shape(), shape, n.one_sequence ? "one sequence, values" : "batch, values");
  check(state.dtype() == n.input.dtype(), "{} is {} but input is {}", name,
        hebb::name(state.dtype()), hebb::name(n.input.dtype()));
}

Tensor checked_lengths(const Tensor& lengths, int64_t batch) {
  if (!lengths.defined())
    return lengths;
  check(is_integral(lengths.dtype()) && lengths.shape() == Dims{batch},
        "lengths {} should be integers [{}], the times of each sequence", describe(lengths), batch);
  return cast(lengths, DType::i64);
}

Network network_of(const Call& c, const Form& form, int c0, int lengths, int weights) {
  Network n{form, c.in(0), c.in(1), c0 ? c.in(c0) : Tensor(), {}, c.list(weights)};
  check(is_floating(n.input.dtype()), "input is {}, should be floating", name(n.input.dtype()));
  check(n.input.dim() == 2 || n.input.dim() == 3, "input {} should be {}, or [T, F]",
        n.input.shape(), form.batch_first ? "[B, T, F]" : "[T, B, F]");
  check_weights(n.weights, form, n.input);
  n.one_sequence = n.input.dim() == 2;
  if (n.one_sequence) {
    n.input = unsqueeze(n.input, 1);
    for (Tensor* state : {&n.h0, &n.c0})
      if (state->defined()) {
        check(state->dim() == 2, "{} {} should be [{}, values], as input is one sequence",
              state == &n.h0 ? "h0" : "c0", state->shape(), form.layers * form.directions);
        *state = unsqueeze(*state, 1);
      }
  } else if (form.batch_first) {
    n.input = transpose(n.input, 0, 1);
  }
  check_state(n.h0, "h0", n, state_size(weights_of(n.weights, form, 0)));
  check_state(n.c0, "c0", n, n.weights[0].size(0) / gates_of(form.cell));
  n.lengths = checked_lengths(c.in(lengths), n.input.size(1));
  return n;
}

// {out, h_n} and of lstm {c_n}, in the form that the operands had.
Tensors run_network(const Network& n) {
  const Form& form = n.form;
  const int64_t batch = n.input.size(1);
  Tensor x = single(n.input);
  const auto first_state = [&](const Tensor& state, int64_t index, int64_t size) {
    return state.defined() ? single(select(state, 0, index))
                           : zeros({batch, size}, x.dtype(), x.device());
  };
  std::vector<Tensor> h_n, c_n;
  for (int64_t layer = 0; layer < form.layers; ++layer) {
    std::vector<Tensor> outs;
    for (int64_t d = 0; d < form.directions; ++d) {
      const int64_t index = layer * form.directions + d;
      const Weights w = single(weights_of(n.weights, form, index));
      const ScanResults r =
          run_layer(x, first_state(n.h0, index, state_size(w)),
                    is_lstm(form.cell) ? first_state(n.c0, index, w.hh.size(0) / 4) : Tensor(), w,
                    form.cell, d == 1, n.lengths);
      outs.push_back(r.out);
      h_n.push_back(r.h_n);
      if (is_lstm(form.cell))
        c_n.push_back(r.c_n);
    }
    x = outs.size() == 1 ? outs[0] : cat(outs, 2);
  }
  Tensors results = {x, stack(h_n)};
  if (is_lstm(form.cell))
    results.push_back(stack(c_n));
  for (Tensor& result : results)
    result = cast(result, n.input.dtype());
  if (n.one_sequence)
    for (Tensor& result : results)
      result = squeeze(result, 1);
  else if (form.batch_first)
    results[0] = transpose(results[0], 0, 1);
  return results;
}

template <Cell cell>
Tensors compose_rnn(const Call& c) {
  return run_network(network_of(c, form_of(cell, c.attributes<RecurrentAttrs>()), 0, 2, 3));
}

Form gru_form(const GruAttrs& a) {
  return form_of(a.reset_after ? Cell::gru : Cell::gru_reset_before, a);
}
Form lstm_form(const LstmAttrs& a) {
  return form_of(Cell::lstm, a, a.proj_size);
}

// ---- cells ----

struct CellOperands {
  Tensor input, hx, cx;
  Weights weights;
  bool one_sample;
};

// Operands from `first` on: w_ih, w_hh, b_ih?, b_hh?.
CellOperands cell_operands(const Call& c, Cell cell, int first) {
  CellOperands o{c.in(0),
                 c.in(1),
                 is_lstm(cell) ? c.in(2) : Tensor(),
                 {c.in(first), c.in(first + 1), c.in(first + 2), c.in(first + 3), {}},
                 c.in(0).dim() == 1};
  const Tensor& w = o.weights.ih;
  check(o.input.dim() == 1 || o.input.dim() == 2, "input {} should be [B, F] or [F]",
        o.input.shape());
  check(o.weights.bias_ih.defined() == o.weights.bias_hh.defined(),
        "b_ih and b_hh belong together");
  for (Tensor* x : {&o.input, &o.hx, &o.cx})
    if (o.one_sample && x->defined())
      *x = unsqueeze(*x, 0);
  const int64_t gates = gates_of(cell);
  check(w.dim() == 2 && w.size(0) > 0 && w.size(0) % gates == 0 && w.size(1) == o.input.size(1),
        "w_ih {} should be [{} hidden units, {}]", w.shape(), gates, o.input.size(1));
  const int64_t rows = w.size(0), units = rows / gates;
  const auto same = [&](const Tensor& t, const char* what, const Dims& shape) {
    if (!t.defined())
      return;
    check(t.shape() == shape, "{} has the shape {}, should be {}", what, t.shape(), shape);
    check(t.dtype() == o.input.dtype(), "{} is {} but input is {}", what, name(t.dtype()),
          name(o.input.dtype()));
  };
  check(is_floating(o.input.dtype()), "input is {}, should be floating", name(o.input.dtype()));
  same(w, "w_ih", w.shape());
  same(o.weights.hh, "w_hh", {rows, units});
  same(o.weights.bias_ih, "b_ih", {rows});
  same(o.weights.bias_hh, "b_hh", {rows});
  same(o.hx, "hx", {o.input.size(0), units});
  same(o.cx, "cx", {o.input.size(0), units});
  return o;
}

Tensors run_cell(const CellOperands& o, Cell cell) {
  const ScanResults r = run_layer(single(unsqueeze(o.input, 0)), single(o.hx), single(o.cx),
                                  single(o.weights), cell, false, Tensor());
  Tensors results = {cast(r.h_n, o.input.dtype())};
  if (is_lstm(cell))
    results.push_back(cast(r.c_n, o.input.dtype()));
  if (o.one_sample)
    for (Tensor& result : results)
      result = squeeze(result, 0);
  return results;
}

template <Cell cell>
Tensors compose_cell(const Call& c) {
  return run_cell(cell_operands(c, cell, is_lstm(cell) ? 3 : 2), cell);
}

int two_results(const Call&) {
  return 2;
}
int three_results(const Call&) {
  return 3;
}

template <Cell cell>
std::vector<std::string> rnn_names(const Attrs& attrs) {
  return weight_names(form_of(cell, attrs.as<RecurrentAttrs>()));
}

}  // namespace

constinit const Op op::rnn_tanh = {
    .name = "rnn_tanh",
    .what = "Layers of h = tanh(W x + b + W h + b) over the times of [T, B, F], one or two ways.",
    .source = "torch.nn.RNN; Elman 1990",
    .inputs = {"input", "h0?", "lengths?", "weights*"},
    .outputs = {"out", "h_n"},
    .attributes = attrs_type<RecurrentAttrs>,
    .onnx = {{.type = "RNN",
              .since = 14,
              .nodes = "Concat, Slice, Squeeze, Transpose, Unsqueeze",
              .where = "no empty sequences",
              .to = onnx::write_rnn_tanh,
              .from = onnx::read_rnn}},
    .precision = Precision::low,
    .compose = compose_rnn<Cell::rnn_tanh>,
    .results = two_results,
    .item_names = rnn_names<Cell::rnn_tanh>,
};

constinit const Op op::rnn_relu = {
    .name = "rnn_relu",
    .what = "Layers of h = relu(W x + b + W h + b) over the times of [T, B, F], one or two ways.",
    .source = "torch.nn.RNN; Le, Jaitly and Hinton 2015",
    .inputs = {"input", "h0?", "lengths?", "weights*"},
    .outputs = {"out", "h_n"},
    .attributes = attrs_type<RecurrentAttrs>,
    .onnx = {{.since = 14,
              .nodes = "RNN, Concat, Slice, Squeeze, Transpose, Unsqueeze",
              .where = "no empty sequences",
              .to = onnx::write_rnn_relu}},
    .precision = Precision::low,
    .compose = compose_rnn<Cell::rnn_relu>,
    .results = two_results,
    .item_names = rnn_names<Cell::rnn_relu>,
};

constinit const Op op::gru = {
    .name = "gru",
    .what =
        "Layers of gated recurrent units over the times of [T, B, F], one or two ways: h = (1 - z) "
        "n + z h.",
    .source = "torch.nn.GRU; Cho et al. 2014",
    .inputs = {"input", "h0?", "lengths?", "weights*"},
    .outputs = {"out", "h_n"},
    .attributes = attrs_type<GruAttrs>,
    .onnx = {{.type = "GRU",
              .since = 14,
              .nodes = "Concat, Slice, Squeeze, Transpose, Unsqueeze",
              .where = "no empty sequences",
              .to = onnx::write_gru,
              .from = onnx::read_gru}},
    .precision = Precision::low,
    .compose = [](const Call& c) -> Tensors {
      return run_network(network_of(c, gru_form(c.attributes<GruAttrs>()), 0, 2, 3));
    },
    .results = two_results,
    .item_names = [](const Attrs& a) { return weight_names(gru_form(a.as<GruAttrs>())); },
};

constinit const Op op::lstm = {
    .name = "lstm",
    .what =
        "Layers of long short-term memory over the times of [T, B, F], one or two ways: c = f c + "
        "i g, h = o tanh(c).",
    .source = "torch.nn.LSTM; Hochreiter and Schmidhuber 1997",
    .inputs = {"input", "h0?", "c0?", "lengths?", "weights*"},
    .outputs = {"out", "h_n", "c_n"},
    .attributes = attrs_type<LstmAttrs>,
    .onnx = {{.type = "LSTM",
              .since = 14,
              .nodes = "Concat, Slice, Squeeze, Transpose, Unsqueeze",
              .where = "no empty sequences, no projection",
              .to = onnx::write_lstm,
              .from = onnx::read_lstm}},
    .precision = Precision::low,
    .compose = [](const Call& c) -> Tensors {
      return run_network(network_of(c, lstm_form(c.attributes<LstmAttrs>()), 2, 3, 4));
    },
    .results = three_results,
    .item_names = [](const Attrs& a) { return weight_names(lstm_form(a.as<LstmAttrs>())); },
};

constinit const Op op::rnn_tanh_cell = {
    .name = "rnn_tanh_cell",
    .what = "One step of a recurrent network: tanh(w_ih input + b_ih + w_hh hx + b_hh).",
    .source = "torch.nn.RNNCell; Elman 1990",
    .inputs = {"input", "hx", "w_ih", "w_hh", "b_ih?", "b_hh?"},
    .onnx = {{.since = 14,
              .nodes = "RNN, Concat, Squeeze, Unsqueeze",
              .where = "no empty sequences",
              .to = onnx::write_rnn_tanh_cell}},
    .precision = Precision::low,
    .compose = compose_cell<Cell::rnn_tanh>,
};

constinit const Op op::rnn_relu_cell = {
    .name = "rnn_relu_cell",
    .what = "One step of a recurrent network: relu(w_ih input + b_ih + w_hh hx + b_hh).",
    .source = "torch.nn.RNNCell; Le, Jaitly and Hinton 2015",
    .inputs = {"input", "hx", "w_ih", "w_hh", "b_ih?", "b_hh?"},
    .onnx = {{.since = 14,
              .nodes = "RNN, Concat, Squeeze, Unsqueeze",
              .where = "no empty sequences",
              .to = onnx::write_rnn_relu_cell}},
    .precision = Precision::low,
    .compose = compose_cell<Cell::rnn_relu>,
};

constinit const Op op::gru_cell = {
    .name = "gru_cell",
    .what = "One step of a gated recurrent unit: the next hidden state, (1 - z) n + z hx.",
    .source = "torch.nn.GRUCell; Cho et al. 2014",
    .inputs = {"input", "hx", "w_ih", "w_hh", "b_ih?", "b_hh?"},
    .onnx = {{.since = 14,
              .nodes = "GRU, Concat, Slice, Squeeze, Unsqueeze",
              .where = "no empty sequences",
              .to = onnx::write_gru_cell}},
    .precision = Precision::low,
    .compose = compose_cell<Cell::gru>,
};

constinit const Op op::lstm_cell = {
    .name = "lstm_cell",
    .what = "One step of long short-term memory: the next hidden state and the next cell state.",
    .source = "torch.nn.LSTMCell; Hochreiter and Schmidhuber 1997",
    .inputs = {"input", "hx", "cx", "w_ih", "w_hh", "b_ih?", "b_hh?"},
    .outputs = {"h", "c"},
    .onnx = {{.since = 14,
              .nodes = "LSTM, Concat, Slice, Squeeze, Unsqueeze",
              .where = "no empty sequences",
              .to = onnx::write_lstm_cell}},
    .precision = Precision::low,
    .compose = compose_cell<Cell::lstm>,
    .results = two_results,
};

std::vector<std::string> recurrent_weight_names(const RecurrentAttrs& options, bool projection) {
  constexpr int64_t most_layers = 1 << 16;  // names of more would fill the memory
  check(options.num_layers <= most_layers, "num_layers is {}, should be at most {}",
        options.num_layers, most_layers);
  std::vector<std::string> names;
  for (int64_t layer = 0; layer < options.num_layers; ++layer)
    for (const char* direction : {"", "_reverse"}) {
      if (*direction && !options.bidirectional)
        continue;
      const std::string end = "_l" + std::to_string(layer) + direction;
      for (const char* name : {"weight_ih", "weight_hh"})
        names.push_back(name + end);
      for (const char* name : {"bias_ih", "bias_hh"})
        if (options.bias)
          names.push_back(name + end);
      if (projection)
        names.push_back("weight_hr" + end);
    }
  return names;
}

static RecurrentResult two(const Tensors& results) {
  return {results[0], results[1]};
}

RecurrentResult rnn_tanh(const Tensor& input, const Tensor& h0, const std::vector<Tensor>& weights,
                         const RecurrentAttrs& options, const Tensor& lengths) {
  return two(call_slots(op::rnn_tanh, {{input}, {h0}, {lengths}, weights}, options));
}
RecurrentResult rnn_relu(const Tensor& input, const Tensor& h0, const std::vector<Tensor>& weights,
                         const RecurrentAttrs& options, const Tensor& lengths) {
  return two(call_slots(op::rnn_relu, {{input}, {h0}, {lengths}, weights}, options));
}
RecurrentResult gru(const Tensor& input, const Tensor& h0, const std::vector<Tensor>& weights,
                    const GruAttrs& options, const Tensor& lengths) {
  return two(call_slots(op::gru, {{input}, {h0}, {lengths}, weights}, options));
}
LstmResult lstm(const Tensor& input, const Tensor& h0, const Tensor& c0,
                const std::vector<Tensor>& weights, const LstmAttrs& options,
                const Tensor& lengths) {
  const Tensors r = call_slots(op::lstm, {{input}, {h0}, {c0}, {lengths}, weights}, options);
  return {r[0], r[1], r[2]};
}

Tensor rnn_tanh_cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh,
                     const Tensor& b_ih, const Tensor& b_hh) {
  return call(op::rnn_tanh_cell, {input, hx, w_ih, w_hh, b_ih, b_hh});
}
Tensor rnn_relu_cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh,
                     const Tensor& b_ih, const Tensor& b_hh) {
  return call(op::rnn_relu_cell, {input, hx, w_ih, w_hh, b_ih, b_hh});
}
Tensor gru_cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh,
                const Tensor& b_ih, const Tensor& b_hh) {
  return call(op::gru_cell, {input, hx, w_ih, w_hh, b_ih, b_hh});
}
LstmState lstm_cell(const Tensor& input, const Tensor& hx, const Tensor& cx, const Tensor& w_ih,
                    const Tensor& w_hh, const Tensor& b_ih, const Tensor& b_hh) {
  const Tensors r = call_all(op::lstm_cell, {input, hx, cx, w_ih, w_hh, b_ih, b_hh});
  return {r[0], r[1]};
}

}  // namespace hebb
