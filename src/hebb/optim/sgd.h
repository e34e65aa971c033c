// Stochastic gradient descent. g' = g + weight_decay p; v = momentum v + (1 - dampening) g'; p -=
// lr v, or with Nesterov p -= lr (g' + momentum v). The first v is g' itself, as in PyTorch.
// Source: Sutskever et al. 2013.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct SgdOptions {
  double lr = 1e-3;
  double momentum = 0;  // in [0, 1)
  double dampening = 0;
  double weight_decay = 0;  // L2: the gradient of (weight_decay / 2) p^2 is added
  bool nesterov = false;    // needs momentum and no dampening
  bool maximize = false;
  HEBB_FIELDS(lr, momentum, dampening, weight_decay, nesterov, maximize)
  static constexpr Note notes[] = {
      lr_note,
      {.field = "momentum",
       .place = 2,
       .at_least = 0,
       .below = 1,
       .what = "share of the last step in this one; 0.9 is common"},
      {.field = "dampening", .place = 3, .what = "share of the gradient that momentum leaves out"},
      weight_decay_note,
      {.field = "nesterov", .place = 5, .what = "looks ahead; needs momentum and no dampening"},
      maximize_note};
};

class SGD : public Optimizer {
 public:
  SGD(std::vector<Tensor> params, SgdOptions options = {});
  SGD(std::vector<ParamGroup> groups, SgdOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override;
  bool takes_momentum() const override { return true; }
  bool remembers() const { return options_.momentum > 0 || has_set_momentum(); }
  SgdOptions options_;
};

OptimizerFactory sgd(SgdOptions options = {});

}  // namespace hebb::optim
