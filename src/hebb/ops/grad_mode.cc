#include "hebb/ops/grad_mode.h"

namespace hebb {
namespace {
thread_local bool enabled = true;
}

NoGrad::NoGrad() : before_(enabled) {
  enabled = false;
}
NoGrad::~NoGrad() {
  enabled = before_;
}
EnableGrad::EnableGrad() : before_(enabled) {
  enabled = true;
}
EnableGrad::~EnableGrad() {
  enabled = before_;
}
bool grad_enabled() {
  return enabled;
}

}  // namespace hebb
