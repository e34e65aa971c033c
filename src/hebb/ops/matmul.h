// Matrix products.
#pragma once

#include "hebb/tensor/tensor.h"

namespace hebb {

// As torch.matmul: vectors are rows (left) or columns (right) and vanish from the result; leading
// dimensions broadcast. input [..., m, k], other [..., k, n] -> [..., m, n].
Tensor matmul(const Tensor& input, const Tensor& other);

}  // namespace hebb
