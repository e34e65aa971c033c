// RAdam (Liu et al. 2020): Adam that corrects for how little its mean squares know in the first
// steps, and does not divide by them before they know enough.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct RAdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9;    // in [0, 1)
  double beta2 = 0.999;  // in [0, 1)
  double eps = 1e-8;
  double weight_decay = 0;
  bool decoupled_weight_decay = false;  // as AdamW's
  bool maximize = false;
  HEBB_FIELDS(lr, beta1, beta2, eps, weight_decay, decoupled_weight_decay, maximize)
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
      {.field = "decoupled_weight_decay", .place = 5, .what = "decays weights as adamw does"},
      maximize_note};
};

class RAdam : public Optimizer {
 public:
  RAdam(std::vector<Tensor> params, RAdamOptions options = {});
  RAdam(std::vector<ParamGroup> groups, RAdamOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override { return {"exp_avg", "exp_avg_sq"}; }
  bool takes_momentum() const override { return true; }
  RAdamOptions options_;
};

OptimizerFactory radam(RAdamOptions options = {});

}  // namespace hebb::optim
