// Diagonals of matrices: taken out, put in, added up.
#pragma once

#include <vector>

#include "hebb/base/fields.h"
#include "hebb/ops/mask.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The diagonal of the matrices that dim1 and dim2 span, as the last dimension: a view. offset 1 is
// the diagonal above the main one, -1 the one below it.
Tensor diagonal(const Tensor& input, int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1);
// Square matrices of zeros, with the last dimension of input [..., n] on a diagonal; they have
// n + |offset| rows, and lie in dim1 and dim2 of the result.
Tensor diag_embed(const Tensor& input, int64_t offset = 0, int64_t dim1 = -2, int64_t dim2 = -1);
// [n] -> the matrix with it on a diagonal; a matrix -> a copy of its diagonal.
Tensor diag(const Tensor& input, int64_t diagonal = 0);
// diagonal() of the last two dimensions, unless told.
Tensor linalg_diagonal(const Tensor& A, int64_t offset = 0, int64_t dim1 = -2, int64_t dim2 = -1);
Tensor diagflat(const Tensor& input, int64_t offset = 0);  // diag of all elements in a row
// input with src, which has the shape of diagonal(input, ...), in that diagonal's place.
Tensor diagonal_scatter(const Tensor& input, const Tensor& src, int64_t offset = 0,
                        int64_t dim1 = 0, int64_t dim2 = 1);
// A matrix with matrices, or vectors as rows, along its diagonal, among zeros.
Tensor block_diag(const std::vector<Tensor>& tensors);
Tensor trace(const Tensor& input);  // the sum of a matrix's main diagonal; integers give i64

struct DiagonalViewAttrs {
  int64_t offset = 0, dim1 = 0, dim2 = 1;
  HEBB_FIELDS(offset, dim1, dim2)
};
struct DiagFlatAttrs {
  int64_t offset = 0;
  HEBB_FIELDS(offset)
};
struct DiagEmbedAttrs {
  int64_t offset = 0, dim1 = -2, dim2 = -1;
  HEBB_FIELDS(offset, dim1, dim2)
};

}  // namespace hebb
