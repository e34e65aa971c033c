#include "hebb/graph/trace.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "hebb/base/check.h"
#include "hebb/graph/integers.h"
#include "hebb/graph/unify.h"
#include "hebb/graph/window.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/slot_names.h"

namespace hebb {
namespace {

std::vector<SymbolicSize> fixed(const Dims& shape) {
  return {shape.begin(), shape.end()};
}

// Records one run at given sizes. A value is identified by its window of memory, because autograd
// hands out detached handles.
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
    const NodeId at = add_node(call);
    for (DType dtype : promoted_dtypes(call, call.common_dtype()))
      graph.nodes[size_t(at)].takes.push_back(dtype);
    for (const Tensor& output : call.outputs()) {
      const ValueId id =
          add({.dtype = output.dtype(), .shape = fixed(output.shape()), .producer = at});
      graph.nodes[size_t(at)].outputs.push_back(id);
      if (!known_.contains(memory_of(output).get()))
        made_.insert(memory_of(output).get());
      bind(output, id);
    }
  }

  void began(const Call& composite) override { composites_.push_back(add_node(composite)); }
  void ended(const Call& composite) override {
    const NodeId at = composites_.back();
    composites_.pop_back();
    for (const Tensor& output : composite.outputs()) {
      const ValueId id = output.defined() ? find(output) : -1;
      graph.nodes[size_t(at)].outputs.push_back(id);
    }
  }

  void wrote(const Tensor& target, const Tensor& value) override {
    check_in(!inputs_.contains(memory_of(target).get()), ErrorKind::invalid, "trace",
             "an input ({}) is overwritten by the program; write to a copy of it",
             describe(target));
    refuse_overlap(target, 0);
    const bool alike =
        target.dtype() == value.dtype() && target.shape() == value.shape() && !value.is_number();
    const ValueId id = find(value);
    if (!made_.contains(memory_of(target).get()))  // what the program made itself is not state
      written_[state_of(target)] = window(target);
    versions_.try_emplace(target.body()->storage, target.version());
    writes_[memory_of(target).get()].push_back({window(target), range(target), ++clock_});
    bind(target, id, alike);
  }

  void drew_key(const Tensor& key, const RandomKeyId& id) override {
    const RandomState now = random_state();
    const uint64_t steps = steps_since(now);
    const RandomKeyId relative{// Counted from the start of the run.
                               id.module, steps > 0 ? id.call : id.call - random_.calls};
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
    for (GraphValue& value : graph.values)
      if (value.kind == GraphValue::Kind::state && !writes_.contains(memory_of(value.tensor).get()))
        value.kind = GraphValue::Kind::constant;
    for (size_t n = 0; n < graph.nodes.size(); ++n)
      for (size_t slot = 0; slot < graph.nodes[n].operands.size(); ++slot)
        for (size_t item = 0; item < graph.nodes[n].operands[slot].size(); ++item)
          if (const ValueId id = graph.nodes[n].operands[slot][item]; id >= 0)
            graph.values[size_t(id)].uses.push_back({NodeId(n), int(slot), int(item)});
  }

  // Puts write counts and gradients of leaves back: nothing was really written.
  void restore_state() {
    for (const auto& [storage, version] : versions_)
      storage->put_back_version(version);
    for (const auto& [leaf, grad] : grads_)
      tape().put_back_grad(*leaf, grad);
  }

  Graph graph;

 private:
  struct Range {  // bytes in the storage
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

  NodeId add_node(const Call& call) {
    GraphNode node{
        .op = &call.op(), .attrs = call.attrs(), .scope = scopes_.empty() ? "" : scopes_.back()};
    for (int slot = 0; slot < call.op().inputs.size(); ++slot) {
      std::vector<ValueId> ids;
      if (is_list(call.op().inputs[slot])) {
        for (const Tensor& item : call.list(slot))
          ids.push_back(item.defined() ? find(item) : -1);
      } else {
        ids.push_back(call.has(slot) ? find(call.in(slot)) : -1);
      }
      node.operands.push_back(std::move(ids));
    }
    for (int64_t integer : integers_of(call.attrs()))
      node.integers.emplace_back(integer);
    const auto id = NodeId(graph.nodes.size());
    if (!composites_.empty())
      node.parent = composites_.back();
    graph.nodes.push_back(std::move(node));
    (composites_.empty() ? graph.body : graph.nodes[size_t(composites_.back())].region)
        .push_back(id);
    return id;
  }

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

  // Refuses a window whose memory was written through another, overlapping window after `time`,
  // when the window was bound: it no longer holds that value.
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
      GraphValue value{
          .kind = GraphValue::Kind::number, .dtype = tensor.dtype(), .shape = {}, .tensor = tensor};
      if (const std::optional<int64_t> number = whole_number(tensor))
        value.number = SymbolicSize(*number);
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

  std::map<Window, Binding> ids_;     // the value that a window holds now
  std::map<Window, ValueId> states_;  // existed before the program ran
  std::map<Window, std::string> state_names_;
  std::map<ValueId, Window> written_;
  std::map<std::shared_ptr<Storage>, uint64_t> versions_;  // write counts before the first write
  std::map<std::shared_ptr<History>, Tensor> grads_;       // gradients of leaves before
  std::map<const void*, std::vector<Written>> writes_;
  // Memory of inputs, of states, and made by the program.
  std::set<const void*> inputs_, known_, made_;
  // Weak pointers keep addresses unique without owning the memory. Owning it would make every
  // gradient look shared.
  std::vector<std::weak_ptr<const void>> addresses_;
  std::vector<std::string> scopes_;
  std::vector<NodeId> composites_;  // those that have begun, innermost last
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
  struct Restore {  // restores also when the program throws
    Tracer& tracer;
    RandomState random;
    ~Restore() {
      tracer.restore_state();
      set_random_state(random);
    }
  } restore{tracer, random};
  const RecorderScope scope(tracer);
  const ShapesOnly shapes;
  tracer.finish(fn(inputs));
  return std::move(tracer.graph);
}

// The inputs without memory, with these sizes in the symbols' dimensions.
std::vector<Tensor> stand_ins(const std::vector<Tensor>& inputs, const std::vector<Symbol>& symbols,
                              const SymbolSizes& sizes) {
  std::vector<Dims> shapes;
  for (const Tensor& input : inputs)
    shapes.push_back(input.shape());
  for (size_t s = 0; s < symbols.size(); ++s)
    for (const auto& [input, dim] : symbols[s].dims)
      shapes[size_t(input)][size_t(dim)] = sizes[s];
  std::vector<Tensor> out;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Device device = inputs[i].device() == meta ? Device::cpu : inputs[i].device();
    out.push_back(stand_in(shapes[i], contiguous_strides(shapes[i]), inputs[i].dtype(), device));
    out.back().requires_grad_(inputs[i].requires_grad());
  }
  return out;
}

std::vector<Symbol> symbols_of(const std::vector<Tensor>& inputs, const TraceOptions& options) {
  std::vector<Symbol> symbols = options.symbols;
  if (options.fixed_sizes)
    return {};
  if (symbols.empty()) {
    symbols.emplace_back();
    for (size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].dim() > 0)
        symbols[0].dims.push_back({int(i), 0});
  }
  auto size = [&](const InputDim& at) { return inputs[size_t(at.input)].size(at.dim); };
  std::set<std::string> names;
  std::set<std::pair<int, int>> taken;
  for (const Symbol& symbol : symbols) {
    check_in(!symbol.name.empty() && names.insert(symbol.name).second, ErrorKind::invalid, "trace",
             "two symbols are named '{}'; each needs a name of its own", symbol.name);
    check_in(!symbol.dims.empty(), ErrorKind::invalid, "trace",
             "no dimension of an input has the size {}; name one, or say fixed_sizes", symbol.name);
    for (const auto& [input, dim] : symbol.dims) {
      check_in(input >= 0 && size_t(input) < inputs.size() && dim >= 0 &&
                   dim < inputs[size_t(input)].dim(),
               ErrorKind::invalid, "trace", "there is no dimension {} of input {} to be {}", dim,
               input, symbol.name);
      check_in(taken.insert({input, dim}).second, ErrorKind::invalid, "trace",
               "dimension {} of input {} is given two sizes, {} the second", dim, input,
               symbol.name);
    }
    const InputDim& first = symbol.dims[0];
    for (const InputDim& at : symbol.dims)
      check_in(size(at) == size(first), ErrorKind::invalid, "trace",
               "{} is {} in dimension {} of input {} and {} in dimension {} of input {}; name "
               "the dimensions that vary together: .symbols = {{{{\"{}\", {{{{0, 0}}, ...}}}}}}",
               symbol.name, size(first), first.dim, first.input, size(at), at.dim, at.input,
               symbol.name);
    check_in(size(first) > 0, ErrorKind::invalid, "trace", "a size {} of 0 cannot be traced",
             symbol.name);
    check_in(
        symbol.most == 0 || symbol.most >= size(first) + 4, ErrorKind::invalid, "trace",
        "{} is {} and at most {}: too near to see what depends on it; trace with smaller inputs",
        symbol.name, size(first), symbol.most);
  }
  return symbols;
}

// How far to change a size: a number that common divisors divide, within symbol.most.
int64_t long_way(const Symbol& symbol, int64_t size) {
  for (int64_t way : {20160, 5040, 840, 240, 120, 60, 24, 12})
    if (symbol.most == 0 || size + way <= symbol.most)
      return way;
  return symbol.most - size;
}

constexpr int64_t most_steps = 64;  // the largest divisor that is searched for

// Traces at one point after another. The points are not in the order of size, so that a program
// that counts its runs does not seem to depend on a size.
class Sweep {
 public:
  Sweep(const Program& fn, const std::vector<Tensor>& inputs, const TraceOptions& options)
      : fn_(fn), inputs_(inputs), options_(options), symbols_(symbols_of(inputs, options)),
        unifier_(names()), steps_(symbols_.size(), 2) {
    for (const Symbol& symbol : symbols_)
      base_.push_back(inputs[size_t(symbol.dims[0].input)].size(symbol.dims[0].dim));
  }

  Graph run() {
    add({});
    if (symbols_.empty())
      add({});
    for (size_t s = 0; s < symbols_.size(); ++s) {
      for (int64_t step : {2, 1})
        add({{s, step}});
      add({{s, long_way(symbols_[s], base_[s])}});
    }
    add_joint();
    for (std::vector<int> unclear = unifier_.unclear(); go_on(unclear);)
      unclear = unifier_.unclear();
    Graph graph = unifier_.finish();
    graph.symbols = symbols_;
    return graph;
  }

 private:
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const Symbol& symbol : symbols_)
      out.push_back(symbol.name);
    return out;
  }

  void add(const std::vector<std::pair<size_t, int64_t>>& steps) {
    SymbolSizes sizes = base_;
    for (const auto& [symbol, step] : steps)
      sizes[symbol] += step;
    unifier_.add(trace_once(fn_, stand_ins(inputs_, symbols_, sizes), options_), sizes);
  }

  // Points where all symbols differ from the base. They show products and check the rest.
  void add_joint() {
    for (int64_t k = 1; k <= 12; ++k) {
      std::vector<std::pair<size_t, int64_t>> steps;
      for (size_t s = 0; s < symbols_.size(); ++s) {
        const int64_t room =
            symbols_[s].most == 0 ? 37 : std::min<int64_t>(37, symbols_[s].most - base_[s]);
        steps.emplace_back(s, 1 + (k * k * 5 + k * int64_t(7 + 4 * s) + int64_t(s)) % room);
      }
      add(steps);
    }
  }

  // Doubles the number of neighbouring sizes of these symbols; false when there are enough.
  bool go_on(const std::vector<int>& unclear) {
    bool more = false;
    for (int symbol : unclear) {
      const auto s = size_t(symbol);
      int64_t end = std::min(2 * steps_[s], most_steps);
      if (symbols_[s].most != 0)
        end = std::min(end, symbols_[s].most - base_[s]);
      more |= steps_[s] < end;
      while (steps_[s] < end)
        add({{s, ++steps_[s]}});
    }
    return more;
  }

  const Program& fn_;
  const std::vector<Tensor>& inputs_;
  const TraceOptions& options_;
  std::vector<Symbol> symbols_;
  SymbolSizes base_;
  Unifier unifier_;
  std::vector<int64_t> steps_;  // for each symbol: how many neighbouring sizes follow the base
};

}  // namespace

Graph trace(const Program& fn, const std::vector<Tensor>& inputs, const TraceOptions& options) {
  return Sweep(fn, inputs, options).run();
}

}  // namespace hebb
