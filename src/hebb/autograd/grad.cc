#include "hebb/autograd/grad.h"

#include "hebb/autograd/backward.h"
#include "hebb/base/check.h"
#include "hebb/ops/create.h"

namespace hebb::autograd {
namespace {

std::vector<BackwardRoot> roots_of(std::string_view where, const std::vector<Tensor>& tensors,
                                   const std::vector<Tensor>& gradients) {
  check_in(gradients.empty() || gradients.size() == tensors.size(), ErrorKind::invalid, where,
           "{} gradients for {} tensors; there should be one for each, or none", gradients.size(),
           tensors.size());
  std::vector<BackwardRoot> roots;
  for (size_t i = 0; i < tensors.size(); ++i)
    roots.push_back(root_of(where, tensors[i], gradients.empty() ? Tensor() : gradients[i]));
  return roots;
}

}  // namespace

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs, GradOptions options) {
  std::vector<std::shared_ptr<History>> targets;
  for (size_t i = 0; i < inputs.size(); ++i) {
    check_in(needs_grad(inputs[i]), ErrorKind::invalid, "grad",
             "input {} ({}) requires no gradient; requires_grad_() it before the outputs are "
             "computed from it",
             i, describe(inputs[i]));
    targets.push_back(inputs[i].body()->history);
  }
  std::vector<Tensor> gradients =
      run_backward_to(roots_of("grad", outputs, grad_outputs), targets,
                      options.retain_graph.value_or(options.create_graph), options.create_graph);
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (gradients[i].defined())
      continue;
    check_in(options.allow_unused || options.materialize_grads, ErrorKind::invalid, "grad",
             "the outputs do not depend on input {} ({}); .allow_unused = true leaves its gradient "
             "undefined",
             i, describe(inputs[i]));
    if (options.materialize_grads)
      gradients[i] = zeros_like(inputs[i]);
  }
  return gradients;
}

void backward(const std::vector<Tensor>& tensors, const std::vector<Tensor>& grad_tensors,
              BackwardOptions options) {
  run_backward(roots_of("backward", tensors, grad_tensors),
               options.retain_graph.value_or(options.create_graph), options.create_graph);
}

}  // namespace hebb::autograd
