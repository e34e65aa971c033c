// What the entries of optimisers' steps share: checks of their lists, and the call that overwrites
// them.
#pragma once

#include <initializer_list>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/ops/op.h"

namespace hebb {

inline void check_step_number(const Tensor& t, const char* operand) {
  check(t.numel() == 1 && !is_complex(t.dtype()), "{} should be one real number, but is {}",
        operand, describe(t));
}

// Instead of an attribute, where a schedule changes it.
inline void check_momentum(const Tensor& momentum) {
  if (momentum.defined())
    check_step_number(momentum, "momentum");
}

// That list `slot` has one tensor for each of params.
inline void check_one_each(const Call& c, int slot) {
  check(c.list(slot).size() == c.list(0).size(),
        "{} params but {} {}; there should be one for each", c.list(0).size(), c.list(slot).size(),
        c.op().inputs[slot]);
}

// params, then the lists of these slots: each tensor like the parameter it belongs to. Slot 1 are
// the gradients, which no result belongs to.
inline Specs specs_like_params(const Call& c, std::initializer_list<int> slots) {
  Specs specs;
  const auto params = c.list(0);
  for (int slot : slots) {
    const auto list = c.list(slot);
    check_one_each(c, slot);
    for (size_t i = 0; i < params.size(); ++i) {
      check(is_floating(params[i].dtype()), "param {} is {}, should be floating", i,
            name(params[i].dtype()));
      check(list[i].shape() == params[i].shape() && list[i].dtype() == params[i].dtype(),
            "{} {} is {}, but its param is {}", c.op().inputs[slot], i, describe(list[i]),
            describe(params[i]));
      if (slot != 1)
        specs.push_back({params[i].dtype(), params[i].shape()});
    }
  }
  return specs;
}

// Of a step with `states` lists of states: params, grads, states..., lr, step, and perhaps a
// momentum.
template <int states>
Specs step_specs(const Call& c) {
  check_step_number(c.in(states + 2), "lr");
  check_step_number(c.in(states + 3), "step");
  if (c.op().inputs.size() > states + 4)
    check_momentum(c.in(states + 4));
  if constexpr (states == 1)
    return specs_like_params(c, {0, 1, 2});
  else
    return specs_like_params(c, {0, 1, 2, 3});
}

// Runs the operator; its results are written over params and states.
template <class Options>
void run_step(const Op& op, const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
              std::initializer_list<const std::vector<Tensor>*> states, const Tensor& lr,
              const Tensor& step, const Options& options, const Tensor& momentum = {}) {
  std::vector<Tensor> targets = params;
  std::vector<std::vector<Tensor>> slots{params, grads};
  for (const std::vector<Tensor>* state : states) {
    targets.insert(targets.end(), state->begin(), state->end());
    slots.push_back(*state);
  }
  slots.push_back({lr});
  slots.push_back({step});
  if (momentum.defined())
    slots.push_back({momentum});
  call_into(std::move(targets), op, slots, options);
}

}  // namespace hebb
