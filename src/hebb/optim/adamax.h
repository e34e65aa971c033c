// Adamax (Kingma and Ba 2015, section 7.1): Adam with the largest gradient so far, as it fades, in
// place of the root of the mean square.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct AdamaxOptions {
  double lr = 2e-3;
  double beta1 = 0.9;    // in [0, 1)
  double beta2 = 0.999;  // in [0, 1)
  double eps = 1e-8;
  double weight_decay = 0;  // L2, with the gradient
  bool maximize = false;
  HEBB_FIELDS(lr, beta1, beta2, eps, weight_decay, maximize)
  static constexpr Note notes[] = {lr_note,  beta1_note,        beta2_note,
                                   eps_note, weight_decay_note, maximize_note};
};

class Adamax : public Optimizer {
 public:
  Adamax(std::vector<Tensor> params, AdamaxOptions options = {});
  Adamax(std::vector<ParamGroup> groups, AdamaxOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override { return {"exp_avg", "exp_inf"}; }
  bool takes_momentum() const override { return true; }
  AdamaxOptions options_;
};

OptimizerFactory adamax(AdamaxOptions options = {});

}  // namespace hebb::optim
