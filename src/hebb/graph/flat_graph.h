// A graph at fixed sizes, without composites: what passes rewrite before a plan is made of it.
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
  Tensor constant = {};  // plain numbers among them
  RandomKeyId key = {};
  uint64_t key_step = 0;  // as in GraphValue
};

struct FlatNode {
  const Op* op = nullptr;
  std::vector<std::vector<int>> operands = {};  // per schema slot; -1: left out
  Attrs attrs = {};
  std::vector<int> outputs = {};
  std::string scope = {};
  // Nodes that its kernel may take along, in order: each has one operand from the one before, and
  // nobody else reads that.
  std::vector<FlatNode> followers = {};
};

struct FlatGraph {
  std::vector<FlatValue> values;
  std::vector<FlatNode> nodes;
  std::vector<int> inputs, outputs;  // values
  std::vector<Tensor> read;          // constants of the graph: whose values it relies on

  int add_constant(const Tensor& tensor);
  // How often each value is read, by nodes and as an output.
  std::vector<int> count_uses() const;
};

// Error: the graph writes state, or an output's size depends on values.
FlatGraph flattened(const Graph& graph, const SymbolSizes& sizes);

// A convolution, a linear layer or a product of matrices.
bool is_product(const FlatNode& node);

// Nodes whose operands are all constants are run now.
void fold_constants(FlatGraph& graph);
// Batch norm with running statistics goes into the weight and the bias of the convolution or linear
// layer before it, where nobody else reads that layer's output. In f64, rounded once.
void fold_batch_norm(FlatGraph& graph);
// Elementwise functions of a value that nobody else reads become followers of the node that made
// it: a convolution, a linear layer, a product of matrices, or an elementwise function itself.
void gather_followers(FlatGraph& graph);

}  // namespace hebb
