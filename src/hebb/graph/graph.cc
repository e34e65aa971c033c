#include "hebb/graph/graph.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/graph/integers.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/slot_names.h"

namespace hebb {

namespace {

std::vector<std::string> symbol_names(const Graph& graph) {
  std::vector<std::string> names;
  for (const Symbol& symbol : graph.symbols)
    names.push_back(symbol.name);
  return names;
}

std::string shape_text(const std::vector<SymbolicSize>& shape,
                       const std::vector<std::string>& symbols) {
  std::vector<std::string> sizes;
  for (const SymbolicSize& size : shape)
    sizes.push_back(to_string(size, symbols));
  return fmt::format("[{}]", fmt::join(sizes, ", "));
}

}  // namespace

Tensor number_at(const GraphValue& number, const SymbolSizes& sizes) {
  if (!number.number)
    return number.tensor;
  const int64_t value = number.number->at(sizes);
  return number.dtype == DType::f64 ? Tensor(double(value)) : Tensor(value);
}

Attrs attributes_at(const GraphNode& node, const SymbolSizes& sizes) {
  if (std::all_of(node.integers.begin(), node.integers.end(),
                  [](const SymbolicSize& s) { return s.is_constant(); }))
    return node.attrs;
  return with_integers(node.attrs, sizes_at(node.integers, sizes));
}

uint64_t key_at(const RandomState& random, const RandomKeyId& key, uint64_t step) {
  RandomState at = random;
  if (step > 0)
    at = {.seed = at.seed, .step = at.step + step, .next_module = at.next_module};
  return key_value(at, {key.module, at.calls + key.call});
}

RandomState random_after(uint64_t steps, uint64_t keys, const RandomState& before) {
  RandomState random = before;
  if (steps > 0)
    random = {.seed = random.seed, .step = random.step + steps, .next_module = random.next_module};
  random.calls += keys;
  return random;
}

namespace {

SymbolSizes read_sizes(const Graph& graph, const std::vector<Tensor>& given) {
  SymbolSizes sizes;
  for (const Symbol& symbol : graph.symbols) {
    const auto [input, dim] = symbol.dims[0];
    const Tensor& from = given[size_t(input)];
    sizes.push_back(dim < from.dim() ? from.size(dim) : 0);
  }
  return sizes;
}

bool fits(const Tensor& given, const GraphValue& want, const SymbolSizes& sizes) {
  return given.dtype() == want.dtype && given.shape() == sizes_at(want.shape, sizes);
}

}  // namespace

std::optional<SymbolSizes> Graph::fitting_sizes(const std::vector<Tensor>& given) const {
  if (given.size() != inputs.size())
    return std::nullopt;
  SymbolSizes sizes = read_sizes(*this, given);
  for (size_t i = 0; i < inputs.size(); ++i)
    if (!fits(given[i], values[size_t(inputs[i])], sizes))
      return std::nullopt;
  return sizes;
}

SymbolSizes Graph::sizes_of(const std::vector<Tensor>& given) const {
  check_in(given.size() == inputs.size(), ErrorKind::invalid, "graph",
           "{} inputs are given, the graph has {}", given.size(), inputs.size());
  SymbolSizes sizes = read_sizes(*this, given);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const GraphValue& want = values[size_t(inputs[i])];
    check_in(fits(given[i], want, sizes), ErrorKind::invalid, "graph",
             "input '{}' is {}, the graph takes {}{}", want.name, describe(given[i]),
             name(want.dtype), shape_text(want.shape, symbol_names(*this)));
  }
  return sizes;
}

std::vector<Tensor> Graph::run(const std::vector<Tensor>& given) const {
  const SymbolSizes sizes = sizes_of(given);
  NoGrad off;
  std::vector<int> last_use(values.size(), -1);
  for (size_t id = 0; id < values.size(); ++id)
    for (const Use& use : values[id].uses)
      if (!nodes[size_t(use.node)].op->compose)
        last_use[id] = use.node;
  for (ValueId id : outputs)
    last_use[size_t(id)] = int(nodes.size());
  for (const StateWrite& write : writes)
    last_use[size_t(write.value)] = int(nodes.size());

  const RandomState random = random_state();
  std::vector<Tensor> now(values.size());
  for (size_t i = 0; i < inputs.size(); ++i)
    now[size_t(inputs[i])] = given[i];
  for (size_t id = 0; id < values.size(); ++id) {
    const GraphValue& value = values[id];
    if (value.kind == GraphValue::Kind::state || value.kind == GraphValue::Kind::constant)
      now[id] = value.tensor;
    if (value.kind == GraphValue::Kind::number)
      now[id] = number_at(value, sizes);
    if (value.kind == GraphValue::Kind::key) {
      now[id] = Tensor::empty({}, DType::u64);
      *now[id].data<uint64_t>() = key_at(random, value.key, value.key_step);
    }
  }
  for (size_t n = 0; n < nodes.size(); ++n) {
    const GraphNode& node = nodes[n];
    if (node.op->compose)
      continue;
    std::vector<std::vector<Tensor>> slots;
    for (const auto& ids : node.operands) {
      slots.emplace_back();
      for (ValueId id : ids)
        slots.back().push_back(id < 0 ? Tensor() : now[size_t(id)]);
    }
    Tensors results = call_slots(*node.op, slots, attributes_at(node, sizes));
    for (size_t i = 0; i < node.outputs.size(); ++i)
      now[size_t(node.outputs[i])] = std::move(results[i]);
    for (const auto& ids : node.operands)
      for (ValueId id : ids)
        if (id >= 0 && last_use[size_t(id)] == int(n))
          now[size_t(id)] = Tensor();
  }
  std::vector<Tensor> answers;
  for (ValueId id : outputs)
    answers.push_back(now[size_t(id)]);
  // All written values are those from after the last node. A value in the memory of another written
  // state is saved before that state changes.
  std::vector<Tensor> written;
  for (const StateWrite& w : writes) {
    Tensor value = now[size_t(w.value)];
    for (const StateWrite& other : writes)
      if (value.defined() && other.state != w.state &&
          values[size_t(other.state)].tensor.body()->storage == value.body()->storage) {
        value = cast_values(value, value.dtype());
        break;
      }
    written.push_back(std::move(value));
  }
  for (size_t i = 0; i < writes.size(); ++i) {
    Tensor target = values[size_t(writes[i].state)].tensor;
    write(target, written[i]);
  }
  set_random_state(random_after(random_steps, keys, random));
  return answers;
}

double flops(const Graph& graph, const SymbolSizes& sizes) {
  auto tensor = [&](ValueId id) {
    if (id < 0)
      return Tensor();
    const GraphValue& value = graph.values[size_t(id)];
    return Tensor::empty(sizes_at(value.shape, sizes), value.dtype, meta);
  };
  double sum = 0;
  for (const GraphNode& node : graph.nodes) {
    if (!node.op->cost || node.op->compose)
      continue;
    std::vector<std::vector<Tensor>> slots;
    for (const auto& ids : node.operands) {
      slots.emplace_back();
      for (ValueId id : ids)
        slots.back().push_back(tensor(id));
    }
    Call call(*node.op, slots, attributes_at(node, sizes));
    Tensors outputs;
    for (ValueId id : node.outputs)
      outputs.push_back(tensor(id));
    call.set_outputs(std::move(outputs));
    sum += node.op->cost(call).flops;
  }
  return sum;
}

namespace {

class Printer {
 public:
  explicit Printer(const Graph& graph) : graph_(graph), symbols_(symbol_names(graph)) {}

  std::string print() const {
    std::string text = "graph(";
    for (size_t i = 0; i < graph_.inputs.size(); ++i)
      text +=
          fmt::format("{}{}: {}", i ? ", " : "", value(graph_.inputs[i]), typed(graph_.inputs[i]));
    text += ")\n";
    for (NodeId id : graph_.body)
      text += node(id, 2);
    for (const StateWrite& write : graph_.writes)
      text += fmt::format("  {} <- {}\n", value(write.state), value(write.value));
    return text + "  return " + list(graph_.outputs) + "\n";
  }

 private:
  std::string value(ValueId id) const {
    if (id < 0)
      return "none";
    const GraphValue& value = graph_.values[size_t(id)];
    switch (value.kind) {
      case GraphValue::Kind::input:
        return value.name;
      case GraphValue::Kind::constant:
      case GraphValue::Kind::state:
        return "@" + value.name;
      case GraphValue::Kind::key:
        return fmt::format("key({}, {})", value.key.module, value.key.call);
      case GraphValue::Kind::number:
        return value.number ? to_string(*value.number, symbols_) : to_string(value.tensor);
      case GraphValue::Kind::output_of_node:
        break;
    }
    return fmt::format("%{}", id);
  }
  std::string typed(ValueId id) const {
    const GraphValue& value = graph_.values[size_t(id)];
    return fmt::format("{}{}", name(value.dtype), shape_text(value.shape, symbols_));
  }
  std::string list(const std::vector<ValueId>& ids) const {
    std::vector<std::string> out;
    for (ValueId id : ids)
      out.push_back(value(id));
    return fmt::format("{}", fmt::join(out, ", "));
  }

  // The operands as the kernel takes them: "%3 as f32" when promotion casts one.
  std::string operands(const GraphNode& node) const {
    std::vector<std::string> out;
    size_t flat = 0;
    for (size_t slot = 0; slot < node.operands.size(); ++slot) {
      std::vector<std::string> items;
      for (ValueId id : node.operands[slot]) {
        std::string text = value(id);
        if (id >= 0 && !node.takes.empty() && node.takes[flat] != graph_.values[size_t(id)].dtype)
          text += fmt::format(" as {}", name(node.takes[flat]));
        items.push_back(std::move(text));
        ++flat;
      }
      const std::string text = fmt::format("{}", fmt::join(items, ", "));
      out.push_back(is_list(node.op->inputs[int(slot)]) ? "[" + text + "]" : text);
    }
    while (!out.empty() && out.back() == "none")
      out.pop_back();
    return fmt::format("{}", fmt::join(out, ", "));
  }

  std::string node(NodeId id, size_t indent) const {
    const GraphNode& node = graph_.nodes[size_t(id)];
    std::string attributes = node.attrs.to_string();
    if (!std::all_of(node.integers.begin(), node.integers.end(),
                     [](const SymbolicSize& s) { return s.is_constant(); }))
      attributes += ", integers " + shape_text(node.integers, symbols_);
    const std::string space(indent, ' ');
    std::string text = fmt::format("{}{} = {}({}{}{})", space, list(node.outputs), node.op->name,
                                   operands(node), attributes.empty() ? "" : "; ", attributes);
    text +=
        fmt::format("  : {}{}{}\n", node.outputs.empty() ? "" : typed(node.outputs[0]),
                    node.op->compose ? " {" : "", node.scope.empty() ? "" : "  # " + node.scope);
    for (NodeId part : node.region)
      text += this->node(part, indent + 2);
    return node.op->compose ? text + space + "}\n" : text;
  }

  const Graph& graph_;
  std::vector<std::string> symbols_;
};

}  // namespace

std::string to_string(const Graph& graph) {
  return Printer(graph).print();
}

}  // namespace hebb
