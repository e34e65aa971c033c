// Makes random keys. A key is a pure function of (seed, step, micro-batch, module, call within the
// step), so a recomputation, a replayed graph and a resumed run draw the same numbers. Keys are
// operands of the operators that use them.
//
// The state is thread-local, because each thread may train by itself. A documented global.
#pragma once

#include <cstdint>

#include "hebb/tensor/tensor.h"

namespace hebb {

struct RandomState {
  uint64_t seed = 0;
  uint64_t step = 0;         // optimizer.step() advances it
  uint64_t micro_batch = 0;  // within a step, under gradient accumulation
  // Modules are numbered in the order of construction; 0 is code outside of modules.
  uint64_t next_module = 1;
  uint64_t calls = 0;  // keys drawn since the step and micro-batch began
  friend bool operator==(const RandomState&, const RandomState&) = default;
};

struct RandomKeyId {  // the inputs of a key beside seed, step and micro-batch
  uint64_t module, call;
};

void manual_seed(uint64_t seed);  // restarts everything: step, numbering of modules, calls
RandomState random_state();
void set_random_state(const RandomState& state);

// What is drawn and numbered while it lives leaves no trace: the state is then what it was before.
class RandomScope {
 public:
  RandomScope() = default;
  explicit RandomScope(const RandomState& begin_with) { set_random_state(begin_with); }
  ~RandomScope() { set_random_state(before_); }
  RandomScope(const RandomScope&) = delete;
  RandomScope& operator=(const RandomScope&) = delete;

 private:
  RandomState before_ = random_state();
};

uint64_t number_module();    // the number of a module that is being constructed
void advance_random_step();  // the next optimiser step
void set_random_micro_batch(uint64_t micro_batch);

// A 0-d u64 tensor for the next random operator of this module.
Tensor draw_key(uint64_t module = 0);
uint64_t key_value(const RandomState& state, const RandomKeyId& id);

}  // namespace hebb
