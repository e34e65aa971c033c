#include "hebb/nn/eval_scope.h"

namespace hebb::nn {

EvalScope::EvalScope(Module& model) {
  for (auto& [path, module] : model.named_modules())
    if (module->training_) {  // a flag that is right is not written: threads may share a model that
                              // only computes
      module->training_ = false;
      training_.push_back(module);
    }
}

EvalScope::~EvalScope() {
  for (Module* module : training_)
    module->training_ = true;
}

}  // namespace hebb::nn
