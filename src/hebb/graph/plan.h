// A plan: a graph at one set of sizes, ready to run. Kernels are prepared, constants are packed and
// batch norm is folded. Kernels take along the sums and activations after them, and pass layouts
// on. Every buffer has its place in one arena. For inference: nothing is recorded.
//
// A plan is immutable, and threads may share it. A Context holds the memory of one run; a thread
// needs one for each plan that it runs. Tests compare plans with Graph::run().
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/graph/graph.h"

namespace hebb {

struct PlanStep;
struct PlanBuffer;
struct PlanPlace;

class Plan {
 public:
  // Runs on as many threads as num_threads() says when it is made. Error: the graph writes state or
  // has something else that a plan cannot hold, or a constant is not finite (a function that a
  // kernel takes along may answer NaN with a number: oneDNN's relu says 0).
  Plan(const Graph& graph, const SymbolSizes& sizes);
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  // Whether the constants are unchanged since the plan was made (training changes weights).
  bool is_current() const;

  const std::vector<PlanStep>& steps() const { return steps_; }
  const std::vector<PlanBuffer>& buffers() const { return buffers_; }
  size_t arena_bytes() const { return arena_bytes_; }
  // The most bytes that the arena holds at once.
  size_t peak_live_bytes() const { return peak_live_bytes_; }
  int threads() const { return threads_; }
  const std::vector<Spec>& inputs() const { return inputs_; }

 private:
  friend class Context;
  friend class Lowering;

  struct Key {
    RandomKeyId id;
    uint64_t step;
    int buffer;
  };
  struct Read {  // a constant's memory, and how to see that it was written to
    std::shared_ptr<Storage> storage;
    uint64_t version;
    std::weak_ptr<const Storage> mark;
  };
  struct Answer {  // one of the graph's outputs
    DType dtype;
    Dims shape, strides;
    int same_as;  // an earlier output that is the same value, or -1
  };
  std::vector<PlanStep> steps_;
  std::vector<PlanBuffer> buffers_;
  std::vector<Spec> inputs_;
  std::vector<Answer> outputs_;
  std::vector<Key> keys_;
  std::vector<Read> reads_;
  uint64_t random_steps_ = 0, random_keys_ = 0;
  size_t arena_bytes_ = 0, peak_live_bytes_ = 0;
  int threads_ = 1;
};

class Context {
 public:
  explicit Context(std::shared_ptr<const Plan> plan);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Plan& plan() const { return *plan_; }

  // Returns new tensors. inputs: of the plan's dtypes and shapes, in any layout. Error: other
  // dtypes or shapes, or values that a kernel refuses (an index out of range).
  Tensors run(const Tensors& inputs);
  // Writes the outputs into tensors that are there, which empty_outputs() makes: after a first run
  // nothing is allocated, but for an input that is not row-major. Error: an output has another
  // dtype, shape or layout, or shares memory with an input or another output.
  void run_into(const Tensors& inputs, const Tensors& outputs);
  Tensors empty_outputs() const;

 private:
  struct BoundStep;
  void check_outputs(const Tensors& inputs, const Tensors& outputs) const;
  void run_step(BoundStep& step);
  void* at(const PlanPlace& place) const;
  void* address(int buffer) const;

  std::shared_ptr<const Plan> plan_;
  std::unique_ptr<Storage> arena_;
  std::vector<BoundStep> steps_;
  std::vector<uint64_t> keys_;
  std::vector<void*> callers_;  // addresses of inputs and outputs, by buffer, during a run
};

// The plan as text, step by step, with kernels, layouts and places.
std::string to_string(const Plan& plan);

}  // namespace hebb
