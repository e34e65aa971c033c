// The tape: records calls whose inputs require a gradient, and runs them backwards.

#include <algorithm>
#include <atomic>
#include <queue>
#include <unordered_map>

#include "hebb/autograd/history.h"
#include "hebb/base/check.h"
#include "hebb/base/pool.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/slot_names.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

std::atomic<uint64_t> next_number{1};

bool needs_grad(const Tensor& t) {
  return t.defined() && t.body()->history && t.body()->history->requires_grad;
}

// What remains of a tensor that is not kept. Reading its values is a bug in the entry.
Tensor shape_only(const Tensor& tensor) {
  auto body = make_pooled<TensorBody>();
  body->shape = tensor.shape();
  body->strides = tensor.strides();
  body->dtype = tensor.dtype();
  body->number = tensor.is_number();
  body->device = tensor.device();
  return Tensor(std::move(body));
}

// A call as its node keeps it.
std::shared_ptr<Node> make_node(const Call& call) {
  const Op& op = call.op();
  auto node = make_pooled<Node>(call);
  node->number = next_number++;
  // The slot's first and one past its last item among the flattened inputs.
  auto items = [&](int slot) {
    const int first = call.first(slot);
    return std::pair{first,
                     is_list(op.inputs[slot]) ? first + int(call.list(slot).size()) : first + 1};
  };
  SmallVector<bool, 8> wanted(call.inputs().size(), false);
  uint32_t wanted_slots = 0;
  for (int slot = 0; slot < op.inputs.size(); ++slot)
    for (auto [i, end] = items(slot); i < end; ++i) {
      if (!needs_grad(call.inputs()[size_t(i)]))
        continue;
      wanted[size_t(i)] = true;
      wanted_slots |= 1u << slot;
    }
  SmallVector<bool, 8> keep_input(call.inputs().size(), false),
      keep_output(call.outputs().size(), false);
  for (const Keep& keep : op.keep) {
    if (!(keep.wanted_by & wanted_slots))
      continue;
    if (keep.is_output) {
      keep_output[size_t(keep.index)] = true;
      continue;
    }
    const auto [first, end] = items(keep.index);
    for (int i = first; i < end; ++i)
      keep_input[size_t(i)] = true;
  }
  for (size_t i = 0; i < call.inputs().size(); ++i) {
    const Tensor& input = call.inputs()[i];
    node->inputs.push_back(wanted[i] ? input.body()->history : nullptr);
    node->versions.push_back(input.defined() && keep_input[i] ? input.version() : 0);
    if (input.defined() && !keep_input[i] && !input.is_number())  // a plain number takes no memory
      node->call.mutable_inputs()[i] = shape_only(input);
  }
  node->call.set_wanted(std::move(wanted));
  Tensors outputs;
  for (size_t i = 0; i < call.outputs().size(); ++i) {
    const Tensor& output = call.out(int(i));
    node->outputs.push_back({output.dtype(), output.shape()});
    // Detached, so that the node does not own itself.
    outputs.push_back(keep_output[i] ? output.detach() : shape_only(output));
    node->versions.push_back(keep_output[i] ? output.version() : 0);
  }
  node->call.set_outputs(std::move(outputs));
  return node;
}

void check_same_device(const char* where, const Tensor& grad, const Tensor& tensor) {
  if (grad.device() == meta || tensor.device() == meta || grad.is_number())
    return;
  check_in(grad.device() == tensor.device(), ErrorKind::invalid, where,
           "a gradient on {} for a tensor on {}; grad.to(x.device()) moves it",
           to_string(grad.device()), to_string(tensor.device()));
}

void assign_grad(const std::shared_ptr<History>& leaf, Tensor grad) {
  for (Recorder* recorder : recorders())
    recorder->regrads(leaf, leaf->grad);
  leaf->grad = std::move(grad);
}

class Tape : public Differentiator {
 public:
  bool records(const Call& call) const override {
    return grad_enabled() && call.op().differentiable() &&
           std::any_of(call.inputs().begin(), call.inputs().end(), needs_grad);
  }

  bool records(std::initializer_list<Tensor> operands) const override {
    return grad_enabled() && std::any_of(operands.begin(), operands.end(), needs_grad);
  }

  void called(const Call& call) override {
    if (!records(call))
      return;
    const std::shared_ptr<Node> node = make_node(call);
    for (size_t i = 0; i < call.outputs().size(); ++i) {
      const Tensor& output = call.out(int(i));
      if (!is_differentiable(output.dtype()))
        continue;
      auto history = make_pooled<History>();
      history->requires_grad = true;
      history->node = node;
      history->output = int(i);
      history->spec = node->outputs[i];
      output.body()->history = std::move(history);
    }
  }
  void began(const Call&) override {}
  void ended(const Call&) override {}
  void wrote(const Tensor&, const Tensor&) override {}
  void drew_key(const Tensor&, const RandomKeyId&) override {}
  void entered(std::string_view) override {}
  void left() override {}
  void read(const Tensor&) override {}
  void regrads(const std::shared_ptr<History>&, const Tensor&) override {}

  bool requires_grad(const Tensor& tensor) const override { return needs_grad(tensor); }
  bool is_leaf(const Tensor& tensor) const override {
    return !tensor.body()->history || !tensor.body()->history->node;
  }

  void set_requires_grad(Tensor& tensor, bool on) override {
    tensor.materialise();
    check(!on || is_differentiable(tensor.dtype()),
          "requires_grad_: only floating and complex tensors have gradients, this one is {}",
          name(tensor.dtype()));
    check(is_leaf(tensor),
          "requires_grad_: the tensor came out of a recorded operation; detach() it first");
    auto& history = tensor.body()->history;
    if (!history)
      history = make_pooled<History>();
    history->requires_grad = on;
    history->spec = {tensor.dtype(), tensor.shape()};
  }

  Tensor grad(const Tensor& tensor) const override {
    return tensor.body()->history ? tensor.body()->history->grad : Tensor();
  }

  void set_grad(Tensor& tensor, const Tensor& grad) override {
    check(!grad.defined() || grad.shape() == tensor.shape(),
          "set_grad: a gradient of shape {} for a tensor of shape {}",
          grad.defined() ? to_string(grad.shape()) : "", to_string(tensor.shape()));
    check(!grad.defined() || grad.dtype() == tensor.dtype(),
          "set_grad: a gradient of {} for a tensor of {}", grad.defined() ? name(grad.dtype()) : "",
          name(tensor.dtype()));
    if (grad.defined())
      check_same_device("set_grad", grad, tensor);
    if (!tensor.body()->history && !grad.defined())
      return;
    if (!tensor.body()->history)
      set_requires_grad(tensor, false);
    assign_grad(tensor.body()->history, grad);
  }

  void put_back_grad(History& leaf, const Tensor& grad) override { leaf.grad = grad; }

  void backward(const Tensor& tensor, const Tensor& gradient, bool retain_graph,
                bool create_graph) override;
};

// ---- the backward pass ----

// The call with its kept tensors, as far as they were not written to since; reading others is an
// Error. Outputs get their history back when a gradient will be differentiated again.
Call unpack(Node& node, const std::shared_ptr<Node>& self, bool create_graph) {
  check_in(!node.spent, ErrorKind::invalid, "backward",
           "the tensors that '{}' kept were released by an earlier backward pass; pass "
           "retain_graph = true to that pass",
           node.call.op().name);
  Call call = node.call;
  auto drop_if_overwritten = [&](Tensor& tensor, uint64_t version) {
    if (!tensor.defined() || !tensor.body()->storage || tensor.version() == version)
      return;
    tensor = shape_only(tensor);
    tensor.body()->overwritten = call.op().name;
  };
  for (size_t i = 0; i < call.inputs().size(); ++i)
    drop_if_overwritten(call.mutable_inputs()[i], node.versions[i]);
  Tensors outputs = call.outputs();
  for (size_t i = 0; i < outputs.size(); ++i)
    drop_if_overwritten(outputs[i], node.versions[call.inputs().size() + i]);
  if (create_graph)
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (!outputs[i].body()->storage || !is_differentiable(outputs[i].dtype()))
        continue;
      outputs[i] = outputs[i].detach();
      auto history = make_pooled<History>();
      history->requires_grad = true;
      history->node = self;
      history->output = int(i);
      history->spec = node.outputs[i];
      outputs[i].body()->history = std::move(history);
    }
  call.set_outputs(std::move(outputs));
  return call;
}

// The gradient in the operand's own shape and dtype, since elementwise operators broadcast and
// promote.
Tensor fit(Tensor grad, const Spec& spec, const Op& op) {
  if (grad.shape() != spec.shape) {
    promise(op.elementwise, "a gradient rule returns another shape than its input's");
    grad = sum_to(grad, spec.shape);
  }
  if (grad.dtype() != spec.dtype)
    return cast(grad, spec.dtype);
  return grad;  // moved, because a copy of the handle would make it look shared
}

template <class K, class V>
using PooledMap =
    std::unordered_map<K, V, std::hash<K>, std::equal_to<K>, PoolAllocator<std::pair<const K, V>>>;

class Backward {
 public:
  Backward(bool retain_graph, bool create_graph) : retain_(retain_graph), create_(create_graph) {}

  void run(const std::shared_ptr<History>& root, Tensor gradient) {
    if (!root->node)
      count_leaf(*root);
    else
      discover(root->node);
    arrive(root, std::move(gradient));
    while (!ready_.empty()) {
      const std::shared_ptr<Node> node = ready_.top().node;
      ready_.pop();
      step(node);
    }
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
  };

  void count_leaf(History& leaf) { ++awaited_[&leaf].left; }

  // Counts the gradients that every leaf will get. Its hooks run with the last one.
  void discover(const std::shared_ptr<Node>& root) {
    std::vector<Node*> stack{root.get()};
    PooledMap<Node*, bool> seen;
    seen[root.get()] = true;
    while (!stack.empty()) {
      Node* node = stack.back();
      stack.pop_back();
      for (const auto& input : node->inputs) {
        if (!input)
          continue;
        if (!input->node)
          count_leaf(*input);
        else if (!seen[input->node.get()]) {
          seen[input->node.get()] = true;
          stack.push_back(input->node.get());
        }
      }
    }
  }

  void arrive(const std::shared_ptr<History>& target, Tensor grad) {
    if (!target->node)
      return arrive_at_leaf(target, std::move(grad));
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

  void arrive_at_leaf(const std::shared_ptr<History>& leaf, Tensor grad) {
    Awaited& awaited = awaited_[leaf.get()];
    if (grad.defined()) {
      awaited.came = true;
      assign_grad(leaf, leaf->grad.defined() ? leaf->grad + grad : own(std::move(grad)));
    }
    if (--awaited.left != 0 || !awaited.came)
      return;
    const auto hooks = leaf->hooks;  // a copy: they may remove themselves
    for (const auto& hook : hooks)
      (*hook)(leaf->grad);
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

  void step(const std::shared_ptr<Node>& node) {
    Grads given = std::move(pending_[node.get()].grads);
    pending_.erase(node.get());
    Grads answered(node->inputs.size());
    if (std::any_of(given.begin(), given.end(), [](const Tensor& g) { return g.defined(); })) {
      const Call call = unpack(*node, node, create_);
      // Entries with one output may rely on dy[0]; the others check which gradients are undefined.
      answered = node->call.op().vjp(call, given);
      answered.resize(node->inputs.size());
    }
    given.clear();
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      const std::shared_ptr<History>& input = node->inputs[i];
      Tensor grad = std::move(answered[i]);
      if (!input)
        continue;
      arrive(input, grad.defined() ? fit(std::move(grad), input->spec, node->call.op()) : Tensor());
    }
    if (!retain_) {
      node->spent = true;
      for (Tensor& input : node->call.mutable_inputs())
        if (input.defined() && input.body()->storage)
          input = shape_only(input);
      node->call.set_outputs({});
    }
  }

  bool retain_, create_;
  std::priority_queue<Ready> ready_;
  PooledMap<Node*, Pending> pending_;
  PooledMap<History*, Awaited> awaited_;
};

void Tape::backward(const Tensor& tensor, const Tensor& gradient, bool retain_graph,
                    bool create_graph) {
  check_in(needs_grad(tensor), ErrorKind::invalid, "backward",
           "the tensor does not depend on anything that requires a gradient");
  Tensor start = gradient;
  if (!start.defined()) {
    check_in(tensor.numel() == 1, ErrorKind::invalid, "backward",
             "a tensor of shape {} needs a gradient of its shape; only one element may go without",
             to_string(tensor.shape()));
    start = ones_like(tensor);
  }
  check_in(start.shape() == tensor.shape(), ErrorKind::invalid, "backward",
           "a gradient of shape {} for a tensor of shape {}", to_string(start.shape()),
           to_string(tensor.shape()));
  check_same_device("backward", start, tensor);
  if (start.dtype() != tensor.dtype())
    start = cast(start, tensor.dtype());
  Backward pass(retain_graph || create_graph, create_graph);
  if (create_graph) {
    EnableGrad on;
    pass.run(tensor.body()->history, std::move(start));
  } else {
    NoGrad off;
    pass.run(tensor.body()->history, std::move(start));
  }
}

}  // namespace

// Destroys long chains of nodes in a loop: nested destructors would overflow the stack.
Node::~Node() {
  SmallVector<std::shared_ptr<History>, 6> chain = std::move(inputs);
  for (Tensor& input : call.mutable_inputs())
    if (input.defined() && input.body().use_count() == 1 && input.body()->history)
      chain.push_back(std::move(input.body()->history));
  while (!chain.empty()) {
    const std::shared_ptr<History> last = std::move(chain.back());
    chain.pop_back();
    if (!last || last.use_count() > 1 || !last->node || last->node.use_count() > 1)
      continue;
    chain.append(last->node->inputs.begin(), last->node->inputs.end());
    last->node->inputs.clear();
  }
}

Differentiator& tape() {
  static Tape* one = new Tape;  // its only state is the thread's switch; never destroyed
  return *one;
}

GradientHookHandle on_gradient(Tensor& leaf, GradientHook hook) {
  check(needs_grad(leaf) && !leaf.body()->history->node,
        "on_gradient: the tensor is not a leaf that requires a gradient");
  const std::shared_ptr<History>& history = leaf.body()->history;
  history->hooks.push_back(std::make_shared<GradientHook>(std::move(hook)));
  return {history, history->hooks.back()};
}

void GradientHookHandle::remove() {
  const auto leaf = leaf_.lock();
  const auto hook = hook_.lock();
  if (leaf && hook)
    std::erase(leaf->hooks, hook);
}

}  // namespace hebb
