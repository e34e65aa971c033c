// RMSprop: the gradient over the root of a running mean of its square. Source: Hinton, lecture 6e,
// 2012; centred: Graves 2013.
//   v = alpha v + (1 - alpha) g^2;  p -= lr g / (sqrt(v) + eps)
// With momentum, b = momentum b + g / (sqrt(v) + eps) and p -= lr b. Centred, the square of the
// running mean gradient is taken off v.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct RMSpropOptions {
  double lr = 1e-2;
  double alpha = 0.99;  // in [0, 1)
  double eps = 1e-8;
  double weight_decay = 0;  // L2: the gradient of (weight_decay / 2) p^2 is added
  double momentum = 0;      // in [0, 1)
  bool centered = false;
  bool maximize = false;
  HEBB_FIELDS(lr, alpha, eps, weight_decay, momentum, centered, maximize)
  static constexpr Note notes[] = {
      lr_note,
      {.field = "alpha",
       .place = 2,
       .at_least = 0,
       .below = 1,
       .what = "how long the mean of the squares remembers"},
      eps_note,
      weight_decay_note,
      {.field = "momentum",
       .place = 5,
       .at_least = 0,
       .below = 1,
       .what = "share of the last step in this one"},
      {.field = "centered", .place = 6, .what = "divides by the deviation of the gradient"},
      maximize_note};
};

class RMSprop : public Optimizer {
 public:
  RMSprop(std::vector<Tensor> params, RMSpropOptions options = {});
  RMSprop(std::vector<ParamGroup> groups, RMSpropOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override;
  bool takes_momentum() const override { return true; }
  bool remembers() const { return options_.momentum > 0 || has_set_momentum(); }
  RMSpropOptions options_;
};

OptimizerFactory rmsprop(RMSpropOptions options = {});

}  // namespace hebb::optim
