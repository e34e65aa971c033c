#include "hebb/nn/param.h"

#include <mutex>
#include <thread>
#include <unordered_map>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"

namespace hebb::nn {
namespace {
// Documented global: the Params that are alive and the threads that made them, so that one that no
// module lists can be found.
struct Census {
  std::mutex mutex;
  std::unordered_map<const Param*, std::thread::id> alive;
};
Census& census() {
  static Census* one = new Census;  // never destroyed: models in static objects outlive main
  return *one;
}

Tensor snapshot(const Tensor& values) {
  NoGrad off;
  return values.defined() ? values.clone() : Tensor();
}
}  // namespace

State::State(const State& other) : tensor_(snapshot(other.tensor_)) {}

State& State::operator=(const State& other) {
  if (this == &other)
    return *this;
  check(tensor_.defined() && other.tensor_.defined() && tensor_.shape() == other.tensor_.shape(),
        "a parameter of shape {} cannot take the values of one of shape {}", describe(tensor_),
        describe(other.tensor_));
  NoGrad off;
  tensor_.copy_(other.tensor_);
  return *this;
}

Param::Param(Tensor values) : State(std::move(values)) {
  tensor_.requires_grad_();
  enlist();
}
Param::Param(const Param& other) : State(other) {
  if (tensor_.defined())
    tensor_.requires_grad_(other.tensor_.requires_grad());
  enlist();
}
Param::Param(Param&& other) noexcept : State(std::move(other)), listed_(other.listed()) {
  enlist();
}
Param& Param::operator=(const Param& other) {
  State::operator=(other);
  return *this;
}
Param& Param::operator=(Param&& other) noexcept {
  State::operator=(std::move(other));
  listed_.store(other.listed(), std::memory_order_relaxed);
  return *this;
}
Param::~Param() {
  delist();
}
void Param::enlist() {
  std::lock_guard lock(census().mutex);
  census().alive.emplace(this, std::this_thread::get_id());
}
void Param::delist() {
  std::lock_guard lock(census().mutex);
  census().alive.erase(this);
}

void check_all_params_listed() {
  std::lock_guard lock(
      census().mutex);  // whoever destroys one, in whatever thread, waits in ~Param
  for (const auto& [param, thread] : census().alive)
    if (thread == std::this_thread::get_id() && !param->listed() && param->tensor().defined() &&
        param->tensor().grad().defined())
      fail(ErrorKind::invalid, "",
           "a Param of shape {} got a gradient but no module lists it; add it, or its layer, to "
           "its struct's "
           "HEBB_FIELDS",
           to_string(param->shape()));
}

std::vector<const Param*> live_params() {
  std::lock_guard lock(census().mutex);
  std::vector<const Param*> mine;
  for (const auto& [param, thread] : census().alive)
    if (thread == std::this_thread::get_id())
      mine.push_back(param);
  return mine;
}

}  // namespace hebb::nn
