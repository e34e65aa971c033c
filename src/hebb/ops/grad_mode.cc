#include "hebb/ops/grad_mode.h"

namespace hebb {
namespace {
thread_local bool enabled = true;
}

SetGradEnabled::SetGradEnabled(bool on) : before_(enabled) {
  enabled = on;
}
SetGradEnabled::~SetGradEnabled() {
  enabled = before_;
}
bool grad_enabled() {
  return enabled;
}

}  // namespace hebb
