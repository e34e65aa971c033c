// What autograd hangs on a tensor: where it came from, and for leaves the gradient that has been
// gathered.
#pragma once

#include <memory>
#include <vector>

#include "hebb/autograd/hooks.h"
#include "hebb/ops/op.h"

namespace hebb {

// One recorded call: the operator, what it keeps, and the tensors it came from.
struct Node {
  Call call;  // inputs and outputs that are not kept are reduced to dtype and shape
  // Of the flattened inputs; null where no gradient is wanted.
  SmallVector<std::shared_ptr<History>, 6> inputs;
  // Of the inputs' and then the outputs' storages when they were recorded.
  SmallVector<uint64_t, 8> versions;
  Specs outputs;
  uint64_t number =
      0;  // nodes are numbered as they are made: the backward pass runs from high to low
  bool spent = false;  // what was kept has been let go

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
