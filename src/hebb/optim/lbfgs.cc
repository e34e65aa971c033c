#include "hebb/optim/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/options.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"
#include "hebb/optim/line_search.h"
#include "hebb/optim/state_number.h"

namespace hebb::optim {
namespace {

double product(const Tensor& a, const Tensor& b) {
  return (a * b).sum().item();
}
double largest(const Tensor& t) {
  return t.numel() == 0 ? 0 : amax(abs(t)).item();
}

}  // namespace

std::span<const std::string_view> words_of(LineSearch) {
  static constexpr std::string_view words[] = {"none", "strong_wolfe"};
  return words;
}

LBFGS::LBFGS(std::vector<Tensor> params, LBFGSOptions options)
    : params_(std::move(params)), options_(options) {
  check_options("lbfgs", options_);
  check_in(!params_.empty(), ErrorKind::invalid, "lbfgs", "there are no parameters to train");
  std::set<const void*> seen;
  for (const Tensor& param : params_) {
    check_in(param.defined() && seen.insert(param.body().get()).second, ErrorKind::invalid, "lbfgs",
             "a parameter is undefined or given twice");
    check_in(param.dtype() == params_[0].dtype() && param.device() == params_[0].device(),
             ErrorKind::invalid, "lbfgs",
             "a parameter is {} and the first one {}; all should have one dtype and device",
             describe(param), describe(params_[0]));
  }
}

void LBFGS::zero_grad() {
  for (Tensor& param : params_)
    param.set_grad({});
}

void LBFGS::set_lr(double lr) {
  check_in(std::isfinite(lr) && lr > 0, ErrorKind::usage, "lbfgs",
           "the learning rate is set to {}, should be above 0", lr);
  options_.lr = lr;
}

LBFGS::Evaluation LBFGS::evaluate(const Closure& closure) {
  const Tensor loss = closure();
  check_in(loss.defined() && loss.numel() == 1, ErrorKind::invalid, "lbfgs",
           "the closure should return the loss, one number");
  ++evaluations_;
  NoGrad off;
  std::vector<Tensor> grads;
  for (const Tensor& param : params_) {
    const Tensor grad = param.grad();
    grads.push_back(grad.defined() ? reshape(grad, {param.numel()})
                                   : zeros({param.numel()}, param.dtype(), param.device()));
  }
  Tensor all = cat(grads, 0);
  return options_.maximize ? Evaluation{-loss.item(), -all} : Evaluation{loss.item(), all};
}

void LBFGS::move(double length) {
  int64_t begin = 0;
  for (Tensor& param : params_) {
    const int64_t end = begin + param.numel();
    param.copy_(param + reshape(direction_[{Slice(begin, end)}], param.shape()) * length);
    begin = end;
  }
}

LBFGS::Evaluation LBFGS::evaluate_at(const Closure& closure, const std::vector<Tensor>& from,
                                     double length) {
  {
    NoGrad off;
    move(length);
  }
  Evaluation found = evaluate(closure);
  NoGrad off;
  for (size_t i = 0; i < params_.size(); ++i)
    params_[i].copy_(from[i]);
  return found;
}

// The two loops of L-BFGS: the inverse Hessian, as the history has it, times the gradient.
void LBFGS::find_direction(const Tensor& grad) {
  if (iterations_ == 1) {
    history_.clear();
    scale_ = 1;
    direction_ = -grad;
    return;
  }
  const Tensor change = grad - previous_grad_, move = direction_ * length_;
  if (const double curvature = product(change, move); curvature > 1e-10) {
    if (int64_t(history_.size()) == options_.history_size)
      history_.erase(history_.begin());
    history_.push_back({change, move, 1 / curvature});
    scale_ = curvature / product(change, change);
  }
  std::vector<double> weights(history_.size());
  Tensor q = -grad;
  for (size_t i = history_.size(); i-- > 0;) {
    weights[i] = product(history_[i].move, q) * history_[i].ro;
    q = q - history_[i].change * weights[i];
  }
  Tensor r = q * scale_;
  for (size_t i = 0; i < history_.size(); ++i) {
    const double back = product(history_[i].change, r) * history_[i].ro;
    r = r + history_[i].move * (weights[i] - back);
  }
  direction_ = r;
}

double LBFGS::step(const Closure& closure) {
  const int64_t most = options_.max_eval.value_or(options_.max_iter * 5 / 4);
  Evaluation now = evaluate(closure);
  const double first_loss = options_.maximize ? -now.loss : now.loss;
  check_in(std::isfinite(now.loss), ErrorKind::invalid, "lbfgs", "the loss is {}", first_loss);
  int64_t evaluations = 1;
  for (int64_t i = 1; i <= options_.max_iter && largest(now.grad) > options_.tolerance_grad; ++i) {
    ++iterations_;
    double slope = 0;
    {
      NoGrad off;
      find_direction(now.grad);
      slope = product(now.grad, direction_);
      length_ = iterations_ == 1 ? std::min(1.0, 1 / abs(now.grad).sum().item()) * options_.lr
                                 : options_.lr;
    }
    previous_grad_ = now.grad;
    previous_loss_ = now.loss;
    if (slope > -options_.tolerance_change)
      break;
    if (options_.line_search_fn == LineSearch::strong_wolfe) {
      std::vector<Tensor> from;
      for (const Tensor& param : params_)
        from.push_back(param.detach().clone());
      const auto at = [&](double length) {
        const Evaluation found = evaluate_at(closure, from, length);
        return LinePoint{length, found.loss, product(found.grad, direction_), found.grad};
      };
      const LineSearchResult found = strong_wolfe(at, {0, now.loss, slope, now.grad},
                                                  {.first = length_,
                                                   .largest_move = largest(direction_),
                                                   .tolerance_change = options_.tolerance_change,
                                                   .max_evaluations = most - evaluations});
      length_ = found.point.length;
      now = {found.point.loss, found.point.grad};
      evaluations += found.evaluations;
      NoGrad off;
      move(length_);
    } else {
      {
        NoGrad off;
        move(length_);
      }
      if (i < options_.max_iter) {  // after the last one nobody would look at it
        now = evaluate(closure);
        ++evaluations;
      }
    }
    if (evaluations >= most ||
        largest(direction_) * std::abs(length_) <= options_.tolerance_change ||
        std::abs(now.loss - previous_loss_) < options_.tolerance_change)
      break;
  }
  advance_random_step();
  return first_loss;
}

std::vector<std::pair<std::string, Tensor>> LBFGS::state() const {
  std::vector<std::pair<std::string, Tensor>> out{{"func_evals", state_number(evaluations_)},
                                                  {"n_iter", state_number(iterations_)}};
  if (iterations_ == 0)
    return out;
  out.emplace_back("d", direction_.clone());
  out.emplace_back("t", state_number(length_));
  out.emplace_back("H_diag", state_number(scale_));
  out.emplace_back("prev_flat_grad", previous_grad_.clone());
  out.emplace_back("prev_loss", state_number(previous_loss_));
  for (size_t i = 0; i < history_.size(); ++i) {
    out.emplace_back(fmt::format("old_dirs.{}", i), history_[i].change.clone());
    out.emplace_back(fmt::format("old_stps.{}", i), history_[i].move.clone());
    out.emplace_back(fmt::format("ro.{}", i), state_number(history_[i].ro));
  }
  return out;
}

void LBFGS::load_state(const std::vector<std::pair<std::string, Tensor>>& state) {
  int64_t elements = 0;
  for (const Tensor& param : params_)
    elements += param.numel();
  size_t taken = 0;
  const auto find = [&](const std::string& name) -> const Tensor* {
    for (const auto& [key, tensor] : state)
      if (key == name) {
        ++taken;
        return &tensor;
      }
    return nullptr;
  };
  const auto value = [&](const std::string& name) {
    const Tensor* found = find(name);
    check_in(found && found->numel() == 1, ErrorKind::data, "lbfgs",
             "a checkpoint's state has no number '{}'", name);
    return found->item();
  };
  const auto vector = [&](const std::string& name) {
    const Tensor* found = find(name);
    check_in(found && found->shape() == Dims{elements}, ErrorKind::data, "lbfgs",
             "a checkpoint's state has no '{}' of {} elements; it is another model's", name,
             elements);
    return found->to(params_[0].dtype()).to(params_[0].device()).clone();
  };
  NoGrad off;
  const auto evaluations = int64_t(value("func_evals")), iterations = int64_t(value("n_iter"));
  check_in(evaluations >= 0 && iterations >= 0, ErrorKind::data, "lbfgs",
           "a checkpoint's state counts {} evaluations and {} iterations", evaluations, iterations);
  Tensor direction, previous_grad;
  double length = 0, scale = 1, previous_loss = 0;
  std::vector<Pair> history;
  if (iterations > 0) {
    direction = vector("d");
    length = value("t");
    scale = value("H_diag");
    previous_grad = vector("prev_flat_grad");
    previous_loss = value("prev_loss");
    for (size_t i = 0; taken < state.size(); ++i)
      history.push_back({vector(fmt::format("old_dirs.{}", i)),
                         vector(fmt::format("old_stps.{}", i)), value(fmt::format("ro.{}", i))});
  }
  check_in(taken == state.size(), ErrorKind::data, "lbfgs",
           "a checkpoint's state holds {} tensors, of which {} are known", state.size(), taken);
  evaluations_ = evaluations;
  iterations_ = iterations;
  direction_ = direction;
  previous_grad_ = previous_grad;
  length_ = length;
  scale_ = scale;
  previous_loss_ = previous_loss;
  history_ = std::move(history);
}

}  // namespace hebb::optim
