#include "hebb/graph/graph.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/pool.h"
#include "hebb/graph/integers.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/slot_names.h"

namespace hebb {

std::string to_string(const SymbolicSize& size) {
  if (size.factor == 0)
    return std::to_string(size.constant);
  std::string text = size.factor == 1 ? "B" : std::to_string(size.factor) + "*B";
  if (size.constant != 0)
    text += fmt::format("{:+}", size.constant);
  return text;
}

namespace {

std::string shape_text(const std::vector<SymbolicSize>& shape) {
  std::vector<std::string> sizes;
  for (const SymbolicSize& size : shape)
    sizes.push_back(to_string(size));
  return fmt::format("[{}]", fmt::join(sizes, ", "));
}

std::vector<int64_t> values_at(const std::vector<SymbolicSize>& sizes, int64_t batch) {
  std::vector<int64_t> out;
  for (const SymbolicSize& size : sizes)
    out.push_back(size.at(batch));
  return out;
}

Tensor number_of(const GraphValue& constant, int64_t batch) {
  const int64_t number = constant.number->at(batch);
  return constant.dtype == DType::f64 ? Tensor(double(number)) : Tensor(number);
}

}  // namespace

std::vector<Tensor> Graph::run(const std::vector<Tensor>& given) const {
  check_in(given.size() == inputs.size(), ErrorKind::invalid, "graph",
           "{} inputs are given, the graph has {}", given.size(), inputs.size());
  const Tensor* first = batch_of ? &given[size_t(batch_of->input)] : nullptr;
  const int64_t batch = first && batch_of->dim < first->dim() ? first->size(batch_of->dim) : 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const GraphValue& want = values[size_t(inputs[i])];
    check_in(
        given[i].dtype() == want.dtype && given[i].shape() == Dims(values_at(want.shape, batch)),
        ErrorKind::invalid, "graph", "input '{}' is {}, the graph takes {}{}", want.name,
        describe(given[i]), name(want.dtype), shape_text(want.shape));
  }

  NoGrad off;
  std::vector<int> last_use(values.size(), -1);
  for (size_t n = 0; n < nodes.size(); ++n)
    for (const auto& slot : nodes[n].operands)
      for (ValueId id : slot)
        if (id >= 0)
          last_use[size_t(id)] = int(n);
  for (ValueId id : outputs)
    last_use[size_t(id)] = int(nodes.size());
  for (const StateWrite& write : writes)
    last_use[size_t(write.value)] = int(nodes.size());

  RandomState random = random_state();
  std::vector<Tensor> now(values.size());
  for (size_t i = 0; i < inputs.size(); ++i)
    now[size_t(inputs[i])] = given[i];
  for (size_t id = 0; id < values.size(); ++id) {
    const GraphValue& value = values[id];
    if (value.kind == GraphValue::Kind::state)
      now[id] = value.tensor;
    if (value.kind == GraphValue::Kind::constant)
      now[id] = value.number ? number_of(value, batch) : value.tensor;
    if (value.kind == GraphValue::Kind::key) {
      now[id] = Tensor::empty({}, DType::u64);
      RandomState at = random;
      if (value.key_step > 0)
        at = {.seed = at.seed, .step = at.step + value.key_step, .next_module = at.next_module};
      *now[id].data<uint64_t>() = key_value(at, {value.key.module, at.calls + value.key.call});
    }
  }
  for (size_t n = 0; n < nodes.size(); ++n) {
    const GraphNode& node = nodes[n];
    std::vector<std::vector<Tensor>> slots;
    for (const auto& ids : node.operands) {
      slots.emplace_back();
      for (ValueId id : ids)
        slots.back().push_back(id < 0 ? Tensor() : now[size_t(id)]);
    }
    const bool symbolic = std::any_of(node.integers.begin(), node.integers.end(),
                                      [](const SymbolicSize& s) { return s.factor != 0; });
    Tensors results = call_slots(
        *node.op, slots,
        symbolic ? with_integers(node.attrs, values_at(node.integers, batch)) : node.attrs);
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
  // All values are what they were when the nodes had run: one that lies in another written state's
  // memory is saved before that changes.
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
  if (random_steps > 0)
    random = {
        .seed = random.seed, .step = random.step + random_steps, .next_module = random.next_module};
  random.calls += keys;
  set_random_state(random);
  return answers;
}

namespace {

Tensor without_memory(DType dtype, const Dims& shape) {
  auto body = make_pooled<TensorBody>();
  body->dtype = dtype;
  body->shape = shape;
  body->strides = contiguous_strides(shape);
  return Tensor(std::move(body));
}

}  // namespace

double flops(const Graph& graph, int64_t batch) {
  auto tensor = [&](ValueId id) {
    if (id < 0)
      return Tensor();
    const GraphValue& value = graph.values[size_t(id)];
    return without_memory(value.dtype, Dims(values_at(value.shape, batch)));
  };
  double sum = 0;
  for (const GraphNode& node : graph.nodes) {
    if (!node.op->cost)
      continue;
    std::vector<std::vector<Tensor>> slots;
    for (const auto& ids : node.operands) {
      slots.emplace_back();
      for (ValueId id : ids)
        slots.back().push_back(tensor(id));
    }
    Call call(*node.op, slots, with_integers(node.attrs, values_at(node.integers, batch)));
    Tensors outputs;
    for (ValueId id : node.outputs)
      outputs.push_back(tensor(id));
    call.set_outputs(std::move(outputs));
    sum += node.op->cost(call).flops;
  }
  return sum;
}

std::string to_string(const Graph& graph) {
  auto value_name = [&](ValueId id) -> std::string {
    if (id < 0)
      return "none";
    const GraphValue& value = graph.values[size_t(id)];
    switch (value.kind) {
      case GraphValue::Kind::input:
        return value.name;
      case GraphValue::Kind::state:
        return "@" + value.name;
      case GraphValue::Kind::key:
        return fmt::format("key({}, {})", value.key.module, value.key.call);
      case GraphValue::Kind::constant:
        return value.number ? to_string(*value.number) : to_string(value.tensor);
      case GraphValue::Kind::output_of_node:
        break;
    }
    return fmt::format("%{}", id);
  };
  auto typed = [&](ValueId id) {
    return fmt::format("{}{}", name(graph.values[size_t(id)].dtype),
                       shape_text(graph.values[size_t(id)].shape));
  };
  auto names = [&](const std::vector<ValueId>& ids) {
    std::vector<std::string> out;
    for (ValueId id : ids)
      out.push_back(value_name(id));
    return fmt::format("{}", fmt::join(out, ", "));
  };

  std::string text = "graph(";
  for (size_t i = 0; i < graph.inputs.size(); ++i)
    text +=
        fmt::format("{}{}: {}", i ? ", " : "", value_name(graph.inputs[i]), typed(graph.inputs[i]));
  text += ")\n";
  for (const GraphNode& node : graph.nodes) {
    std::vector<std::string> operands;
    for (size_t slot = 0; slot < node.operands.size(); ++slot) {
      const bool list = is_list(node.op->inputs[int(slot)]);
      operands.push_back(list ? "[" + names(node.operands[slot]) + "]"
                              : names(node.operands[slot]));
    }
    while (!operands.empty() && operands.back() == "none")
      operands.pop_back();
    bool symbolic = false;
    for (const SymbolicSize& s : node.integers)
      symbolic |= s.factor != 0;
    std::string attributes = node.attrs.to_string();
    if (symbolic) {
      std::vector<std::string> sizes;
      for (const SymbolicSize& s : node.integers)
        sizes.push_back(to_string(s));
      attributes += fmt::format(", integers [{}]", fmt::join(sizes, ", "));
    }
    text += fmt::format("  {} = {}({}{}{})", names(node.outputs), node.op->name,
                        fmt::join(operands, ", "), attributes.empty() ? "" : "; ", attributes);
    text += fmt::format("  : {}{}\n", node.outputs.empty() ? "" : typed(node.outputs[0]),
                        node.scope.empty() ? "" : "  # " + node.scope);
  }
  for (const StateWrite& write : graph.writes)
    text += fmt::format("  {} <- {}\n", value_name(write.state), value_name(write.value));
  text += "  return " + names(graph.outputs) + "\n";
  return text;
}

}  // namespace hebb
