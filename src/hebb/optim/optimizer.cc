#include "hebb/optim/optimizer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/log.h"
#include "hebb/nn/param.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/math.h"
#include "hebb/ops/optimizer.h"
#include "hebb/ops/random_key.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/reduce.h"

namespace hebb::optim {

Optimizer::Optimizer(std::vector<ParamGroup> groups, double lr) : first_lr_(lr), lr_(lr) {
  check_in(std::isfinite(lr) && lr > 0, ErrorKind::usage, "optimizer",
           "the learning rate is {}, should be above 0 (1e-3 is a common start)", lr);
  for (ParamGroup& group : groups) {
    if (!group.optimizer) {
      groups_.push_back(std::move(group));
      continue;
    }
    const OptimizerFactory make = std::exchange(group.optimizer, {});
    std::unique_ptr<Optimizer> own = make({std::move(group)});
    const double own_lr = own->lr();
    own_.push_back({std::move(own), own_lr});
  }
  check_in(!parameters().empty(), ErrorKind::invalid, "optimizer",
           "there are no parameters to train");
  std::set<const void*> seen;
  for (const Tensor& param : parameters()) {
    check_in(param.defined() && seen.insert(param.body().get()).second, ErrorKind::invalid,
             "optimizer", "a parameter {}",
             param.defined() ? "of shape " + to_string(param.shape()) + " is given twice"
                             : "is undefined");
    check_in(tape().is_leaf(param), ErrorKind::invalid, "optimizer",
             "a parameter of shape {} came out of a recorded operation, should be a leaf; detach() "
             "it first",
             to_string(param.shape()));
  }
  for (size_t i = 0; i < groups_.size(); ++i) {
    const ParamGroup& group = groups_[i];
    check_in(std::isfinite(group.lr_scale) && group.lr_scale >= 0, ErrorKind::usage, "optimizer",
             "lr_scale of parameter group {} is {}, should be at least 0", i, group.lr_scale);
    const double decay = group.weight_decay.value_or(0);
    check_in(std::isfinite(decay) && decay >= 0, ErrorKind::usage, "optimizer",
             "weight_decay of parameter group {} is {}, should be at least 0", i, decay);
    const double least = group.min_lr.value_or(0);
    check_in(std::isfinite(least) && least >= 0, ErrorKind::usage, "optimizer",
             "min_lr of parameter group {} is {}, should be at least 0", i, least);
  }
  for (const ParamGroup& group : groups_)
    group_lrs_.push_back(Tensor::from(std::vector<double>{lr * group.lr_scale}, {}));
  const auto params = int64_t(updated().size());
  counts_ = zeros({params + 1}, DType::i64);
  counted_ = zeros({params + 1}, DType::i64);
}

void Optimizer::refuse_weight_decay(std::string_view name) const {
  for (const ParamGroup& group : groups_)
    check_in(!group.weight_decay, ErrorKind::usage, name,
             "has no weight decay, which a parameter group asks for");
}

double Optimizer::group_lr(const ParamGroup& group, double lr) const {
  const double least = std::min(group.min_lr.value_or(0), first_lr_ * group.lr_scale);
  return std::max(lr * group.lr_scale, least);
}

void Optimizer::set_lr(double lr) {
  check_in(std::isfinite(lr) && lr >= 0, ErrorKind::usage, "optimizer",
           "the learning rate is set to {}, should be at least 0", lr);
  if (lr == lr_)
    return;
  lr_ = lr;
  for (size_t i = 0; i < groups_.size(); ++i)
    group_lrs_[i].fill_(group_lr(groups_[i], lr));
  for (Own& own : own_)
    own.optimizer->set_lr(own.lr * (lr / first_lr_));
}

void Optimizer::set_momentum(double momentum) {
  check_in(momentum > 0 && momentum < 1, ErrorKind::usage, "optimizer",
           "the momentum is set to {}, should be above 0 and below 1", momentum);
  check_in(
      takes_momentum(), ErrorKind::usage, "optimizer",
      "has no momentum that a schedule can change, as sgd, rmsprop, adam, adamw, adamax, radam "
      "and lion have; cycle_momentum=false leaves it as it is");
  if (!momentum_.defined())
    momentum_ = Tensor::from(std::vector<double>{momentum}, {});
  else
    momentum_.fill_(momentum);
  for (Own& own : own_)
    own.optimizer->set_momentum(momentum);
}

int64_t Optimizer::steps() const {
  return counts_[{0}].item<int64_t>();
}

std::vector<Tensor> Optimizer::updated() const {
  std::vector<Tensor> all;
  for (const ParamGroup& group : groups_)
    all.insert(all.end(), group.params.begin(), group.params.end());
  return all;
}

std::vector<Tensor> Optimizer::parameters() const {
  std::vector<Tensor> all = updated();
  for (const Own& own : own_)
    for (const Tensor& param : own.optimizer->parameters())
      all.push_back(param);
  return all;
}

void Optimizer::zero_grad() {
  for (Tensor& param : parameters())
    param.set_grad({});
}

static bool is_trained(const Tensor& param) {
  return param.requires_grad() && param.grad().defined();
}

void Optimizer::step() {
  nn::check_all_params_listed();
  NoGrad off;
  const std::vector<Tensor> params = parameters();
  if (std::none_of(params.begin(), params.end(), is_trained))
    warn_once(
        "an optimiser's step changes nothing: none of its parameters has a gradient; backward() "
        "comes before step(), and layers that "
        "were replaced (moved over) need a new optimiser");
  update_all();
  for (Own& own : own_)
    own.optimizer->update_all();
  advance_random_step();
}

void Optimizer::update_all() {
  std::vector<int64_t> trained = {1};  // of counts_: what this step counts
  for (const Tensor& param : updated())
    trained.push_back(is_trained(param));
  if (!std::equal(trained.begin(), trained.end(), counted_.data<int64_t>())) {
    const Unseen unseen;
    counted_.copy_(Tensor::from(trained, counted_.shape()));
  }
  write(counts_, counts_ + counted_);

  size_t position = 0;
  for (size_t i = 0; i < groups_.size(); ++i) {
    const ParamGroup& group = groups_[i];
    // By device and the updates so far: one as long as all parameters lie on one device and have
    // been trained from the start.
    std::map<std::tuple<Device::Kind, int, int64_t>, Batch> batches;
    for (const Tensor& param : group.params) {
      if (trained[position + 1]) {
        const Device device = param.device();
        Batch& batch =  // which are equal does not change from step to step
            batches[{device.kind, device.index, counts_.data<int64_t>()[position + 1]}];
        batch.params.push_back(param);
        batch.grads.push_back(param.grad());
        batch.positions.push_back(position);
      }
      ++position;
    }
    for (auto& [key, batch] : batches) {
      const Device device = batch.params[0].device();
      batch.weight_decay = group.weight_decay.value_or(weight_decay());
      batch.lr = group_lrs_[i].to(device);
      if (momentum_.defined())
        batch.momentum = momentum_.to(device);
      batch.step = counts_[{int64_t(batch.positions[0]) + 1}].to(device);
      update(batch);
    }
  }
}

std::vector<Tensor>& Optimizer::moments(const std::string& name) {
  for (auto& [known, tensors] : moments_)
    if (known == name)
      return tensors;
  const Unseen unseen;
  std::vector<Tensor> fresh;
  const double start = moment_start(name);
  for (const Tensor& param : updated()) {
    fresh.push_back(zeros(moment_shape(name, param), param.dtype(), param.device()));
    if (start != 0)
      fresh.back().fill_(start);
  }
  moments_.emplace_back(name, std::move(fresh));
  return moments_.back().second;
}

std::vector<Tensor> Optimizer::moments(const std::string& name, const Batch& batch) {
  std::vector<Tensor>& all = moments(name);
  std::vector<Tensor> out;
  for (size_t position : batch.positions)
    out.push_back(all[position]);
  return out;
}

std::vector<std::pair<std::string, Tensor>> Optimizer::state() {
  const std::vector<Tensor> params = updated();
  std::vector<std::pair<std::string, Tensor>> out{{"step", counts_[{Slice(0, 1)}]},
                                                  {"param_steps", counts_[{Slice(1, {})}]}};
  for (const std::string& name : moment_names()) {
    const std::vector<Tensor>& tensors = moments(name);
    for (size_t i = 0; i < tensors.size(); ++i) {
      if (tensors[i].numel() == 0 && params[i].numel() > 0)
        continue;  // this parameter has no such state
      out.emplace_back(fmt::format("{}.{}", name, i), tensors[i]);
    }
  }
  for (size_t i = 0; i < own_.size(); ++i)
    for (const auto& [name, tensor] : own_[i].optimizer->state())
      out.emplace_back(fmt::format("own.{}.{}", i, name), tensor);
  return out;
}

void Optimizer::load_state(const std::vector<std::pair<std::string, Tensor>>& given) {
  std::unordered_map<std::string_view, const Tensor*> left;
  for (const auto& [name, tensor] : given)
    check_in(left.emplace(name, &tensor).second, ErrorKind::data, "optimizer",
             "a checkpoint's state holds '{}' twice", name);
  const auto own = state();
  std::vector<const Tensor*> values;
  for (const auto& [name, tensor] : own) {
    const auto found = left.find(name);
    check_in(found != left.end(), ErrorKind::data, "optimizer",
             "a checkpoint's state has no '{}'; it is another optimiser's, or another model's",
             name);
    check_in(found->second->shape() == tensor.shape() &&
                 (found->second->dtype() == DType::i64) == (tensor.dtype() == DType::i64),
             ErrorKind::data, "optimizer", "a checkpoint's state '{}' is {}, should be {}", name,
             describe(*found->second), describe(tensor));
    values.push_back(found->second);
    left.erase(found);
  }
  for (const auto& [name, tensor] : given)
    check_in(!left.contains(name), ErrorKind::data, "optimizer",
             "a checkpoint's state holds '{}', which this optimiser does not have", name);
  for (size_t i = 0; i < own.size(); ++i) {
    if (!own[i].first.ends_with("param_steps"))
      continue;
    const auto steps = values[i - 1]->item<int64_t>();  // "step" stands before "param_steps"
    for (int64_t count : values[i]->to_vector<int64_t>())
      check_in(count >= 0 && count <= steps, ErrorKind::data, "optimizer",
               "a checkpoint's state has {} updates of a parameter in {} steps", count, steps);
  }

  NoGrad off;
  for (size_t i = 0; i < own.size(); ++i)
    Tensor(own[i].second).copy_(*values[i]);
}

Tensor clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type,
                       bool error_if_nonfinite) {
  check_in(max_norm > 0, ErrorKind::usage, "clip_norm", "is {}, should be above 0", max_norm);
  NoGrad off;
  std::vector<Tensor> grads;
  for (const Tensor& param : parameters)
    if (const Tensor grad = param.grad(); grad.defined())
      grads.push_back(grad);
  if (grads.empty())
    return zeros({});
  Tensor norm = grad_norm(grads, norm_type);
  if (error_if_nonfinite)  // a number is read: not in a graph
    check_in(std::isfinite(norm.item()), ErrorKind::invalid, "clip_norm",
             "the norm of the gradients is {}", norm.item());
  clip_by_norm(grads, norm, max_norm);
  return norm;
}

void scale_grad_(const std::vector<Tensor>& parameters, double factor) {
  NoGrad off;
  for (Tensor param : parameters)
    if (const Tensor grad = param.grad(); grad.defined())
      param.set_grad(grad * factor);
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double limit) {
  check_in(limit > 0, ErrorKind::usage, "clip_value", "is {}, should be above 0", limit);
  NoGrad off;
  for (Tensor param : parameters)
    if (const Tensor grad = param.grad(); grad.defined())
      param.set_grad(clamp(grad, -limit, limit));
}

void clip_grad_adaptive_(const std::vector<Tensor>& parameters, double clipping, double eps) {
  check_in(clipping > 0 && eps > 0, ErrorKind::usage, "clip_adaptive",
           "is {} with eps {}, both should be above 0", clipping, eps);
  NoGrad off;
  for (Tensor param : parameters) {
    const Tensor grad = param.grad();
    if (!grad.defined() || grad.numel() == 0)
      continue;
    Dims within;  // a row
    for (int64_t d = param.dim() > 1 ? 1 : 0; d < param.dim(); ++d)
      within.push_back(d);
    const auto length = [&](const Tensor& t) {
      return sqrt(param.dim() > 0 ? sum(t * t, within, true) : t * t);
    };
    const Tensor most = clamp(length(param.detach()), eps) * clipping, now = length(grad);
    param.set_grad(where(now > most, grad * (most / clamp(now, 1e-6)), grad));
  }
}

}  // namespace hebb::optim
