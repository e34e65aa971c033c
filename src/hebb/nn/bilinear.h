// Layers of two inputs: a bilinear map, and how near vectors are.
#pragma once

#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct BilinearOptions {
  Size in1, in2, out;
  bool bias = true;
};
// y[o] = x1ᵀ weight[o] x2 + bias[o]: x1 [..., in1], x2 [..., in2] -> [..., out].
struct Bilinear : Module {
  Param weight;               // [out, in1, in2]
  std::optional<Param> bias;  // [out]
  explicit Bilinear(BilinearOptions options);
  Bilinear(Size in1, Size in2, Size out) : Bilinear(BilinearOptions{in1, in2, out}) {}
  Tensor forward(const Tensor& x1, const Tensor& x2) const;
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)
};

// The cosine of the angle between x1 and x2 along dim; lengths count as eps at least.
struct CosineSimilarity : Module {
  int64_t dim;
  double eps;
  explicit CosineSimilarity(int64_t dim = 1, double eps = 1e-8) : dim(dim), eps(eps) {}
  Tensor forward(const Tensor& x1, const Tensor& x2) const;
  std::string describe() const override { return "CosineSimilarity()"; }
  HEBB_NO_FIELDS()
};

// The p-norm of x1 - x2 + eps along the last dimension.
struct PairwiseDistance : Module {
  double p, eps;
  bool keepdim;
  explicit PairwiseDistance(double p = 2, double eps = 1e-6, bool keepdim = false)
      : p(p), eps(eps), keepdim(keepdim) {}
  Tensor forward(const Tensor& x1, const Tensor& x2) const;
  std::string describe() const override { return "PairwiseDistance()"; }
  HEBB_NO_FIELDS()
};

}  // namespace hebb::nn
