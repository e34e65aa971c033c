// The graph: operator calls in the order they ran, between inputs, constants, state and outputs. A
// node is a registry operator with its attributes; a composite is a node with the calls it is made
// of inside. Sizes that follow symbols (batch, sequence, height) are expressions of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/graph/size.h"
#include "hebb/ops/op.h"
#include "hebb/ops/random_key.h"

namespace hebb {

struct InputDim {
  int input = 0, dim = 0;
};

// A size that varies from run to run, and where it is read from: all these dimensions have it.
struct Symbol {
  std::string name = "B";
  std::vector<InputDim> dims = {};
  int64_t most = 0;  // the largest size that the program takes (positions that are learned); 0: any
};

using ValueId = int;  // an index into Graph::values; -1: an operand that was left out
using NodeId = int;   // an index into Graph::nodes

struct Use {
  NodeId node;
  int slot = 0, item = 0;  // of its operands
  friend bool operator==(const Use&, const Use&) = default;
};

struct GraphValue {
  enum class Kind : uint8_t {
    input,
    constant,  // a tensor that was there before, which nothing writes
    number,    // a plain number
    state,     // a tensor that was there before and is written
    key,
    output_of_node
  };
  Kind kind = Kind::output_of_node;
  DType dtype = DType::f32;
  std::vector<SymbolicSize> shape = {};
  std::string name = {};                    // of an input, a constant or a state
  Tensor tensor = {};                       // the constant, the state itself; a number's value
  std::optional<SymbolicSize> number = {};  // of a whole number
  RandomKeyId key{};  // of a key; its call counts from the beginning of a run,
  uint64_t key_step =
      0;  // or from that of the optimiser's step which the run had advanced to: the how manyth
  NodeId producer = -1;        // which node's output it is; no composite
  std::vector<Use> uses = {};  // by nodes in order, composites among them
};

struct GraphNode {
  const Op* op = nullptr;
  std::vector<std::vector<ValueId>> operands = {};  // per schema slot
  // The dtypes that promotion casts the flattened operands to; empty: all are taken as they are.
  std::vector<DType> takes = {};
  Attrs attrs = {};
  std::vector<SymbolicSize> integers =
      {};  // the attributes' integers in field order, where symbols may occur
  std::vector<ValueId> outputs = {};  // of a composite: what its last parts answered, or an operand
  std::string scope = {};             // the module it ran in, "0", "block1.conv1"
  std::vector<NodeId> region = {};    // of a composite: its parts, in order
  NodeId parent = -1;                 // the composite that it is a part of
};

struct StateWrite {
  ValueId state, value;
};

class Graph {
 public:
  std::vector<GraphValue> values;
  std::vector<GraphNode> nodes;  // all of them; a composite stands before its parts
  std::vector<NodeId> body;      // those that are part of no other, in order
  std::vector<ValueId> inputs, outputs;
  std::vector<StateWrite> writes;  // done after the last node
  std::vector<Symbol> symbols;
  uint64_t random_steps = 0;  // how often a run advances the step that random keys are made from
  uint64_t keys = 0;          // random keys that one run draws, after the last of these

  // Runs the nodes one by one with the operators' own kernels, composites by their parts: the same
  // bits as the eager program, and what faster ways to run a graph are held against. Writes state,
  // draws keys; gradients of leaves are values like others here, and grad() stays as it is. Error:
  // inputs of another dtype or shape than traced (the symbols' sizes may differ).
  std::vector<Tensor> run(const std::vector<Tensor>& inputs) const;

  // The symbols' sizes in these inputs; nothing when they do not fit the graph.
  std::optional<SymbolSizes> fitting_sizes(const std::vector<Tensor>& inputs) const;
  // The same. Error: they do not fit the graph.
  SymbolSizes sizes_of(const std::vector<Tensor>& inputs) const;
};

// For what runs graphs: a number, a node's attributes, a random key and the state of random keys
// after a run, at these sizes.
Tensor number_at(const GraphValue& number, const SymbolSizes& sizes);
Attrs attributes_at(const GraphNode& node, const SymbolSizes& sizes);
uint64_t key_at(const RandomState& before, const RandomKeyId& key, uint64_t step);
RandomState random_after(uint64_t steps, uint64_t keys, const RandomState& before);

// Floating-point operations of one run at these sizes (one a symbol), by the entries' cost;
// operators without one count nothing.
double flops(const Graph& graph, const SymbolSizes& sizes);

std::string to_string(const Graph& graph);

}  // namespace hebb
