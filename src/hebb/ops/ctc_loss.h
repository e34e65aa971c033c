// The loss of label sequences that are not aligned with their inputs. Source: Graves et al. 2006.
#pragma once

#include "hebb/kernels/ctc_loss.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// log_probs [T, N, C], logarithms of probabilities (log_softmax), or [T, C] of one sample; targets
// [N, S] or end to end [sum of lengths], integers without blank; the lengths of both, [N]. The mean
// is over the samples, each divided by its target's length. A sample that no alignment explains has
// the loss inf, or 0 with zero_infinity. The gradient holds for log-probabilities only, as
// PyTorch's; there is no second one. Source: torch.nn.functional.ctc_loss.
Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                const Tensor& target_lengths, const CtcAttrs& options = {});

}  // namespace hebb
