#include "hebb/base/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>

namespace hebb {
namespace {

std::atomic<int> requested{
    0};  // documented global: a handler has no other state, and may run in any thread
std::atomic<const char*> answer{nullptr};  // for the same reason
static_assert(std::atomic<int>::is_always_lock_free &&
              std::atomic<const char*>::is_always_lock_free);

struct Handled {
  int signal;
  struct sigaction before = {};
  bool ours = false;
};
Handled handled[] = {{SIGINT}, {SIGTERM}, {SIGHUP}, {SIGPIPE}};
int scopes = 0;  // alive now: the outermost one installs and restores the handlers
std::mutex scopes_mutex;

void on_signal(int signal) {
  if (signal == SIGPIPE) {  // no request to hurry: it comes again with each line written to nobody
    int none = 0;
    requested.compare_exchange_strong(none, signal);
    return;
  }
  const int earlier = requested.exchange(signal);
  if (earlier != 0 && earlier != SIGPIPE)
    ::_exit(128 + signal);
  const char* text = answer;
  if (signal != SIGINT || !text)
    return;
  const int before = errno;
  // A failure means that nobody reads it.
  [[maybe_unused]] const ssize_t shown = ::write(STDERR_FILENO, text, std::strlen(text));
  errno = before;
}

void on_signal_exit(int signal) {
  ::_exit(128 + signal);
}

// Handlers run on a stack of their own in each thread that waits for signals, so that they do not
// write below the stack pointer of oneDNN's generated code. Signals during a matrix product of
// oneDNN 2.6 for AVX2 damaged the heap in 8 of 180 tries. The system gives a process's signals to
// its first thread, which calls exit_on_interrupt() or trains.
class SignalStack {
 public:
  SignalStack() {
    stack_t now = {};
    if (::sigaltstack(nullptr, &now) != 0 || !(now.ss_flags & SS_DISABLE))
      return;  // a sanitizer or another library has set one
    memory_ = std::make_unique<char[]>(size);
    stack_t ours = {};
    ours.ss_sp = memory_.get();
    ours.ss_size = size;
    ::sigaltstack(&ours, nullptr);
  }
  ~SignalStack() {
    if (!memory_)
      return;
    stack_t none = {};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  static constexpr size_t size = 64 << 10;  // a frame with all vector registers takes up to 11 KiB
  std::unique_ptr<char[]> memory_;
};

void use_signal_stack() {
  thread_local const SignalStack stack;
}

// Handles the signal unless it was ignored, as under nohup and in a shell's background jobs.
bool handle(int signal, void (*handler)(int), struct sigaction* before) {
  ::sigaction(signal, nullptr, before);
  if (before->sa_handler == SIG_IGN)
    return false;
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  ::sigemptyset(&action.sa_mask);
  return ::sigaction(signal, &action, nullptr) == 0;
}

}  // namespace

InterruptScope::InterruptScope() {
  use_signal_stack();
  std::lock_guard lock(scopes_mutex);
  if (scopes++ > 0)
    return;
  requested = 0;
  for (Handled& h : handled)
    h.ours = handle(h.signal, on_signal, &h.before);
}

InterruptScope::~InterruptScope() {
  std::lock_guard lock(scopes_mutex);
  if (--scopes > 0)
    return;
  for (Handled& h : handled)
    if (h.ours)
      ::sigaction(h.signal, &h.before, nullptr);
}

void exit_on_interrupt() {
  use_signal_stack();
  for (const Handled& h : handled) {
    struct sigaction before = {};
    handle(h.signal, on_signal_exit, &before);
  }
}

void answer_interrupt(const char* text) {
  answer = text;
}

int interrupt_requested() {
  return requested;
}

std::string_view interrupt_name(int signal) {
  switch (signal) {
    case SIGTERM:
      return "SIGTERM";
    case SIGHUP:
      return "SIGHUP";
    case SIGPIPE:
      return "SIGPIPE (nobody reads the output any more)";
    default:
      return "Ctrl-C";
  }
}

}  // namespace hebb
