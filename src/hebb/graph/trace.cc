#include "hebb/graph/trace.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <tuple>

#include "hebb/base/check.h"
#include "hebb/graph/integers.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/recorder.h"
#include "hebb/tensor/unrecorded_view.h"

namespace hebb {
namespace {

std::vector<SymbolicSize> fixed(const Dims& shape) {
  std::vector<SymbolicSize> out;
  for (int64_t size : shape) out.push_back({size, 0});
  return out;
}

using Window = std::tuple<const Storage*, int64_t, DType, std::vector<int64_t>, std::vector<int64_t>>;

Window window(const Tensor& t) {
  return {&t.storage(), t.body()->offset, t.dtype(), {t.shape().begin(), t.shape().end()}, {t.strides().begin(), t.strides().end()}};
}

// Records one run with all sizes as they are. Values are told apart by the window of memory they live in, because autograd
// hands out detached handles.
class Tracer : public Recorder {
 public:
  explicit Tracer(const TraceOptions& options) {
    for (const auto& [name, tensor] : options.state_names) state_names_.emplace(window(tensor), name);
  }

  void add_input(const Tensor& tensor, std::string name) {
    const ValueId id =
        add({.kind = GraphValue::Kind::input, .dtype = tensor.dtype(), .shape = fixed(tensor.shape()), .name = std::move(name)});
    graph.inputs.push_back(id);
    inputs_.insert(&tensor.storage());
    bind(tensor, id);
  }

  void called(const Call& call) override {
    GraphNode node{.op = &call.op(), .attrs = call.attrs(), .scope = scopes_.empty() ? "" : scopes_.back()};
    for (int slot = 0; slot < call.op().inputs.size(); ++slot) {
      std::vector<ValueId> ids;
      if (call.op().inputs[slot].ends_with('*')) {
        for (const Tensor& item : call.list(slot)) ids.push_back(find(item));
      } else {
        ids.push_back(call.has(slot) ? find(call.in(slot)) : -1);
      }
      node.operands.push_back(std::move(ids));
    }
    for (int64_t integer : integers_of(call.attrs())) node.integers.push_back({integer, 0});
    for (const Tensor& output : call.outputs()) {
      const ValueId id = add({.dtype = output.dtype(), .shape = fixed(output.shape())});
      node.outputs.push_back(id);
      if (!known_.contains(&output.storage())) made_.insert(&output.storage());
      bind(output, id);
    }
    graph.nodes.push_back(std::move(node));
  }

  void wrote(const Tensor& target, const Tensor& value) override {
    check_in(!inputs_.contains(&target.storage()), ErrorKind::invalid, "trace",
             "an input ({}) is overwritten by the program; write to a copy of it", describe(target));
    refuse_overlap(target, 0);
    const bool direct = window(target) == window(value);  // written by the call that follows, which binds this window to its output
    const bool alike = target.dtype() == value.dtype() && target.shape() == value.shape() && !value.is_number();
    const ValueId id = direct ? -1 : find(value);
    if (!made_.contains(&target.storage())) {  // what the program made itself is no state
      const ValueId state = state_of(target);
      if (!saved_.contains(state)) saved_.emplace(state, std::pair{target, cast_values(target, target.dtype())});
      written_[state] = window(target);
    }
    writes_[&target.storage()].push_back({window(target), range(target), ++clock_});
    if (!direct) bind(target, id, alike);
  }

  void drew_key(const Tensor& key, const RandomKeyId& id) override {
    const RandomState now = random_state();
    const uint64_t steps = steps_since(now);
    const RandomKeyId relative{id.module, steps > 0 ? id.call : id.call - random_.calls};  // a run counts from where it starts
    bind(key, add({.kind = GraphValue::Kind::key, .dtype = key.dtype(), .shape = {}, .key = relative, .key_step = steps}));
    made_.insert(&key.storage());
  }

  void regrads(const std::shared_ptr<History>& leaf, const Tensor& grad) override { grads_.try_emplace(leaf, grad); }

  void entered(std::string_view scope) override { scopes_.emplace_back(scope); }
  void left() override { scopes_.pop_back(); }
  void read(const Tensor& tensor) override {
    fail(ErrorKind::invalid, "trace", "a value ({}) is read by the program while it is traced; a graph cannot branch on values",
         describe(tensor));
  }

  void finish(const std::vector<Tensor>& outputs) {
    for (const Tensor& output : outputs) graph.outputs.push_back(find(output));
    for (const auto& [state, at] : written_) graph.writes.push_back({state, ids_.at(at).id});
    for (const auto& [leaf, grad] : grads_)
      check_in(
          !grad.defined() || !states_.contains(window(grad)), ErrorKind::invalid, "trace",
          "the program reads a gradient ({}) from before it ran; a graph keeps no gradients from run to run. Clear them first: zero_grad()",
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
    for (const auto& [leaf, grad] : grads_) tape().put_back_grad(*leaf, grad);
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
      if (t.shape()[i] == 0) return {0, 0};
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
    addresses_.push_back(tensor.body()->storage);
  }

  // A window that was bound at `time` no longer holds that value when memory that it shares with another window was written since.
  void refuse_overlap(const Tensor& tensor, int64_t time) const {
    const auto found = writes_.find(&tensor.storage());
    if (found == writes_.end()) return;
    const Window own = window(tensor);
    const Range r = range(tensor);
    for (const Written& w : found->second)
      check_in(w.time < time || w.window == own || w.range.end <= r.begin || r.end <= w.range.begin, ErrorKind::invalid, "trace",
               "the program writes to a part of a tensor and then uses another part ({}) that shares memory with it; a graph keeps these "
               "apart. Write the whole",
               describe(tensor));
  }

  ValueId find(const Tensor& tensor) {
    const auto found = ids_.find(window(tensor));
    refuse_overlap(tensor, found == ids_.end() ? 0 : found->second.time);
    if (found != ids_.end()) {
      check_in(found->second.alike, ErrorKind::invalid, "trace",
               "a tensor ({}) that was written with values of another shape or dtype is read again by the program; write values like it: "
               "expand(), to()",
               describe(tensor));
      return found->second.id;
    }
    ValueId id;
    if (tensor.is_number()) {
      GraphValue value{.kind = GraphValue::Kind::constant, .dtype = tensor.dtype(), .shape = {}, .tensor = tensor};
      if (const std::optional<int64_t> number = whole_number(tensor)) value.number = SymbolicSize{*number, 0};
      id = add(std::move(value));
      bind(tensor, id);
    } else {
      id = state_of(tensor);
    }
    return id;
  }

  ValueId state_of(const Tensor& tensor) {
    const auto found = states_.find(window(tensor));
    if (found != states_.end()) return found->second;
    const auto name = state_names_.find(window(tensor));
    const ValueId id = add({.kind = GraphValue::Kind::state,
                            .dtype = tensor.dtype(),
                            .shape = fixed(tensor.shape()),
                            .name = name == state_names_.end() ? fmt::format("state{}", states_.size()) : name->second,
                            .tensor = tensor.detach()});
    states_.emplace(window(tensor), id);
    known_.insert(&tensor.storage());
    if (!ids_.contains(window(tensor))) bind(tensor, id);
    return id;
  }

  uint64_t steps_since(const RandomState& now) const {
    const uint64_t steps = now.step - random_.step;
    check_in(now.seed == random_.seed && now.micro_batch == (steps > 0 ? 0 : random_.micro_batch), ErrorKind::invalid, "trace",
             "the program goes to another micro-batch of random keys or seeds them; trace one micro-batch");
    return steps;
  }

  std::map<Window, Binding> ids_;     // what a window of memory holds now
  std::map<Window, ValueId> states_;  // what was there before the program ran
  std::map<Window, std::string> state_names_;
  std::map<ValueId, Window> written_;
  std::map<ValueId, std::pair<Tensor, Tensor>> saved_;
  std::map<std::shared_ptr<History>, Tensor> grads_;  // what leaves had before
  std::map<const Storage*, std::vector<Written>> writes_;
  std::set<const Storage*> inputs_, known_, made_;  // given, of states, and made by the program
  // An address is used once as long as somebody may ask for it, without keeping the memory: that would make every gradient look shared.
  std::vector<std::weak_ptr<Storage>> addresses_;
  std::vector<std::string> scopes_;
  const RandomState random_ = random_state();
  int64_t clock_ = 0;
};

using Program = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

Graph trace_once(const Program& fn, const std::vector<Tensor>& inputs, const TraceOptions& options) {
  Tracer tracer(options);
  for (size_t i = 0; i < inputs.size(); ++i) tracer.add_input(inputs[i], inputs.size() == 1 ? "input" : fmt::format("input{}", i));
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

// ---- unifying the graphs of three batch sizes ----

// Two sizes give the affine expression, the third one checks it.
class Unifier {
 public:
  explicit Unifier(std::vector<int64_t> batches) : batches_(std::move(batches)) {}

  Graph merge(const std::vector<Graph>& graphs) const {
    Graph out = graphs[0];
    for (size_t k = 1; k < graphs.size(); ++k) {
      const Graph& other = graphs[k];
      check_in(out.nodes.size() == other.nodes.size() && out.values.size() == other.values.size() && out.outputs == other.outputs,
               ErrorKind::invalid, "trace",
               "the program runs {} operators {} and {} {}; it branches on the batch, or makes what it keeps in its first run (run it once "
               "before)",
               out.nodes.size(), at(0), other.nodes.size(), at(k));
      for (size_t i = 0; i < out.nodes.size(); ++i) compare(out.nodes[i], other.nodes[i], where(out.nodes[i], i), k);
      for (size_t i = 0; i < out.values.size(); ++i) compare(out.values[i], other.values[i], k);
      check_in(same_writes(out.writes, other.writes) && out.keys == other.keys && out.random_steps == other.random_steps,
               ErrorKind::invalid, "trace",
               "the program writes other state or draws other random keys {} than {}; it branches on the batch", at(k), at(0));
    }
    for (size_t i = 0; i < out.nodes.size(); ++i)
      for (size_t j = 0; j < out.nodes[i].integers.size(); ++j)
        out.nodes[i].integers[j] = unify(
            graphs, [&](const Graph& g) { return g.nodes[i].integers[j].constant; }, "an attribute of " + where(out.nodes[i], i));
    for (size_t i = 0; i < out.values.size(); ++i) {
      GraphValue& value = out.values[i];
      for (size_t j = 0; j < value.shape.size(); ++j)
        value.shape[j] = unify(
            graphs, [&](const Graph& g) { return g.values[i].shape[j].constant; }, "a size");
      if (value.number)
        value.number = unify(
            graphs, [&](const Graph& g) { return g.values[i].number->constant; }, "a number");
    }
    return out;
  }

 private:
  std::string at(size_t k) const {
    return batches_[0] == batches_[k] ? (k == 0 ? "in one run" : "in another run") : fmt::format("at a batch of {}", batches_[k]);
  }
  static std::string where(const GraphNode& node, size_t at) {
    return fmt::format("operator {} ('{}'{})", at, node.op->name, node.scope.empty() ? "" : " in " + node.scope);
  }

  template <class F>
  SymbolicSize unify(const std::vector<Graph>& graphs, F&& read, const std::string& what) const {
    std::vector<int64_t> seen;
    for (const Graph& graph : graphs) seen.push_back(read(graph));
    SymbolicSize size{seen[0], 0};
    bool fits = true;
    for (size_t k = 1; k < seen.size() && fits; ++k) {  // the first that differs gives the factor
      const int64_t step = batches_[k] - batches_[0];
      if (size.at(batches_[k]) == seen[k]) continue;
      fits = size.factor == 0 && step != 0 && (seen[k] - seen[0]) % step == 0;
      if (fits) size.factor = (seen[k] - seen[0]) / step, size.constant = seen[0] - size.factor * batches_[0];
    }
    for (size_t k = 0; k < seen.size(); ++k) fits = fits && size.at(batches_[k]) == seen[k];
    std::string text;
    for (size_t k = 0; !fits && k < seen.size(); ++k) text += fmt::format("{}{} {}", k ? ", " : "", seen[k], at(k));
    check_in(fits, ErrorKind::invalid, "trace", "{} is {}: not an affine function of the batch", what, text);
    return size;
  }

  static bool same_writes(const std::vector<StateWrite>& a, const std::vector<StateWrite>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const StateWrite& x, const StateWrite& y) { return x.state == y.state && x.value == y.value; });
  }

  void compare(const GraphNode& a, const GraphNode& b, const std::string& where, size_t k) const {
    check_in(a.op == b.op && a.operands == b.operands && a.outputs == b.outputs && a.integers.size() == b.integers.size(),
             ErrorKind::invalid, "trace", "{} is another one {} than {}; the program branches on the batch", where, at(k), at(0));
    check_in(rest_of(a.attrs) == rest_of(b.attrs), ErrorKind::invalid, "trace",
             "an attribute of {} changes from run to run and is not an integer: {} and {}", where, a.attrs.to_string(),
             b.attrs.to_string());
  }
  void compare(const GraphValue& a, const GraphValue& b, size_t k) const {
    check_in(a.kind == b.kind && a.shape.size() == b.shape.size() && a.dtype == b.dtype, ErrorKind::invalid, "trace",
             "the program branches on the batch: a value is {}[{} dimensions] {} and {}[{}] {}", name(a.dtype), a.shape.size(), at(0),
             name(b.dtype), b.shape.size(), at(k));
    if (a.kind == GraphValue::Kind::state)
      check_in(window(a.tensor) == window(b.tensor), ErrorKind::invalid, "trace",
               "a tensor ({}) is made anew in every run from values that are not in the graph; make it once, outside, or with operators "
               "(full, arange)",
               describe(a.tensor));
    if (a.kind == GraphValue::Kind::key)
      check_in(a.key.module == b.key.module && a.key.call == b.key.call && a.key_step == b.key_step, ErrorKind::invalid, "trace",
               "the program draws other random keys {} than {}; it branches on the batch", at(k), at(0));
    if (a.kind == GraphValue::Kind::constant && !(a.number && b.number))
      check_in(std::memcmp(a.tensor.raw_data(), b.tensor.raw_data(), size_t(a.tensor.nbytes())) == 0, ErrorKind::invalid, "trace",
               "a number changes from run to run and is not a whole one that follows the batch: {} {} and {} {}; keep it in a tensor that "
               "is written",
               to_string(a.tensor), at(0), to_string(b.tensor), at(k));
  }

  std::vector<int64_t> batches_;
};

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
    if (inputs[i].dim() > 0) out.push_back({int(i), 0});
  check_in(!out.empty(), ErrorKind::invalid, "trace", "no input has a dimension that could be the batch; say fixed_sizes");
  for (const auto& [input, dim] : out)
    check_in(input >= 0 && size_t(input) < inputs.size() && dim >= 0 && dim < inputs[size_t(input)].dim(), ErrorKind::invalid, "trace",
             "there is no dimension {} of input {} to be the batch", dim, input);
  auto size = [&](const BatchDim& at) { return inputs[size_t(at.input)].size(at.dim); };
  for (const BatchDim& at : out)
    check_in(size(at) == size(out[0]), ErrorKind::invalid, "trace",
             "the batch is {} in dimension {} of input {} and {} in dimension {} of input {}; name the dimensions that vary together: "
             ".batch = {{{{0, 0}}, ...}}",
             size(out[0]), out[0].dim, out[0].input, size(at), at.dim, at.input);
  return out;
}

}  // namespace

Graph trace(const Program& fn, const std::vector<Tensor>& inputs, const TraceOptions& options) {
  if (options.fixed_sizes) return Unifier({0, 0}).merge({trace_once(fn, inputs, options), trace_once(fn, inputs, options)});
  const std::vector<BatchDim> varying = batch_dims(inputs, options);
  const int64_t n = inputs[size_t(varying[0].input)].size(varying[0].dim);
  check_in(n > 0, ErrorKind::invalid, "trace", "an empty batch cannot be traced");
  // Not in the order of size: what counts the runs instead of following the batch is not affine then.
  const std::vector<int64_t> batches = {n, 2 * n + 1, n + 1};
  std::vector<Graph> graphs;
  for (int64_t batch : batches) {
    std::vector<Tensor> given = inputs;
    if (batch != n)
      for (const auto& [input, dim] : varying) given[size_t(input)] = resized(given[size_t(input)], dim, batch);
    graphs.push_back(trace_once(fn, given, options));
  }
  Graph graph = Unifier(batches).merge(graphs);
  graph.batch_of = varying[0];
  return graph;
}

}  // namespace hebb
