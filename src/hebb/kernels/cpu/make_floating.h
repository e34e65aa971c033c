// Kernels that are written once for all floating dtypes.
#pragma once

#include <memory>

#include "hebb/kernels/kernel.h"
#include "hebb/tensor/half.h"

namespace hebb::cpu {

// K<T> for the dtype of the first operand; null when that is no floating one.
template <template <class> class K>
PreparedKernel make_floating(const Signature& s) {
  switch (s.in[0].dtype) {
    case DType::f64: return make_kernel<K<double>>(s);
    case DType::f32: return make_kernel<K<float>>(s);
    case DType::f16: return make_kernel<K<Half>>(s);
    case DType::bf16: return make_kernel<K<BFloat16>>(s);
    default: return nullptr;
  }
}

}  // namespace hebb::cpu
