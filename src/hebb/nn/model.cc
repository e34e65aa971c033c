#include "hebb/nn/model.h"

#include "hebb/base/check.h"

namespace hebb::nn {

TensorDict Model::taken(const TensorDict& given) const {
  check_in(bool(call_), ErrorKind::invalid, "model",
           "{} has no forward() of one tensor or of a TensorDict; HEBB_INPUTS(...) in it names "
           "several tensors that it takes",
           module_->describe());
  if (takes_all_)
    return given;
  if (inputs_.empty()) {
    const bool lengths = takes_lengths_ && given.find(lengths_name);
    check_in(given.size() == (lengths ? 2U : 1U), ErrorKind::invalid, "model",
             "{} takes one tensor, but the inputs are {}; HEBB_INPUTS(...) in it names those that "
             "it takes",
             module_->describe(), given.listed());
    return given;
  }
  TensorDict out;
  for (const std::string& name : inputs_) {
    const Tensor* found = given.find(name);
    check_in(found, ErrorKind::invalid, "model", "takes {}, but the inputs are {}",
             listed_names(inputs_), given.listed());
    out.set(name, *found);
  }
  return out;
}

}  // namespace hebb::nn
