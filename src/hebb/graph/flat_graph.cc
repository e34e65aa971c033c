#include "hebb/graph/flat_graph.h"

#include "hebb/base/check.h"
#include "hebb/graph/integers.h"

namespace hebb {
namespace {

FlatValue value_at(const GraphValue& value, const SymbolSizes& sizes) {
  FlatValue out{.dtype = value.dtype, .shape = sizes_at(value.shape, sizes)};
  switch (value.kind) {
    case GraphValue::Kind::input:
      out.kind = FlatValue::Kind::input;
      break;
    case GraphValue::Kind::constant:
    case GraphValue::Kind::state:
      out.kind = FlatValue::Kind::constant;
      out.constant = value.tensor.detach();
      break;
    case GraphValue::Kind::number:
      out.kind = FlatValue::Kind::constant;
      out.constant = number_at(value, sizes);
      break;
    case GraphValue::Kind::key:
      out.kind = FlatValue::Kind::key;
      out.key = value.key;
      out.key_step = value.key_step;
      break;
    case GraphValue::Kind::output_of_node:
      break;
  }
  return out;
}

}  // namespace

FlatGraph flattened(const Graph& graph, const SymbolSizes& sizes) {
  check(graph.writes.empty(), "it writes state");
  FlatGraph flat;
  for (const GraphValue& value : graph.values) {
    flat.values.push_back(value_at(value, sizes));
    if (value.tensor.defined())
      check(value.tensor.device() == Device::cpu, "it is on {}, plans are for the CPU",
            to_string(value.tensor.device()));
    if (value.kind == GraphValue::Kind::constant)
      flat.read.push_back(value.tensor);
  }
  for (const GraphNode& node : graph.nodes) {
    if (node.op->compose)
      continue;
    check(node.op->counted.empty(), "the output size of '{}' depends on values", node.op->name);
    check(node.attrs.device().value_or(Device::cpu) == Device::cpu,
          "'{}' is for another device, plans are for the CPU", node.op->name);
    // A move from the CPU to the CPU is a copy.
    flat.nodes.push_back({.op = node.op->moves ? find_op("clone") : node.op,
                          .operands = node.operands,
                          .attrs = node.op->moves ? Attrs() : attributes_at(node, sizes),
                          .outputs = node.outputs,
                          .scope = node.scope});
  }
  flat.inputs = graph.inputs;
  flat.outputs = graph.outputs;
  return flat;
}

int FlatGraph::add_constant(const Tensor& tensor) {
  values.push_back({.kind = FlatValue::Kind::constant,
                    .dtype = tensor.dtype(),
                    .shape = tensor.shape(),
                    .constant = tensor});
  return int(values.size()) - 1;
}

std::vector<int> FlatGraph::count_uses() const {
  std::vector<int> uses(values.size(), 0);
  for (const FlatNode& node : nodes)
    for (const std::vector<int>& slot : node.operands)
      for (int id : slot)
        if (id >= 0)
          ++uses[size_t(id)];
  for (int id : outputs)
    ++uses[size_t(id)];
  return uses;
}

}  // namespace hebb
