#include "hebb/autograd/backward.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

#include "hebb/autograd/anomaly_checks.h"
#include "hebb/base/check.h"
#include "hebb/base/pool.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

thread_local bool creating_graph = false;

// What the hooks of saved tensors took.
void fetch_packed(const Node& node, Call& call, Tensors& outputs) {
  for (const NodeExtras::Packed& packed : node.extras->packed) {
    Tensor tensor = packed.tensor.unpack();
    if (packed.is_output) {
      outputs[size_t(packed.index)] = std::move(tensor);
      continue;
    }
    tensor.body()->history = node.inputs[size_t(packed.index)];
    call.mutable_inputs()[size_t(packed.index)] = std::move(tensor);
  }
}

void check_not_spent(const Node& node) {
  check_in(!node.spent, ErrorKind::invalid, "backward",
           "the tensors that '{}' kept were released by an earlier backward pass; pass "
           "retain_graph = true to that pass",
           node.name());
}

// The call with its kept tensors, as far as they were not written to since; reading others is an
// Error. Outputs get their history back when a gradient will be differentiated again.
Call unpack(Node& node, const std::shared_ptr<Node>& self, bool create_graph) {
  check_not_spent(node);
  Call call = node.call;
  auto drop_if_overwritten = [&](Tensor& tensor, uint64_t version) {
    if (!tensor.defined() || !tensor.body()->storage || tensor.version() == version)
      return;
    const std::string_view text = overwritten_text(call.op().name, tensor);
    tensor = shape_only(tensor);
    tensor.body()->overwritten = text;
  };
  for (size_t i = 0; i < call.inputs().size(); ++i)
    drop_if_overwritten(call.mutable_inputs()[i], node.versions[i]);
  Tensors outputs = call.outputs();
  for (size_t i = 0; i < outputs.size(); ++i)
    drop_if_overwritten(outputs[i], node.versions[call.inputs().size() + i]);
  if (node.extras) [[unlikely]]
    fetch_packed(node, call, outputs);
  if (create_graph)
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (!outputs[i].body()->storage || !is_differentiable(outputs[i].dtype()))
        continue;
      outputs[i] = outputs[i].detach();
      outputs[i].body()->history = output_history(self, int(i));
    }
  call.set_outputs(std::move(outputs));
  return call;
}

// The gradient in the operand's own shape and dtype, since elementwise operators broadcast and
// promote.
Tensor fit(Tensor grad, const Spec& spec, const Node& node) {
  if (grad.shape() != spec.shape) {
    promise(node.call.op().elementwise, "a gradient rule returns another shape than its input's");
    grad = sum_to(grad, spec.shape);
  }
  if (grad.dtype() != spec.dtype)
    return cast(grad, spec.dtype);
  return grad;  // moved, because a copy of the handle would make it look shared
}

Tensor after_hooks(const HookList<GradientHook>& hooks, Tensor grad) {
  hooks.for_each([&](const GradientHook& hook) {
    const Tensor other = hook(grad);
    if (!other.defined())
      return;
    check_in(other.shape() == grad.shape() && other.dtype() == grad.dtype() &&
                 other.device() == grad.device(),
             ErrorKind::invalid, "register_hook", "the hook returns {} for a gradient that is {}",
             describe(other), describe(grad));
    grad = other;
  });
  return grad;
}

template <class K, class V>
using PooledMap =
    std::unordered_map<K, V, std::hash<K>, std::equal_to<K>, PoolAllocator<std::pair<const K, V>>>;

class Backward {
 public:
  using Targets = std::span<const std::shared_ptr<History>>;

  // Without targets, gradients are gathered in all leaves.
  Backward(bool retain_graph, bool create_graph, Targets targets = {})
      : retain_(retain_graph), create_(create_graph), targets_(targets), found_(targets.size()) {
    for (size_t i = 0; i < targets.size(); ++i)
      if (targets[i]->node)
        wanted_outputs_[targets[i]->node.get()].push_back({targets[i]->output, i});
      else
        wanted_leaves_[targets[i].get()].push_back(i);
  }

  std::vector<Tensor> run(std::vector<BackwardRoot> roots) {
    for (const BackwardRoot& root : roots)
      if (!targets_.empty())
        find_ways(root.history);
      else if (root.history->node)
        discover(root.history->node);
      else
        count_leaf(*root.history);
    for (BackwardRoot& root : roots)
      if (leads_to_target(*root.history))
        arrive(root.history, std::move(root.gradient));
    while (!ready_.empty()) {
      const std::shared_ptr<Node> node = ready_.top().node;
      ready_.pop();
      step(node);
    }
    for (const auto& [leaf, at] : wanted_leaves_) {
      Tensor grad = found_[at[0]];
      if (grad.defined() && leaf->hooks && leaf->hooks->gradient)
        grad = after_hooks(*leaf->hooks->gradient, grad);
      for (size_t i : at)
        found_[i] = grad;
    }
    return std::move(found_);
  }

 private:
  struct Ready {
    std::shared_ptr<Node> node;
    bool operator<(const Ready& other) const { return node->number < other.node->number; }
  };
  struct Pending {
    Grads grads;
    bool queued = false;
  };
  struct Awaited {
    int left = 0;       // gradients that have not arrived yet
    bool came = false;  // one of them was defined
    Tensor sum;         // of this pass, where hooks want to see it
  };

  void count_leaf(History& leaf) { ++awaited_[&leaf].left; }

  // Counts the gradients that every leaf will get. Its hooks run with the last one.
  void discover(const std::shared_ptr<Node>& root) {
    if (seen_[root.get()])
      return;
    std::vector<Node*> stack{root.get()};
    seen_[root.get()] = true;
    while (!stack.empty()) {
      Node* node = stack.back();
      stack.pop_back();
      for (const auto& input : node->inputs) {
        if (!input)
          continue;
        if (!input->node)
          count_leaf(*input);
        else if (!seen_[input->node.get()]) {
          seen_[input->node.get()] = true;
          stack.push_back(input->node.get());
        }
      }
    }
  }

  // Finds the nodes below this tensor that a target lies below: only these run.
  void find_ways(const std::shared_ptr<History>& root) {
    if (!root->node || seen_[root->node.get()])
      return;
    struct Visit {
      Node* node;
      size_t next;
    };
    std::vector<Visit> stack{{root->node.get(), 0}};
    seen_[root->node.get()] = true;
    while (!stack.empty()) {
      Visit& visit = stack.back();
      if (visit.next < visit.node->inputs.size()) {
        const std::shared_ptr<History>& input = visit.node->inputs[visit.next++];
        if (input && input->node && !seen_[input->node.get()]) {
          seen_[input->node.get()] = true;
          stack.push_back({input->node.get(), 0});  // visit is no longer valid
        }
        continue;
      }
      Node* node = visit.node;
      stack.pop_back();
      for (const auto& input : node->inputs)
        if (input && leads_to_target(*input))
          on_a_way_[node] = true;
    }
  }

  bool is_on_a_way(Node* node) const { return targets_.empty() || on_a_way_.contains(node); }

  bool leads_to_target(const History& history) const {
    if (targets_.empty())
      return true;
    if (!history.node)
      return wanted_leaves_.contains(const_cast<History*>(&history));
    if (on_a_way_.contains(history.node.get()))
      return true;
    const auto wanted = wanted_outputs_.find(history.node.get());
    return wanted != wanted_outputs_.end() &&
           std::any_of(wanted->second.begin(), wanted->second.end(),
                       [&](const WantedOutput& w) { return w.output == history.output; });
  }

  void arrive(const std::shared_ptr<History>& target, Tensor grad) {
    if (!target->node)
      return targets_.empty() ? arrive_at_leaf(target, std::move(grad))
                              : arrive_at_target(*target, std::move(grad));
    Pending& pending = pending_[target->node.get()];
    pending.grads.resize(target->node->outputs.size());
    Tensor& slot = pending.grads[size_t(target->output)];
    if (grad.defined())
      slot = slot.defined() ? slot + grad : std::move(grad);
    if (!pending.queued) {
      pending.queued = true;
      ready_.push({target->node});
    }
  }

  void arrive_at_target(History& leaf, Tensor grad) {
    if (!grad.defined())
      return;
    Tensor& sum = found_[wanted_leaves_[&leaf][0]];
    sum = sum.defined() ? sum + grad : std::move(grad);
  }

  void arrive_at_leaf(const std::shared_ptr<History>& leaf, Tensor grad) {
    Awaited& awaited = awaited_[leaf.get()];
    const bool whole = leaf->hooks && leaf->hooks->gradient && !leaf->hooks->gradient->empty();
    if (grad.defined()) {
      awaited.came = true;
      if (whole)
        awaited.sum = awaited.sum.defined() ? awaited.sum + grad : std::move(grad);
      else
        gather(leaf, std::move(grad));
    }
    if (--awaited.left != 0 || !awaited.came || !leaf->hooks)
      return;
    if (awaited.sum.defined())
      gather(leaf, after_hooks(*leaf->hooks->gradient, std::move(awaited.sum)));
    const auto body = leaf->hooks->leaf.lock();
    if (!leaf->hooks->accumulated || !body)
      return;
    Tensor tensor(body);
    const auto hooks = leaf->hooks->accumulated;
    hooks->for_each([&](const PostAccumulateGradHook& hook) { hook(tensor); });
  }

  static void gather(const std::shared_ptr<History>& leaf, Tensor grad) {
    assign_grad(leaf, leaf->grad.defined() ? leaf->grad + grad : own(std::move(grad)));
  }

  // A leaf's gradient has memory of its own, because an optimiser or clipping writes there. Nearly
  // always it has already.
  static Tensor own(Tensor grad) {
    const auto& body = grad.body();
    const bool alone = body.use_count() == 1 && body->storage.use_count() == 1;
    if (!alone || !is_dense(grad.shape(), grad.strides()))
      return grad.clone();
    return grad;
  }

  // Gradients of a node's outputs are complete: hooks see them, and those asked for are noted.
  void complete(const std::shared_ptr<Node>& node, Grads& given) {
    if (node->extras) [[unlikely]]
      for (size_t i = 0; i < node->extras->outputs.size(); ++i) {
        const NodeExtras::OutputHooks output = node->extras->outputs[i];
        if (!given[i].defined())
          continue;
        if (output.hooks)
          given[i] = after_hooks(*output.hooks, std::move(given[i]));
        if (const auto history = output.retains.lock())
          gather(history, given[i]);
      }
    if (targets_.empty())
      return;
    if (const auto wanted = wanted_outputs_.find(node.get()); wanted != wanted_outputs_.end())
      for (const auto& [output, at] : wanted->second)
        found_[at] = given[size_t(output)];
  }

  Grads answer(const std::shared_ptr<Node>& node, const Grads& given) {
    struct Creating {
      bool before = creating_graph;
      explicit Creating(bool on) { creating_graph = on; }
      ~Creating() { creating_graph = before; }
    } creating(create_);
    SmallVector<bool, 8> wanted;
    if (!targets_.empty() || (node->extras && node->extras->rule))
      for (const auto& input : node->inputs)
        wanted.push_back(input && leads_to_target(*input));
    if (node->extras && node->extras->rule) [[unlikely]] {
      check_not_spent(*node);
      return node->extras->rule->backward(node, given, wanted);
    }
    Call call = unpack(*node, node, create_);
    const Op& op = call.op();
    check_in(op.vjp, ErrorKind::invalid, "backward",
             "'{}' has no gradient, so what it is part of cannot be differentiated once more{}{}",
             op.name, op.no_gradient_because.empty() ? "" : ": ", op.no_gradient_because);
    if (!targets_.empty())
      call.set_wanted(std::move(wanted));
    // Entries with one output may rely on dy[0]; the others check which gradients are undefined.
    return op.vjp(call, given);
  }

  void step(const std::shared_ptr<Node>& node) {
    Grads given = std::move(pending_[node.get()].grads);
    pending_.erase(node.get());
    complete(node, given);
    if (!is_on_a_way(node.get()))
      return;
    Grads answered(node->inputs.size());
    if (std::any_of(given.begin(), given.end(), [](const Tensor& g) { return g.defined(); })) {
      if (anomaly_enabled()) [[unlikely]]
        answered = checked_answer(*node, given, [&] { return answer(node, given); });
      else
        answered = answer(node, given);
      answered.resize(node->inputs.size());
    }
    given.clear();
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      const std::shared_ptr<History>& input = node->inputs[i];
      Tensor grad = std::move(answered[i]);
      if (!input || !leads_to_target(*input))
        continue;
      arrive(input, grad.defined() ? fit(std::move(grad), input->spec, *node) : Tensor());
    }
    if (!retain_)
      spend(*node);
  }

  static void spend(Node& node) {
    node.spent = true;
    for (Tensor& input : node.call.mutable_inputs())
      if (input.defined() && input.body()->storage)
        input = shape_only(input);
    node.call.set_outputs({});
    if (!node.extras) [[likely]]
      return;
    node.extras->packed.clear();
    if (node.extras->rule)
      node.extras->rule->release();
  }

  struct WantedOutput {
    int output;
    size_t target;
  };

  bool retain_, create_;
  Targets targets_;
  std::vector<Tensor> found_;  // for each target
  PooledMap<Node*, std::vector<WantedOutput>> wanted_outputs_;
  PooledMap<History*, std::vector<size_t>> wanted_leaves_;
  PooledMap<Node*, bool> seen_, on_a_way_;
  std::priority_queue<Ready> ready_;
  PooledMap<Node*, Pending> pending_;
  PooledMap<History*, Awaited> awaited_;
};

}  // namespace

void check_same_device(std::string_view where, const Tensor& grad, Device device) {
  if (grad.device() == meta || device == meta || grad.is_number())
    return;
  check_in(grad.device() == device, ErrorKind::invalid, where,
           "a gradient on {} for a tensor on {}; grad.to(x.device()) moves it",
           to_string(grad.device()), to_string(device));
}

BackwardRoot root_of(std::string_view where, const Tensor& tensor, const Tensor& gradient) {
  check_in(needs_grad(tensor), ErrorKind::invalid, where,
           "the tensor does not depend on anything that requires a gradient");
  Tensor start = gradient;
  if (!start.defined()) {
    check_in(tensor.numel() == 1, ErrorKind::invalid, where,
             "a tensor of shape {} needs a gradient of its shape; only one element may go without",
             to_string(tensor.shape()));
    start = ones_like(tensor);
  }
  check_in(start.shape() == tensor.shape(), ErrorKind::invalid, where,
           "a gradient of shape {} for a tensor of shape {}", to_string(start.shape()),
           to_string(tensor.shape()));
  check_same_device(where, start, tensor.device());
  if (start.dtype() != tensor.dtype())
    start = cast(start, tensor.dtype());
  return {tensor.body()->history, std::move(start)};
}

void run_backward(std::vector<BackwardRoot> roots, bool retain_graph, bool create_graph) {
  const SetGradEnabled record(create_graph);
  Backward(retain_graph, create_graph).run(std::move(roots));
}

std::vector<Tensor> run_backward_to(std::vector<BackwardRoot> roots,
                                    std::span<const std::shared_ptr<History>> targets,
                                    bool retain_graph, bool create_graph) {
  if (targets.empty())
    return {};
  const SetGradEnabled record(create_graph);
  return Backward(retain_graph, create_graph, targets).run(std::move(roots));
}

bool is_creating_graph() {
  return creating_graph;
}

}  // namespace hebb
