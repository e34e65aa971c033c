#include "hebb/nn/containers.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"

namespace hebb::nn {

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
  const auto found = std::ranges::find(layers_, name, &Item::first);
  if (found == layers_.end()) {
    std::vector<std::string> names;
    for (const Item& item : layers_)
      names.push_back(item.first);
    throw Error(ErrorKind::invalid, "ModuleDict", unknown_word("layer", name, names));
  }
  return found->second;
}

void ModuleDict::walk_fields(FieldWalker& walker) {
  for (Item& item : layers_)
    walker.module(item.first, item.second.module());
}

}  // namespace hebb::nn
