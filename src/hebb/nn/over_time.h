// Layers that make one vector of a sequence: x [B, T, F] -> [B, F]. Where lengths are known, the
// times beyond them do not count; a sequence of no times gives zeros.
#pragma once

#include "hebb/nn/sequence.h"

namespace hebb::nn {

// The last time of each sequence. Of a bidirectional layer before it, the last step of each
// direction, [h_n of the one, h_n of the other], as programs join PyTorch's h_n: the second one
// ends at the first time.
struct Last : Module {
  Tensor forward(const Tensor& x) const { return forward(Sequence{x}).values; }
  Sequence forward(const Sequence& x) const;
  HEBB_NO_FIELDS()
};

// In lines of a configuration mean_pool and max_pool.
struct MeanOverTime : Module {
  Tensor forward(const Tensor& x) const { return forward(Sequence{x}).values; }
  Sequence forward(const Sequence& x) const;
  std::string describe() const override { return "MeanPool()"; }
  HEBB_NO_FIELDS()
};

struct MaxOverTime : Module {
  Tensor forward(const Tensor& x) const { return forward(Sequence{x}).values; }
  Sequence forward(const Sequence& x) const;
  std::string describe() const override { return "MaxPool()"; }
  HEBB_NO_FIELDS()
};

}  // namespace hebb::nn
