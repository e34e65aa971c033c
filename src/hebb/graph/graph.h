// The graph: operator calls in the order they ran, between inputs, state and outputs. A node is a
// registry operator with its attributes. Sizes that follow the dynamic dimension ("the batch") are
// affine expressions of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/ops/op.h"
#include "hebb/ops/random_key.h"

namespace hebb {

struct SymbolicSize {  // constant + factor * batch
  int64_t constant = 0, factor = 0;
  int64_t at(int64_t batch) const { return constant + factor * batch; }
  friend bool operator==(const SymbolicSize&, const SymbolicSize&) = default;
};
std::string to_string(const SymbolicSize& size);  // "64", "B", "3136*B"

struct BatchDim {  // of an input: a dimension whose size is the batch
  int input = 0, dim = 0;
};

using ValueId = int;  // an index into Graph::values; -1: an operand that was left out

struct GraphValue {
  enum class Kind : uint8_t { input, state, key, constant, output_of_node };
  Kind kind = Kind::output_of_node;
  DType dtype = DType::f32;
  std::vector<SymbolicSize> shape = {};
  std::string name = {};                    // of an input or a state
  Tensor tensor = {};                       // the state itself; a constant's value
  std::optional<SymbolicSize> number = {};  // of a constant that is a whole number
  RandomKeyId key{};  // of a key; its call counts from the beginning of a run,
  uint64_t key_step =
      0;  // or from that of the optimiser's step which the run had advanced to: the how manyth
};

struct GraphNode {
  const Op* op = nullptr;
  std::vector<std::vector<ValueId>> operands = {};  // per schema slot
  Attrs attrs = {};
  std::vector<SymbolicSize> integers =
      {};  // the attributes' integers in field order, where the batch may occur
  std::vector<ValueId> outputs = {};
  std::string scope = {};  // the module it ran in, "0", "block1.conv1"
};

struct StateWrite {
  ValueId state, value;
};

class Graph {
 public:
  std::vector<GraphValue> values;
  std::vector<GraphNode> nodes;
  std::vector<ValueId> inputs, outputs;
  std::vector<StateWrite> writes;    // done after the last node
  std::optional<BatchDim> batch_of;  // where the batch is read from
  uint64_t random_steps = 0;  // how often a run advances the step that random keys are made from
  uint64_t keys = 0;          // random keys that one run draws, after the last of these

  // Runs the nodes one by one with the operators' own kernels: the same bits as the eager program.
  // Writes state, draws keys; gradients of leaves are values like others here, and grad() stays as
  // it is. Error: inputs of another dtype or shape than traced (the batch may differ).
  std::vector<Tensor> run(const std::vector<Tensor>& inputs) const;
};

// Floating-point operations of one run at this batch, by the entries' cost; operators without one
// count nothing.
double flops(const Graph& graph, int64_t batch);

std::string to_string(const Graph& graph);

}  // namespace hebb
