// Averaged stochastic gradient descent (Polyak and Juditsky 1992), as torch.optim.ASGD: the rate
// falls as lr / (1 + lambd lr t)^alpha, and the state ax is the average of the weights from step t0
// on. eta and mu, states in PyTorch, are functions of the step here.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct ASGDOptions {
  double lr = 1e-2;
  double lambd = 1e-4;  // also pulls the weights towards 0
  double alpha = 0.75;
  double t0 = 1e6;          // the step at which averaging begins
  double weight_decay = 0;  // L2, with the gradient
  bool maximize = false;
  HEBB_FIELDS(lr, lambd, alpha, t0, weight_decay, maximize)
  static constexpr Note notes[] = {
      lr_note,
      {.field = "lambd",
       .place = 2,
       .at_least = 0,
       .what = "how fast the rate falls and the weights are pulled towards 0"},
      {.field = "alpha", .place = 3, .at_least = 0, .what = "the power with which the rate falls"},
      {.field = "t0",
       .place = 4,
       .at_least = 0,
       .what = "the step at which the weights begin to be averaged"},
      placed(weight_decay_note, 5),
      maximize_note};
};

class ASGD : public Optimizer {
 public:
  ASGD(std::vector<Tensor> params, ASGDOptions options = {});
  ASGD(std::vector<ParamGroup> groups, ASGDOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override { return {"ax"}; }
  ASGDOptions options_;
};

OptimizerFactory asgd(ASGDOptions options = {});

}  // namespace hebb::optim
