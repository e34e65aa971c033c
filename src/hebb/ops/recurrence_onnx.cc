// ops/recurrence_onnx.cc: recurrent networks and cells as ONNX's RNN, GRU and LSTM, which hold one
// layer each, one or two ways, and the gates in another order.

#include "hebb/ops/recurrence_onnx.h"

#include <algorithm>

#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"
#include "hebb/ops/recurrence.h"

namespace hebb::onnx {
namespace {

// What one of ONNX's operators is. order: which of our gates is ONNX's first, second, ...: of the
// LSTM i, o, f, c instead of i, f, g, o; of the GRU z, r, h instead of r, z, n.
struct Kind {
  std::string_view type;
  Dims order;
  bool relu = false;

  int64_t gates() const { return int64_t(order.size()); }
  bool has_cells() const { return order.size() == 4; }
};
const Kind rnn_tanh_kind = {"RNN", {0}, false}, rnn_relu_kind = {"RNN", {0}, true},
           gru_kind = {"GRU", {1, 0, 2}, false}, lstm_kind = {"LSTM", {0, 3, 1, 2}, false};

// ---- to ONNX ----

// The operands of one layer in one direction; biases may be left out.
struct Direction {
  OnnxValue ih, hh, bias_ih, bias_hh;
};

struct Layer {
  std::vector<Direction> directions;
  int64_t hidden;
  bool reset_after = true;
  OnnxValue lengths, h0, c0;  // h0 and c0 [directions, B, H]; each may be left out
};

OnnxValue joined(OnnxWriter& w, const OnnxValues& parts, int64_t axis) {
  return parts.size() == 1 ? parts[0] : w.add("Concat", parts, {{"axis", axis}});
}

// [gates H, ...] in ONNX's order.
OnnxValue in_order(OnnxWriter& w, const OnnxValue& x, const Kind& kind, int64_t hidden) {
  if (kind.gates() == 1)
    return x;
  OnnxValues parts;
  for (int64_t gate : kind.order)
    parts.push_back(w.slice(x, 0, gate * hidden, (gate + 1) * hidden));
  return joined(w, parts, 0);
}

// Each direction's values, one on top of the other: [directions, ...].
template <class Of>
OnnxValue of_directions(OnnxWriter& w, const Layer& layer, const Of& of) {
  OnnxValues all;
  for (const Direction& direction : layer.directions)
    all.push_back(w.unsqueeze(of(direction), {0}));
  return joined(w, all, 0);
}

// x [T, B, F] -> Y [T, directions, B, H], h_n and of an LSTM c_n [directions, B, H].
OnnxValues add_layer(OnnxWriter& w, const Kind& kind, const OnnxValue& x, const Layer& layer) {
  const auto ordered = [&](const OnnxValue& v) { return in_order(w, v, kind, layer.hidden); };
  const bool two = layer.directions.size() == 2, bias = !layer.directions[0].bias_ih.name.empty();
  OnnxAttributes attributes = {{"hidden_size", layer.hidden},
                               {"direction", two ? "bidirectional" : "forward"}};
  if (kind.gates() == 3)
    attributes.emplace_back("linear_before_reset", layer.reset_after);
  if (kind.relu)
    attributes.emplace_back("activations",
                            std::vector<std::string>(layer.directions.size(), "Relu"));
  OnnxValues inputs = {
      x,
      of_directions(w, layer, [&](const Direction& d) { return ordered(d.ih); }),
      of_directions(w, layer, [&](const Direction& d) { return ordered(d.hh); }),
      bias ? of_directions(w, layer,
                           [&](const Direction& d) {
                             return joined(w, {ordered(d.bias_ih), ordered(d.bias_hh)}, 0);
                           })
           : OnnxValue(),
      layer.lengths,
      layer.h0};
  if (kind.has_cells())
    inputs.push_back(layer.c0);
  const std::vector<DType> results(kind.has_cells() ? 3 : 2, x.dtype);
  return w.add_all(kind.type, inputs, attributes, results);
}

// Y [T, directions, B, H] as [T, B, directions H].
OnnxValue side_by_side(OnnxWriter& w, const OnnxValue& y, int64_t directions) {
  OnnxValues each;
  for (int64_t d = 0; d < directions; ++d)
    each.push_back(w.squeeze(directions == 1 ? y : w.slice(y, 1, d, d + 1), {1}));
  return joined(w, each, 2);
}

void check_not_empty(const OnnxWriter& w, const Kind& kind) {
  w.require(w.operand(0).numel() > 0, "ONNX's {} takes no empty sequences", kind.type);
}

OnnxValues write_network(OnnxWriter& w, const Kind& kind, const RecurrentAttrs& a,
                         bool reset_after = true) {
  check_not_empty(w, kind);
  const int lengths_slot = kind.has_cells() ? 3 : 2;
  const OnnxValues weights = w.list(lengths_slot + 1);
  const int64_t directions = a.bidirectional ? 2 : 1, each = a.bias ? 4 : 2,
                hidden = w.call.list(lengths_slot + 1)[1].size(1);
  const bool one_sequence = w.operand(0).dim() == 2, swapped = a.batch_first && !one_sequence;
  const auto times_first = [&](const OnnxValue& x) {
    if (one_sequence && !x.name.empty())
      return w.unsqueeze(x, {1});
    return x;
  };
  const OnnxValue lengths = w.in(lengths_slot, DType::i32), h0 = times_first(w.in(1)),
                  c0 = kind.has_cells() ? times_first(w.in(2)) : OnnxValue();
  const auto of_layer = [&](const OnnxValue& state, int64_t layer) {
    return state.name.empty() || a.num_layers == 1
               ? state
               : w.slice(state, 0, layer * directions, (layer + 1) * directions);
  };
  const Dims swap = {1, 0, 2};
  OnnxValue x = swapped ? w.add("Transpose", {w.in(0)}, {{"perm", swap}}) : times_first(w.in(0));
  std::vector<OnnxValues> states(kind.has_cells() ? 2 : 1);
  for (int64_t layer = 0; layer < a.num_layers; ++layer) {
    Layer made{.directions = {},
               .hidden = hidden,
               .reset_after = reset_after,
               .lengths = lengths,
               .h0 = of_layer(h0, layer),
               .c0 = of_layer(c0, layer)};
    for (int64_t d = 0; d < directions; ++d) {
      const OnnxValue* own = weights.data() + (layer * directions + d) * each;
      made.directions.push_back(
          {own[0], own[1], a.bias ? own[2] : OnnxValue(), a.bias ? own[3] : OnnxValue()});
    }
    const OnnxValues results = add_layer(w, kind, x, made);
    x = side_by_side(w, results[0], directions);
    for (size_t i = 0; i < states.size(); ++i)
      states[i].push_back(results[i + 1]);
  }
  OnnxValues results = {swapped ? w.add("Transpose", {x}, {{"perm", swap}}) : x};
  for (const OnnxValues& all : states)
    results.push_back(joined(w, all, 0));
  if (one_sequence)
    for (OnnxValue& result : results)
      result = w.squeeze(result, {1});
  return results;
}

// A network of one layer over one time.
OnnxValues write_cell(OnnxWriter& w, const Kind& kind) {
  check_not_empty(w, kind);
  const int first = kind.has_cells() ? 3 : 2;
  const bool one_sample = w.operand(0).dim() == 1;
  const Dims lead = one_sample ? Dims{0, 1} : Dims{0};
  const Layer layer{
      .directions = {{w.in(first), w.in(first + 1), w.in(first + 2), w.in(first + 3)}},
      .hidden = w.operand(first + 1).size(1),
      .lengths = {},
      .h0 = w.unsqueeze(w.in(1), lead),
      .c0 = kind.has_cells() ? w.unsqueeze(w.in(2), lead) : OnnxValue()};
  OnnxValues results = add_layer(w, kind, w.unsqueeze(w.in(0), lead), layer);
  w.leave_out(results[0]);
  results.erase(results.begin());
  for (OnnxValue& result : results)
    result = w.squeeze(result, lead);
  return results;
}

// ---- from ONNX ----

// The node's operands, [T, B, ...].
struct Given {
  Tensor x, lengths, h0, c0;
  std::vector<Tensor> weights;
  RecurrentAttrs attrs;
  bool reverse = false, batch_first = false;
};

// [gates H, ...] in our order.
Tensor in_our_order(const Tensor& x, const Kind& kind) {
  const int64_t hidden = x.size(0) / kind.gates();
  std::vector<Tensor> parts(kind.order.size());
  for (int64_t i = 0; i < kind.gates(); ++i)
    parts[size_t(kind.order[size_t(i)])] = narrow(x, 0, i * hidden, hidden);
  return cat(parts);
}

Given given_by(const OnnxReader& r, const Kind& kind) {
  const std::string direction = r.text("direction", "forward");
  const bool two = direction == "bidirectional";
  const int64_t directions = two ? 2 : 1;
  Given g;
  g.reverse = direction == "reverse";
  r.require(two || g.reverse || direction == "forward",
            "direction is '{}', should be forward, reverse or bidirectional", direction);
  r.skip("hidden_size");
  const Tensor &w = r.in(1), &hh = r.in(2);
  r.require(w.dim() == 3 && hh.dim() == 3 && w.size(0) == directions && hh.size(0) == directions &&
                hh.size(1) == w.size(1) && w.size(1) % kind.gates() == 0 &&
                hh.size(1) == kind.gates() * hh.size(2),
            "W {} and R {} should be [{}, {} hidden units, ...]", w.shape(), hh.shape(), directions,
            kind.gates());
  const Tensor bias = r.maybe(3);
  r.require(!bias.defined() || bias.shape() == Dims{directions, 2 * w.size(1)},
            "B should be [{}, {}]", directions, 2 * w.size(1));
  g.attrs = {.bias = bias.defined(), .bidirectional = two};
  for (int64_t d = 0; d < directions; ++d) {
    g.weights.push_back(in_our_order(select(w, 0, d), kind));
    g.weights.push_back(in_our_order(select(hh, 0, d), kind));
    for (int64_t i = 0; i < 2 && bias.defined(); ++i)
      g.weights.push_back(
          in_our_order(narrow(select(bias, 0, d), 0, i * w.size(1), w.size(1)), kind));
  }
  g.batch_first = r.integer("layout", 0) == 1;
  const auto times_first = [&](const Tensor& x) {
    return x.defined() && g.batch_first ? transpose(x, 0, 1) : x;
  };
  g.x = times_first(r.in(0));
  g.lengths = r.maybe(4);
  g.h0 = times_first(r.maybe(5));
  g.c0 = times_first(kind.has_cells() ? r.maybe(6) : Tensor());
  r.require(!g.reverse || !g.lengths.defined(),
            "a reverse direction alone is read without sequence_lens only");
  if (g.reverse)
    g.x = flip(g.x, {0});
  return g;
}

// Activations that are named are the usual ones, of each direction.
void check_usual_activations(const OnnxReader& r, const std::vector<std::string>& usual) {
  const std::vector<std::string> given = r.texts("activations");
  for (size_t i = 0; i < given.size(); ++i)
    r.require(given[i] == usual[i % usual.size()], "the activation {} is none that is read",
              given[i]);
}

// out [T, B, directions H] as Y [T, directions, B, H].
Tensor as_y(const Given& g, const Tensor& out) {
  const int64_t directions = g.attrs.bidirectional ? 2 : 1;
  const Tensor each = unflatten(g.reverse ? flip(out, {0}) : out, 2, {directions, -1});
  return permute(each, g.batch_first ? Dims{1, 0, 2, 3} : Dims{0, 2, 1, 3});
}
Tensor as_state(const Given& g, const Tensor& state) {
  return g.batch_first ? transpose(state, 0, 1) : state;
}

Tensors results_of(const Given& g, const RecurrentResult& result) {
  return {as_y(g, result.out), as_state(g, result.h_n)};
}

}  // namespace

OnnxValues write_rnn_tanh(OnnxWriter& w) {
  return write_network(w, rnn_tanh_kind, w.attributes<RecurrentAttrs>());
}
OnnxValues write_rnn_relu(OnnxWriter& w) {
  return write_network(w, rnn_relu_kind, w.attributes<RecurrentAttrs>());
}
OnnxValues write_gru(OnnxWriter& w) {
  const auto& a = w.attributes<GruAttrs>();
  return write_network(w, gru_kind, a, a.reset_after);
}
OnnxValues write_lstm(OnnxWriter& w) {
  const auto& a = w.attributes<LstmAttrs>();
  w.require(a.proj_size == 0, "ONNX's LSTM has no projection");
  return write_network(w, lstm_kind, a);
}

OnnxValues write_rnn_tanh_cell(OnnxWriter& w) {
  return write_cell(w, rnn_tanh_kind);
}
OnnxValues write_rnn_relu_cell(OnnxWriter& w) {
  return write_cell(w, rnn_relu_kind);
}
OnnxValues write_gru_cell(OnnxWriter& w) {
  return write_cell(w, gru_kind);
}
OnnxValues write_lstm_cell(OnnxWriter& w) {
  return write_cell(w, lstm_kind);
}

Tensors read_rnn(const OnnxReader& r) {
  const Given g = given_by(r, rnn_tanh_kind);
  const std::vector<std::string> given = r.texts("activations");
  const bool relu = !given.empty() && given[0] == "Relu";
  check_usual_activations(r, {relu ? "Relu" : "Tanh"});
  return results_of(g, (relu ? rnn_relu : rnn_tanh)(g.x, g.h0, g.weights, g.attrs, g.lengths));
}

Tensors read_gru(const OnnxReader& r) {
  const Given g = given_by(r, gru_kind);
  check_usual_activations(r, {"Sigmoid", "Tanh"});
  return results_of(g, gru(g.x, g.h0, g.weights,
                           GruAttrs{g.attrs, r.flag("linear_before_reset", false)}, g.lengths));
}

Tensors read_lstm(const OnnxReader& r) {
  const Given g = given_by(r, lstm_kind);
  check_usual_activations(r, {"Sigmoid", "Tanh", "Tanh"});
  r.require(!r.has(size_t(7)), "peepholes (P) are not read");
  r.require(!r.flag("input_forget", false), "input_forget is 1, of which only 0 is read");
  const LstmResult result = lstm(g.x, g.h0, g.c0, g.weights, LstmAttrs{g.attrs, 0}, g.lengths);
  Tensors results = results_of(g, {result.out, result.h_n});
  results.push_back(as_state(g, result.c_n));
  return results;
}

}  // namespace hebb::onnx
