// Ctrl-C, SIGTERM, SIGHUP of a terminal that is closed, and SIGPIPE of a reader that went away
// (hebb train ... | head): the first one asks to stop at the next good place, the second one, but
// for SIGPIPE, stops at once.
#pragma once

#include <string_view>

namespace hebb {

// While it lives, these signals only set a flag; the second one, but for SIGPIPE, ends the process
// with 128 and its number: 130, 143, 129. Scopes nest: the flag is cleared when the outermost one
// begins. A signal that is ignored (nohup) stays ignored.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
};

// For programs: outside of such a scope a signal ends the process at once, with the same status.
void exit_on_interrupt();
// For programs: the first Ctrl-C within a scope is answered at once with this text on standard
// error, so that a person who waits for the next good place knows that it was heard. A text that
// lives as long as the process; null: none.
void answer_interrupt(const char* text);

int interrupt_requested();                    // 0, or the signal that came
std::string_view interrupt_name(int signal);  // "Ctrl-C", "SIGTERM", ...

}  // namespace hebb
