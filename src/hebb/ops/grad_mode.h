// Switches the tape: scopes in which nothing is recorded for a backward pass. It is in ops/ because
// the graph needs it, too.
#pragma once

namespace hebb {

class SetGradEnabled {  // while it lives, this thread records gradients, or does not
 public:
  explicit SetGradEnabled(bool on);
  ~SetGradEnabled();
  SetGradEnabled(const SetGradEnabled&) = delete;
  SetGradEnabled& operator=(const SetGradEnabled&) = delete;

 private:
  bool before_;
};

// There is no inference mode beside it: nothing is kept here, and writes are counted by the memory.
class NoGrad : public SetGradEnabled {
 public:
  NoGrad() : SetGradEnabled(false) {}
};

class EnableGrad : public SetGradEnabled {  // inside NoGrad: records again
 public:
  EnableGrad() : SetGradEnabled(true) {}
};

bool grad_enabled();

}  // namespace hebb
