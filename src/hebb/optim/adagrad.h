// Adagrad (Duchi, Hazan and Singer 2011): s = s + g^2; p -= lr g / (sqrt(s) + eps). Every weight's
// rate falls with what its gradients have come to.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct AdagradOptions {
  double lr = 1e-2;
  double lr_decay = 0;                   // the rate at step t is lr / (1 + (t - 1) lr_decay)
  double weight_decay = 0;               // L2, with the gradient
  double initial_accumulator_value = 0;  // of s
  double eps = 1e-10;
  bool maximize = false;
  HEBB_FIELDS(lr, lr_decay, weight_decay, initial_accumulator_value, eps, maximize)
  static constexpr Note notes[] = {lr_note,
                                   {.field = "lr_decay",
                                    .place = 2,
                                    .at_least = 0,
                                    .what = "how fast the rate of all weights falls beside"},
                                   placed(weight_decay_note, 3),
                                   {.field = "initial_accumulator_value",
                                    .place = 4,
                                    .at_least = 0,
                                    .what = "what the sums of squares begin with"},
                                   placed(eps_note, 5),
                                   maximize_note};
};

class Adagrad : public Optimizer {
 public:
  Adagrad(std::vector<Tensor> params, AdagradOptions options = {});
  Adagrad(std::vector<ParamGroup> groups, AdagradOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override { return {"sum"}; }
  double moment_start(std::string_view) const override {
    return options_.initial_accumulator_value;
  }
  AdagradOptions options_;
};

OptimizerFactory adagrad(AdagradOptions options = {});

}  // namespace hebb::optim
