#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/op.h"
#include "hebb/ops/slot_names.h"

namespace hebb {

Call::Call(const Op& op, Tensors inputs, Attrs attrs)
    : op_(&op), attrs_(std::move(attrs)), inputs_(std::move(inputs)) {
  inputs_.resize(size_t(op.inputs.size()));
  for (int slot = 0; slot < op.inputs.size(); ++slot)
    if (!inputs_[size_t(slot)].defined() && !is_optional(op.inputs[slot]))
      throw Error(ErrorKind::invalid, std::string(op.name),
                  fmt::format("the operand '{}' is missing", op.inputs[slot]));
  promise(attrs_.type() == op.attributes,
          "an operator is called with the wrong kind of attributes");
}

Call::Call(const Op& op, const std::vector<std::vector<Tensor>>& slots, Attrs attrs)
    : op_(&op), attrs_(std::move(attrs)) {
  bool any_list = false;
  for (int slot = 0; slot < op.inputs.size(); ++slot) {
    starts_.push_back(int(inputs_.size()));
    const std::vector<Tensor> given =
        size_t(slot) < slots.size() ? slots[size_t(slot)] : std::vector<Tensor>{};
    any_list |= is_list(op.inputs[slot]);
    if (is_list(op.inputs[slot])) {
      for (const Tensor& item : given) {
        if (!item.defined())
          throw Error(ErrorKind::invalid, std::string(op.name),
                      fmt::format("the operand '{}' has an undefined tensor in it",
                                  plain(op.inputs[slot])));
        inputs_.push_back(item);
      }
    } else {
      inputs_.push_back(given.empty() ? Tensor() : given[0]);
      if (!inputs_.back().defined() && !is_optional(op.inputs[slot]))
        throw Error(ErrorKind::invalid, std::string(op.name),
                    fmt::format("the operand '{}' is missing", op.inputs[slot]));
    }
  }
  starts_.push_back(int(inputs_.size()));
  if (!any_list)
    starts_.clear();
  promise(attrs_.type() == op.attributes,
          "an operator is called with the wrong kind of attributes");
}

std::span<const Tensor> Call::list(int slot) const {
  return {inputs_.data() + starts_[size_t(slot)],
          size_t(starts_[size_t(slot) + 1] - starts_[size_t(slot)])};
}

std::string Call::operands_text() const {
  std::string text;
  auto add = [&](std::string_view operand, const Tensor& tensor) {
    if (!tensor.defined())
      return;
    if (!text.empty())
      text += ", ";
    text += fmt::format("{} {}", operand, describe(tensor));
  };
  for (int slot = 0; slot < op_->inputs.size(); ++slot) {
    if (!is_list(op_->inputs[slot])) {
      add(plain(op_->inputs[slot]), in(slot));
      continue;
    }
    int i = 0;
    for (const Tensor& tensor : list(slot))
      add(fmt::format("{}{}", plain(op_->inputs[slot]), i++), tensor);
  }
  const std::string attributes = attrs_.to_string();
  if (!attributes.empty())
    text += (text.empty() ? "" : ", ") + attributes;
  return text;
}

}  // namespace hebb
