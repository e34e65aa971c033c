#include "hebb/nn/recurrence.h"

#include <array>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/philox.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

constexpr std::array<std::string_view, 2> nonlinearities = {"tanh", "relu"};

// Each weight from a stream of its own.
Param started_weight(std::string_view type, const Dims& shape, int64_t hidden, uint64_t key) {
  Tensor values = init::empty_weight(std::string(type).c_str(), shape);
  const double k = 1 / std::sqrt(double(hidden));
  init::uniform_(values, key, -k, k);
  return Param(values);
}

// A network with its options as they stand in a line; the sizes come later.
template <class Options>
Options start() {
  return {.in = 1, .hidden = 1};
}
template <class Options>
constexpr const OptionsType& options_of = options_type<Options, start<Options>>;

template <class Options>
int64_t projected(const Options& o) {
  if constexpr (requires { o.proj_size; })
    return o.proj_size;
  else
    return 0;
}

template <class Options>
RecurrentAttrs attrs_of(const Options& o) {
  return {.num_layers = o.num_layers,
          .bias = o.bias,
          .batch_first = o.batch_first,
          .bidirectional = o.bidirectional};
}

template <class Kind>
double weight_count(const void* given) {
  const auto& o = as<typename Kind::Options>(given);
  const double rows = double(Kind::gates) * double(o.hidden), directions = o.bidirectional ? 2 : 1,
               state = projected(o) ? double(projected(o)) : double(o.hidden),
               others = rows * (state + (o.bias ? 2 : 0)) +
                        (projected(o) ? state * double(o.hidden) : 0);
  return directions * (rows * double(o.in) + others +
                       double(o.num_layers - 1) * (rows * state * directions + others));
}

template <class Kind>
constexpr LayerEntry entry(std::string_view name, std::string_view what) {
  using Options = typename Kind::Options;
  return {.name = name,
          .what = what,
          .options = &options_of<Options>,
          .make = made<RecurrentNetwork<Kind>, Options>,
          .features_last = true,
          .infer =
              [](void* options, const Dims& shape) {
                check(shape.size() == 2,
                      "takes sequences [time, features], but what comes in is {}", shape);
                auto& o = *static_cast<Options*>(options);
                o.in = shape[1];
                o.batch_first = true;
              },
          .weights = weight_count<Kind>,
          .outputs =
              [](const void* given, const Dims& shape) {
                const auto& o = as<Options>(given);
                return double(shape[0]) * double(Kind::gates + 2) * double(o.hidden) *
                       (o.bidirectional ? 2 : 1);
              }};
}

LstmState all_of(const Tensor& h) {
  return {h, {}};
}
const LstmState& all_of(const LstmState& state) {
  return state;
}

}  // namespace

std::span<const std::string_view> words_of(Nonlinearity) {
  return nonlinearities;
}

// ---- layers ----

RecurrentLayer::RecurrentLayer(std::string_view type, const Form& f)
    : names_(recurrent_weight_names(f.attrs, f.proj_size > 0)), dropout_(f.dropout),
      attrs_(f.attrs) {
  check_in(f.proj_size < f.hidden, ErrorKind::invalid, type,
           "proj_size is {}, should be below the {} hidden units", f.proj_size, f.hidden);
  const int64_t rows = f.gates * f.hidden, state = f.proj_size ? f.proj_size : f.hidden,
                directions = f.attrs.bidirectional ? 2 : 1;
  const uint64_t key = init::key_of(*this);
  weights_.reserve(names_.size());
  for (const std::string& name : names_) {
    const bool first = name.starts_with("weight_ih_l0");
    const Dims shape = name.starts_with("bias")        ? Dims{rows}
                       : name.starts_with("weight_hr") ? Dims{state, f.hidden}
                       : name.starts_with("weight_hh")
                           ? Dims{rows, state}
                           : Dims{rows, first ? f.in : state * directions};
    weights_.push_back(
        started_weight(type, shape, f.hidden, philox_key(key, uint64_t(weights_.size()))));
  }
}

void RecurrentLayer::walk_fields(FieldWalker& walker) {
  for (size_t i = 0; i < weights_.size(); ++i) {
    weights_[i].mark_listed();
    walker.param(names_[i], weights_[i]);
  }
}

// One operator goes through all layers, but where dropout stands between them.
LstmResult RecurrentLayer::run(const Tensor& x, const LstmState& state,
                               const Tensor& lengths) const {
  std::vector<Tensor> all(weights_.begin(), weights_.end());
  if (!is_training() || dropout_ == 0 || attrs_.num_layers == 1)
    return compute(x, state, all, attrs_, lengths);
  RecurrentAttrs one = attrs_;
  one.num_layers = 1;
  const int64_t directions = attrs_.bidirectional ? 2 : 1;
  const size_t each = all.size() / size_t(attrs_.num_layers);
  const auto part = [&](const Tensor& states, int64_t layer) {
    return states.defined() ? narrow(states, 0, layer * directions, directions) : states;
  };
  LstmResult result{x, {}, {}};
  std::vector<Tensor> h_n, c_n;
  for (int64_t layer = 0; layer < attrs_.num_layers; ++layer) {
    const auto first = all.begin() + int64_t(each) * layer;
    if (layer > 0)
      result.out = dropout(result.out, dropout_, true, draw_key(random_number()));
    result = compute(result.out, {part(state.h, layer), part(state.c, layer)},
                     {first, first + int64_t(each)}, one, lengths);
    h_n.push_back(result.h_n);
    if (result.c_n.defined())
      c_n.push_back(result.c_n);
  }
  return {result.out, cat(h_n), c_n.empty() ? Tensor() : cat(c_n)};
}

PackedLstmResult RecurrentLayer::run(const PackedSequence& x, const LstmState& state) const {
  const auto [padded, lengths] = pad_packed_sequence(x, attrs_.batch_first);
  const LstmResult r = run(padded, state, lengths);
  const Tensor out = attrs_.batch_first ? transpose(r.out, 0, 1) : r.out;
  PackedSequence packed = pack_padded_sequence(out, lengths, false, false);
  return {{packed.data, x.batch_sizes, x.sorted_indices, x.unsorted_indices}, r.h_n, r.c_n};
}

Sequence RecurrentLayer::run(const Sequence& x) const {
  return {run(x.values, {}, x.lengths).out, x.lengths, attrs_.bidirectional};
}

LstmResult RnnKind::compute(const Options& options, const Tensor& x, const LstmState& state,
                            const std::vector<Tensor>& weights, const RecurrentAttrs& attrs,
                            const Tensor& lengths) {
  const auto& network = options.nonlinearity == Nonlinearity::relu ? rnn_relu : rnn_tanh;
  const RecurrentResult r = network(x, state.h, weights, attrs, lengths);
  return {r.out, r.h_n, {}};
}
LstmResult GruKind::compute(const Options& options, const Tensor& x, const LstmState& state,
                            const std::vector<Tensor>& weights, const RecurrentAttrs& attrs,
                            const Tensor& lengths) {
  const RecurrentResult r = gru(x, state.h, weights, GruAttrs{attrs, options.reset_after}, lengths);
  return {r.out, r.h_n, {}};
}
LstmResult LstmKind::compute(const Options& options, const Tensor& x, const LstmState& state,
                             const std::vector<Tensor>& weights, const RecurrentAttrs& attrs,
                             const Tensor& lengths) {
  return lstm(x, state.h, state.c, weights, LstmAttrs{attrs, options.proj_size}, lengths);
}

template <class Kind>
RecurrentNetwork<Kind>::RecurrentNetwork(const Options& o)
    : RecurrentLayer(Kind::name,
                     {o.in, o.hidden, Kind::gates, projected(o), o.dropout, attrs_of(o)}),
      options_(o) {
  check_options(Kind::name, o);
}

template <class Kind>
auto RecurrentNetwork<Kind>::forward(const Tensor& x, const State& state,
                                     const Tensor& lengths) const -> Result {
  LstmResult r = run(x, all_of(state), lengths);
  if constexpr (std::is_same_v<Result, LstmResult>)
    return r;
  else
    return {r.out, r.h_n};
}

template <class Kind>
auto RecurrentNetwork<Kind>::forward(const PackedSequence& x, const State& state) const -> Packed {
  PackedLstmResult r = run(x, all_of(state));
  if constexpr (std::is_same_v<Packed, PackedLstmResult>)
    return r;
  else
    return {r.out, r.h_n};
}

template <class Kind>
LstmResult RecurrentNetwork<Kind>::compute(const Tensor& x, const LstmState& state,
                                           const std::vector<Tensor>& weights,
                                           const RecurrentAttrs& attrs,
                                           const Tensor& lengths) const {
  return Kind::compute(options_, x, state, weights, attrs, lengths);
}

template <class Kind>
auto RecurrentNetwork<Kind>::operator()(const Tensor& x, const State& state, const Tensor& lengths)
    -> Result {
  return call_forward(*this, x, state, lengths);
}

template <class Kind>
auto RecurrentNetwork<Kind>::operator()(const PackedSequence& x, const State& state) -> Packed {
  return call_forward(*this, x, state);
}

template <class Kind>
Sequence RecurrentNetwork<Kind>::operator()(const Sequence& x) {
  return call_forward(*this, x);
}

template <class Kind>
std::string RecurrentNetwork<Kind>::describe() const {
  return options_repr(Kind::name, options_of<Options>, &options_);
}

template class RecurrentNetwork<RnnKind>;
template class RecurrentNetwork<GruKind>;
template class RecurrentNetwork<LstmKind>;

constinit const LayerEntry layer::rnn =
    entry<RnnKind>("rnn", "a recurrent layer over the times of sequences");
constinit const LayerEntry layer::lstm =
    entry<LstmKind>("lstm", "long short-term memory over the times of sequences");
constinit const LayerEntry layer::gru =
    entry<GruKind>("gru", "gated recurrent units over the times of sequences");

// ---- cells ----

RecurrentCell::RecurrentCell(std::string_view type, int64_t gates, const CellOptions& o)
    : weight_ih(started_weight(type, {gates * o.hidden, o.in}, o.hidden,
                               philox_key(init::key_of(*this), 0))),
      weight_hh(started_weight(type, {gates * o.hidden, o.hidden}, o.hidden,
                               philox_key(init::key_of(*this), 1))) {
  uint64_t next = 2;
  for (std::optional<Param>* bias : {&bias_ih, &bias_hh})
    if (o.bias)
      bias->emplace(started_weight(type, {gates * o.hidden}, o.hidden,
                                   philox_key(init::key_of(*this), next++)));
}
CellOptions RecurrentCell::options() const {
  return {.in = weight_ih.shape()[1], .hidden = weight_hh.shape()[1], .bias = bias_ih.has_value()};
}
Tensor RecurrentCell::started(const Tensor& state, const Tensor& x) const {
  if (state.defined())
    return state;
  Dims shape = {weight_hh.shape()[1]};
  if (x.dim() == 2)
    shape.insert(0, x.size(0));
  return zeros(shape, x.dtype(), x.device());
}

RNNCell::RNNCell(const RNNCellOptions& o)
    : RecurrentCell("RNNCell", 1, {o.in, o.hidden, o.bias}), nonlinearity_(o.nonlinearity) {}
Tensor RNNCell::forward(const Tensor& x, const Tensor& h) const {
  const auto& step = nonlinearity_ == Nonlinearity::relu ? rnn_relu_cell : rnn_tanh_cell;
  return step(x, started(h, x), weight_ih, weight_hh, bias(bias_ih), bias(bias_hh));
}
Tensor RNNCell::operator()(const Tensor& x, const Tensor& h) {
  return call_forward(*this, x, h);
}
std::string RNNCell::describe() const {
  const CellOptions o = options();
  const RNNCellOptions all{o.in, o.hidden, o.bias, nonlinearity_};
  return options_repr("RNNCell", options_of<RNNCellOptions>, &all);
}

GRUCell::GRUCell(const CellOptions& o) : RecurrentCell("GRUCell", 3, o) {}
Tensor GRUCell::forward(const Tensor& x, const Tensor& h) const {
  return gru_cell(x, started(h, x), weight_ih, weight_hh, bias(bias_ih), bias(bias_hh));
}
Tensor GRUCell::operator()(const Tensor& x, const Tensor& h) {
  return call_forward(*this, x, h);
}
std::string GRUCell::describe() const {
  const CellOptions o = options();
  return options_repr("GRUCell", options_of<CellOptions>, &o);
}

LSTMCell::LSTMCell(const CellOptions& o) : RecurrentCell("LSTMCell", 4, o) {}
LstmState LSTMCell::forward(const Tensor& x, const LstmState& state) const {
  return lstm_cell(x, started(state.h, x), started(state.c, x), weight_ih, weight_hh, bias(bias_ih),
                   bias(bias_hh));
}
LstmState LSTMCell::operator()(const Tensor& x, const LstmState& state) {
  return call_forward(*this, x, state);
}
std::string LSTMCell::describe() const {
  const CellOptions o = options();
  return options_repr("LSTMCell", options_of<CellOptions>, &o);
}

}  // namespace hebb::nn
