#include "hebb/base/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <initializer_list>

namespace hebb {
namespace {

std::atomic<int> requested{0};  // documented global: signals have no other place, and any thread may get them
static_assert(std::atomic<int>::is_always_lock_free);
struct sigaction previous_int, previous_term;

void on_signal(int signal) {
  if (requested.exchange(signal)) ::_exit(128 + signal);
}

void on_signal_exit(int signal) { ::_exit(128 + signal); }

void handle(int signal, void (*handler)(int), struct sigaction* previous) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, previous);
}

}  // namespace

InterruptScope::InterruptScope() {
  requested = 0;
  handle(SIGINT, on_signal, &previous_int);
  handle(SIGTERM, on_signal, &previous_term);
}

InterruptScope::~InterruptScope() {
  ::sigaction(SIGINT, &previous_int, nullptr);
  ::sigaction(SIGTERM, &previous_term, nullptr);
}

void exit_on_interrupt() {
  for (int signal : {SIGINT, SIGTERM}) {
    struct sigaction now = {};
    ::sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_IGN) handle(signal, on_signal_exit, nullptr);  // nohup and shells' background jobs stay as they are
  }
}

int interrupt_requested() { return requested; }

}  // namespace hebb
