// Norms of vectors and matrices by torch.linalg's names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hebb/base/fields.h"
#include "hebb/tensor/dtype.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// (sum |x|^ord)^(1/ord) over dim, or over all; ord may be 0 (how many are not 0) and infinite.
// Complex numbers count by their magnitude. The gradient is 0 where the norm is.
Tensor linalg_vector_norm(const Tensor& input, double ord = 2, const DimOrDims& dim = {},
                          bool keepdim = false);
// Of the matrices that two dimensions span. ord: "fro" (Frobenius), "nuc" (the sum of singular
// values), "2" and "-2" (the largest and the smallest of them), "1" and "-1" (of the columns' sums
// of magnitudes), "inf" and "-inf" (of the rows').
Tensor linalg_matrix_norm(const Tensor& input, const std::string& ord = "fro",
                          const Dims& dim = {-2, -1}, bool keepdim = false);
// The vector norm for one dim, the matrix norm for two. Without dim: of a vector or a matrix where
// ord is given, else the 2-norm of all elements.
Tensor linalg_norm(const Tensor& input, const std::optional<std::string>& ord = {},
                   const DimOrDims& dim = {}, bool keepdim = false);

// torch.norm by the name of a matrix norm: "fro", over dim or all, or "nuc", over two dimensions.
Tensor norm(const Tensor& input, std::string_view p, const DimOrDims& dim = {},
            bool keepdim = false);

// How much relative errors may grow when a system with A is solved: the ratio of the largest and
// the smallest singular value, or for another ord (of matrix norms) the norm of A times that of its
// inverse.
Tensor linalg_cond(const Tensor& A, const std::optional<std::string>& p = {});
// input, whose slices along dim are scaled down to the p-norm maxnorm where theirs is larger.
Tensor renorm(const Tensor& input, double p, int64_t dim, double maxnorm);

struct CondAttrs {
  std::optional<std::string> p;
  HEBB_FIELDS(p)
};
struct RenormAttrs {
  double p = 2;
  int64_t dim = 0;
  double maxnorm = 1;
  HEBB_FIELDS(p, dim, maxnorm)
};
struct VectorNormAttrs {
  double ord = 2;
  Dims dim;
  bool keepdim = false;
  std::optional<DType> dtype;  // the input is cast first
  HEBB_FIELDS(ord, dim, keepdim, dtype)
};
struct MatrixNormAttrs {
  std::string ord = "fro";
  Dims dim = {-2, -1};
  bool keepdim = false;
  std::optional<DType> dtype;
  HEBB_FIELDS(ord, dim, keepdim, dtype)
};
struct AnyNormAttrs {
  std::optional<std::string> ord;
  Dims dim;
  bool keepdim = false;
  std::optional<DType> dtype;
  HEBB_FIELDS(ord, dim, keepdim, dtype)
};

}  // namespace hebb
