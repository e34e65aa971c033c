// Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019).
//   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;  p -= lr m' / (sqrt(v') + eps)
// with bias-corrected m' = m / (1 - beta1^t), v' = v / (1 - beta2^t). AdamW shrinks p by lr
// weight_decay beforehand instead of adding weight_decay p to the gradient.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
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
  bool maximize = false;
  HEBB_FIELDS(lr, beta1, beta2, eps, weight_decay, amsgrad, bias_correction, maximize)
  static constexpr Note notes[] = {
      lr_note,
      beta1_note,
      beta2_note,
      eps_note,
      {.field = "weight_decay",
       .aliases = {"wd"},
       .place = 4,
       .at_least = 0,
       .what = "pulls weights towards 0; adam with the gradient, adamw beside it"},
      {.field = "amsgrad", .place = 5, .what = "divides by the largest average so far"},
      {.field = "bias_correction",
       .place = 6,
       .what = "false: the plain form that some textbooks print"},
      maximize_note};
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
  bool takes_momentum() const override { return true; }
  AdamOptions options_;
  bool decoupled_;
};

class AdamW : public Adam {
 public:
  AdamW(std::vector<Tensor> params, AdamOptions options = {});
};

// Adam with Nesterov's momentum. Source: Dozat 2016; the momentum rises as PyTorch's does:
// beta1 (1 - 0.96^(t momentum_decay) / 2).
struct NAdamOptions {
  double lr = 2e-3;
  double beta1 = 0.9, beta2 = 0.999;  // in [0, 1)
  double eps = 1e-8;
  double weight_decay = 0;
  double momentum_decay = 4e-3;
  bool decoupled_weight_decay = false;  // as AdamW's
  bool maximize = false;
  HEBB_FIELDS(lr, beta1, beta2, eps, weight_decay, momentum_decay, decoupled_weight_decay, maximize)
  static constexpr Note notes[] = {
      lr_note,
      beta1_note,
      beta2_note,
      eps_note,
      {.field = "weight_decay",
       .aliases = {"wd"},
       .place = 4,
       .at_least = 0,
       .what = "pulls weights towards 0; with the gradient, or beside it when it is decoupled"},
      {.field = "momentum_decay",
       .place = 5,
       .at_least = 0,
       .what = "how fast the momentum rises to its full size"},
      {.field = "decoupled_weight_decay", .place = 6, .what = "decays weights as adamw does"},
      maximize_note};
};

class NAdam : public Optimizer {
 public:
  NAdam(std::vector<Tensor> params, NAdamOptions options = {});
  NAdam(std::vector<ParamGroup> groups, NAdamOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override { return {"exp_avg", "exp_avg_sq"}; }
  NAdamOptions options_;
};

OptimizerFactory adam(AdamOptions options = {});
OptimizerFactory adamw(AdamOptions options = {});
OptimizerFactory nadam(NAdamOptions options = {});

}  // namespace hebb::optim
