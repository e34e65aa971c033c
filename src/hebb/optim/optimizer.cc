#include "hebb/optim/optimizer.h"

#include <algorithm>
#include <cmath>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/nn/param.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/optimizer.h"
#include "hebb/ops/random_key.h"

namespace hebb::optim {

Optimizer::Optimizer(std::vector<ParamGroup> groups, double lr) : groups_(std::move(groups)), lr_(lr) {
  check_in(std::isfinite(lr) && lr > 0, ErrorKind::usage, "optimizer", "the learning rate is {}, should be above 0 (1e-3 is a common start)", lr);
  check_in(!parameters().empty(), ErrorKind::invalid, "optimizer", "there are no parameters to train");
}

std::vector<Tensor> Optimizer::parameters() const {
  std::vector<Tensor> all;
  for (const ParamGroup& group : groups_) all.insert(all.end(), group.params.begin(), group.params.end());
  return all;
}

void Optimizer::zero_grad() {
  for (Tensor& param : parameters()) param.set_grad({});
}

void Optimizer::step() {
  nn::check_all_params_listed();
  NoGrad off;
  ++steps_;
  size_t position = 0;
  for (const ParamGroup& group : groups_) {
    Batch batch{.params = {}, .grads = {}, .positions = {}, .weight_decay = group.weight_decay.value_or(weight_decay()), .lr = Tensor(lr_ * group.lr_scale),
                .step = Tensor(steps_)};
    for (const Tensor& param : group.params) {
      const Tensor grad = param.requires_grad() ? param.grad() : Tensor();
      if (grad.defined()) {
        batch.params.push_back(param);
        batch.grads.push_back(grad);
        batch.positions.push_back(position);
      }
      ++position;
    }
    if (!batch.params.empty()) update(batch);
  }
  advance_random_step();
}

std::vector<Tensor>& Optimizer::moments(const std::string& name) {
  for (auto& [known, tensors] : moments_)
    if (known == name) return tensors;
  std::vector<Tensor> fresh;
  for (const Tensor& param : parameters()) fresh.push_back(zeros_like(param));
  moments_.emplace_back(name, std::move(fresh));
  return moments_.back().second;
}

std::vector<Tensor> Optimizer::moments(const std::string& name, const Batch& batch) {
  std::vector<Tensor>& all = moments(name);
  std::vector<Tensor> out;
  for (size_t position : batch.positions) out.push_back(all[position]);
  return out;
}

std::vector<std::pair<std::string, Tensor>> Optimizer::state() {
  std::vector<std::pair<std::string, Tensor>> out{{"step", Tensor::from(std::vector<int64_t>{steps_}, {1})}};
  for (auto& [name, tensors] : moments_)
    for (size_t i = 0; i < tensors.size(); ++i) out.emplace_back(fmt::format("{}.{}", name, i), tensors[i]);
  return out;
}

void Optimizer::load_state(const std::vector<std::pair<std::string, Tensor>>& state) {
  NoGrad off;
  for (const auto& [key, tensor] : state) {
    if (key == "step") {
      steps_ = tensor.item<int64_t>();
      continue;
    }
    const size_t dot = key.rfind('.');
    check_in(dot != std::string::npos, ErrorKind::data, "optimizer", "a checkpoint's state holds '{}', which belongs to no optimiser", key);
    const size_t position = size_t(std::strtoull(key.c_str() + dot + 1, nullptr, 10));
    std::vector<Tensor>& tensors = moments(key.substr(0, dot));
    check_in(position < tensors.size() && tensors[position].shape() == tensor.shape(), ErrorKind::data, "optimizer",
             "a checkpoint's state '{}' has shape {}; this model has no such parameter", key, to_string(tensor.shape()));
    tensors[position].copy_(tensor);
  }
}

double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm) {
  check_in(max_norm > 0, ErrorKind::usage, "clip_norm", "is {}, should be above 0", max_norm);
  NoGrad off;
  std::vector<Tensor> grads;
  for (const Tensor& param : parameters)
    if (const Tensor grad = param.grad(); grad.defined()) grads.push_back(grad);
  if (grads.empty()) return 0;
  const Tensor norm = grad_norm(grads);
  clip_by_norm(grads, norm, max_norm);
  return norm.item();
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double limit) {
  check_in(limit > 0, ErrorKind::usage, "clip_value", "is {}, should be above 0", limit);
  NoGrad off;
  for (Tensor param : parameters)
    if (const Tensor grad = param.grad(); grad.defined()) param.set_grad(clamp(grad, -limit, limit));
}

}  // namespace hebb::optim
