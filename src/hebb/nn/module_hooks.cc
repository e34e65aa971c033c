#include "hebb/nn/module_hooks.h"

#include <algorithm>

#include "hebb/autograd/function.h"
#include "hebb/base/check.h"
#include "hebb/nn/module.h"

namespace hebb::nn {
namespace {

void check_length(std::string_view where, const std::vector<Tensor>& tensors, size_t length) {
  check_in(tensors.size() == length, ErrorKind::invalid, where,
           "the hook leaves {} tensors where there were {}", tensors.size(), length);
}

}  // namespace

struct HookedCall::Pass {
  Module& module;
  std::shared_ptr<ModuleHooks> hooks;
  bool has_inputs = false;  // one of them requires a gradient
  std::vector<Tensor> grad_outputs;

  void run_hooks(std::vector<Tensor>& grad_inputs) {
    const size_t length = grad_inputs.size();
    if (hooks->backward)
      hooks->backward->for_each([&](const FullBackwardHook& hook) {
        hook(module, grad_inputs, grad_outputs);
        check_length("register_full_backward_hook", grad_inputs, length);
      });
    grad_outputs.clear();
  }
};

// Both ends give their tensors on as they are.
struct HookedCall::InputEnd : autograd::Function<InputEnd> {
  static std::vector<Tensor> forward(autograd::FunctionContext& ctx,
                                     const std::shared_ptr<Pass>& pass,
                                     const std::vector<Tensor>& inputs) {
    ctx.saved_data["pass"] = pass;
    ctx.set_materialize_grads(false);
    return inputs;
  }
  static std::vector<Tensor> backward(autograd::FunctionContext& ctx,
                                      const std::vector<Tensor>& grads) {
    std::vector<Tensor> grad_inputs = grads;
    std::any_cast<const std::shared_ptr<Pass>&>(ctx.saved_data.at("pass"))->run_hooks(grad_inputs);
    grad_inputs.insert(grad_inputs.begin(), Tensor());  // of the pass
    return grad_inputs;
  }
};

struct HookedCall::OutputEnd : autograd::Function<OutputEnd> {
  static std::vector<Tensor> forward(autograd::FunctionContext& ctx,
                                     const std::shared_ptr<Pass>& pass,
                                     const std::vector<Tensor>& outputs) {
    ctx.saved_data["pass"] = pass;
    ctx.set_materialize_grads(false);
    return outputs;
  }
  static std::vector<Tensor> backward(autograd::FunctionContext& ctx,
                                      const std::vector<Tensor>& grads) {
    Pass& pass = *std::any_cast<const std::shared_ptr<Pass>&>(ctx.saved_data.at("pass"));
    pass.grad_outputs = grads;
    if (pass.hooks->backward_pre)
      pass.hooks->backward_pre->for_each([&](const FullBackwardPreHook& hook) {
        hook(pass.module, pass.grad_outputs);
        check_length("register_full_backward_pre_hook", pass.grad_outputs, grads.size());
      });
    std::vector<Tensor> answer = pass.grad_outputs;
    answer.insert(answer.begin(), Tensor());
    std::vector<Tensor> no_inputs;
    if (!pass.has_inputs)
      pass.run_hooks(no_inputs);
    return answer;
  }
};

HookedCall::HookedCall(Module& module) : module_(module), hooks_(module.hooks_) {}

void HookedCall::before(std::vector<Tensor>& inputs) {
  const size_t length = inputs.size();
  if (hooks_->forward_pre)
    hooks_->forward_pre->for_each([&](const ForwardPreHook& hook) {
      hook(module_, inputs);
      check_length("register_forward_pre_hook", inputs, length);
    });
  if (hooks_->backward || hooks_->backward_pre) {
    pass_ = std::make_shared<Pass>(Pass{module_, hooks_, false, {}});
    pass_->has_inputs = std::any_of(inputs.begin(), inputs.end(), [](const Tensor& t) {
      return t.defined() && t.requires_grad();
    });
    if (pass_->has_inputs)
      inputs = InputEnd::apply(pass_, inputs);
  }
  if (hooks_->forward)
    inputs_ = inputs;
}

void HookedCall::after(std::vector<Tensor>& outputs) {
  const size_t length = outputs.size();
  if (hooks_->forward)
    hooks_->forward->for_each([&](const ForwardHook& hook) {
      hook(module_, inputs_, outputs);
      check_length("register_forward_hook", outputs, length);
    });
  if (pass_)
    outputs = OutputEnd::apply(pass_, outputs);
}

ModuleHooks& Module::hooks() {
  if (!hooks_)
    hooks_ = std::make_shared<ModuleHooks>();
  return *hooks_;
}
RemovableHandle Module::register_forward_pre_hook(ForwardPreHook hook) {
  return add_hook(hooks().forward_pre, std::move(hook));
}
RemovableHandle Module::register_forward_hook(ForwardHook hook) {
  return add_hook(hooks().forward, std::move(hook));
}
RemovableHandle Module::register_full_backward_pre_hook(FullBackwardPreHook hook) {
  return add_hook(hooks().backward_pre, std::move(hook));
}
RemovableHandle Module::register_full_backward_hook(FullBackwardHook hook) {
  return add_hook(hooks().backward, std::move(hook));
}

Tensor call_of_tensor(Module& module, const Tensor& x, Tensor (*forward)(Module&, const Tensor&)) {
  ModuleScope scope(module);
  try {
    Tensor output;
    if (module.has_hooks()) {
      HookedCall call(module);
      std::vector<Tensor> inputs{x}, outputs;
      call.before(inputs);
      outputs.push_back(forward(module, inputs[0]));
      call.after(outputs);
      output = outputs[0];
    } else {
      output = forward(module, x);
    }
    scope.leave_with(output);
    return output;
  } catch (...) {
    scope.leave_with_error();
  }
}

}  // namespace hebb::nn
