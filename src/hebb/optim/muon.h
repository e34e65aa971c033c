// Muon (Jordan et al. 2024): momentum whose matrices are made nearly orthogonal, so that a step
// goes equally far in all directions.
//   m = momentum m + (1 - momentum) g;  u = (1 - momentum) g + momentum m (nesterov), or m
//   p -= lr ratio orthogonal(u), after p was shrunk by lr weight_decay
// orthogonal() is five rounds of Newton-Schulz's iteration a x + (b x xᵀ + c (x xᵀ)²) x. Weights of
// convolutions are matrices [out, rest]. Parameters of less than two dimensions (biases, norms)
// follow AdamW with the same learning rate; torch.optim.Muon refuses them, and iterates in bf16
// where ours does in the weights' dtype.
#pragma once

#include <span>
#include <string_view>

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct MuonOptions {
  // For a matrix [rows, columns] the learning rate times: sqrt(max(1, rows / columns)), or 0.2
  // sqrt(max(rows, columns)), with which AdamW's learning rates suit (Liu et al. 2025).
  enum class Adjust { original, match_rms_adamw };
  double lr = 1e-3;
  double weight_decay = 0.1;  // as AdamW's
  double momentum = 0.95;     // in [0, 1)
  bool nesterov = true;
  double a = 3.4445, b = -4.775, c = 2.0315;
  double eps = 1e-7;
  int64_t ns_steps = 5;
  Adjust adjust_lr_fn = Adjust::original;
  bool maximize = false;
  HEBB_FIELDS(lr, weight_decay, momentum, nesterov, a, b, c, eps, ns_steps, adjust_lr_fn, maximize)
  static constexpr Note notes[] = {
      lr_note,
      placed(own_decay_note, 2),
      {.field = "momentum",
       .place = 3,
       .at_least = 0,
       .below = 1,
       .what = "how long the average of gradients remembers"},
      {.field = "nesterov", .what = "false: the average as it is"},
      {.field = "a", .key = "ns_coefficients", .what = "of the iteration: a, b and c"},
      {.field = "b", .key = "ns_coefficients"},
      {.field = "c", .key = "ns_coefficients"},
      {.field = "eps",
       .aliases = {"epsilon"},
       .above = 0,
       .what = "the least norm that is divided by"},
      {.field = "ns_steps", .at_least = 1, .below = 100, .what = "rounds of the iteration"},
      {.field = "adjust_lr_fn",
       .aliases = {"adjust"},
       .what = "original, or match_rms_adamw, which suits learning rates of AdamW"},
      maximize_note};
};
std::span<const std::string_view> words_of(MuonOptions::Adjust);

class Muon : public Optimizer {
 public:
  Muon(std::vector<Tensor> params, MuonOptions options = {});
  Muon(std::vector<ParamGroup> groups, MuonOptions options);

 private:
  void update(const Batch& batch) override;
  Tensor orthogonal(const Tensor& matrix) const;
  double weight_decay() const override { return options_.weight_decay; }
  std::vector<std::string> moment_names() const override {
    return {"momentum_buffer", "exp_avg", "exp_avg_sq"};
  }
  Dims moment_shape(std::string_view name, const Tensor& param) const override;
  MuonOptions options_;
};

OptimizerFactory muon(MuonOptions options = {});

}  // namespace hebb::optim
