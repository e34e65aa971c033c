// A plan: a graph at one set of sizes, ready to run. Kernels are prepared, constants packed, batch
// norm folded, sums and activations taken along by the kernels before them, layouts carried from
// kernel to kernel, and every buffer has its place in one arena. For inference: it records nothing.
//
// A plan is immutable and may be shared by threads. A Context holds the memory of one run: a thread
// that runs plans has one for each. The oracle is Graph::run().
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

  // Whether the constants are what they were when the plan was made (weights that are trained on
  // are not).
  bool is_current() const;

  const std::vector<PlanStep>& steps() const { return steps_; }
  const std::vector<PlanBuffer>& buffers() const { return buffers_; }
  size_t arena_bytes() const { return arena_bytes_; }
  size_t peak_live_bytes() const { return peak_live_bytes_; }  // of what the arena holds at once
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
  struct Read {  // a constant's memory, and what tells that it was written to
    std::shared_ptr<Storage> storage;
    uint64_t version;
    std::weak_ptr<const Storage> mark;
  };
  struct Answer {  // one of the graph's outputs
    DType dtype;
    Dims shape, strides;
    int same_as;  // the output before it that is the same value, or -1
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

  // Answers with new tensors. inputs: of the plan's dtypes and shapes, in any layout. Error: they
  // are others, or what a kernel says of their values (an index that does not exist).
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
  std::vector<void*> callers_;  // of inputs and outputs, by buffer, while a run lasts
};

// What the plan does, step by step, with kernels, layouts and places.
std::string to_string(const Plan& plan);

}  // namespace hebb
