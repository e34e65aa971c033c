// The two kinds of state that a module has: Param is trained, Buffer is saved but not trained. Both
// own their values: a copy is a snapshot, an assignment puts values into the memory that is there
// (so an optimiser that holds the tensor stays right), a move keeps the identity.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::nn {

class State {
 public:
  const Tensor& tensor() const { return tensor_; }
  Tensor& tensor() { return tensor_; }
  operator const Tensor&() const { return tensor_; }
  const Tensor* operator->() const { return &tensor_; }
  const Dims& shape() const { return tensor_.shape(); }

 protected:
  State() = default;
  explicit State(Tensor values) : tensor_(std::move(values)) {}
  State(const State& other);
  State(State&& other) noexcept = default;
  State& operator=(const State& other);  // Error: another shape
  State& operator=(State&& other) noexcept = default;
  ~State() = default;

  Tensor tensor_;
};

class Param : public State {
 public:
  explicit Param(Tensor values);
  Param(const Param& other);
  Param(Param&& other) noexcept;
  Param& operator=(const Param& other);
  Param& operator=(Param&& other) noexcept;
  ~Param();

  // A walk over some module's fields has met it: at the latest when the model computes. Models may
  // be walked in many threads at once, and another thread's optimiser may look meanwhile.
  void mark_listed() {
    if (!listed())
      set_listed(true);
  }
  bool listed() const { return listed_.load(std::memory_order_relaxed); }

 private:
  void enlist();
  void delist();
  void set_listed(bool listed);
  std::atomic<bool> listed_ = false;
};

class Buffer : public State {
 public:
  explicit Buffer(Tensor values) : State(std::move(values)) {}
};

// Error when a Param that is alive in this thread has a gradient but was in no module's
// HEBB_FIELDS: it would never be trained.
void check_all_params_listed();
std::vector<const Param*>
live_params();  // of this thread: for the test that compares them with those visited

}  // namespace hebb::nn
