// What autograd attaches to a tensor: the call that made it, or for a leaf its gathered gradient.
#pragma once

#include <memory>
#include <vector>

#include "hebb/autograd/hooks.h"
#include "hebb/ops/op.h"

namespace hebb {

// One recorded call: the operator, what it keeps, and the tensors it came from.
struct Node {
  Call call;  // of inputs and outputs that are not kept, only dtype and shape
  // One for each flattened input; null where no gradient is wanted.
  SmallVector<std::shared_ptr<History>, 6> inputs;
  // The versions of the inputs' storages, then the outputs', when they were recorded.
  SmallVector<uint64_t, 8> versions;
  Specs outputs;
  // Nodes are numbered in the order of their creation. The backward pass runs from high to low.
  uint64_t number = 0;
  bool spent = false;  // the kept tensors have been released

  explicit Node(Call c) : call(std::move(c)) {}
  ~Node();
};

struct History {
  bool requires_grad = false;
  std::shared_ptr<Node> node;                        // null: a leaf
  int output = 0;                                    // which output of node
  Tensor grad;                                       // of a leaf
  Spec spec;                                         // dtype and shape of the tensor
  std::vector<std::shared_ptr<GradientHook>> hooks;  // called when this leaf's gradient is complete
};

}  // namespace hebb
