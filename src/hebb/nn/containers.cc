#include "hebb/nn/containers.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"

namespace hebb::nn {

namespace {

template <class Item>
auto& found(std::vector<Item>& items, const std::string& name, const char* kind, const char* what) {
  const auto at = std::ranges::find(items, name, &Item::first);
  if (at == items.end()) {
    std::vector<std::string> names;
    names.reserve(items.size());
    for (const Item& item : items)
      names.push_back(item.first);
    throw Error(ErrorKind::invalid, kind, unknown_word(what, name, names));
  }
  return at->second;
}

}  // namespace

ModuleList& ModuleList::operator=(const ModuleList& other) {
  if (this == &other)
    return *this;
  if (layers_.empty()) {
    layers_ = std::vector<AnyModule>(other.layers_);
    Module::operator=(other);
    return *this;
  }
  check(layers_.size() == other.layers_.size(),
        "a ModuleList of {} layers cannot take the values of one of {}", layers_.size(),
        other.layers_.size());
  for (size_t i = 0; i < layers_.size(); ++i)
    layers_[i].check_type(other.layers_[i]);
  Module::operator=(other);  // looks at all shapes
  for (size_t i = 0; i < layers_.size(); ++i)
    layers_[i] = other.layers_[i];
  return *this;
}

void ModuleList::walk_fields(FieldWalker& walker) {
  for (size_t i = 0; i < layers_.size(); ++i)
    walker.module(std::to_string(i), layers_[i].module());
}

ModuleDict::ModuleDict(std::vector<Item> layers) {
  for (Item& item : layers)
    insert(item.first, std::move(item.second));
}

ModuleDict& ModuleDict::operator=(const ModuleDict& other) {
  if (this == &other)
    return *this;
  if (layers_.empty()) {
    layers_ = std::vector<Item>(other.layers_);
    Module::operator=(other);
    return *this;
  }
  check(std::ranges::equal(layers_, other.layers_, {}, &Item::first, &Item::first),
        "a ModuleDict cannot take the values of one with other names");
  for (size_t i = 0; i < layers_.size(); ++i)
    layers_[i].second.check_type(other.layers_[i].second);
  Module::operator=(other);
  for (size_t i = 0; i < layers_.size(); ++i)
    layers_[i].second = other.layers_[i].second;
  return *this;
}

void ModuleDict::insert(const std::string& name, AnyModule layer) {
  check_layer_name("ModuleDict", name);
  check(!contains(name), "a ModuleDict has '{}' already", name);
  layers_.emplace_back(name, std::move(layer));
}

bool ModuleDict::contains(const std::string& name) const {
  return std::ranges::find(layers_, name, &Item::first) != layers_.end();
}

AnyModule& ModuleDict::at(const std::string& name) {
  return found(layers_, name, "ModuleDict", "layer");
}

void ModuleDict::walk_fields(FieldWalker& walker) {
  for (Item& item : layers_)
    walker.module(item.first, item.second.module());
}

ParameterList::ParameterList(const std::vector<Tensor>& values) {
  for (const Tensor& tensor : values)
    push_back(tensor);
}

ParameterList& ParameterList::operator=(const ParameterList& other) {
  check(params_.empty() || params_.size() == other.params_.size(),
        "a ParameterList of {} parameters cannot take the values of one of {}", params_.size(),
        other.params_.size());
  Module::operator=(other);  // looks at all shapes
  params_ = other.params_;
  return *this;
}

void ParameterList::walk_fields(FieldWalker& walker) {
  for (size_t i = 0; i < params_.size(); ++i)
    walk_field(walker, std::to_string(i), params_[i]);
}

ParameterDict::ParameterDict(const std::vector<std::pair<std::string, Tensor>>& values) {
  for (const auto& [name, tensor] : values)
    insert(name, tensor);
}

ParameterDict& ParameterDict::operator=(const ParameterDict& other) {
  check(
      params_.empty() || std::ranges::equal(params_, other.params_, {}, &Item::first, &Item::first),
      "a ParameterDict cannot take the values of one with other names");
  Module::operator=(other);
  params_ = other.params_;
  return *this;
}

void ParameterDict::insert(const std::string& name, Tensor values) {
  check_layer_name("ParameterDict", name);
  check(!contains(name), "a ParameterDict has '{}' already", name);
  params_.emplace_back(name, Param(std::move(values)));
}

bool ParameterDict::contains(const std::string& name) const {
  return std::ranges::find(params_, name, &Item::first) != params_.end();
}

Param& ParameterDict::at(const std::string& name) {
  return found(params_, name, "ParameterDict", "parameter");
}

void ParameterDict::walk_fields(FieldWalker& walker) {
  for (Item& item : params_)
    walk_field(walker, item.first, item.second);
}

}  // namespace hebb::nn
