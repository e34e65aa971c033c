// Functions that are called when a parameter's gradient is ready.
#pragma once

#include <functional>
#include <memory>

#include "hebb/tensor/tensor.h"

namespace hebb {

using GradientHook = std::function<void(const Tensor& grad)>;

// To take a hook off again; it outlives neither the leaf nor anything else.
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

// Calls hook with the leaf's gathered gradient, once per backward pass, when nothing more will be
// added to it in that pass, in the order in which hooks were added; until it is removed or the leaf
// goes. Error: the tensor is no leaf that requires a gradient.
GradientHookHandle on_gradient(Tensor& leaf, GradientHook hook);

}  // namespace hebb
