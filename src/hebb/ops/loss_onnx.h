// The ONNX forms of losses, which are written out, and of class losses, which ONNX has.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_mse_loss(OnnxWriter& w);
OnnxValues write_l1_loss(OnnxWriter& w);
OnnxValues write_smooth_l1_loss(OnnxWriter& w);
OnnxValues write_huber_loss(OnnxWriter& w);
OnnxValues write_binary_cross_entropy(OnnxWriter& w);
OnnxValues write_binary_cross_entropy_with_logits(OnnxWriter& w);
OnnxValues write_kl_div(OnnxWriter& w);
OnnxValues write_cross_entropy(OnnxWriter& w);
OnnxValues write_nll_loss(OnnxWriter& w);

Tensors read_softmax_cross_entropy(const OnnxReader& r);
Tensors read_negative_log_likelihood(const OnnxReader& r);

}  // namespace hebb::onnx
