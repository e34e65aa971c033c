// Products that add up over a batch, products of several matrices, and scalar products of many
// vectors.
#pragma once

#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

// beta * input + alpha * the sum over b of batch1[b] x batch2[b]; input broadcasts to [n, m]. beta
// 0 leaves input out, also its NaN.
Tensor addbmm(const Tensor& input, const Tensor& batch1, const Tensor& batch2, double beta = 1,
              double alpha = 1);
// beta * input + alpha * outer(vec1, vec2).
Tensor addr(const Tensor& input, const Tensor& vec1, const Tensor& vec2, double beta = 1,
            double alpha = 1);
// The product of two or more matrices in the order that takes the fewest multiplications. The first
// and the last may be vectors: a row, a column.
Tensor linalg_multi_dot(const std::vector<Tensor>& tensors);
// sum conj(x) y along a dimension; the others broadcast.
Tensor linalg_vecdot(const Tensor& x, const Tensor& y, int64_t dim = -1);

}  // namespace hebb
