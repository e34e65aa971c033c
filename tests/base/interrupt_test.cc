// Scopes in which Ctrl-C asks instead of ending: nested ones, and signals that somebody had turned
// off.

#include "hebb/base/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace hebb {
namespace {

void (*handler_of(int signal))(int) {
  struct sigaction now = {};
  ::sigaction(signal, nullptr, &now);
  return now.sa_handler;
}

TEST(InterruptScope, RestoresTheHandlerThatWasThere) {
  const auto before = handler_of(SIGINT);
  {
    InterruptScope scope;
    EXPECT_NE(handler_of(SIGINT), before);
    EXPECT_EQ(interrupt_requested(), 0);
    ::raise(SIGINT);
    EXPECT_EQ(interrupt_requested(), SIGINT);
  }
  EXPECT_EQ(handler_of(SIGINT), before);
  InterruptScope again;
  EXPECT_EQ(interrupt_requested(), 0) << "a new scope starts afresh";
}

TEST(InterruptScope, Nests) {
  const auto before = handler_of(SIGTERM);
  {
    InterruptScope outer;
    const auto own = handler_of(SIGTERM);
    {
      InterruptScope inner;
      ::raise(SIGTERM);
    }
    EXPECT_EQ(handler_of(SIGTERM), own);
    EXPECT_EQ(interrupt_requested(), SIGTERM) << "what came inside is still asked of the outer one";
    InterruptScope second;
    EXPECT_EQ(interrupt_requested(), SIGTERM);
  }
  EXPECT_EQ(handler_of(SIGTERM), before);
}

TEST(InterruptScope, ABrokenPipeAsksAndNeverEnds) {
  InterruptScope scope;
  for (int i = 0; i < 3; ++i)
    ::raise(SIGPIPE);
  EXPECT_EQ(interrupt_requested(), SIGPIPE);
  ::raise(SIGINT);  // the first one of its kind: it asks, too
  EXPECT_EQ(interrupt_requested(), SIGINT);
  ::raise(SIGPIPE);
  EXPECT_EQ(interrupt_requested(), SIGINT);
}

TEST(InterruptScope,
     LeavesIgnoredSignalsIgnored) {  // nohup, and jobs that a shell puts in the background
  const auto before = ::signal(SIGINT, SIG_IGN);
  {
    InterruptScope scope;
    EXPECT_EQ(handler_of(SIGINT), SIG_IGN);
    ::raise(SIGINT);
    EXPECT_EQ(interrupt_requested(), 0);
    EXPECT_NE(handler_of(SIGTERM), SIG_DFL);
  }
  EXPECT_EQ(handler_of(SIGINT), SIG_IGN);
  ::signal(SIGINT, before);
}

}  // namespace
}  // namespace hebb
