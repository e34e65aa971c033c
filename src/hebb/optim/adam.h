// Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019).
//   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;  p -= lr m' / (sqrt(v') + eps)
// with bias-corrected m' = m / (1 - beta1^t), v' = v / (1 - beta2^t). AdamW shrinks p by lr
// weight_decay beforehand instead of adding weight_decay p to the gradient.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;  // in [0, 1)
  double eps = 1e-8;
  std::optional<double> weight_decay =
      {};  // empty: PyTorch's default, 0 for Adam and 0.01 for AdamW
  bool amsgrad = false;
  bool bias_correction = true;  // off: the plain form that some textbooks print
  HEBB_FIELDS(lr, beta1, beta2, eps, weight_decay, amsgrad, bias_correction)
};

class Adam : public Optimizer {
 public:
  Adam(std::vector<Tensor> params, AdamOptions options = {});
  Adam(std::vector<ParamGroup> groups, AdamOptions options, bool decoupled = false);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override {
    return options_.weight_decay.value_or(decoupled_ ? 0.01 : 0);
  }
  std::vector<std::string> moment_names() const override;
  AdamOptions options_;
  bool decoupled_;
};

class AdamW : public Adam {
 public:
  AdamW(std::vector<Tensor> params, AdamOptions options = {});
};

OptimizerFactory adam(AdamOptions options = {});
OptimizerFactory adamw(AdamOptions options = {});

}  // namespace hebb::optim
