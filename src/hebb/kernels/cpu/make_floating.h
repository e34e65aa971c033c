// Kernels that are written once for all floating dtypes.
#pragma once

#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

// Makes K<T>(s, args...) for the dtype of the first operand; null when it is not floating.
template <template <class> class K, class... Args>
PreparedKernel make_floating(const Signature& s, const Args&... args) {
  if (!is_floating(s.in[0].dtype))
    return nullptr;
  return visit_floating(s.in[0].dtype, [&](auto type) {
    return make_kernel<K<typename decltype(type)::type>>(s, args...);
  });
}

}  // namespace hebb::cpu
