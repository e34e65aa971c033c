// Switches the tape: scopes in which nothing is recorded for a backward pass. It is in ops/ because
// the graph needs it, too.
#pragma once

namespace hebb {

class NoGrad {  // while it lives, this thread records no gradients
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  bool before_;
};

class EnableGrad {  // inside NoGrad: records again
 public:
  EnableGrad();
  ~EnableGrad();
  EnableGrad(const EnableGrad&) = delete;
  EnableGrad& operator=(const EnableGrad&) = delete;

 private:
  bool before_;
};

bool grad_enabled();

}  // namespace hebb
