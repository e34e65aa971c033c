// What autograd attaches to a tensor: the call that made it, or for a leaf its gathered gradient.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hebb/autograd/hooks.h"
#include "hebb/autograd/saved_tensor.h"
#include "hebb/base/pool.h"
#include "hebb/ops/op.h"

namespace hebb {

using Histories = SmallVector<std::shared_ptr<History>, 6>;

// The gradient rule of a node that stands for a user's function, not for an operator.
class BackwardRule {
 public:
  virtual ~BackwardRule() = default;
  virtual std::string_view name() const = 0;
  // One gradient for each of the node's inputs; those that are not wanted are not looked at.
  virtual Grads backward(const std::shared_ptr<Node>& self, const Grads& given,
                         const SmallVector<bool, 8>& wanted) = 0;
  virtual void release() = 0;  // the saved tensors
  // Moves the histories that it holds to the end of the list.
  virtual void hand_over(Histories& histories) = 0;
};

// What few nodes have.
struct NodeExtras {
  struct Packed {
    bool is_output;
    int index;  // among the flattened inputs, or the outputs
    PackedTensor tensor;
  };
  struct OutputHooks {
    std::shared_ptr<HookList<GradientHook>> hooks;
    std::weak_ptr<History> retains;  // whose grad gets the gradient
  };
  std::unique_ptr<BackwardRule> rule;
  std::vector<Packed> packed;
  std::vector<OutputHooks> outputs;  // empty, or one for each output
  std::string scope;                 // anomaly mode: the modules in which the call was made
};

// One recorded call: the operator, what it keeps, and the tensors it came from.
struct Node {
  Call call;  // of inputs and outputs that are not kept, only dtype and shape
  // One for each flattened input; null where no gradient is wanted.
  Histories inputs;
  // The versions of the inputs' storages, then the outputs', when they were recorded.
  SmallVector<uint64_t, 8> versions;
  Specs outputs;
  // Nodes are numbered in the order of their creation. The backward pass runs from high to low.
  uint64_t number = 0;
  bool spent = false;  // the kept tensors have been released
  std::unique_ptr<NodeExtras> extras;

  explicit Node(Call c) : call(std::move(c)) {}
  ~Node();
  NodeExtras& with_extras();
  std::string_view name() const {
    return extras && extras->rule ? extras->rule->name() : call.op().name;
  }
};

struct LeafHooks {
  std::shared_ptr<HookList<GradientHook>> gradient;
  std::shared_ptr<HookList<PostAccumulateGradHook>> accumulated;
  std::weak_ptr<TensorBody> leaf;  // whom `accumulated` is called with
};

struct History {
  bool requires_grad = false;
  std::shared_ptr<Node> node;  // null: a leaf
  int output = 0;              // which output of node
  Tensor grad;                 // of a leaf, or of what retain_grad() was told
  Spec spec;                   // dtype and shape of the tensor
  std::unique_ptr<LeafHooks> hooks;
};

// ---- for the files of this floor ----

inline bool needs_grad(const Tensor& t) {
  return t.defined() && t.body()->history && t.body()->history->requires_grad;
}

// What remains of a tensor that is not kept. Reading its values is a bug in the entry.
inline Tensor shape_only(const Tensor& tensor) {
  auto body = make_pooled<TensorBody>();
  body->shape = tensor.shape();
  body->strides = tensor.strides();
  body->dtype = tensor.dtype();
  body->number = tensor.is_number();
  body->device = tensor.device();
  return Tensor(std::move(body));
}

// The history of an output of this node.
inline std::shared_ptr<History> output_history(const std::shared_ptr<Node>& node, int output) {
  auto history = make_pooled<History>();
  history->requires_grad = true;
  history->node = node;
  history->output = output;
  history->spec = node->outputs[size_t(output)];
  return history;
}

// A node of this rule, which the tensors with these histories went into.
std::shared_ptr<Node> make_rule_node(std::unique_ptr<BackwardRule> rule, Histories inputs,
                                     Specs outputs);

// Sets a leaf's gradient, and tells recorders before.
void assign_grad(const std::shared_ptr<History>& leaf, Tensor grad);

// Tells the tape that this thread's recording does more than usual (packs tensors, looks for NaN);
// by: 1 or -1.
void count_special_recording(int by);

// A kept tensor was overwritten in place: says so, and by whom.
std::string_view overwritten_text(std::string_view by, const Tensor& tensor);
[[noreturn]] void fail_overwritten(std::string_view by, const Tensor& tensor);

}  // namespace hebb
