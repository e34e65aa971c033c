// Derivatives of functions, as torch.autograd.functional has them:
//
//   const Tensor J = autograd::jacobian([](const Tensor& x) { return x.exp(); }, x);
//
// A function takes tensors and returns tensors; a scalar one returns a single element. Functions of
// one tensor have forms of their own. Inputs' grad() stays as it is. There is no forward mode: jvp
// and hvp are a backward pass through a backward pass, so every operator on the way needs a second
// derivative, and a missing one is an Error. What does not depend on an input has a derivative of
// zeros there.
#pragma once

#include <utility>
#include <vector>

#include "hebb/autograd/tensor_function.h"

namespace hebb::autograd {

struct FunctionalOptions {
  bool create_graph = false;  // the results can be differentiated, with respect to the inputs, too
};

struct Product {
  std::vector<Tensor> outputs;  // of the function
  std::vector<Tensor> product;
};

// v transposed times the Jacobian: one tensor for each input. v: one for each output; may be left
// out where there is one element.
Product vjp(const TensorFunction& function, const std::vector<Tensor>& inputs,
            const std::vector<Tensor>& v = {}, FunctionalOptions options = {});
// The Jacobian times v: one tensor for each output. v: one for each input.
Product jvp(const TensorFunction& function, const std::vector<Tensor>& inputs,
            const std::vector<Tensor>& v, FunctionalOptions options = {});
// v transposed times the Hessian of a scalar function, and the Hessian times v. They are equal
// where second derivatives are continuous, and vhp is the cheaper one.
Product vhp(const TensorFunction& function, const std::vector<Tensor>& inputs,
            const std::vector<Tensor>& v, FunctionalOptions options = {});
Product hvp(const TensorFunction& function, const std::vector<Tensor>& inputs,
            const std::vector<Tensor>& v, FunctionalOptions options = {});

// jacobian[i][j]: of output i with respect to input j, of shape output.shape + input.shape. One
// backward pass for each element of the outputs.
using Blocks = std::vector<std::vector<Tensor>>;
Blocks jacobian(const TensorFunction& function, const std::vector<Tensor>& inputs,
                FunctionalOptions options = {});
// hessian[i][j], of shape inputs[i].shape + inputs[j].shape, of a scalar function.
Blocks hessian(const TensorFunction& function, const std::vector<Tensor>& inputs,
               FunctionalOptions options = {});

// The output, and the product.
using OneProduct = std::pair<Tensor, Tensor>;
OneProduct vjp(const OneTensorFunction& function, const Tensor& input, const Tensor& v = {},
               FunctionalOptions options = {});
OneProduct jvp(const OneTensorFunction& function, const Tensor& input, const Tensor& v,
               FunctionalOptions options = {});
OneProduct vhp(const OneTensorFunction& function, const Tensor& input, const Tensor& v,
               FunctionalOptions options = {});
OneProduct hvp(const OneTensorFunction& function, const Tensor& input, const Tensor& v,
               FunctionalOptions options = {});
Tensor jacobian(const OneTensorFunction& function, const Tensor& input,
                FunctionalOptions options = {});
Tensor hessian(const OneTensorFunction& function, const Tensor& input,
               FunctionalOptions options = {});

}  // namespace hebb::autograd
