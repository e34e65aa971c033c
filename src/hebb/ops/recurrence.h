// Recurrent networks: layers over all times, and single cells. T times, B sequences, F features,
// H hidden units, D directions (1 or 2). Sources: Elman 1990; Hochreiter and Schmidhuber 1997;
// Cho et al. 2014; Sak, Senior and Beaufays 2014 (projections).
#pragma once

#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct RecurrentAttrs {
  int64_t num_layers = 1;
  bool bias = true;
  bool batch_first = false;    // [B, T, F] instead of [T, B, F]
  bool bidirectional = false;  // a second direction, from the last time to the first
  HEBB_FIELDS(num_layers, bias, batch_first, bidirectional)
};
struct LstmAttrs : RecurrentAttrs {
  int64_t proj_size = 0;  // values of the hidden state; 0: hidden units
  HEBB_FIELDS_OF(RecurrentAttrs, proj_size)
};
struct GruAttrs : RecurrentAttrs {
  // Where the reset gate stands: after the product with the recurrent weight, as in PyTorch, or
  // before it, as in Cho et al.
  bool reset_after = true;
  HEBB_FIELDS_OF(RecurrentAttrs, reset_after)
};

struct RecurrentResult {
  Tensor out, h_n;
};
struct LstmResult {
  Tensor out, h_n, c_n;
};
struct LstmState {
  Tensor h, c;
};

// The networks give {out [T, B, D P], h_n [layers D, B, P]}, lstm also c_n [layers D, B, H], where
// P is H without a projection. input [T, B, F], or [T, F] for one sequence, whose results lack B,
// too. h0 and c0: the first state, undefined: zeros. weights: for each layer and direction
// weight_ih [gates H, F], weight_hh [gates H, P], with `bias` also bias_ih and bias_hh [gates H],
// with a projection weight_hr [P, H]. lengths [B], integers: the times of each sequence; beyond
// them out is 0 and the state stays, so h_n is that of each one's last time. Undefined: all of T.
// Error: shapes that do not fit, or lengths outside 0 .. T.
RecurrentResult rnn_tanh(const Tensor& input, const Tensor& h0, const std::vector<Tensor>& weights,
                         const RecurrentAttrs& options = {}, const Tensor& lengths = {});
RecurrentResult rnn_relu(const Tensor& input, const Tensor& h0, const std::vector<Tensor>& weights,
                         const RecurrentAttrs& options = {}, const Tensor& lengths = {});
RecurrentResult gru(const Tensor& input, const Tensor& h0, const std::vector<Tensor>& weights,
                    const GruAttrs& options = {}, const Tensor& lengths = {});
LstmResult lstm(const Tensor& input, const Tensor& h0, const Tensor& c0,
                const std::vector<Tensor>& weights, const LstmAttrs& options = {},
                const Tensor& lengths = {});

// One time: input [B, F] or [F], hx and cx [B, H] or [H] -> the next state of the same shape.
Tensor rnn_tanh_cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh,
                     const Tensor& b_ih = {}, const Tensor& b_hh = {});
Tensor rnn_relu_cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh,
                     const Tensor& b_ih = {}, const Tensor& b_hh = {});
Tensor gru_cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh,
                const Tensor& b_ih = {}, const Tensor& b_hh = {});
LstmState lstm_cell(const Tensor& input, const Tensor& hx, const Tensor& cx, const Tensor& w_ih,
                    const Tensor& w_hh, const Tensor& b_ih = {}, const Tensor& b_hh = {});

}  // namespace hebb
