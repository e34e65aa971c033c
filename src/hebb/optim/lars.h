// LARS (You, Gitman and Ginsburg 2017): SGD with momentum, on g' = trust (g + weight_decay p),
// where trust = trust_coefficient |p| / (|g| + weight_decay |p| + eps), parameter by parameter; 1
// where either norm is 0.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct LARSOptions {
  double lr = 1;
  double momentum = 0.9;  // in [0, 1)
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;  // needs momentum and no dampening
  double trust_coefficient = 1e-3;
  double eps = 1e-8;
  bool maximize = false;
  HEBB_FIELDS(lr, momentum, dampening, weight_decay, nesterov, trust_coefficient, eps, maximize)
  static constexpr Note notes[] = {
      lr_note,
      {.field = "momentum",
       .place = 2,
       .at_least = 0,
       .below = 1,
       .what = "share of the last step in this one"},
      {.field = "dampening", .place = 3, .what = "share of the gradient that momentum leaves out"},
      weight_decay_note,
      {.field = "nesterov", .place = 5, .what = "looks ahead; needs momentum and no dampening"},
      {.field = "trust_coefficient",
       .aliases = {"trust"},
       .above = 0,
       .what = "how large a move may be, as a share of the weights"},
      {.field = "eps",
       .aliases = {"epsilon"},
       .at_least = 0,
       .what = "added to the norm that is divided by"},
      maximize_note};
};

class LARS : public Optimizer {
 public:
  LARS(std::vector<Tensor> params, LARSOptions options = {});
  LARS(std::vector<ParamGroup> groups, LARSOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override;
  LARSOptions options_;
};

OptimizerFactory lars(LARSOptions options = {});

}  // namespace hebb::optim
