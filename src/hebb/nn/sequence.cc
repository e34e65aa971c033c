#include "hebb/nn/sequence.h"

#include "hebb/base/check.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/views.h"

namespace hebb::nn {

Sequence Sequence::with(const Tensor& made, Module& by) const {
  if (!lengths.defined() && !two_ways)
    return {made};
  const bool keeps_times = made.dim() >= 3 && values.dim() >= 2 && made.size(1) == values.size(1);
  const bool keeps_ways = two_ways && made.shape() == values.shape() && by.parameters().empty();
  return {made, keeps_times ? lengths : Tensor(), keeps_ways};
}

Sequence sequence_of(const TensorDict& batch) {
  Sequence out;
  for (const auto& [name, tensor] : batch)
    (name == lengths_name && batch.size() > 1 ? out.lengths : out.values) = tensor;
  return out;
}

Tensor times_mask(const Tensor& lengths, int64_t times) {
  const Tensor time = arange(double(times), DType::i64, lengths.device());
  return unsqueeze(time, 0) < unsqueeze(lengths, 1);
}

}  // namespace hebb::nn
