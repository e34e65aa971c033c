// The tape: records calls whose inputs require a gradient.

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include "hebb/autograd/anomaly_checks.h"
#include "hebb/autograd/backward.h"
#include "hebb/autograd/history.h"
#include "hebb/base/check.h"
#include "hebb/base/pool.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/last_write.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/slot_names.h"

namespace hebb {

namespace {

std::atomic<uint64_t> next_number{1};
thread_local int special_recordings = 0;

// Moves what the node keeps to where the user wants it, and notes where the call was made.
void add_extras(Node& node, const SmallVector<bool, 8>& keep_input,
                const SmallVector<bool, 8>& keep_output) {
  if (anomaly_enabled())
    node.with_extras().scope = anomaly_scope();
  const auto functions = saved_tensor_functions();
  if (!functions)
    return;
  const auto pack = [&](Tensor& tensor, bool is_output, size_t i) {
    if (!tensor.defined() || tensor.is_number())
      return;
    node.with_extras().packed.push_back({is_output, int(i), PackedTensor(functions, tensor)});
    tensor = shape_only(tensor);
  };
  for (size_t i = 0; i < keep_input.size(); ++i)
    if (keep_input[i])
      pack(node.call.mutable_inputs()[i], false, i);
  Tensors outputs = node.call.outputs();
  for (size_t i = 0; i < keep_output.size(); ++i)
    if (keep_output[i])
      pack(outputs[i], true, i);
  node.call.set_outputs(std::move(outputs));
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
  if (special_recordings) [[unlikely]]
    add_extras(*node, keep_input, keep_output);
  return node;
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
    if (special_recordings && anomaly_enabled()) [[unlikely]]
      check_for_nan(call);
    if (!records(call) && !(call.op().internal && lacks_second_gradient(call)))
      return;
    const std::shared_ptr<Node> node = make_node(call);
    for (size_t i = 0; i < call.outputs().size(); ++i) {
      const Tensor& output = call.out(int(i));
      if (is_differentiable(output.dtype()))
        output.body()->history = output_history(node, int(i));
    }
  }
  void began(const Call& composite) override {
    if (special_recordings) [[unlikely]]
      enter_anomaly_scope(composite.op().name);
  }
  void ended(const Call&) override {
    if (special_recordings) [[unlikely]]
      leave_anomaly_scope();
  }
  void wrote(const Tensor&, const Tensor&) override {}
  void drew_key(const Tensor&, const RandomKeyId&) override {}
  void entered(std::string_view scope) override { enter_anomaly_scope(scope); }
  void left() override { leave_anomaly_scope(); }
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
      check_same_device("set_grad", grad, tensor.device());
    if (!tensor.body()->history && !grad.defined())
      return;
    if (!tensor.body()->history)
      set_requires_grad(tensor, false);
    assign_grad(tensor.body()->history, grad);
  }

  void put_back_grad(History& leaf, const Tensor& grad) override { leaf.grad = grad; }

  void backward(const Tensor& tensor, const Tensor& gradient, bool retain_graph,
                bool create_graph) override {
    run_backward({root_of("backward", tensor, gradient)}, retain_graph || create_graph,
                 create_graph);
  }

 private:
  // A backward kernel without a rule of its own, in a gradient that will be differentiated again:
  // its node says so when a gradient arrives there. A constant would be a wrong second derivative.
  static bool lacks_second_gradient(const Call& call) {
    return grad_enabled() && !call.op().vjp && !call.op().compose && is_creating_graph() &&
           std::any_of(call.inputs().begin(), call.inputs().end(), needs_grad);
  }
};

}  // namespace

void count_special_recording(int by) {
  special_recordings += by;
}

namespace {
constinit const Op function_op = {
    .name = "function",
    .what = "stands in the nodes of users' functions",
    .source = "autograd/function.h",
};
}  // namespace

std::shared_ptr<Node> make_rule_node(std::unique_ptr<BackwardRule> rule, Histories inputs,
                                     Specs outputs) {
  auto node = make_pooled<Node>(Call(function_op, Tensors{}, {}));
  node->number = next_number++;
  node->inputs = std::move(inputs);
  node->outputs = std::move(outputs);
  node->with_extras().rule = std::move(rule);
  if (anomaly_enabled())
    node->extras->scope = anomaly_scope();
  return node;
}

void assign_grad(const std::shared_ptr<History>& leaf, Tensor grad) {
  for (Recorder* recorder : recorders())
    recorder->regrads(leaf, leaf->grad);
  leaf->grad = std::move(grad);
}

// Lives as long as the program: there are no more of them than pairs of operators.
std::string_view overwritten_text(std::string_view keeper, const Tensor& tensor) {
  static std::mutex mutex;
  static std::set<std::string> texts;
  const std::string_view writer = last_writer(tensor.storage());
  const std::lock_guard lock(mutex);
  return *texts
              .insert(fmt::format("'{}' had kept for its gradient was overwritten in place{}",
                                  keeper, writer.empty() ? "" : fmt::format(" by '{}'", writer)))
              .first;
}

void fail_overwritten(std::string_view by, const Tensor& tensor) {
  fail(ErrorKind::invalid, "backward", "what {} after it was used: {}; the gradient would be wrong",
       overwritten_text(by, tensor), describe(tensor));
}

NodeExtras& Node::with_extras() {
  if (!extras)
    extras = std::make_unique<NodeExtras>();
  return *extras;
}

// Destroys long chains of nodes in a loop: nested destructors would overflow the stack.
Node::~Node() {
  Histories chain = std::move(inputs);
  for (Tensor& input : call.mutable_inputs())
    if (input.defined() && input.body().use_count() == 1 && input.body()->history)
      chain.push_back(std::move(input.body()->history));
  if (extras && extras->rule) [[unlikely]]
    extras->rule->hand_over(chain);
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

}  // namespace hebb
