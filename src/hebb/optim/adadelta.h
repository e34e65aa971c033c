// Adadelta (Zeiler 2012): the gradient times the root of the mean squared move over that of the
// mean squared gradient; lr scales what comes out.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct AdadeltaOptions {
  double lr = 1;
  double rho = 0.9;  // in [0, 1)
  double eps = 1e-6;
  double weight_decay = 0;  // L2, with the gradient
  bool maximize = false;
  HEBB_FIELDS(lr, rho, eps, weight_decay, maximize)
  static constexpr Note notes[] = {lr_note,
                                   {.field = "rho",
                                    .place = 2,
                                    .at_least = 0,
                                    .below = 1,
                                    .what = "how long the two mean squares remember"},
                                   eps_note,
                                   weight_decay_note,
                                   maximize_note};
};

class Adadelta : public Optimizer {
 public:
  Adadelta(std::vector<Tensor> params, AdadeltaOptions options = {});
  Adadelta(std::vector<ParamGroup> groups, AdadeltaOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override { return {"square_avg", "acc_delta"}; }
  AdadeltaOptions options_;
};

OptimizerFactory adadelta(AdadeltaOptions options = {});

}  // namespace hebb::optim
