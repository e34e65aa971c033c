// For kernels whose operator may be followed by elementwise steps (Signature::epilogue).
#pragma once

#include "hebb/kernels/arithmetic.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

// Where the inputs of the epilogue begin, after the operator's own.
inline size_t first_other(const Signature& signature) {
  size_t own = signature.in.size();
  for (const EpilogueStep& step : signature.epilogue)
    own -= step.has_other;
  return own;
}

// Whether the step adds the first of these inputs, a tensor of the output's own shape.
inline bool is_plain_sum(const EpilogueStep& step, const Signature& s) {
  if (!step.has_other || step.op != "add" || static_cast<const AddAttrs*>(step.attrs)->alpha != 1)
    return false;
  const Operand& other = s.in[first_other(s)];
  return other.shape == s.out[0].shape && other.dtype == s.out[0].dtype;
}

}  // namespace hebb::cpu
