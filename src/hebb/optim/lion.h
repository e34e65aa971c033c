// Lion (Chen et al. 2023): p -= lr (sign(beta1 m + (1 - beta1) g) + weight_decay p), then
// m = beta2 m + (1 - beta2) g. With blend = false the plain form that some textbooks print:
// m = beta1 m + (1 - beta1) g, p -= lr (sign(m) + weight_decay p).
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct LionOptions {
  double lr = 1e-4;         // every weight moves by this: three to ten times less than for AdamW
  double beta1 = 0.9;       // in [0, 1)
  double beta2 = 0.99;      // in [0, 1)
  double weight_decay = 0;  // as AdamW's
  bool blend = true;
  bool maximize = false;
  HEBB_FIELDS(lr, beta1, beta2, weight_decay, blend, maximize)
  static constexpr Note notes[] = {
      lr_note,
      {.field = "beta1",
       .key = "betas",
       .aliases = {"beta"},
       .place = 2,
       .at_least = 0,
       .below = 1,
       .what = "how much of the momentum is in the sign, and how long it remembers"},
      beta2_note,
      placed(own_decay_note, 3),
      {.field = "blend",
       .what = "false: the plain form that some textbooks print, the sign of a momentum of beta1 "
               "alone"},
      maximize_note};
};

class Lion : public Optimizer {
 public:
  Lion(std::vector<Tensor> params, LionOptions options = {});
  Lion(std::vector<ParamGroup> groups, LionOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override { return {"exp_avg"}; }
  bool takes_momentum() const override { return true; }
  LionOptions options_;
};

OptimizerFactory lion(LionOptions options = {});

}  // namespace hebb::optim
