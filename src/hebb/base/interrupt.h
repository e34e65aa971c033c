// Ctrl-C, SIGTERM, SIGHUP (the terminal was closed) and SIGPIPE (the reader is gone: hebb train ...
// | head). The first signal asks to stop at the next good place. A second one, except SIGPIPE,
// stops at once.
#pragma once

#include <string_view>

namespace hebb {

// While it lives, these signals only set a flag. A second one, except SIGPIPE, ends the process
// with status 128 plus its number: 130, 143, 129. Scopes nest: the outermost one clears the flag
// when it begins. An ignored signal (nohup) stays ignored.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
};

// For programs: outside of such a scope a signal ends the process at once, with the same status.
void exit_on_interrupt();
// For programs: the first Ctrl-C within a scope prints this text to standard error, so that a
// person who waits for the next good place knows that it was heard. The text must live as long as
// the process. Null: none.
void answer_interrupt(const char* text);

int interrupt_requested();                    // 0, or the signal that came
std::string_view interrupt_name(int signal);  // "Ctrl-C", "SIGTERM", ...

}  // namespace hebb
