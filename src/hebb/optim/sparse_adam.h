// Adam for tables of which a step uses few rows (torch.optim.SparseAdam): a row whose gradient is 0
// throughout was not used, and stays as it is, with its averages. PyTorch knows such rows by their
// absence from a sparse gradient; gradients are dense here, so a used row whose gradient happens to
// be exactly 0 stays as well.
//   m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
//   p -= lr sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + eps)
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct SparseAdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;  // in [0, 1)
  double eps = 1e-8;
  bool maximize = false;
  HEBB_FIELDS(lr, beta1, beta2, eps, maximize)
  static constexpr Note notes[] = {lr_note, beta1_note, beta2_note, eps_note, maximize_note};
};

class SparseAdam : public Optimizer {
 public:
  SparseAdam(std::vector<Tensor> params, SparseAdamOptions options = {});
  SparseAdam(std::vector<ParamGroup> groups, SparseAdamOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return 0; }
  std::vector<std::string> moment_names() const override { return {"exp_avg", "exp_avg_sq"}; }
  SparseAdamOptions options_;
};

OptimizerFactory sparse_adam(SparseAdamOptions options = {});

}  // namespace hebb::optim
