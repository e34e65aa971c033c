#include "hebb/graph/flat_graph.h"
#include "hebb/ops/grad_mode.h"

namespace hebb {
namespace {

bool is_constant(const FlatGraph& graph, const FlatNode& node) {
  for (const std::vector<int>& slot : node.operands)
    for (int id : slot)
      if (id >= 0 && graph.values[size_t(id)].kind != FlatValue::Kind::constant)
        return false;
  return true;
}

}  // namespace

void fold_constants(FlatGraph& graph) {
  NoGrad off;
  std::vector<FlatNode> rest;
  for (FlatNode& node : graph.nodes) {
    if (!is_constant(graph, node)) {
      rest.push_back(std::move(node));
      continue;
    }
    std::vector<std::vector<Tensor>> slots;
    for (const std::vector<int>& slot : node.operands) {
      slots.emplace_back();
      for (int id : slot)
        slots.back().push_back(id < 0 ? Tensor() : graph.values[size_t(id)].constant);
    }
    const Tensors results = call_slots(*node.op, slots, node.attrs);
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      FlatValue& value = graph.values[size_t(node.outputs[i])];
      value.kind = FlatValue::Kind::constant;
      value.constant = results[i];
    }
  }
  graph.nodes = std::move(rest);
}

}  // namespace hebb
