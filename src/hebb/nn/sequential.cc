#include "hebb/nn/sequential.h"

#include "hebb/base/check.h"

namespace hebb::nn {

void AnyModule::check_type(const AnyModule& other) const {
  const auto &mine = *held_, &theirs = *other.held_;
  check(typeid(mine) == typeid(theirs),
        "a layer cannot take the values of one of another type: {} and {}",
        held_->module().describe(), other.held_->module().describe());
}

AnyModule& AnyModule::operator=(const AnyModule& other) {
  if (this == &other)
    return *this;
  check_type(other);
  held_->assign(*other.held_);
  return *this;
}

Sequential& Sequential::operator=(const Sequential& other) {
  if (this == &other)
    return *this;
  if (layers_.empty()) {
    layers_ = std::vector<AnyModule>(other.layers_);
    Module::operator=(other);
  } else {
    check(layers_.size() == other.layers_.size(),
          "a Sequential of {} layers cannot take the values of one of {}", layers_.size(),
          other.layers_.size());
    for (size_t i = 0; i < layers_.size(); ++i)
      layers_[i].check_type(other.layers_[i]);
    Module::operator=(other);  // looks at all shapes
    for (size_t i = 0; i < layers_.size(); ++i)
      layers_[i] = other.layers_[i];
  }
  return *this;
}

Sequence Sequential::forward(const Sequence& input) {
  Sequence x = input;
  for (AnyModule& layer : layers_)
    x = layer(x);
  return x;
}

void Sequential::walk_fields(FieldWalker& walker) {
  for (size_t i = 0; i < layers_.size(); ++i)
    walker.module(std::to_string(i), layers_[i].module());
}

}  // namespace hebb::nn
