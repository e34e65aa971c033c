// Functions that are called when a parameter's gradient is ready.
#pragma once

#include <functional>
#include <memory>

#include "hebb/tensor/tensor.h"

namespace hebb {

using GradientHook = std::function<void(const Tensor& grad)>;

// Removes a hook again. It does not keep the leaf alive.
class GradientHookHandle {
 public:
  GradientHookHandle(const std::shared_ptr<History>& leaf,
                     const std::shared_ptr<GradientHook>& hook)
      : leaf_(leaf), hook_(hook) {}
  void remove();  // also from inside the hook, also twice

 private:
  std::weak_ptr<History> leaf_;
  std::weak_ptr<GradientHook> hook_;
};

// Calls hook with the leaf's gathered gradient once per backward pass, when that pass adds nothing
// more to it. Hooks run in the order in which they were added. A hook stays until it is removed or
// the leaf is destroyed. Error: the tensor is not a leaf that requires a gradient.
GradientHookHandle on_gradient(Tensor& leaf, GradientHook hook);

}  // namespace hebb
