// Ctrl-C and SIGTERM: the first one asks to stop at the next good place, the second one stops at once.
#pragma once

namespace hebb {

// While it lives, SIGINT and SIGTERM only set a flag; the second signal ends the process with 130 or 143. Scopes nest: the flag is
// cleared when the outermost one begins. A signal that is ignored (nohup) stays ignored.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
};

// For programs: outside of such a scope a signal ends the process at once, with 130 or 143.
void exit_on_interrupt();

int interrupt_requested();  // 0, or the signal that came (SIGINT, SIGTERM)

}  // namespace hebb
