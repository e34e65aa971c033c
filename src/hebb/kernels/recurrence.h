// What the entries of recurrent networks and their kernels share: one layer in one direction over
// all times. T times, B sequences, H hidden units, P values of the hidden state (H without a
// projection), G gates (lstm 4: i, f, g, o; gru 3: r, z, n; rnn 1).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "hebb/base/error.h"
#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

enum class Cell : uint8_t { rnn_tanh, rnn_relu, lstm, gru, gru_reset_before };

inline constexpr std::array<std::string_view, 5> cell_names = {"rnn_tanh", "rnn_relu", "lstm",
                                                               "gru", "gru_reset_before"};
inline Cell cell_named(std::string_view name) {
  for (size_t i = 0; i < cell_names.size(); ++i)
    if (cell_names[i] == name)
      return Cell(i);
  bug("no recurrent cell is called '" + std::string(name) + "'");
}

struct RecurrentScanAttrs {
  std::string cell = "rnn_tanh";  // the name of a Cell
  bool reverse = false;           // from the last time to the first
  bool keep = false;              // keep what the gradient reads
  HEBB_FIELDS(cell, reverse, keep)

  Cell kind() const { return cell_named(cell); }
};

constexpr bool is_lstm(Cell cell) {
  return cell == Cell::lstm;
}
constexpr bool is_gru(Cell cell) {
  return cell == Cell::gru || cell == Cell::gru_reset_before;
}
constexpr int64_t gates_of(Cell cell) {
  return is_lstm(cell) ? 4 : is_gru(cell) ? 3 : 1;
}
// Values a hidden unit that are kept for the gradient: the gates after their activations, and for
// gru the new gate's part W h + b, which the reset gate multiplies.
constexpr int64_t kept_of(Cell cell) {
  return is_lstm(cell) || cell == Cell::gru ? 4 : cell == Cell::gru_reset_before ? 3 : 0;
}

// The slots of both entries.
namespace scan_in {
inline constexpr size_t gates = 0, h0 = 1, c0 = 2, weight_hh = 3, bias_n = 4, weight_hr = 5,
                        lengths = 6;
}
namespace scan_out {
inline constexpr size_t out = 0, h_n = 1, c_n = 2, kept = 3, cells = 4;
}
namespace scan_backward_in {
inline constexpr size_t grad_out = 0, grad_h = 1, grad_c = 2, h0 = 3, c0 = 4, weight_hh = 5,
                        weight_hr = 6, out = 7, kept = 8, cells = 9, lengths = 10;
}
namespace scan_backward_out {
inline constexpr size_t gates = 0, h0 = 1, c0 = 2, recurrent = 3, hidden = 4;
}

namespace kernel {
inline constexpr KernelId recurrent_scan{"recurrent_scan"};
inline constexpr KernelId recurrent_scan_backward{"recurrent_scan_backward"};
}  // namespace kernel

}  // namespace hebb
