// Functions with a gradient rule of their own, as torch.autograd.Function:
//
//   struct Cube : autograd::Function<Cube> {
//     static Tensor forward(autograd::FunctionContext& ctx, const Tensor& x) {
//       ctx.save_for_backward({x});
//       return x * x * x;
//     }
//     static std::vector<Tensor> backward(autograd::FunctionContext& ctx,
//                                         const std::vector<Tensor>& grad_outputs) {
//       const Tensor x = ctx.saved_tensors()[0];
//       return {grad_outputs[0] * 3 * x * x};
//     }
//   };
//   const Tensor y = Cube::apply(x);
//
// forward() takes tensors, lists of tensors and anything else, and returns a Tensor or a
// std::vector<Tensor>; nothing in it is recorded. backward() takes a gradient for each output and
// returns one for each argument; of a list, one for each tensor in it, and an undefined tensor
// where there is none. When it is written in operators it can be differentiated again. Both are
// traced like any code.
#pragma once

#include <any>
#include <map>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <vector>

#include "hebb/autograd/saved_tensor.h"
#include "hebb/base/parallel.h"

namespace hebb::autograd {

class FunctionContext {
 public:
  // In forward(): inputs, outputs or others that backward() reads. A write to them in the meantime
  // is an error there.
  void save_for_backward(const std::vector<Tensor>& tensors) { to_save_ = tensors; }
  std::vector<Tensor> saved_tensors() const;   // in backward(), in that order
  std::map<std::string, std::any> saved_data;  // what is no tensor

  // In forward(): these outputs have no gradient.
  void mark_non_differentiable(const std::vector<Tensor>& outputs) { constants_ = outputs; }
  // Whether backward() gets zeros for an output without a gradient, or an undefined tensor.
  void set_materialize_grads(bool on) { materialize_grads_ = on; }
  // Whether the gradient of this argument is wanted.
  bool needs_input_grad(size_t argument) const;

 private:
  friend class FunctionCall;
  friend class FunctionRule;
  std::vector<Tensor> to_save_, constants_;
  std::vector<SavedTensor> saved_;
  bool materialize_grads_ = true;
  std::vector<bool> needs_;  // by argument
  std::string name_;
  std::shared_ptr<Node> self_;  // while backward() runs
};

using FunctionBackward = std::vector<Tensor> (*)(FunctionContext&, const std::vector<Tensor>&);

// What apply() does around forward().
class FunctionCall {
 public:
  FunctionCall(const std::type_info& type, FunctionBackward backward);
  template <class T>
  void add(const T& argument) {
    if constexpr (std::is_convertible_v<const T&, const std::vector<Tensor>&>)
      for (const Tensor& tensor : argument)
        add_tensor(tensor);
    else if constexpr (std::is_convertible_v<const T&, const Tensor&> && !std::is_arithmetic_v<T>)
      add_tensor(argument);
    else
      add_tensor({});
  }
  FunctionContext& context() { return *context_; }
  std::vector<Tensor> run(FunctionRef<std::vector<Tensor>()> forward);

 private:
  void add_tensor(const Tensor& tensor);
  std::shared_ptr<FunctionContext> context_;
  FunctionBackward backward_;
  std::vector<Tensor> arguments_;
};

template <class F>
struct Function {
  template <class... Args>
  static auto apply(const Args&... args) {
    FunctionCall call(typeid(F), &F::backward);
    (call.add(args), ...);
    if constexpr (std::is_same_v<decltype(F::forward(call.context(), args...)), Tensor>)
      return call.run([&] { return std::vector<Tensor>{F::forward(call.context(), args...)}; })[0];
    else
      return call.run([&] { return F::forward(call.context(), args...); });
  }
};

}  // namespace hebb::autograd
