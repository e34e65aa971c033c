// Lists and dictionaries of layers of any type and of parameters, for modules that decide by
// themselves how to use them. State-dict names are the positions or the names: blocks.0.weight,
// heads.left.weight, scales.0.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hebb/nn/sequential.h"

namespace hebb::nn {

// Copies like the layers it holds; an assignment puts values into the layers that are there.
class ModuleList : public Module {
 public:
  ModuleList() = default;
  explicit ModuleList(std::vector<AnyModule> layers) : layers_(std::move(layers)) {}
  ModuleList(const ModuleList& other) = default;
  ModuleList(ModuleList&& other) noexcept = default;
  // Error: it holds another number of layers, or of other types; an empty one becomes a copy.
  ModuleList& operator=(const ModuleList& other);
  ModuleList& operator=(ModuleList&& other) noexcept = default;

  void push_back(AnyModule layer) { layers_.push_back(std::move(layer)); }
  size_t size() const { return layers_.size(); }
  // -1: the last one. Error: no such layer.
  template <std::integral Position>
  AnyModule& operator[](Position i) {
    return layers_[layer_position("ModuleList", int64_t(i), size())];
  }
  auto begin() { return layers_.begin(); }
  auto end() { return layers_.end(); }
  void walk_fields(FieldWalker& walker) override;

 private:
  std::vector<AnyModule> layers_;
};

class ModuleDict : public Module {
 public:
  using Item = std::pair<std::string, AnyModule>;
  ModuleDict() = default;
  // Error: a name twice, empty, or with a dot.
  explicit ModuleDict(std::vector<Item> layers);
  ModuleDict(const ModuleDict& other) = default;
  ModuleDict(ModuleDict&& other) noexcept = default;
  // Error: it holds other names, or layers of other types; an empty one becomes a copy.
  ModuleDict& operator=(const ModuleDict& other);
  ModuleDict& operator=(ModuleDict&& other) noexcept = default;

  void insert(const std::string& name, AnyModule layer);  // Error: as above
  bool contains(const std::string& name) const;
  AnyModule& at(const std::string& name);  // Error: no such layer; names the nearest
  size_t size() const { return layers_.size(); }
  auto begin() { return layers_.begin(); }  // in the order of insertion
  auto end() { return layers_.end(); }
  void walk_fields(FieldWalker& walker) override;

 private:
  std::vector<Item> layers_;
};

// Copies own their values; an assignment puts values into the parameters that are there.
class ParameterList : public Module {
 public:
  ParameterList() = default;
  explicit ParameterList(const std::vector<Tensor>& values);
  ParameterList(const ParameterList& other) = default;
  ParameterList(ParameterList&& other) noexcept = default;
  // Error: it holds another number of parameters, or of other shapes; an empty one becomes a copy.
  ParameterList& operator=(const ParameterList& other);
  ParameterList& operator=(ParameterList&& other) noexcept = default;

  void push_back(Tensor values) { params_.emplace_back(std::move(values)); }
  size_t size() const { return params_.size(); }
  // -1: the last one. Error: no such parameter.
  template <std::integral Position>
  Param& operator[](Position i) {
    return params_[layer_position("ParameterList", int64_t(i), size())];
  }
  auto begin() { return params_.begin(); }
  auto end() { return params_.end(); }
  void walk_fields(FieldWalker& walker) override;

 private:
  std::vector<Param> params_;
};

class ParameterDict : public Module {
 public:
  using Item = std::pair<std::string, Param>;
  ParameterDict() = default;
  // Error: a name twice, empty, or with a dot.
  explicit ParameterDict(const std::vector<std::pair<std::string, Tensor>>& values);
  ParameterDict(const ParameterDict& other) = default;
  ParameterDict(ParameterDict&& other) noexcept = default;
  // Error: it holds other names or shapes; an empty one becomes a copy.
  ParameterDict& operator=(const ParameterDict& other);
  ParameterDict& operator=(ParameterDict&& other) noexcept = default;

  void insert(const std::string& name, Tensor values);  // Error: as above
  bool contains(const std::string& name) const;
  Param& at(const std::string& name);  // Error: no such parameter; names the nearest
  size_t size() const { return params_.size(); }
  auto begin() { return params_.begin(); }  // in the order of insertion
  auto end() { return params_.end(); }
  void walk_fields(FieldWalker& walker) override;

 private:
  std::vector<Item> params_;
};

}  // namespace hebb::nn
