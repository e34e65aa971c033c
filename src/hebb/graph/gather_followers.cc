#include <algorithm>

#include "hebb/graph/flat_graph.h"
#include "hebb/kernels/arithmetic.h"
#include "hebb/kernels/convolution.h"
#include "hebb/kernels/matmul.h"

namespace hebb {
namespace {

bool leads(const FlatNode& node) {
  return node.op->kernel == kernel::convolution || node.op->kernel == kernel::linear ||
         node.op->kernel == kernel::matmul;
}

// Whether `node` computes, from the value and perhaps one more of the same shape, element by
// element, and answers with the same dtype and shape.
bool can_follow(const FlatGraph& graph, const FlatNode& node, int value) {
  if (!node.op->elementwise || node.outputs.size() != 1)
    return false;
  const FlatValue& from = graph.values[size_t(value)];
  std::vector<int> operands;
  for (const std::vector<int>& slot : node.operands)
    for (int id : slot)
      if (id >= 0)
        operands.push_back(id);
  for (int id : {operands.back(), node.outputs[0]}) {
    const FlatValue& other = graph.values[size_t(id)];
    if (other.dtype != from.dtype || other.shape != from.shape || other.constant.defined())
      return false;
  }
  if (operands.size() == 1)
    return true;
  return operands.size() == 2 && operands[0] != operands[1] && node.op->name == "add" &&
         node.attrs.as<AddAttrs>().alpha == 1 &&
         graph.values[size_t(operands[0])].shape == from.shape &&
         graph.values[size_t(operands[0])].dtype == from.dtype &&
         !graph.values[size_t(operands[0])].constant.defined();
}

}  // namespace

void gather_followers(FlatGraph& graph) {
  const std::vector<int> uses = graph.count_uses();
  std::vector<FlatNode> out;
  // Where the node that answers with a value stands in `out`, while it can still take a follower.
  std::vector<int> leader(graph.values.size(), -1);
  for (FlatNode& node : graph.nodes) {
    int at = -1, through = -1;
    for (const std::vector<int>& slot : node.operands)
      for (int id : slot)
        if (id >= 0 && leader[size_t(id)] > at && uses[size_t(id)] == 1 &&
            can_follow(graph, node, id)) {
          at = leader[size_t(id)];  // of two leaders the later one: the other's value is there then
          through = id;
        }
    if (through >= 0) {
      leader[size_t(node.outputs[0])] = int(out.size());
      leader[size_t(through)] = -1;
      // It runs here now, where what the follower reads is there.
      FlatNode moved = std::move(out[size_t(at)]);
      out[size_t(at)] = {};
      moved.followers.push_back(std::move(node));
      out.push_back(std::move(moved));
      continue;
    }
    if (leads(node))
      leader[size_t(node.outputs[0])] = int(out.size());
    out.push_back(std::move(node));
  }
  std::erase_if(out, [](const FlatNode& node) { return node.op == nullptr; });
  graph.nodes = std::move(out);
}

}  // namespace hebb
