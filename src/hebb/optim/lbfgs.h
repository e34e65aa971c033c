// L-BFGS (Liu and Nocedal 1989), as torch.optim.LBFGS: a quasi-Newton method for gradients without
// noise. One step() runs up to max_iter iterations and evaluates the loss as often as it needs to:
//
//   optim::LBFGS lbfgs(net.parameters(), {.line_search_fn = optim::LineSearch::strong_wolfe});
//   double loss = lbfgs.step([&] {
//     lbfgs.zero_grad();
//     Tensor loss = mse_loss(net(x), y);
//     loss.backward();
//     return loss;
//   });
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/optim/notes.h"
#include "hebb/tensor/tensor.h"

namespace hebb::optim {

enum class LineSearch { none, strong_wolfe };
std::span<const std::string_view> words_of(LineSearch);

struct LBFGSOptions {
  double lr = 1;
  int64_t max_iter = 20;            // iterations of one step()
  std::optional<int64_t> max_eval;  // evaluations of one step(); empty: max_iter * 5 / 4
  double tolerance_grad = 1e-7;     // no element of the gradient is larger: done
  double tolerance_change = 1e-9;   // loss or parameters change by less: done
  int64_t history_size = 100;       // iterations that are remembered
  LineSearch line_search_fn = LineSearch::none;
  bool maximize = false;
  HEBB_FIELDS(lr, max_iter, max_eval, tolerance_grad, tolerance_change, history_size,
              line_search_fn, maximize)
  static constexpr Note notes[] = {
      lr_note,
      {.field = "max_iter", .place = 2, .at_least = 1, .what = "iterations of one step"},
      {.field = "max_eval", .place = 3, .at_least = 1, .what = "evaluations of one step"},
      {.field = "tolerance_grad",
       .place = 4,
       .at_least = 0,
       .what = "done when no element of the gradient is larger"},
      {.field = "tolerance_change",
       .place = 5,
       .at_least = 0,
       .what = "done when loss and parameters change by less"},
      {.field = "history_size", .place = 6, .at_least = 1, .what = "iterations remembered"},
      {.field = "line_search_fn", .place = 7, .what = "how the length of a move is chosen"},
      maximize_note};
};

class LBFGS {
 public:
  using Closure = std::function<Tensor()>;  // zeroes gradients, gives the loss, runs backward()

  // Error: no parameters, one given twice, or of several dtypes or devices.
  LBFGS(std::vector<Tensor> params, LBFGSOptions options = {});
  LBFGS(const LBFGS&) = delete;
  LBFGS& operator=(const LBFGS&) = delete;

  // Returns the loss before the step. Error: it is not finite.
  double step(const Closure& closure);
  void zero_grad();

  double lr() const { return options_.lr; }
  void set_lr(double lr);  // Error: not above 0
  int64_t iterations() const { return iterations_; }
  int64_t evaluations() const { return evaluations_; }

  // For checkpoints, by PyTorch's names: "func_evals", "n_iter", "d", "t", "H_diag",
  // "prev_flat_grad", "prev_loss", "old_dirs.0", "old_stps.0", "ro.0", ... Copies.
  std::vector<std::pair<std::string, Tensor>> state() const;
  void load_state(const std::vector<std::pair<std::string, Tensor>>& state);

 private:
  struct Evaluation {
    double loss;
    Tensor grad;
  };
  Evaluation evaluate(const Closure& closure);
  Evaluation evaluate_at(const Closure& closure, const std::vector<Tensor>& from, double length);
  void find_direction(const Tensor& grad);
  void move(double length);  // along the direction

  std::vector<Tensor> params_;
  LBFGSOptions options_;
  int64_t iterations_ = 0, evaluations_ = 0;
  Tensor direction_, previous_grad_;
  double length_ = 0, scale_ = 1, previous_loss_ = 0;
  struct Pair {  // of one iteration: how the gradient changed for which move; 1 / (their product)
    Tensor change, move;
    double ro;
  };
  std::vector<Pair> history_;
};

}  // namespace hebb::optim
