// The graph: operator calls in the order they ran, with inputs, constants, state and outputs. A
// node is a registry operator with its attributes. A composite is a node that holds the calls it is
// made of. Sizes that depend on symbols (batch, sequence, height) are expressions of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/graph/size.h"
#include "hebb/graph/trace_options.h"
#include "hebb/ops/op.h"
#include "hebb/ops/random_key.h"

namespace hebb {

using ValueId = int;  // an index into Graph::values; -1: an operand that was left out
using NodeId = int;   // an index into Graph::nodes

struct Use {
  NodeId node;
  int slot = 0, item = 0;  // which of the node's operands
  friend bool operator==(const Use&, const Use&) = default;
};

struct GraphValue {
  enum class Kind : uint8_t {
    input,
    constant,  // a tensor that existed before the run and is not written
    number,    // a plain number
    state,     // a tensor that existed before the run and is written
    key,
    output_of_node
  };
  Kind kind = Kind::output_of_node;
  DType dtype = DType::f32;
  std::vector<SymbolicSize> shape = {};
  std::string name = {};                    // name of an input, a constant or a state
  Tensor tensor = {};                       // the constant, the state itself; a number's value
  std::optional<SymbolicSize> number = {};  // the value of a whole number
  // Of a key. Its call counts from the start of the run when key_step is 0, else from where the run
  // advanced the optimiser's step for the key_step-th time.
  RandomKeyId key{};
  uint64_t key_step = 0;
  NodeId producer = -1;        // the node that outputs it, never a composite
  std::vector<Use> uses = {};  // uses by nodes in order, composites included
};

struct GraphNode {
  const Op* op = nullptr;
  std::vector<std::vector<ValueId>> operands = {};  // per schema slot
  // The dtypes that promotion casts the flattened operands to. Empty: no casts.
  std::vector<DType> takes = {};
  Attrs attrs = {};
  // The attributes' integers in field order, where symbols may occur.
  std::vector<SymbolicSize> integers = {};
  std::vector<ValueId> outputs = {};  // those of a composite are outputs of its parts, or operands
  std::string scope = {};             // the module it ran in, "0", "block1.conv1"
  std::vector<NodeId> region = {};    // the parts of a composite, in order
  NodeId parent = -1;                 // the composite that contains it
};

struct StateWrite {
  ValueId state, value;
};

class Graph {
 public:
  std::vector<GraphValue> values;
  std::vector<GraphNode> nodes;  // all of them; a composite stands before its parts
  std::vector<NodeId> body;      // those outside of composites, in order
  std::vector<ValueId> inputs, outputs;
  std::vector<StateWrite> writes;  // done after the last node
  std::vector<Symbol> symbols;
  uint64_t random_steps = 0;  // how often a run advances the step of random keys
  uint64_t keys = 0;          // random keys that a run draws after its last such advance

  // Runs the nodes one by one with the operators' own kernels, and composites by their parts. The
  // bits are those of the eager program; faster ways to run a graph are tested against this one.
  // Writes state and draws keys. Gradients of leaves are ordinary values here, so grad() does not
  // change. Error: inputs of another dtype or shape than traced (the symbols' sizes may differ).
  std::vector<Tensor> run(const std::vector<Tensor>& inputs) const;

  // The symbols' sizes in these inputs; nothing when they do not fit the graph.
  std::optional<SymbolSizes> fitting_sizes(const std::vector<Tensor>& inputs) const;
  // The same. Error: the inputs do not fit the graph.
  SymbolSizes sizes_of(const std::vector<Tensor>& inputs) const;
};

// For code that runs graphs. At these sizes: a number, a node's attributes, a random key, and the
// state of random keys after a run.
Tensor number_at(const GraphValue& number, const SymbolSizes& sizes);
Attrs attributes_at(const GraphNode& node, const SymbolSizes& sizes);
uint64_t key_at(const RandomState& before, const RandomKeyId& key, uint64_t step);
RandomState random_after(uint64_t steps, uint64_t keys, const RandomState& before);

// Floating-point operations of one run at these sizes (one per symbol), by the entries' costs.
// Operators without a cost count as 0.
double flops(const Graph& graph, const SymbolSizes& sizes);

std::string to_string(const Graph& graph);

}  // namespace hebb
