#include "hebb/graph/trace.h"

#include <cstdint>
#include <map>
#include <tuple>
#include <unordered_map>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/graph/integers.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/recorder.h"

namespace hebb {
namespace {

std::vector<SymbolicSize> fixed(const Dims& shape) {
  std::vector<SymbolicSize> out;
  for (int64_t size : shape) out.push_back({size, 0});
  return out;
}

// Records one run with all sizes as they are. Values are told apart by the window of memory they live in, because autograd
// hands out detached handles; everything seen is kept alive so that no address is used twice.
class Tracer : public Recorder {
 public:
  explicit Tracer(const TraceOptions& options) {
    for (const auto& [name, tensor] : options.state_names) state_names_.emplace(window(tensor), name);
  }

  void add_input(const Tensor& tensor, std::string name) {
    const ValueId id = add({.kind = GraphValue::Kind::input, .dtype = tensor.dtype(), .shape = fixed(tensor.shape()), .name = std::move(name)});
    graph.inputs.push_back(id);
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
      bind(output, id);
    }
    graph.nodes.push_back(std::move(node));
  }

  void wrote(const Tensor& target, const Tensor& value) override {
    const ValueId state = state_of(target);
    if (!saved_.contains(state)) saved_.emplace(state, std::pair{target, cast_values(target, target.dtype())});
    if (window(target) == window(value)) {
      written_[state] = window(target);  // written directly: the call that follows binds this window to its output
    } else {
      written_[state] = window(value);
      ids_[window(target)] = find(value);
    }
    keep(target);
    keep(value);
  }

  void drew_key(const Tensor& key, const RandomKeyId& id) override {
    const RandomKeyId relative{id.module, id.call - calls_before_};  // a run counts from where it starts
    bind(key, add({.kind = GraphValue::Kind::key, .dtype = key.dtype(), .shape = {}, .key = relative}));
    ++graph.keys;
  }

  void entered(std::string_view scope) override { scopes_.emplace_back(scope); }
  void left() override { scopes_.pop_back(); }
  void regrads(const std::shared_ptr<History>&, const Tensor&) override {}
  void read(const Tensor& tensor) override {
    fail(ErrorKind::invalid, "trace", "a value ({}) is read by the program while it is traced; a graph cannot branch on values", describe(tensor));
  }

  void finish(const std::vector<Tensor>& outputs) {
    for (const Tensor& output : outputs) graph.outputs.push_back(find(output));
    for (const auto& [state, at] : written_) graph.writes.push_back({state, ids_.at(at)});
  }

  void restore_state() {
    for (auto& [state, saved] : saved_) {
      copy_values(saved.second, saved.first);
      saved.first.storage().count_write();
    }
  }

  Graph graph;

 private:
  using Window = std::tuple<const Storage*, int64_t, DType, std::vector<int64_t>, std::vector<int64_t>>;

  static Window window(const Tensor& t) {
    return {&t.storage(), t.body()->offset, t.dtype(), {t.shape().begin(), t.shape().end()}, {t.strides().begin(), t.strides().end()}};
  }
  ValueId add(GraphValue value) {
    graph.values.push_back(std::move(value));
    return ValueId(graph.values.size()) - 1;
  }
  void keep(const Tensor& tensor) { alive_.push_back(tensor); }
  void bind(const Tensor& tensor, ValueId id) {
    ids_[window(tensor)] = id;
    keep(tensor);
  }

  ValueId find(const Tensor& tensor) {
    const auto found = ids_.find(window(tensor));
    if (found != ids_.end()) return found->second;
    ValueId id;
    if (tensor.is_number()) {
      GraphValue value{.kind = GraphValue::Kind::constant, .dtype = tensor.dtype(), .shape = {}, .tensor = tensor};
      if (tensor.dtype() == DType::i64) value.number = SymbolicSize{*tensor.data<int64_t>(), 0};
      id = add(std::move(value));
    } else {
      id = state_of(tensor);
    }
    bind(tensor, id);
    return id;
  }

  ValueId state_of(const Tensor& tensor) {
    const auto found = states_.find(window(tensor));
    if (found != states_.end()) return found->second;
    const auto name = state_names_.find(window(tensor));
    const ValueId id = add({.kind = GraphValue::Kind::state, .dtype = tensor.dtype(), .shape = fixed(tensor.shape()),
                            .name = name == state_names_.end() ? fmt::format("state{}", states_.size()) : name->second, .tensor = tensor.detach()});
    states_.emplace(window(tensor), id);
    if (!ids_.contains(window(tensor))) bind(tensor, id);
    return id;
  }

  std::map<Window, ValueId> ids_;     // what a window of memory holds now
  std::map<Window, ValueId> states_;  // what was there before the program ran
  std::map<Window, std::string> state_names_;
  std::map<ValueId, Window> written_;
  std::map<ValueId, std::pair<Tensor, Tensor>> saved_;
  std::vector<Tensor> alive_;
  std::vector<std::string> scopes_;
  uint64_t calls_before_ = random_state().calls;
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

// ---- unifying the graphs of two batch sizes ----

class Unifier {
 public:
  Unifier(int64_t first, int64_t second) : first_(first), second_(second) {}

  SymbolicSize unify(int64_t a, int64_t b, const std::string& what) const {
    if (a == b) return {a, 0};
    const int64_t step = second_ - first_;
    check_in((b - a) % step == 0, ErrorKind::invalid, "trace", "{} is {} at a batch of {} and {} at {}: not an affine function of the batch", what, a, first_, b,
             second_);
    const int64_t factor = (b - a) / step;
    return {a - factor * first_, factor};
  }

  void merge(Graph& a, const Graph& b) const {
    check_in(a.nodes.size() == b.nodes.size() && a.values.size() == b.values.size(), ErrorKind::invalid, "trace",
             "the program runs {} operators at a batch of {} and {} at {}; it branches on the batch", a.nodes.size(), first_, b.nodes.size(), second_);
    for (size_t i = 0; i < a.nodes.size(); ++i) merge(a.nodes[i], b.nodes[i], int(i));
    for (size_t i = 0; i < a.values.size(); ++i) merge(a.values[i], b.values[i]);
  }

 private:
  void merge(GraphNode& a, const GraphNode& b, int at) const {
    const std::string where = fmt::format("operator {} ('{}'{})", at, a.op->name, a.scope.empty() ? "" : " in " + a.scope);
    check_in(a.op == b.op && a.operands == b.operands && a.outputs == b.outputs, ErrorKind::invalid, "trace",
             "{} differs between batches of {} and {}; the program branches on the batch", where, first_, second_);
    check_in(rest_of(a.attrs) == rest_of(b.attrs), ErrorKind::invalid, "trace", "an attribute of {} depends on the batch and is not an integer: {} and {}", where,
             a.attrs.to_string(), b.attrs.to_string());
    for (size_t i = 0; i < a.integers.size(); ++i)
      a.integers[i] = unify(a.integers[i].constant, b.integers[i].constant, "an attribute of " + where);
  }
  void merge(GraphValue& a, const GraphValue& b) const {
    check_in(a.kind == b.kind && a.shape.size() == b.shape.size(), ErrorKind::invalid, "trace", "the program branches on the batch");
    for (size_t i = 0; i < a.shape.size(); ++i) a.shape[i] = unify(a.shape[i].constant, b.shape[i].constant, "a size");
    if (a.kind != GraphValue::Kind::constant) return;
    if (a.number && b.number) a.number = unify(a.number->constant, b.number->constant, "a number");
    else check_in(a.tensor.item() == b.tensor.item(), ErrorKind::invalid, "trace", "a number depends on the batch and is not an integer: {} and {}", a.tensor.item(), b.tensor.item());
  }
  int64_t first_, second_;
};

// The same values with one more along dim: the first slice again.
Tensor one_more(const Tensor& tensor, int dim) {
  NoGrad off;
  Dims shape = tensor.shape();
  const int64_t old = shape[size_t(dim)]++;
  Tensor out = Tensor::empty(shape, tensor.dtype());
  Dims window = tensor.shape();
  copy_values(tensor, out.view(window, out.strides(), 0));
  window[size_t(dim)] = 1;
  copy_values(tensor.view(window, tensor.strides(), tensor.body()->offset), out.view(window, out.strides(), old * out.strides()[size_t(dim)]));
  return out;
}

}  // namespace

Graph trace(const Program& fn, const std::vector<Tensor>& inputs, const TraceOptions& options) {
  Graph graph = trace_once(fn, inputs, options);
  if (!options.batch) return graph;
  const auto [input, dim] = *options.batch;
  check_in(input >= 0 && size_t(input) < inputs.size() && dim >= 0 && dim < inputs[size_t(input)].dim(), ErrorKind::invalid, "trace",
           "there is no dimension {} of input {} to be the batch", dim, input);
  const int64_t batch = inputs[size_t(input)].size(dim);
  check_in(batch > 0, ErrorKind::invalid, "trace", "an empty batch cannot be traced");
  std::vector<Tensor> larger = inputs;
  for (Tensor& tensor : larger)  // every input whose first sizes agree carries the batch
    if (tensor.dim() > dim && tensor.size(dim) == batch) tensor = one_more(tensor, dim);
  Unifier(batch, batch + 1).merge(graph, trace_once(fn, larger, options));
  graph.batch_of = options.batch;
  return graph;
}

}  // namespace hebb
