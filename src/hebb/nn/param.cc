#include "hebb/nn/param.h"

#include <mutex>
#include <thread>
#include <unordered_map>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"

namespace hebb::nn {
namespace {
// Documented global: the Params that are alive and the threads that made them, and of these the
// ones that no module has listed yet: few or none once a model has computed, so that looking
// through them at every step costs nothing.
struct Census {
  std::mutex mutex;
  std::unordered_map<const Param*, std::thread::id> alive, unlisted;
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
  set_listed(other.listed());
  return *this;
}
Param::~Param() {
  delist();
}
void Param::enlist() {
  std::lock_guard lock(census().mutex);
  census().alive.emplace(this, std::this_thread::get_id());
  if (!listed())
    census().unlisted.emplace(this, std::this_thread::get_id());
}
void Param::delist() {
  std::lock_guard lock(census().mutex);
  census().alive.erase(this);
  census().unlisted.erase(this);
}
void Param::set_listed(bool listed) {
  std::lock_guard lock(census().mutex);
  listed_.store(listed, std::memory_order_relaxed);
  if (listed)
    census().unlisted.erase(this);
  else
    census().unlisted.emplace(this, census().alive.at(this));
}

void check_all_params_listed() {
  // Whoever destroys or lists one, in whatever thread, waits meanwhile.
  std::lock_guard lock(census().mutex);
  for (const auto& [param, thread] : census().unlisted)
    if (thread == std::this_thread::get_id() && param->tensor().defined() &&
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
