// Adafactor (Shazeer and Stern 2018), as torch.optim.Adafactor: mean squares of gradients are kept
// by rows and columns, so that a matrix of weights needs the memory of two vectors. Moves are
// bounded, and relative to the size of the weights.
#pragma once

#include <optional>

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct AdafactorOptions {
  double lr = 1e-2;  // the largest relative size of a move, which falls with 1 / sqrt(step)
  double beta2_decay = -0.8;  // the mean squares take in step^beta2_decay of the newest
  std::optional<double> eps1 =
      {};                   // under a mean square's root; empty: the step of the weights' dtype
  double eps2 = 1e-3;       // the smallest size that weights are taken for
  double d = 1;             // the bound of a move
  double weight_decay = 0;  // as AdamW's
  bool maximize = false;
  HEBB_FIELDS(lr, beta2_decay, eps1, eps2, d, weight_decay, maximize)
  static constexpr Note notes[] = {
      lr_note,
      {.field = "beta2_decay",
       .place = 2,
       .at_most = 0,
       .what = "power of the step: how much of the newest gradient the mean squares take in"},
      {.field = "eps1",
       .at_least = 0,
       .what = "the smallest root of a mean square; left out, the step of the weights' type"},
      {.field = "eps2", .at_least = 0, .what = "the smallest size that weights are taken for"},
      {.field = "d",
       .place = 3,
       .at_least = 1,
       .what = "the bound of a move, in roots of mean squares"},
      own_decay_note,
      maximize_note};
};

class Adafactor : public Optimizer {
 public:
  Adafactor(std::vector<Tensor> params, AdafactorOptions options = {});
  Adafactor(std::vector<ParamGroup> groups, AdafactorOptions options);

 private:
  void update(const Batch& batch) override;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override {
    return {"row_var", "col_var", "variance"};
  }
  Dims moment_shape(std::string_view name, const Tensor& param) const override;
  AdafactorOptions options_;
};

OptimizerFactory adafactor(AdafactorOptions options = {});

}  // namespace hebb::optim
