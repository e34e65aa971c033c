// Functions that are called when a tensor's gradient is known. PyTorch has them as members of the
// tensor: register_hook, register_post_accumulate_grad_hook, retain_grad.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "hebb/autograd/removable_handle.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Takes a gradient, and returns another one in its place, or an undefined tensor to leave it.
class GradientHook {
 public:
  template <class F>
  requires std::invocable<F&, const Tensor&> GradientHook(F f) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, const Tensor&>>)
      call_ = [f = std::move(f)](const Tensor& grad) mutable {
        f(grad);
        return Tensor();
      };
    else
      call_ = std::move(f);
  }
  Tensor operator()(const Tensor& grad) const { return call_(grad); }

 private:
  std::function<Tensor(const Tensor&)> call_;
};

using PostAccumulateGradHook = std::function<void(Tensor& leaf)>;

// Calls hook in every backward pass that reaches the tensor, once its whole gradient is there and
// before anything is computed from it. Of a leaf it is the gradient of this pass alone. Hooks run
// in the order in which they were added, and stay until they are removed or the graph is freed.
// Error: the tensor requires no gradient; the hook returns another shape, dtype or device.
RemovableHandle register_hook(const Tensor& tensor, GradientHook hook);

// Calls hook with the leaf once per backward pass, when that pass adds nothing more to its grad():
// an optimiser may step there and clear it. Error: the tensor is not a leaf that requires a
// gradient.
RemovableHandle register_post_accumulate_grad_hook(const Tensor& leaf, PostAccumulateGradHook hook);

// The tensor, which is no leaf, gets a grad() too, after its hooks. Error: it requires no gradient.
void retain_grad(const Tensor& tensor);

}  // namespace hebb
