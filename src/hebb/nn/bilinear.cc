#include "hebb/nn/bilinear.h"

#include <fmt/format.h>

#include <cmath>

#include "hebb/nn/init.h"
#include "hebb/ops/distance.h"
#include "hebb/ops/products.h"

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
  return bilinear(x1, x2, weight, bias ? bias->tensor() : Tensor());
}

std::string Bilinear::describe() const {
  return fmt::format("Bilinear(in1_features={}, in2_features={}, out_features={}, bias={})",
                     weight.shape()[1], weight.shape()[2], weight.shape()[0],
                     bias ? "True" : "False");
}

Tensor CosineSimilarity::forward(const Tensor& x1, const Tensor& x2) const {
  return cosine_similarity(x1, x2, dim, eps);
}

Tensor PairwiseDistance::forward(const Tensor& x1, const Tensor& x2) const {
  return pairwise_distance(x1, x2, p, eps, keepdim);
}

}  // namespace hebb::nn
