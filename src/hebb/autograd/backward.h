// The backward pass: from gradients of some tensors to those of the leaves, or of chosen tensors.
// For the files of this floor; users call Tensor::backward() and autograd::grad().
#pragma once

#include <span>
#include <vector>

#include "hebb/autograd/history.h"

namespace hebb {

struct BackwardRoot {
  std::shared_ptr<History> history;
  Tensor gradient;
};

// gradient: undefined for one where the tensor has one element. Error: the tensor requires no
// gradient, or the gradient does not fit. where: the function that users called.
BackwardRoot root_of(std::string_view where, const Tensor& tensor, const Tensor& gradient);
void check_same_device(std::string_view where, const Tensor& grad, Device device);

// Adds gradients to the leaves' grad.
void run_backward(std::vector<BackwardRoot> roots, bool retain_graph, bool create_graph);
// The gradients of these tensors, and no other effect. Undefined: none arrives there.
std::vector<Tensor> run_backward_to(std::vector<BackwardRoot> roots,
                                    std::span<const std::shared_ptr<History>> targets,
                                    bool retain_graph, bool create_graph);

// Whether a gradient rule runs in this thread whose calls will be differentiated again.
bool is_creating_graph();

}  // namespace hebb
