#include <optional>

#include "hebb/graph/flat_graph.h"
#include "hebb/kernels/convolution.h"
#include "hebb/kernels/norm.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/math.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

// The node that makes only this value and can take a factor and an offset for each channel of
// dimension 1; null when there is none.
FlatNode* layer_before(FlatGraph& graph, int id) {
  for (FlatNode& node : graph.nodes) {
    if (node.outputs.empty() || node.outputs[0] != id)
      continue;
    const bool is_layer = node.op->name == "convolution" ||
                          (node.op->name == "linear" && graph.values[size_t(id)].shape.size() == 2);
    return is_layer ? &node : nullptr;
  }
  return nullptr;
}

// The operand as f64, when it is a constant; an undefined tensor when it is left out.
std::optional<Tensor> constant_f64(const FlatGraph& graph, const FlatNode& node, size_t slot) {
  const int id = node.operands[slot].empty() ? -1 : node.operands[slot][0];
  if (id < 0)
    return Tensor();
  const FlatValue& value = graph.values[size_t(id)];
  if (value.kind != FlatValue::Kind::constant || value.constant.is_number())
    return std::nullopt;
  return cast(value.constant, DType::f64);
}

bool fold(FlatGraph& graph, const FlatNode& norm, FlatNode& layer) {
  const auto& attrs = norm.attrs.as<BatchNormAttrs>();
  const auto mean = constant_f64(graph, norm, 1), var = constant_f64(graph, norm, 2),
             scale = constant_f64(graph, norm, 3), shift = constant_f64(graph, norm, 4),
             weight = constant_f64(graph, layer, 1), bias = constant_f64(graph, layer, 2);
  if (!mean || !var || !scale || !shift || !weight || !bias || !weight->defined())
    return false;
  const DType dtype = graph.values[size_t(layer.operands[1][0])].dtype;
  Tensor factor = rsqrt(*var + attrs.eps);
  if (scale->defined())
    factor = factor * *scale;
  Dims each(weight->shape().size(), 1);
  each[0] = factor.size(0);
  Tensor offset = bias->defined() ? (*bias - *mean) * factor : -*mean * factor;
  if (shift->defined())
    offset = offset + *shift;
  layer.operands[1][0] = graph.add_constant(cast(*weight * reshape(factor, each), dtype));
  layer.operands[2] = {graph.add_constant(cast(offset, dtype))};
  layer.outputs[0] = norm.outputs[0];
  return true;
}

}  // namespace

void fold_batch_norm(FlatGraph& graph) {
  NoGrad off;
  const std::vector<int> uses = graph.count_uses();
  std::vector<size_t> folded;
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const FlatNode& norm = graph.nodes[n];
    if (norm.op->name != "batch_normalize" || norm.attrs.as<BatchNormAttrs>().training)
      continue;
    bool others_read = false;  // whether a statistic that the kernel returns is read
    for (size_t i = 1; i < norm.outputs.size(); ++i)
      others_read |= uses[size_t(norm.outputs[i])] > 0;
    const int input = norm.operands[0][0];
    if (others_read || uses[size_t(input)] != 1)
      continue;
    FlatNode* layer = layer_before(graph, input);
    if (layer && fold(graph, norm, *layer))
      folded.push_back(n);
  }
  for (size_t i = folded.size(); i-- > 0;)
    graph.nodes.erase(graph.nodes.begin() + int64_t(folded[i]));
}

}  // namespace hebb
