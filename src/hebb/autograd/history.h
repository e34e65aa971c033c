// What autograd hangs on a tensor: where it came from, and for leaves the gradient that has been gathered.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "hebb/ops/op.h"

namespace hebb {

// One recorded call: the operator, what it keeps, and the tensors it came from.
struct Node {
  Call call;                                     // inputs and outputs that are not kept are reduced to dtype and shape
  std::vector<std::shared_ptr<History>> inputs;  // of the flattened inputs; null where no gradient is wanted
  std::vector<uint64_t> versions;                // of the inputs' and then the outputs' storages when they were recorded
  std::vector<Spec> outputs;
  uint64_t number = 0;  // nodes are numbered as they are made: the backward pass runs from high to low
  bool spent = false;   // what was kept has been let go

  explicit Node(Call c) : call(std::move(c)) {}
  ~Node();
};

using GradientHook = std::function<void(const Tensor& grad)>;

struct History {
  bool requires_grad = false;
  std::shared_ptr<Node> node;                        // null: a leaf
  int output = 0;                                    // which output of node
  Tensor grad;                                       // of a leaf
  Spec spec;                                         // dtype and shape of the tensor
  std::vector<std::shared_ptr<GradientHook>> hooks;  // called when this leaf's gradient is complete
};

// To take a hook off again; it outlives neither the leaf nor anything else.
class GradientHookHandle {
 public:
  GradientHookHandle(const std::shared_ptr<History>& leaf, const std::shared_ptr<GradientHook>& hook) : leaf_(leaf), hook_(hook) {}
  void remove();  // also from inside the hook, also twice

 private:
  std::weak_ptr<History> leaf_;
  std::weak_ptr<GradientHook> hook_;
};

// Calls hook with the leaf's gathered gradient, once per backward pass, when nothing more will be added to it in that pass, in the order
// in which hooks were added; until it is removed or the leaf goes. Error: the tensor is no leaf that requires a gradient.
GradientHookHandle on_gradient(Tensor& leaf, GradientHook hook);

}  // namespace hebb
