// Samples: recurrent networks, cells, and the piece they are made of.
#include "hebb/kernels/recurrence.h"
#include "hebb/ops/recurrence.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

struct Net {
  int64_t gates, features, hidden, layers = 1, directions = 1, projection = 0;
  bool bias = true;
};

Tensor around_zero(Shape shape) {
  return uniform(-0.8, 0.8, shape);
}

// The weights in the order of the operators' list.
Slot weights(const Net& n) {
  std::vector<Tensor> all;
  const int64_t rows = n.gates * n.hidden, state = n.projection ? n.projection : n.hidden;
  for (int64_t layer = 0; layer < n.layers; ++layer)
    for (int64_t d = 0; d < n.directions; ++d) {
      all.push_back(around_zero({rows, layer == 0 ? n.features : state * n.directions}));
      all.push_back(around_zero({rows, state}));
      for (int i = 0; i < 2 && n.bias; ++i)
        all.push_back(around_zero({rows}));
      if (n.projection)
        all.push_back(around_zero({state, n.hidden}));
    }
  return Slot(std::move(all));
}

Tensor lengths(std::initializer_list<double> values) {
  return hebb::test::values(values, {int64_t(values.size())}, i64);
}

void networks(std::string_view op, int64_t gates) {
  const Net small{.gates = gates, .features = 2, .hidden = 3},
      deep{.gates = gates, .features = 2, .hidden = 2, .layers = 2, .directions = 2};
  samples(op, {{"plain", {randn({3, 2, 2}), randn({1, 2, 3}), none(), weights(small)}},
               {"two layers, two ways, batch first",
                {randn({2, 3, 2}), none(), none(), weights(deep)},
                R"({"num_layers": 2, "bidirectional": true, "batch_first": true})"},
               {"lengths, two ways",
                {randn({3, 3, 2}), randn({2, 3, 3}), lengths({2, 3, 1}),
                 weights({.gates = gates, .features = 2, .hidden = 3, .directions = 2})},
                R"({"bidirectional": true})"},
               {"one sequence, no bias",
                {randn({3, 2}), none(), none(),
                 weights({.gates = gates, .features = 2, .hidden = 3, .bias = false})},
                R"({"bias": false})"},
               {"no times", {zeros({0, 2, 2}), randn({1, 2, 3}), none(), weights(small)}},
               {"no sequences", {zeros({3, 0, 2}), none(), none(), weights(small)}}});
  refuses(op, {{"should be [T, B, F]", {zeros({2}), none(), none(), weights(small)}},
               {"4 weights are given, should be 2: weight_ih_l0, weight_hh_l0",
                {zeros({3, 2, 2}), none(), none(), weights(small)},
                R"({"bias": false})"},
               {"h0 has the shape [1, 3, 3], should be [1, 2, 3]",
                {zeros({3, 2, 2}), zeros({1, 3, 3}), none(), weights(small)}},
               {"input [3, 2, 5] has 5 features but weight_ih_l0",
                {zeros({3, 2, 5}), none(), none(), weights(small)}},
               {"num_layers is 0",
                {zeros({3, 2, 2}), none(), none(), weights(small)},
                R"({"num_layers": 0})"},
               {"num_layers is 4294967296, should be at most 65536",
                {zeros({3, 2, 2}), none(), none(), weights(small)},
                R"({"num_layers": 4294967296})"},
               {"lengths i64[3] should be integers [2]",
                {zeros({3, 2, 2}), none(), lengths({1, 2, 3}), weights(small)}},
               {"lengths[1] is 4, should be from 0 to 3",
                {zeros({3, 2, 2}), none(), lengths({1, 4}), weights(small)}}});
}

void cells(std::string_view op, int64_t gates) {
  const auto w = [&](int64_t columns) { return around_zero({gates * 3, columns}); };
  const auto b = [&] { return around_zero({gates * 3}); };
  samples(op, {{"plain", {randn({2, 2}), randn({2, 3}), w(2), w(3), b(), b()}},
               {"one sample, no bias", {randn({2}), randn({3}), w(2), w(3), none(), none()}}});
  refuses(op, {{"b_ih and b_hh belong together",
                {zeros({2, 2}), zeros({2, 3}), w(2), w(3), b(), none()}},
               {"hx has the shape [2, 4], should be [2, 3]",
                {zeros({2, 2}), zeros({2, 4}), w(2), w(3), none(), none()}}});
}

std::string named(const std::string& what, Cell cell) {
  return what + ", " + std::string(cell_names[size_t(cell)]);
}

// T x B x H of one direction; B and H go beyond the groups and vectors of the fast kernel.
Sample scan(const std::string& label, Cell cell, int64_t T, int64_t B, int64_t H, int64_t P,
            bool reverse, Slot times = none()) {
  const int64_t rows = gates_of(cell) * H;
  const bool lstm = is_lstm(cell);
  return {label,
          {randn({T, B, rows}), randn({B, P}), lstm ? Slot(randn({B, H})) : none(),
           uniform(-0.3, 0.3, {rows, P}), cell == Cell::gru ? Slot(randn({H})) : none(),
           P < H ? Slot(uniform(-0.3, 0.3, {P, H})) : none(), std::move(times)},
          RecurrentScanAttrs{
              .cell = std::string(cell_names[size_t(cell)]), .reverse = reverse, .keep = true}};
}

// The gradient's kernels take what a forward pass left, which need not fit together here.
Sample scan_backward(const std::string& label, Cell cell, int64_t T, int64_t B, int64_t H,
                     int64_t P, bool reverse, Slot times = none()) {
  const int64_t rows = gates_of(cell) * H;
  const bool lstm = is_lstm(cell);
  return {label,
          {randn({T, B, P}), reverse ? none() : Slot(randn({B, P})),
           lstm ? Slot(randn({B, H})) : none(), randn({B, P}), lstm ? Slot(randn({B, H})) : none(),
           uniform(-0.3, 0.3, {rows, P}), P < H ? Slot(uniform(-0.3, 0.3, {P, H})) : none(),
           uniform(-1, 1, {T, B, P}),
           kept_of(cell) ? uniform(0.1, 0.9, {T, B, kept_of(cell) * H}) : zeros({0}),
           lstm ? randn({T, B, H}) : zeros({0}), std::move(times)},
          RecurrentScanAttrs{
              .cell = std::string(cell_names[size_t(cell)]), .reverse = reverse, .keep = true}};
}

}  // namespace

OPS_FAMILY(recurrence) {
  networks("rnn_tanh", 1);
  networks("rnn_relu", 1);
  networks("gru", 3);
  samples("gru", {{"reset before",
                   {randn({3, 2, 2}), none(), none(),
                    weights({.gates = 3, .features = 2, .hidden = 3, .directions = 2})},
                   R"({"reset_after": false, "bidirectional": true})"}});
  const Net projected{
      .gates = 4, .features = 2, .hidden = 3, .layers = 2, .directions = 2, .projection = 2};
  samples("lstm",
          {{"plain",
            {randn({3, 2, 2}), randn({1, 2, 3}), randn({1, 2, 3}), none(),
             weights({.gates = 4, .features = 2, .hidden = 3})}},
           {"two layers, two ways, batch first",
            {randn({2, 3, 2}), randn({4, 2, 2}), randn({4, 2, 2}), none(),
             weights({.gates = 4, .features = 2, .hidden = 2, .layers = 2, .directions = 2})},
            R"({"num_layers": 2, "bidirectional": true, "batch_first": true})"},
           {"projection, two layers, two ways, lengths",
            {randn({3, 2, 2}), none(), none(), lengths({3, 2}), weights(projected)},
            R"({"num_layers": 2, "bidirectional": true, "proj_size": 2})"},
           {"one sequence, no bias",
            {randn({3, 2}), none(), none(), none(),
             weights({.gates = 4, .features = 2, .hidden = 3, .bias = false})},
            R"({"bias": false})"},
           {"no times",
            {zeros({0, 2, 2}), randn({1, 2, 3}), none(), none(),
             weights({.gates = 4, .features = 2, .hidden = 3})}}});
  refuses("lstm", {{"proj_size is 3, should be below the 3 hidden units",
                    {zeros({3, 2, 2}), none(), none(), none(),
                     weights({.gates = 4, .features = 2, .hidden = 3, .projection = 3})},
                    R"({"proj_size": 3})"},
                   {"c0 has the shape [1, 2, 2], should be [1, 2, 3]",
                    {zeros({3, 2, 2}), none(), zeros({1, 2, 2}), none(),
                     weights({.gates = 4, .features = 2, .hidden = 3})}}});
  cells("rnn_tanh_cell", 1);
  cells("rnn_relu_cell", 1);
  cells("gru_cell", 3);
  samples("lstm_cell", {{"plain",
                         {randn({2, 2}), randn({2, 3}), randn({2, 3}), around_zero({12, 2}),
                          around_zero({12, 3}), around_zero({12}), around_zero({12})}}});
  refuses("lstm_cell", {{"w_hh has the shape [12, 2], should be [12, 3]",
                         {zeros({2, 2}), zeros({2, 3}), zeros({2, 3}), zeros({12, 2}),
                          zeros({12, 2}), none(), none()}}});

  samples("recurrent_scan",
          {scan("rnn", Cell::rnn_tanh, 3, 5, 4, 4, true),
           scan("relu", Cell::rnn_relu, 3, 5, 4, 4, false),
           scan("gru", Cell::gru, 3, 5, 4, 4, false), scan("lstm", Cell::lstm, 3, 5, 4, 4, true),
           scan("reset before", Cell::gru_reset_before, 3, 5, 4, 4, true, lengths({0, 3, 1, 2, 3})),
           scan("lengths", Cell::lstm, 3, 5, 4, 2, true, lengths({0, 3, 1, 2, 3}))});
  for (Cell cell : {Cell::rnn_tanh, Cell::gru, Cell::lstm, Cell::gru_reset_before})
    samples("recurrent_scan", {scan(named("wide", cell), cell, 2, 3, 21, 21, false)});
  samples("recurrent_scan", {scan("many", Cell::rnn_tanh, 2, 33, 5, 5, false),
                             scan("projected", Cell::lstm, 2, 9, 19, 7, true)});
  for (Cell cell : {Cell::rnn_tanh, Cell::rnn_relu, Cell::gru, Cell::lstm, Cell::gru_reset_before})
    samples(
        "recurrent_scan_backward",
        {scan_backward(named("wide", cell), cell, 3, 37, 69, 69, false),
         scan_backward(named("lengths", cell), cell, 3, 5, 4, 4, true, lengths({0, 3, 1, 2, 3}))});
  samples("recurrent_scan_backward", {scan_backward("projected", Cell::lstm, 2, 18, 69, 33, true)});
}

}  // namespace hebb::test
