#include "hebb/ops/random_key.h"

#include "hebb/base/philox.h"
#include "hebb/ops/recorder.h"

namespace hebb {
namespace {
thread_local RandomState state;
}

void manual_seed(uint64_t seed) {
  state = {};
  state.seed = seed;
}
RandomState random_state() {
  return state;
}
void set_random_state(const RandomState& s) {
  state = s;
}
uint64_t number_module() {
  return state.next_module++;
}

void advance_random_step() {
  ++state.step;
  state.micro_batch = 0;
  state.calls = 0;
}
void set_random_micro_batch(uint64_t micro_batch) {
  state.micro_batch = micro_batch;
  state.calls = 0;
}

uint64_t key_value(const RandomState& s, const RandomKeyId& id) {
  return philox_key(s.seed, s.step, s.micro_batch, id.module, id.call);
}

Tensor draw_key(uint64_t module) {
  const RandomKeyId id{module, state.calls++};
  const Tensor key = Tensor::empty({}, DType::u64, shapes_only() ? meta : Device());
  if (!shapes_only())
    *key.data<uint64_t>() = key_value(state, id);
  for (Recorder* recorder : recorders())
    recorder->drew_key(key, id);
  return key;
}

}  // namespace hebb
