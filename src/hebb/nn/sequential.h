// Layers one after another. State-dict names are the positions, 0.weight, 0.bias, 2.weight, ..., or
// the names that the layers are given: conv.weight, ...
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>
#include <vector>

#include "hebb/nn/sequence.h"

namespace hebb::nn {

// One layer without its type: any module whose forward takes a tensor and gives a tensor, or
// several, of which the first goes on. Copies like the module it holds.
class AnyModule {
 public:
  template <class M>
  requires std::is_base_of_v<Module, std::remove_cvref_t<M>> AnyModule(M&& module)
      : held_(std::make_unique<Held<std::remove_cvref_t<M>>>(std::forward<M>(module))) {}
  AnyModule(const AnyModule& other) : held_(other.held_->copy()) {}
  AnyModule(AnyModule&&) noexcept = default;
  AnyModule& operator=(
      const AnyModule& other);  // copies values into the layer; Error: a layer of another type
  AnyModule& operator=(AnyModule&&) noexcept = default;

  void check_type(const AnyModule& other) const;  // Error: a layer of another type

  Module& module() { return held_->module(); }
  Tensor operator()(const Tensor& x) { return held_->forward({x}).values; }
  Sequence operator()(const Sequence& x) { return held_->forward(x); }
  template <class M>
  M* as() {
    return dynamic_cast<M*>(&held_->module());
  }  // null when the layer is of another type

 private:
  struct Base {
    virtual ~Base() = default;
    virtual Module& module() = 0;
    virtual Sequence forward(const Sequence& x) = 0;
    virtual std::unique_ptr<Base> copy() = 0;
    virtual void assign(Base& other) = 0;
  };
  template <class M>
  struct Held : Base {
    template <class Given>
    explicit Held(Given&& m) : layer(std::forward<Given>(m)) {}
    Module& module() override { return layer; }
    Sequence forward(const Sequence& x) override {
      if constexpr (TakesSequence<M>) {
        return layer(x);
      } else {
        const auto result = layer(x.values);
        return x.with(*first_output(result), layer);
      }
    }
    std::unique_ptr<Base> copy() override { return std::make_unique<Held>(layer); }
    void assign(Base& other) override { layer = static_cast<Held&>(other).layer; }
    M layer;
  };
  std::unique_ptr<Base> held_;
};

// Where layer i of so many is; below 0 it counts from the end. Error: there is none. kind: of the
// container.
size_t layer_position(std::string_view kind, int64_t i, size_t layers);

class Sequential : public Module {
 public:
  Sequential() = default;
  template <class... M>
  requires(sizeof...(M) > 0 && (std::is_base_of_v<Module, std::remove_cvref_t<M>> && ...) &&
           !(sizeof...(M) == 1 && (std::is_same_v<std::remove_cvref_t<M>, Sequential> &&
                                   ...))) explicit Sequential(M&&... layers) {
    layers_.reserve(sizeof...(M));
    (push_back(std::forward<M>(layers)), ...);
  }
  Sequential(const Sequential& other) = default;
  Sequential(Sequential&& other) noexcept = default;
  Sequential& operator=(
      const Sequential& other);  // values, layer by layer; an empty one becomes a copy
  Sequential& operator=(Sequential&& other) noexcept = default;

  // Layers by name: nn::Sequential({{"conv", nn::Conv2d(3, 8, 3)}, {"relu", nn::ReLU()}}). Error: a
  // name twice, empty, or with a dot.
  explicit Sequential(std::vector<std::pair<std::string, AnyModule>> layers);

  // Its name is its position.
  void push_back(AnyModule layer) { push_back(std::to_string(size()), std::move(layer)); }
  void push_back(const std::string& name, AnyModule layer);  // Error: as above
  size_t size() const { return layers_.size(); }
  // -1: the last one. Error: no such layer.
  template <std::integral Position>
  AnyModule& operator[](Position i) {
    return layers_[layer_position("Sequential", int64_t(i), size())];
  }
  const std::string& name(size_t i) const { return names_[i]; }

  Tensor forward(const Tensor& input) { return forward(Sequence{input}).values; }
  Sequence forward(const Sequence& input);
  Tensor operator()(const Tensor& input);
  Sequence operator()(const Sequence& input);
  void walk_fields(FieldWalker& walker) override;

 private:
  std::vector<std::string> names_;
  std::vector<AnyModule> layers_;
};

// Error: empty, or with a dot. kind: of the container.
void check_layer_name(std::string_view kind, const std::string& name);

}  // namespace hebb::nn
