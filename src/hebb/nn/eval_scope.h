// A model in evaluation mode for a while. Every module gets its own flag back: a layer that was
// frozen with eval() stays frozen. Where all of it is in evaluation mode already nothing is
// written, so that threads may share it.
#pragma once

#include <vector>

#include "hebb/nn/module.h"

namespace hebb::nn {

class EvalScope {
 public:
  explicit EvalScope(Module& model);
  ~EvalScope();
  EvalScope(const EvalScope&) = delete;
  EvalScope& operator=(const EvalScope&) = delete;

 private:
  std::vector<Module*> training_;  // those to be put back
};

}  // namespace hebb::nn
