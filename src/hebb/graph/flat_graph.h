// A graph at fixed sizes, without composites. Passes rewrite it before it becomes a plan.
#pragma once

#include <string>
#include <vector>

#include "hebb/graph/graph.h"

namespace hebb {

struct FlatValue {
  enum class Kind : uint8_t { input, constant, key, computed };
  Kind kind = Kind::computed;
  DType dtype = DType::f32;
  Dims shape = {};
  Tensor constant = {};  // may be a plain number
  RandomKeyId key = {};
  uint64_t key_step = 0;  // as in GraphValue
};

struct FlatNode {
  const Op* op = nullptr;
  std::vector<std::vector<int>> operands = {};  // per schema slot; -1: left out
  Attrs attrs = {};
  std::vector<int> outputs = {};
  std::string scope = {};
  // Nodes that its kernel may take along, in order. Each reads the result of the one before, which
  // nobody else reads.
  std::vector<FlatNode> followers = {};
};

struct FlatGraph {
  std::vector<FlatValue> values;
  std::vector<FlatNode> nodes;
  std::vector<int> inputs, outputs;  // values
  std::vector<Tensor> read;          // constants of the graph whose values it relies on

  int add_constant(const Tensor& tensor);
  // How often each value is read by nodes, or is an output.
  std::vector<int> count_uses() const;
};

// Error: the graph writes state, or an output's size depends on values.
FlatGraph flattened(const Graph& graph, const SymbolSizes& sizes);

// A convolution, a linear layer or a product of matrices.
bool is_product(const FlatNode& node);

// Nodes whose operands are all constants are run now.
void fold_constants(FlatGraph& graph);
// Folds batch norm with running statistics into the weight and the bias of the convolution or
// linear layer before it, when nobody else reads that layer's output. Computes in f64 and rounds
// once.
void fold_batch_norm(FlatGraph& graph);
// Makes elementwise functions of a value that nobody else reads followers of the node that made it:
// a convolution, a linear layer, a matrix product, or an elementwise function.
void gather_followers(FlatGraph& graph);

}  // namespace hebb
