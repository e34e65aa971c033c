#include "hebb/nn/bilinear.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::nn {

// Weight and bias begin uniform within 1 / sqrt(in1), as PyTorch's do.
Bilinear::Bilinear(BilinearOptions o)
    : weight(init::empty_weight("Bilinear", {o.out, o.in1, o.in2})) {
  const double limit = 1 / std::sqrt(double(o.in1));
  init::uniform_(weight.tensor(), init::key_of(*this), -limit, limit);
  if (o.bias) {
    bias.emplace(Tensor::empty({o.out}));
    init::uniform_(bias->tensor(), init::key_of(*this) + 1, -limit, limit);
  }
}

Tensor Bilinear::forward(const Tensor& x1, const Tensor& x2) const {
  const int64_t out = weight.shape()[0], in1 = weight.shape()[1], in2 = weight.shape()[2];
  check(x1.dim() >= 1 && x1.dim() == x2.dim() && x1.size(-1) == in1 && x2.size(-1) == in2,
        "Bilinear: the inputs {} and {} should be [..., {}] and [..., {}]", x1.shape(), x2.shape(),
        in1, in2);
  const Tensor table = reshape(permute(weight, {1, 0, 2}), {in1, out * in2});
  Dims shape = x1.shape();
  shape.back() = out;
  shape.push_back(in2);
  const Tensor y = sum(reshape(matmul(x1, table), shape) * unsqueeze(x2, -2), {-1});
  return bias ? y + bias->tensor() : y;
}

std::string Bilinear::describe() const {
  return fmt::format("Bilinear(in1_features={}, in2_features={}, out_features={}, bias={})",
                     weight.shape()[1], weight.shape()[2], weight.shape()[0],
                     bias ? "True" : "False");
}

Tensor CosineSimilarity::forward(const Tensor& x1, const Tensor& x2) const {
  const auto unit = [&](const Tensor& x) { return x / clamp(norm(x, 2, {dim}, true), eps); };
  return sum(unit(x1) * unit(x2), {dim});
}

Tensor PairwiseDistance::forward(const Tensor& x1, const Tensor& x2) const {
  return norm(x1 - x2 + eps, p, {-1}, keepdim);
}

}  // namespace hebb::nn
