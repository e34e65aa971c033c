#include <algorithm>

#include "hebb/graph/flat_graph.h"
#include "hebb/kernels/convolution.h"
#include "hebb/kernels/elementwise.h"
#include "hebb/kernels/matmul.h"

namespace hebb {
namespace {

bool is_elementwise(const FlatNode& node) {
  return node.op->kernel == kernel::elementwise || node.op->kernel == kernel::elementwise_scalar;
}

// Whether `node` is an elementwise function of the value, and perhaps of one more operand, with a
// result of the same dtype and shape.
bool can_follow(const FlatGraph& graph, const FlatNode& node, int value) {
  if (!is_elementwise(node) || node.outputs.size() != 1)
    return false;
  const FlatValue &from = graph.values[size_t(value)], &to = graph.values[size_t(node.outputs[0])];
  if (to.dtype != from.dtype || to.shape != from.shape)
    return false;
  int others = 0;
  for (const std::vector<int>& slot : node.operands)
    for (int id : slot) {
      if (id < 0)
        return false;
      if (id == value)
        continue;
      const FlatValue& other = graph.values[size_t(id)];
      const bool is_number = other.constant.defined() && other.constant.is_number();
      // Promotion refuses a number that does not fit.
      if (++others > 1 || !(other.dtype == from.dtype || (is_number && is_floating(from.dtype))))
        return false;
    }
  return true;
}

}  // namespace

bool is_product(const FlatNode& node) {
  const KernelId kernel = node.op->kernel;
  return kernel == kernel::convolution || kernel == kernel::linear || kernel == kernel::matmul;
}

void gather_followers(FlatGraph& graph) {
  const std::vector<int> uses = graph.count_uses();
  std::vector<FlatNode> out;
  // For each value: where its node stands in `out`, or -1 when that takes no follower.
  std::vector<int> leader(graph.values.size(), -1);
  for (FlatNode& node : graph.nodes) {
    int at = -1, through = -1;
    for (const std::vector<int>& slot : node.operands)
      for (int id : slot)
        if (id >= 0 && leader[size_t(id)] > at && uses[size_t(id)] == 1 &&
            can_follow(graph, node, id)) {
          // Of two leaders the later one, because the other's value exists then.
          at = leader[size_t(id)];
          through = id;
        }
    if (through >= 0) {
      leader[size_t(node.outputs[0])] = int(out.size());
      leader[size_t(through)] = -1;
      // The leader moves here, where all that the follower reads exists.
      FlatNode moved = std::move(out[size_t(at)]);
      out[size_t(at)] = {};
      moved.followers.push_back(std::move(node));
      out.push_back(std::move(moved));
      continue;
    }
    if (is_product(node) || is_elementwise(node))
      leader[size_t(node.outputs[0])] = int(out.size());
    out.push_back(std::move(node));
  }
  std::erase_if(out, [](const FlatNode& node) { return node.op == nullptr; });
  graph.nodes = std::move(out);
}

}  // namespace hebb
