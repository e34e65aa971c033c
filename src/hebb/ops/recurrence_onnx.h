// The ONNX forms of recurrent networks and cells: a node a layer.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_rnn_tanh(OnnxWriter& w);
OnnxValues write_rnn_relu(OnnxWriter& w);
OnnxValues write_gru(OnnxWriter& w);
OnnxValues write_lstm(OnnxWriter& w);

OnnxValues write_rnn_tanh_cell(OnnxWriter& w);
OnnxValues write_rnn_relu_cell(OnnxWriter& w);
OnnxValues write_gru_cell(OnnxWriter& w);
OnnxValues write_lstm_cell(OnnxWriter& w);

Tensors read_rnn(const OnnxReader& r);
Tensors read_gru(const OnnxReader& r);
Tensors read_lstm(const OnnxReader& r);

}  // namespace hebb::onnx
