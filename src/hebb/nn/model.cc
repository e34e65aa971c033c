#include "hebb/nn/model.h"

#include "hebb/base/check.h"
#include "hebb/nn/sequential.h"

namespace hebb::nn {

Model::Model(Sequential& module)
    : module_(&module), takes_lengths_(true),
      call_([&module](const TensorDict& in) { return as_dict(module(sequence_of(in)).values); }) {}

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
