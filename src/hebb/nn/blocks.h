// Layers that are not one after another: a residual with what goes around it, and branches side by
// side.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/nn/sequential.h"

namespace hebb::nn {

// y = residual(x) + shortcut(x); a shortcut without layers is the identity. Both have the same
// shape. State dict: residual.0.weight, shortcut.0.weight, ...
// Source: He et al. 2015, "Deep Residual Learning for Image Recognition".
struct Residual : Module {
  Sequential residual, shortcut;
  explicit Residual(Sequential layers, Sequential around = {})
      : residual(std::move(layers)), shortcut(std::move(around)) {}
  Tensor forward(const Tensor& x);
  HEBB_FIELDS(residual, shortcut)
};

// How branches become one: side by side along dimension 1 (channels, or features), or their sum or
// product, where a size of 1 goes with any other.
enum class Join : uint8_t { cat, add, mul };
std::span<const std::string_view> words_of(Join);

// Branches that all take x; one without layers is the identity. State dict: parallel.0.0.weight,
// parallel.1.0.weight, ... Source: Szegedy et al. 2014, "Going Deeper with Convolutions"; the
// product of a picture with a weight for each channel: Hu et al. 2017, "Squeeze-and-Excitation".
struct Parallel : Module {
  std::vector<Sequential> parallel;
  Join join;
  // Error: no branches.
  explicit Parallel(std::vector<Sequential> branches, Join how = Join::cat);
  Tensor forward(const Tensor& x);
  std::string describe() const override;
  HEBB_FIELDS(parallel)
};

}  // namespace hebb::nn
