#include "hebb/nn/sequential.h"

#include <algorithm>

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
    names_ = other.names_;
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

Tensor Sequential::operator()(const Tensor& input) {
  return call_forward(*this, input);
}

Sequence Sequential::operator()(const Sequence& input) {
  return call_forward(*this, input);
}

Sequential::Sequential(std::vector<std::pair<std::string, AnyModule>> layers) {
  for (auto& [name, layer] : layers)
    push_back(name, std::move(layer));
}

void Sequential::push_back(const std::string& name, AnyModule layer) {
  check_layer_name("Sequential", name);
  check(std::find(names_.begin(), names_.end(), name) == names_.end(),
        "a Sequential has '{}' already", name);
  names_.push_back(name);
  layers_.push_back(std::move(layer));
}

void Sequential::walk_fields(FieldWalker& walker) {
  for (size_t i = 0; i < layers_.size(); ++i)
    walker.module(names_[i], layers_[i].module());
}

size_t layer_position(std::string_view kind, int64_t i, size_t layers) {
  const int64_t count = int64_t(layers), at = i < 0 ? i + count : i;
  check(at >= 0 && at < count, "a {} of {} layers has no layer {}", kind, count, i);
  return size_t(at);
}

void check_layer_name(std::string_view kind, const std::string& name) {
  check(!name.empty() && name.find('.') == std::string::npos,
        "a {}'s name is '{}', should not be empty nor hold a dot", kind, name);
}

}  // namespace hebb::nn
