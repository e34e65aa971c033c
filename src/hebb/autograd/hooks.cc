#include "hebb/autograd/hooks.h"

#include "hebb/autograd/history.h"
#include "hebb/base/check.h"

namespace hebb {
namespace {

NodeExtras::OutputHooks& hooks_of_output(const History& history) {
  auto& outputs = history.node->with_extras().outputs;
  outputs.resize(history.node->outputs.size());
  return outputs[size_t(history.output)];
}

LeafHooks& hooks_of_leaf(History& history) {
  if (!history.hooks)
    history.hooks = std::make_unique<LeafHooks>();
  return *history.hooks;
}

}  // namespace

RemovableHandle register_hook(const Tensor& tensor, GradientHook hook) {
  check_in(needs_grad(tensor), ErrorKind::invalid, "register_hook",
           "the tensor requires no gradient");
  History& history = *tensor.body()->history;
  return history.node ? add_hook(hooks_of_output(history).hooks, std::move(hook))
                      : add_hook(hooks_of_leaf(history).gradient, std::move(hook));
}

RemovableHandle register_post_accumulate_grad_hook(const Tensor& leaf,
                                                   PostAccumulateGradHook hook) {
  check_in(needs_grad(leaf) && !leaf.body()->history->node, ErrorKind::invalid,
           "register_post_accumulate_grad_hook",
           "the tensor is not a leaf that requires a gradient");
  LeafHooks& hooks = hooks_of_leaf(*leaf.body()->history);
  hooks.leaf = leaf.body();
  return add_hook(hooks.accumulated, std::move(hook));
}

void retain_grad(const Tensor& tensor) {
  check_in(needs_grad(tensor), ErrorKind::invalid, "retain_grad",
           "the tensor requires no gradient");
  const std::shared_ptr<History>& history = tensor.body()->history;
  if (history->node)
    hooks_of_output(*history).retains = history;
}

}  // namespace hebb
