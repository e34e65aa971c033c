// Functions of a user that run around a module's forward() and in its part of a backward pass.
//
// They see the tensors among what forward() takes and gives, one by one also where these are lists,
// pairs or tuples. A list that they get as std::vector<Tensor>& may be changed: the module, its
// caller or the backward pass goes on with what they leave there, which keeps its length. Gradients
// are undefined where there are none. Hooks run in the order in which they were added.
#pragma once

#include <array>
#include <concepts>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hebb/autograd/removable_handle.h"
#include "hebb/nn/param.h"

namespace hebb::nn {

class Module;

using ForwardPreHook = std::function<void(Module&, std::vector<Tensor>& inputs)>;
using ForwardHook =
    std::function<void(Module&, const std::vector<Tensor>& inputs, std::vector<Tensor>& outputs)>;
// When the gradients of all outputs are there. The module must still be where it was.
using FullBackwardPreHook = std::function<void(Module&, std::vector<Tensor>& grad_outputs)>;
// When the gradients of all inputs are there; grad_inputs is empty when no input requires one.
using FullBackwardHook = std::function<void(Module&, std::vector<Tensor>& grad_inputs,
                                            const std::vector<Tensor>& grad_outputs)>;

struct ModuleHooks {
  std::shared_ptr<HookList<ForwardPreHook>> forward_pre;
  std::shared_ptr<HookList<ForwardHook>> forward;
  std::shared_ptr<HookList<FullBackwardPreHook>> backward_pre;
  std::shared_ptr<HookList<FullBackwardHook>> backward;
};

// The hooks of one call of a module.
class HookedCall {
 public:
  explicit HookedCall(Module& module);
  void before(std::vector<Tensor>& inputs);
  void after(std::vector<Tensor>& outputs);

 private:
  struct Pass;  // what the two ends of the module tell each other in the backward pass
  struct InputEnd;
  struct OutputEnd;
  Module& module_;
  std::shared_ptr<ModuleHooks> hooks_;
  std::vector<Tensor> inputs_;
  std::shared_ptr<Pass> pass_;
};

namespace hooks_detail {

template <class T>
concept TensorRange = requires(T& t) {
  { *t.begin() } -> std::same_as<Tensor&>;
};

// Calls f for the tensors in a value.
template <class T, class F>
void for_each_tensor(T& value, F&& f) {
  if constexpr (std::is_same_v<T, Tensor>)
    f(value);
  else if constexpr (TensorRange<T>)
    for (Tensor& tensor : value)
      f(tensor);
  else if constexpr (requires { std::tuple_size<T>::value; })
    std::apply([&](auto&... part) { (for_each_tensor(part, f), ...); }, value);
}

template <class T>
std::vector<Tensor> tensors_of(T& value) {
  std::vector<Tensor> out;
  for_each_tensor(value, [&](Tensor& tensor) { out.push_back(tensor); });
  return out;
}
template <class T>
void put_back(T& value, const std::vector<Tensor>& tensors) {
  size_t next = 0;
  for_each_tensor(value, [&](Tensor& tensor) { tensor = tensors[next++]; });
}

// An argument while hooks look at it: a copy, and of a parameter its tensor.
template <class Arg>
using Held =
    std::conditional_t<std::is_base_of_v<State, std::decay_t<Arg>>, Tensor, std::decay_t<Arg>>;
template <class Arg>
decltype(auto) given(Held<Arg>& held) {
  if constexpr (std::is_same_v<Held<Arg>, std::decay_t<Arg>>)
    return std::forward<Arg>(held);
  else
    return std::as_const(held);
}

}  // namespace hooks_detail

template <class Result, class M, class... Args>
Result forward_with_hooks(M& module, Args&&... args) {
  static_assert((std::copy_constructible<hooks_detail::Held<Args>> && ...),
                "what a module's forward() takes can be copied: hooks may look at it");
  HookedCall call(module);
  std::tuple<hooks_detail::Held<Args>...> held(args...);
  std::vector<Tensor> inputs = hooks_detail::tensors_of(held);
  call.before(inputs);
  hooks_detail::put_back(held, inputs);
  const auto forward = [&]() -> Result {
    return std::apply(
        [&](auto&... h) -> Result { return module.forward(hooks_detail::given<Args>(h)...); },
        held);
  };
  if constexpr (std::is_void_v<Result> || std::is_reference_v<Result>) {
    return forward();  // nothing that a hook could change
  } else {
    Result result = forward();
    std::vector<Tensor> outputs = hooks_detail::tensors_of(result);
    call.after(outputs);
    hooks_detail::put_back(result, outputs);
    return result;
  }
}

}  // namespace hebb::nn
