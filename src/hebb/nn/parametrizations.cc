#include "hebb/nn/parametrizations.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/distance.h"
#include "hebb/ops/op.h"
#include "hebb/ops/products.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::nn::parametrization {
namespace {

// [dim, all else]
Tensor as_matrix(const Tensor& weight, int64_t dim) {
  const Tensor turned = movedim(weight, dim, 0);
  return reshape(turned, {turned.size(0), turned.numel() / turned.size(0)});
}

Tensor unit(const Tensor& vector, double eps) {
  return normalize(vector, 2, 0, eps);
}

Buffer random_unit(int64_t n, double eps, uint64_t key) {
  Tensor values = Tensor::empty({n});
  init::normal_(values, key);
  return Buffer(unit(values, eps));
}

}  // namespace

void WeightCalled::param(std::string_view name, Param& param) {
  if (name == "weight")
    weight_ = &param;
  else
    walker_.param(name, param);
}

Tensor sizes_of_slices(const Tensor& weight, const std::optional<int64_t>& dim) {
  if (!dim)
    return norm(weight);
  const int64_t axis = wrap_dim(*dim, weight.dim());
  Dims others;
  for (int64_t i = 0; i < weight.dim(); ++i)
    if (i != axis)
      others.push_back(i);
  return norm(weight, 2, others, true);
}

Largest::Largest(const Tensor& weight, int64_t dim, double eps, uint64_t key)
    : u(random_unit(weight.size(dim), eps, key)),
      v(random_unit(weight.numel() / std::max<int64_t>(1, weight.size(dim)), eps, key + 1)) {
  constexpr int64_t first_steps = 15;  // PyTorch's
  sigma(weight, dim, eps, first_steps);
}

Tensor Largest::sigma(const Tensor& weight, int64_t dim, double eps, int64_t steps) {
  const Tensor matrix = as_matrix(weight, dim);
  Tensor left = u.tensor(), right = v.tensor();
  if (steps > 0) {
    const NoGrad off;
    for (int64_t i = 0; i < steps; ++i) {
      left = unit(mv(matrix, right), eps);
      right = unit(mv(transpose(matrix, 0, 1), left), eps);
    }
    hebb::write(u.tensor(), left);
    hebb::write(v.tensor(), right);
  } else {
    left =
        left.clone();  // what the gradient reads may be written over by the next call in training
    right = right.clone();
  }
  return dot(left, mv(matrix, right));
}

}  // namespace hebb::nn::parametrization
