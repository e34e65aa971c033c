#include "hebb/graph/trace.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "hebb/base/check.h"
#include "hebb/graph/integers.h"
#include "hebb/graph/unify.h"
#include "hebb/graph/window.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/slot_names.h"
#include "hebb/tensor/unrecorded_view.h"

namespace hebb {
namespace {

std::vector<SymbolicSize> fixed(const Dims& shape) {
  std::vector<SymbolicSize> out;
  for (int64_t size : shape)
    out.push_back({size, 0});
  return out;
}

// Records one run with all sizes as they are. Values are told apart by the window of memory they
// live in, because autograd hands out detached handles.
class Tracer : public Recorder {
 public:
  explicit Tracer(const TraceOptions& options) {
    for (const auto& [name, tensor] : options.state_names)
      state_names_.emplace(window(tensor), name);
  }

  void add_input(const Tensor& tensor, std::string name) {
    const ValueId id = add({.kind = GraphValue::Kind::input,
                            .dtype = tensor.dtype(),
                            .shape = fixed(tensor.shape()),
                            .name = std::move(name)});
    graph.inputs.push_back(id);
    inputs_.insert(memory_of(tensor).get());
    bind(tensor, id);
  }

  void called(const Call& call) override {
    GraphNode node{
        .op = &call.op(), .attrs = call.attrs(), .scope = scopes_.empty() ? "" : scopes_.back()};
    for (int slot = 0; slot < call.op().inputs.size(); ++slot) {
      std::vector<ValueId> ids;
      if (is_list(call.op().inputs[slot])) {
        for (const Tensor& item : call.list(slot))
          ids.push_back(find(item));
      } else {
        ids.push_back(call.has(slot) ? find(call.in(slot)) : -1);
      }
      node.operands.push_back(std::move(ids));
    }
    for (int64_t integer : integers_of(call.attrs()))
      node.integers.push_back({integer, 0});
    for (const Tensor& output : call.outputs()) {
      const ValueId id = add({.dtype = output.dtype(), .shape = fixed(output.shape())});
      node.outputs.push_back(id);
      if (!known_.contains(memory_of(output).get()))
        made_.insert(memory_of(output).get());
      bind(output, id);
    }
    graph.nodes.push_back(std::move(node));
  }

  void wrote(const Tensor& target, const Tensor& value) override {
    check_in(!inputs_.contains(memory_of(target).get()), ErrorKind::invalid, "trace",
             "an input ({}) is overwritten by the program; write to a copy of it",
             describe(target));
    refuse_overlap(target, 0);
    const bool direct =
        window(target) ==
        window(value);  // written by the call that follows, which binds this window to its output
    const bool alike =
        target.dtype() == value.dtype() && target.shape() == value.shape() && !value.is_number();
    const ValueId id = direct ? -1 : find(value);
    if (!made_.contains(memory_of(target).get())) {  // what the program made itself is no state
      const ValueId state = state_of(target);
      if (!saved_.contains(state))
        saved_.emplace(state, std::pair{target, cast_values(target, target.dtype())});
      written_[state] = window(target);
    }
    writes_[memory_of(target).get()].push_back({window(target), range(target), ++clock_});
    if (!direct)
      bind(target, id, alike);
  }

  void drew_key(const Tensor& key, const RandomKeyId& id) override {
    const RandomState now = random_state();
    const uint64_t steps = steps_since(now);
    const RandomKeyId relative{
        id.module,
        steps > 0 ? id.call : id.call - random_.calls};  // a run counts from where it starts
    bind(key, add({.kind = GraphValue::Kind::key,
                   .dtype = key.dtype(),
                   .shape = {},
                   .key = relative,
                   .key_step = steps}));
    made_.insert(memory_of(key).get());
  }

  void regrads(const std::shared_ptr<History>& leaf, const Tensor& grad) override {
    grads_.try_emplace(leaf, grad);
  }

  void entered(std::string_view scope) override { scopes_.emplace_back(scope); }
  void left() override { scopes_.pop_back(); }
  void read(const Tensor& tensor) override {
    fail(ErrorKind::invalid, "trace",
         "a value ({}) is read by the program while it is traced; a graph cannot branch on values",
         describe(tensor));
  }

  void finish(const std::vector<Tensor>& outputs) {
    for (const Tensor& output : outputs)
      graph.outputs.push_back(find(output));
    for (const auto& [state, at] : written_)
      graph.writes.push_back({state, ids_.at(at).id});
    for (const auto& [leaf, grad] : grads_)
      check_in(!grad.defined() || !states_.contains(window(grad)), ErrorKind::invalid, "trace",
               "the program reads a gradient ({}) from before it ran; a graph keeps no gradients "
               "from run to run. Clear them first: zero_grad()",
               describe(grad));
    const RandomState now = random_state();
    graph.random_steps = steps_since(now);
    graph.keys = graph.random_steps > 0 ? now.calls : now.calls - random_.calls;
  }

  void restore_state() {
    for (auto& [state, saved] : saved_) {
      copy_values(saved.second, saved.first);
      saved.first.storage().count_write();
    }
    for (const auto& [leaf, grad] : grads_)
      tape().put_back_grad(*leaf, grad);
  }

  Graph graph;

 private:
  struct Range {  // of bytes in the storage
    int64_t begin, end;
  };
  struct Binding {
    ValueId id;
    int64_t time;
    bool alike;  // the value has the window's shape and dtype
  };
  struct Written {
    Window window;
    Range range;
    int64_t time;
  };

  static Range range(const Tensor& t) {
    int64_t first = t.body()->offset, last = first;
    for (size_t i = 0; i < t.shape().size(); ++i) {
      if (t.shape()[i] == 0)
        return {0, 0};
      (t.strides()[i] < 0 ? first : last) += (t.shape()[i] - 1) * t.strides()[i];
    }
    return {first * item_size(t.dtype()), (last + 1) * item_size(t.dtype())};
  }
  ValueId add(GraphValue value) {
    graph.values.push_back(std::move(value));
    return ValueId(graph.values.size()) - 1;
  }
  void bind(const Tensor& tensor, ValueId id, bool alike = true) {
    ids_.insert_or_assign(window(tensor), Binding{id, ++clock_, alike});
    addresses_.push_back(memory_of(tensor));
  }

  // A window that was bound at `time` no longer holds that value when memory that it shares with
  // another window was written since.
  void refuse_overlap(const Tensor& tensor, int64_t time) const {
    const auto found = writes_.find(memory_of(tensor).get());
    if (found == writes_.end())
      return;
    const Window own = window(tensor);
    const Range r = range(tensor);
    for (const Written& w : found->second)
      check_in(w.time < time || w.window == own || w.range.end <= r.begin || r.end <= w.range.begin,
               ErrorKind::invalid, "trace",
               "the program writes to a part of a tensor and then uses another part ({}) that "
               "shares memory with it; a graph keeps these "
               "apart. Write the whole",
               describe(tensor));
  }

  ValueId find(const Tensor& tensor) {
    const auto found = ids_.find(window(tensor));
    refuse_overlap(tensor, found == ids_.end() ? 0 : found->second.time);
    if (found != ids_.end()) {
      check_in(found->second.alike, ErrorKind::invalid, "trace",
               "a tensor ({}) that was written with values of another shape or dtype is read again "
               "by the program; write values like it: "
               "expand(), to()",
               describe(tensor));
      return found->second.id;
    }
    ValueId id;
    if (tensor.is_number()) {
      GraphValue value{.kind = GraphValue::Kind::constant,
                       .dtype = tensor.dtype(),
                       .shape = {},
                       .tensor = tensor};
      if (const std::optional<int64_t> number = whole_number(tensor))
        value.number = SymbolicSize{*number, 0};
      id = add(std::move(value));
      bind(tensor, id);
    } else {
      id = state_of(tensor);
    }
    return id;
  }

  ValueId state_of(const Tensor& tensor) {
    const auto found = states_.find(window(tensor));
    if (found != states_.end())
      return found->second;
    const auto name = state_names_.find(window(tensor));
    const ValueId id = add(
        {.kind = GraphValue::Kind::state,
         .dtype = tensor.dtype(),
         .shape = fixed(tensor.shape()),
         .name = name == state_names_.end() ? fmt::format("state{}", states_.size()) : name->second,
         .tensor = tensor.detach()});
    states_.emplace(window(tensor), id);
    known_.insert(memory_of(tensor).get());
    if (!ids_.contains(window(tensor)))
      bind(tensor, id);
    return id;
  }

  uint64_t steps_since(const RandomState& now) const {
    const uint64_t steps = now.step - random_.step;
    check_in(now.seed == random_.seed && now.micro_batch == (steps > 0 ? 0 : random_.micro_batch),
             ErrorKind::invalid, "trace",
             "the program goes to another micro-batch of random keys or seeds them; trace one "
             "micro-batch");
    return steps;
  }

  std::map<Window, Binding> ids_;     // what a window of memory holds now
  std::map<Window, ValueId> states_;  // what was there before the program ran
  std::map<Window, std::string> state_names_;
  std::map<ValueId, Window> written_;
  std::map<ValueId, std::pair<Tensor, Tensor>> saved_;
  std::map<std::shared_ptr<History>, Tensor> grads_;  // what leaves had before
  std::map<const void*, std::vector<Written>> writes_;
  std::set<const void*> inputs_, known_, made_;  // given, of states, and made by the program
  // An address is used once as long as somebody may ask for it, without keeping the memory: that
  // would make every gradient look shared.
  std::vector<std::weak_ptr<const void>> addresses_;
  std::vector<std::string> scopes_;
  const RandomState random_ = random_state();
  int64_t clock_ = 0;
};

using Program = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

Graph trace_once(const Program& fn, const std::vector<Tensor>& inputs,
                 const TraceOptions& options) {
  Tracer tracer(options);
  for (size_t i = 0; i < inputs.size(); ++i)
    tracer.add_input(inputs[i], inputs.size() == 1 ? "input" : fmt::format("input{}", i));
  const RandomState random = random_state();
  struct Restore {  // also when the program throws
    Tracer& tracer;
    RandomState random;
    ~Restore() {
      tracer.restore_state();
      set_random_state(random);
    }
  } restore{tracer, random};
  RecorderScope scope(tracer);
  tracer.finish(fn(inputs));
  return std::move(tracer.graph);
}

// The same values with the dimension `size` long: its slices again and again.
Tensor resized(const Tensor& tensor, int dim, int64_t size) {
  NoGrad off;
  Dims shape = tensor.shape();
  const int64_t old = shape[size_t(dim)];
  shape[size_t(dim)] = size;
  Tensor out = Tensor::empty(shape, tensor.dtype());
  for (int64_t done = 0; done < size; done += old) {
    Dims piece = tensor.shape();
    piece[size_t(dim)] = std::min(old, size - done);
    copy_values(unrecorded_view(tensor, piece, tensor.strides(), tensor.body()->offset),
                unrecorded_view(out, piece, out.strides(), done * out.strides()[size_t(dim)]));
  }
  return out;
}

// Which dimensions of which inputs are the batch; all have one size.
std::vector<BatchDim> batch_dims(const std::vector<Tensor>& inputs, const TraceOptions& options) {
  std::vector<BatchDim> out = options.batch;
  for (size_t i = 0; options.batch.empty() && i < inputs.size(); ++i)
    if (inputs[i].dim() > 0)
      out.push_back({int(i), 0});
  check_in(!out.empty(), ErrorKind::invalid, "trace",
           "no input has a dimension that could be the batch; say fixed_sizes");
  for (const auto& [input, dim] : out)
    check_in(input >= 0 && size_t(input) < inputs.size() && dim >= 0 &&
                 dim < inputs[size_t(input)].dim(),
             ErrorKind::invalid, "trace", "there is no dimension {} of input {} to be the batch",
             dim, input);
  auto size = [&](const BatchDim& at) { return inputs[size_t(at.input)].size(at.dim); };
  for (const BatchDim& at : out)
    check_in(size(at) == size(out[0]), ErrorKind::invalid, "trace",
             "the batch is {} in dimension {} of input {} and {} in dimension {} of input {}; name "
             "the dimensions that vary together: "
             ".batch = {{{{0, 0}}, ...}}",
             size(out[0]), out[0].dim, out[0].input, size(at), at.dim, at.input);
  return out;
}

}  // namespace

Graph trace(const Program& fn, const std::vector<Tensor>& inputs, const TraceOptions& options) {
  if (options.fixed_sizes)
    return unify({trace_once(fn, inputs, options), trace_once(fn, inputs, options)}, {0, 0});
  const std::vector<BatchDim> varying = batch_dims(inputs, options);
  const int64_t n = inputs[size_t(varying[0].input)].size(varying[0].dim);
  check_in(n > 0, ErrorKind::invalid, "trace", "an empty batch cannot be traced");
  // Not in the order of size: what counts the runs instead of following the batch is not affine
  // then.
  const std::vector<int64_t> batches = {n, 2 * n + 1, n + 1};
  std::vector<Graph> graphs;
  for (int64_t batch : batches) {
    std::vector<Tensor> given = inputs;
    if (batch != n)
      for (const auto& [input, dim] : varying)
        given[size_t(input)] = resized(given[size_t(input)], dim, batch);
    graphs.push_back(trace_once(fn, given, options));
  }
  Graph graph = unify(graphs, batches);
  graph.batch_of = varying[0];
  return graph;
}

}  // namespace hebb
