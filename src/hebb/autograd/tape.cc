// The tape: records calls whose inputs require a gradient, and runs them backwards.

#include <algorithm>
#include <atomic>
#include <queue>
#include <unordered_map>

#include "hebb/autograd/history.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

thread_local bool enabled = true;
std::atomic<uint64_t> next_number{1};

bool needs_grad(const Tensor& t) { return t.defined() && t.body()->history && t.body()->history->requires_grad; }

// What is left of a tensor that is not kept: asking for its values is a bug in the entry.
Tensor shape_only(const Tensor& tensor) {
  auto body = std::make_shared<TensorBody>();
  body->shape = tensor.shape();
  body->strides = tensor.strides();
  body->dtype = tensor.dtype();
  body->number = tensor.is_number();
  return Tensor(std::move(body));
}

// A call as its node keeps it.
std::shared_ptr<Node> make_node(const Call& call) {
  const Op& op = call.op();
  auto node = std::make_shared<Node>(call);
  node->number = next_number++;
  std::vector<bool> keep_input(call.inputs().size()), keep_output(call.outputs().size());
  for (const Keep& keep : op.keep) {
    if (keep.is_output) {
      keep_output[size_t(keep.index)] = true;
      continue;
    }
    const int first = call.first(keep.index), end = op.inputs[keep.index].ends_with('*') ? first + int(call.list(keep.index).size()) : first + 1;
    for (int i = first; i < end; ++i) keep_input[size_t(i)] = true;
  }
  std::vector<bool> wanted;
  for (size_t i = 0; i < call.inputs().size(); ++i) {
    const Tensor& input = call.inputs()[i];
    const bool want = needs_grad(input);
    wanted.push_back(want);
    node->inputs.push_back(want ? input.body()->history : nullptr);
    node->versions.push_back(input.defined() && keep_input[i] ? input.version() : 0);
    if (input.defined() && !keep_input[i]) node->call.mutable_inputs()[i] = shape_only(input);
  }
  node->call.set_wanted(std::move(wanted));
  std::vector<Tensor> outputs;
  for (size_t i = 0; i < call.outputs().size(); ++i) {
    const Tensor& output = call.out(int(i));
    node->outputs.push_back({output.dtype(), output.shape()});
    outputs.push_back(keep_output[i] ? output.detach() : shape_only(output));  // detached: the node must not own itself
    node->versions.push_back(output.version());
  }
  node->call.set_outputs(std::move(outputs));
  return node;
}

class Tape : public Differentiator {
 public:
  bool records(const Call& call) const override {
    return enabled && call.op().differentiable() && std::any_of(call.inputs().begin(), call.inputs().end(), needs_grad);
  }

  void called(const Call& call) override {
    if (!records(call)) return;
    const std::shared_ptr<Node> node = make_node(call);
    for (size_t i = 0; i < call.outputs().size(); ++i) {
      const Tensor& output = call.out(int(i));
      if (!is_differentiable(output.dtype())) continue;
      auto history = std::make_shared<History>();
      history->requires_grad = true;
      history->node = node;
      history->output = int(i);
      history->spec = node->outputs[i];
      output.body()->history = std::move(history);
    }
  }
  void wrote(const Tensor&, const Tensor&) override {}
  void drew_key(const Tensor&, const RandomKeyId&) override {}
  void entered(std::string_view) override {}
  void left() override {}
  void read(const Tensor&) override {}

  bool requires_grad(const Tensor& tensor) const override { return needs_grad(tensor); }
  bool is_leaf(const Tensor& tensor) const override { return !tensor.body()->history || !tensor.body()->history->node; }

  void set_requires_grad(Tensor& tensor, bool on) override {
    check(!on || is_differentiable(tensor.dtype()), "requires_grad_: only floating and complex tensors have gradients, this one is {}", name(tensor.dtype()));
    check(is_leaf(tensor), "requires_grad_: the tensor came out of a recorded operation; detach() it first");
    auto& history = tensor.body()->history;
    if (!history) history = std::make_shared<History>();
    history->requires_grad = on;
    history->spec = {tensor.dtype(), tensor.shape()};
  }

  Tensor grad(const Tensor& tensor) const override { return tensor.body()->history ? tensor.body()->history->grad : Tensor(); }

  void set_grad(Tensor& tensor, const Tensor& grad) override {
    check(!grad.defined() || grad.shape() == tensor.shape(), "set_grad: a gradient of shape {} for a tensor of shape {}",
          grad.defined() ? to_string(grad.shape()) : "", to_string(tensor.shape()));
    if (!tensor.body()->history && !grad.defined()) return;
    if (!tensor.body()->history) set_requires_grad(tensor, false);
    tensor.body()->history->grad = grad;
  }

  void backward(const Tensor& tensor, const Tensor& gradient, bool retain_graph, bool create_graph) override;
};

// ---- the backward pass ----

// Checks what was kept and gives outputs their history back, so that a gradient can be differentiated again.
Call unpack(Node& node, const std::shared_ptr<Node>& self, bool create_graph) {
  check_in(!node.spent, ErrorKind::invalid, "backward", "what '{}' had kept for its gradient was used up by an earlier backward pass; pass retain_graph = true to that one",
           node.call.op().name);
  Call call = node.call;
  for (size_t i = 0; i < call.inputs().size(); ++i) {
    const Tensor& input = call.inputs()[i];
    if (!input.defined() || !input.body()->storage) continue;
    check_in(input.version() == node.versions[i], ErrorKind::invalid, "backward",
             "an operand of '{}' ({}) was overwritten in place after it was used; its gradient would be wrong", node.call.op().name, describe(input));
  }
  for (size_t i = 0; i < call.outputs().size(); ++i) {
    const Tensor& output = call.outputs()[i];
    check_in(!output.body()->storage || output.version() == node.versions[call.inputs().size() + i], ErrorKind::invalid, "backward",
             "the result of '{}' ({}) was overwritten in place; the gradient would be wrong", node.call.op().name, describe(output));
  }
  if (create_graph) {
    std::vector<Tensor> outputs = call.outputs();
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (!outputs[i].body()->storage || !is_differentiable(outputs[i].dtype())) continue;
      outputs[i] = outputs[i].detach();
      auto history = std::make_shared<History>();
      history->requires_grad = true;
      history->node = self;
      history->output = int(i);
      history->spec = node.outputs[i];
      outputs[i].body()->history = std::move(history);
    }
    call.set_outputs(std::move(outputs));
  }
  return call;
}

// A gradient in the operand's own shape and dtype: elementwise operators broadcast and promote.
Tensor fit(Tensor grad, const Spec& spec, const Op& op) {
  if (grad.shape() != spec.shape) {
    promise(op.elementwise, "a gradient rule answers with another shape than its input's");
    grad = sum_to(grad, spec.shape);
  }
  return grad.dtype() == spec.dtype ? grad : cast(grad, spec.dtype);
}

class Backward {
 public:
  Backward(bool retain_graph, bool create_graph) : retain_(retain_graph), create_(create_graph) {}

  void run(const std::shared_ptr<History>& root, const Tensor& gradient) {
    if (!root->node) count_leaf(*root);
    else discover(root->node);
    arrive(root, gradient);
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

  void count_leaf(History& leaf) { ++awaited_[&leaf]; }

  // How many gradients every leaf will get: its hooks run with the last one.
  void discover(const std::shared_ptr<Node>& root) {
    std::vector<Node*> stack{root.get()};
    std::unordered_map<Node*, bool> seen{{root.get(), true}};
    while (!stack.empty()) {
      Node* node = stack.back();
      stack.pop_back();
      for (const auto& input : node->inputs) {
        if (!input) continue;
        if (!input->node) count_leaf(*input);
        else if (!seen[input->node.get()]) {
          seen[input->node.get()] = true;
          stack.push_back(input->node.get());
        }
      }
    }
  }

  void arrive(const std::shared_ptr<History>& target, const Tensor& grad) {
    if (!target->node) return arrive_at_leaf(*target, grad);
    Pending& pending = pending_[target->node.get()];
    pending.grads.resize(target->node->outputs.size());
    Tensor& slot = pending.grads[size_t(target->output)];
    if (grad.defined()) slot = slot.defined() ? slot + grad : grad;
    if (!pending.queued) {
      pending.queued = true;
      ready_.push({target->node});
    }
  }

  void arrive_at_leaf(History& leaf, const Tensor& grad) {
    if (grad.defined()) leaf.grad = leaf.grad.defined() ? leaf.grad + grad : grad;
    if (--awaited_[&leaf] == 0 && leaf.grad.defined())
      for (const auto& hook : leaf.hooks) hook(leaf.grad);
  }

  void step(const std::shared_ptr<Node>& node) {
    Grads given = std::move(pending_[node.get()].grads);
    pending_.erase(node.get());
    Grads answered(node->inputs.size());
    if (std::any_of(given.begin(), given.end(), [](const Tensor& g) { return g.defined(); })) {
      const Call call = unpack(*node, node, create_);
      // Entries with one output may take dy[0] as given; the others see which are undefined.
      answered = node->call.op().vjp(call, given);
      answered.resize(node->inputs.size());
    }
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      const std::shared_ptr<History>& input = node->inputs[i];
      if (!input) continue;
      arrive(input, answered[i].defined() ? fit(answered[i], input->spec, node->call.op()) : Tensor());
    }
    if (!retain_) {
      node->spent = true;
      for (Tensor& input : node->call.mutable_inputs())
        if (input.defined() && input.body()->storage) input = shape_only(input);
      node->call.set_outputs({});
    }
  }

  bool retain_, create_;
  std::priority_queue<Ready> ready_;
  std::unordered_map<Node*, Pending> pending_;
  std::unordered_map<History*, int> awaited_;
};

void Tape::backward(const Tensor& tensor, const Tensor& gradient, bool retain_graph, bool create_graph) {
  check_in(needs_grad(tensor), ErrorKind::invalid, "backward", "the tensor does not depend on anything that requires a gradient");
  Tensor start = gradient;
  if (!start.defined()) {
    check_in(tensor.numel() == 1, ErrorKind::invalid, "backward", "a tensor of shape {} needs a gradient of its shape; only one element may go without",
             to_string(tensor.shape()));
    start = ones(tensor.shape(), tensor.dtype());
  }
  check_in(start.shape() == tensor.shape(), ErrorKind::invalid, "backward", "a gradient of shape {} for a tensor of shape {}", to_string(start.shape()),
           to_string(tensor.shape()));
  if (start.dtype() != tensor.dtype()) start = cast(start, tensor.dtype());
  Backward pass(retain_graph || create_graph, create_graph);
  if (create_graph) {
    EnableGrad on;
    pass.run(tensor.body()->history, start);
  } else {
    NoGrad off;
    pass.run(tensor.body()->history, start);
  }
}

}  // namespace

// Long chains of nodes are taken down in a loop: the recursion of nested destructors would overflow the stack.
Node::~Node() {
  std::vector<std::shared_ptr<History>> chain = std::move(inputs);
  for (Tensor& input : call.mutable_inputs())
    if (input.defined() && input.body().use_count() == 1 && input.body()->history) chain.push_back(std::move(input.body()->history));
  while (!chain.empty()) {
    const std::shared_ptr<History> last = std::move(chain.back());
    chain.pop_back();
    if (!last || last.use_count() > 1 || !last->node || last->node.use_count() > 1) continue;
    chain.insert(chain.end(), last->node->inputs.begin(), last->node->inputs.end());
    last->node->inputs.clear();
  }
}

Differentiator& tape() {
  static Tape* one = new Tape;  // stateless but for the thread's switch; never destroyed
  return *one;
}

NoGrad::NoGrad() : before_(enabled) { enabled = false; }
NoGrad::~NoGrad() { enabled = before_; }
EnableGrad::EnableGrad() : before_(enabled) { enabled = true; }
EnableGrad::~EnableGrad() { enabled = before_; }
bool grad_enabled() { return enabled; }

void on_gradient(Tensor& leaf, std::function<void(const Tensor&)> hook) {
  check(needs_grad(leaf) && !leaf.body()->history->node, "on_gradient: the tensor is no leaf that requires a gradient");
  leaf.body()->history->hooks.push_back(std::move(hook));
}

}  // namespace hebb
