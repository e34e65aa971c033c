#include "hebb/base/interrupt.h"

#include <signal.h>
#include <unistd.h>

namespace hebb {
namespace {

volatile sig_atomic_t requested = 0;  // documented global: signals have no other place
struct sigaction previous_int, previous_term;

void on_signal(int signal) {
  if (requested) ::_exit(128 + signal);
  requested = signal;
}

}  // namespace

InterruptScope::InterruptScope() {
  requested = 0;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &previous_int);
  ::sigaction(SIGTERM, &action, &previous_term);
}

InterruptScope::~InterruptScope() {
  ::sigaction(SIGINT, &previous_int, nullptr);
  ::sigaction(SIGTERM, &previous_term, nullptr);
}

int interrupt_requested() { return requested; }

}  // namespace hebb
