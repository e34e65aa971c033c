// Linear systems of tensors, whose dimensions stand for rows and for columns, by torch.linalg's
// names.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The inverse of A for tensordot over ind dimensions: the first `ind` sizes and the others of A
// have the same product.
Tensor linalg_tensorinv(const Tensor& A, int64_t ind = 2);
// X of tensordot(A, X, X.dim()) = B. dims of A are moved to the end first.
Tensor linalg_tensorsolve(const Tensor& A, const Tensor& B, const Dims& dims = {});

struct TensorInvAttrs {
  int64_t ind = 2;
  HEBB_FIELDS(ind)
};
struct TensorSolveAttrs {
  Dims dims;
  HEBB_FIELDS(dims)
};

}  // namespace hebb
