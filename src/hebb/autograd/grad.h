// Gradients of chosen tensors, as torch.autograd has them.
//
//   const Tensor g = autograd::grad({loss}, {x}, {}, {.create_graph = true})[0];   // x.grad()
//   stays
#pragma once

#include <optional>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::autograd {

struct GradOptions {
  std::optional<bool> retain_graph = {};  // what create_graph says, unless given
  bool create_graph = false;              // the gradients can be differentiated again
  bool allow_unused = false;       // an input that the outputs do not depend on gets no gradient
  bool materialize_grads = false;  // such an input gets zeros
};

// The gradients of the inputs, each of which is a leaf or any other tensor that requires one.
// grad() of leaves stays as it is, and only what lies between outputs and inputs is computed.
// grad_outputs: a gradient for each output; may be left out, or undefined, for one element. Error:
// an output or input requires no gradient; an input is unused.
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs = {}, GradOptions options = {});

struct BackwardOptions {
  std::optional<bool> retain_graph = {};
  bool create_graph = false;
};

// Tensor::backward() of several tensors in one pass.
void backward(const std::vector<Tensor>& tensors, const std::vector<Tensor>& grad_tensors = {},
              BackwardOptions options = {});

}  // namespace hebb::autograd
