// For kernels whose operator may be followed by elementwise steps (Signature::epilogue).
#pragma once

#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

// Where the inputs of the epilogue begin, after the operator's own.
inline size_t first_other(const Signature& signature) {
  size_t own = signature.in.size();
  for (const EpilogueStep& step : signature.epilogue)
    own -= step.has_other;
  return own;
}

}  // namespace hebb::cpu
