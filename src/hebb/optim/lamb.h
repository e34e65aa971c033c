// LAMB (You et al. 2020): the move of Adam, r = m / (sqrt(v) + eps) + weight_decay p, scaled to the
// norm of the weights: p -= lr |p| / |r| r, parameter by parameter. For very large batches.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct LAMBOptions {
  double lr = 1e-3;
  double beta1 = 0.9;    // in [0, 1)
  double beta2 = 0.999;  // in [0, 1)
  double eps = 1e-6;
  double weight_decay = 0;  // part of the move
  bool bias_correction = true;
  bool maximize = false;
  HEBB_FIELDS(lr, beta1, beta2, eps, weight_decay, bias_correction, maximize)
  static constexpr Note notes[] = {
      lr_note,
      beta1_note,
      beta2_note,
      eps_note,
      own_decay_note,
      {.field = "bias_correction", .place = 5, .what = "false: the averages as they are"},
      maximize_note};
};

class LAMB : public Optimizer {
 public:
  LAMB(std::vector<Tensor> params, LAMBOptions options = {});
  LAMB(std::vector<ParamGroup> groups, LAMBOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override { return {"exp_avg", "exp_avg_sq"}; }
  LAMBOptions options_;
};

OptimizerFactory lamb(LAMBOptions options = {});

}  // namespace hebb::optim
