// The ONNX forms of reductions: sums, means, extremes, norms and the like.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::onnx {

OnnxValues write_sum(OnnxWriter& w);
OnnxValues write_mean(OnnxWriter& w);
OnnxValues write_max(OnnxWriter& w);
OnnxValues write_min(OnnxWriter& w);
OnnxValues write_extreme_along(OnnxWriter& w);
OnnxValues write_arg(OnnxWriter& w);
OnnxValues write_var(OnnxWriter& w);
OnnxValues write_std(OnnxWriter& w);
OnnxValues write_logsumexp(OnnxWriter& w);
OnnxValues write_norm(OnnxWriter& w);
OnnxValues write_prod(OnnxWriter& w);
OnnxValues write_any(OnnxWriter& w);
OnnxValues write_all(OnnxWriter& w);
OnnxValues write_count_nonzero(OnnxWriter& w);
OnnxValues write_cumsum(OnnxWriter& w);

Tensors read_sum(const OnnxReader& r);
Tensors read_mean(const OnnxReader& r);
Tensors read_amax(const OnnxReader& r);
Tensors read_amin(const OnnxReader& r);
Tensors read_argmax(const OnnxReader& r);
Tensors read_argmin(const OnnxReader& r);
Tensors read_logsumexp(const OnnxReader& r);
Tensors read_norm(const OnnxReader& r);
Tensors read_prod(const OnnxReader& r);
Tensors read_cumsum(const OnnxReader& r);

}  // namespace hebb::onnx
