// Kernels that are written once for all floating dtypes.
#pragma once

#include <memory>

#include "hebb/kernels/kernel.h"
#include "hebb/tensor/half.h"

namespace hebb::cpu {

// K<T>(s, args...) for the dtype of the first operand; null when that is no floating one.
template <template <class> class K, class... Args>
PreparedKernel make_floating(const Signature& s, const Args&... args) {
  switch (s.in[0].dtype) {
    case DType::f64: return make_kernel<K<double>>(s, args...);
    case DType::f32: return make_kernel<K<float>>(s, args...);
    case DType::f16: return make_kernel<K<Half>>(s, args...);
    case DType::bf16: return make_kernel<K<BFloat16>>(s, args...);
    default: return nullptr;
  }
}

}  // namespace hebb::cpu
