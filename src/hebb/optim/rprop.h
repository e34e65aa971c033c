// Rprop (Riedmiller and Braun 1993): every weight has a step size of its own, which grows while the
// sign of its gradient stays and shrinks when it turns. For gradients of all samples at once.
#pragma once

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct RpropOptions {
  double lr = 1e-2;        // the first step size
  double eta_minus = 0.5;  // in (0, 1)
  double eta_plus = 1.2;   // above 1
  double smallest = 1e-6;
  double largest = 50;
  bool maximize = false;
  HEBB_FIELDS(lr, eta_minus, eta_plus, smallest, largest, maximize)
  static constexpr Note notes[] = {
      lr_note,
      {.field = "eta_minus",
       .key = "etas",
       .place = 2,
       .above = 0,
       .what =
           "factors of a step size when the gradient turns, below 1, and while it stays, above 1"},
      {.field = "eta_plus", .key = "etas", .place = 2, .above = 0},
      {.field = "smallest",
       .key = "step_sizes",
       .place = 3,
       .at_least = 0,
       .what = "the smallest and the largest step size"},
      {.field = "largest", .key = "step_sizes", .place = 3, .above = 0},
      maximize_note};
};

class Rprop : public Optimizer {
 public:
  Rprop(std::vector<Tensor> params, RpropOptions options = {});
  Rprop(std::vector<ParamGroup> groups, RpropOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return 0; }
  std::vector<std::string> moment_names() const override { return {"prev", "step_size"}; }
  RpropOptions options_;
};

OptimizerFactory rprop(RpropOptions options = {});

}  // namespace hebb::optim
