// Covariances and correlations of variables, which are the rows of a matrix.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

struct CovAttrs {
  int64_t correction = 1;  // taken off the number of observations that sums are divided by
  HEBB_FIELDS(correction)
};
// input [variables, observations], or [observations] of one variable -> [variables, variables], or
// a number. fweights: how often each observation counts (integers); aweights: how much.
Tensor cov(const Tensor& input, int64_t correction = 1, const Tensor& fweights = {},
           const Tensor& aweights = {});
Tensor corrcoef(const Tensor& input);  // cov over both deviations, within [-1, 1]

}  // namespace hebb
