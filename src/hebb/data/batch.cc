#include "hebb/data/batch.h"

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"

namespace hebb::data {

const Tensor& Batch::operator[](std::string_view name) const {
  if (const Tensor* input = inputs.find(name))
    return *input;
  if (const Tensor* target = targets.find(name))
    return *target;
  std::vector<std::string> known = inputs.names();
  for (const std::string& target : targets.names())
    known.push_back(target);
  fail(ErrorKind::invalid, "batch", "{}", unknown_word("tensor", name, known));
}

const Tensor& Batch::only_input() const {
  check_in(inputs.size() == 1, ErrorKind::invalid, "batch",
           "auto [x, y] is for one input and one target, but the inputs are {}; take each by its "
           "name: batch[\"{}\"]",
           inputs.listed(), inputs.empty() ? "x" : inputs.front().first);
  return inputs.front().second;
}

const Tensor& Batch::only_target() const {
  check_in(targets.size() == 1, ErrorKind::invalid, "batch",
           "auto [x, y] is for one input and one target, but the targets are {}; take each by its "
           "name: batch[\"{}\"]",
           targets.listed(), targets.empty() ? "y" : targets.front().first);
  return targets.front().second;
}

}  // namespace hebb::data
