// One recurrent layer in one direction over all times: the piece that recurrent networks and cells
// are made of.
#pragma once

#include "hebb/kernels/recurrence.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct ScanOperands {
  Tensor gates;      // [T, B, gates H]: the input's part, with all biases but bias_n
  Tensor h0;         // [B, P]
  Tensor c0;         // [B, H], of lstm
  Tensor weight_hh;  // [gates H, P]
  Tensor bias_n;     // [H], of gru: inside the reset gate
  Tensor weight_hr;  // [P, H], of lstm with a projection
  Tensor lengths;    // [B] i64, or undefined
};
struct ScanResults {
  Tensor out, h_n, c_n;  // [T, B, P], [B, P], [B, H] of lstm
};
ScanResults recurrent_scan(const ScanOperands& operands, Cell cell, bool reverse);

}  // namespace hebb
