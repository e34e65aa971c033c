// The models of the inference benchmarks by name, with seeded weights.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "models/resnet.h"
#include "models/seeded.h"
#include "models/small_cnn.h"

namespace hebb::bench {

struct Subject {
  std::shared_ptr<nn::Module> model;
  std::function<Tensor(const Tensor&)> forward;
  Dims picture;
};

template <class Model>
Subject subject(const Dims& picture) {
  const auto model = std::make_shared<Model>(seeded<Model>(1, picture));
  return {model, [model](const Tensor& x) { return (*model)(x); }, picture};
}

inline Subject subject_named(const std::string& name) {
  if (name == "cnn")
    return subject<SmallCnn>({1, 28, 28});
  if (name == "resnet18")
    return subject<ResNet>({3, 224, 224});
  throw std::runtime_error("there is no model " + name + "; known are cnn and resnet18");
}

}  // namespace hebb::bench
