// Layers whose weight is computed at every call from other parameters, under the names in state
// dicts that torch.nn.utils.parametrizations gives them: parametrizations.weight.original, ...
//
//   nn::Sequential net(nn::WeightNorm(nn::Conv1d(1, 8, 3)), nn::ReLU(),
//   nn::SpectralNorm(nn::Linear(8, 1)));
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "hebb/nn/conv.h"
#include "hebb/nn/module.h"
#include "hebb/ops/arithmetic.h"

namespace hebb::nn {

// Layers that can be called with another weight: Linear, Conv1d to 3d, ConvTranspose1d to 3d.
template <class Layer>
concept TakesWeight = std::is_base_of_v<Module, Layer> && requires(const Layer& layer, Tensor t) {
  { layer.forward(t, t) } -> std::same_as<Tensor>;
  layer.weight;
};

struct SpectralNormOptions {
  int64_t n_power_iterations = 1;  // at each call in training
  double eps = 1e-12;              // the least length of a vector
  std::optional<int64_t> dim;      // none: 0, and 1 of transposed convolutions
};

namespace parametrization {

// "WeightNorm(Linear(...))", or a line. layer: as it describes itself.
std::string describe_weight_norm(const std::string& layer, const std::optional<int64_t>& dim);
std::string describe_spectral_norm(const std::string& layer, const SpectralNormOptions& options);

// A walk over a layer's fields that calls its weight otherwise, and comes to it last.
class WeightCalled : public FieldWalker {
 public:
  explicit WeightCalled(FieldWalker& walker) : walker_(walker) {}
  void param(std::string_view name, Param& param) override;
  void buffer(std::string_view name, Buffer& buffer) override { walker_.buffer(name, buffer); }
  void module(std::string_view name, Module& module) override { walker_.module(name, module); }
  void weight(std::string_view name) { walker_.param(name, *weight_); }

 private:
  FieldWalker& walker_;
  Param* weight_ = nullptr;
};

// The 2-norms of the weight's slices along dim, [1, ..., n, ..., 1]; no dim: of the whole, [].
Tensor sizes_of_slices(const Tensor& weight, const std::optional<int64_t>& dim);
// The dimension that stands for outputs: 1 of transposed convolutions.
template <class Layer>
constexpr int64_t output_dim =
    std::is_base_of_v<ConvTranspose<1>, Layer> || std::is_base_of_v<ConvTranspose<2>, Layer> ||
            std::is_base_of_v<ConvTranspose<3>, Layer>
        ? 1
        : 0;

// An estimate of the largest singular value of a weight as a matrix [dim, all else].
struct Largest {
  Buffer u, v;  // the singular vectors of the estimate
  Largest(const Tensor& weight, int64_t dim, double eps, uint64_t key);
  // sigma = uᵀ W v, after so many steps of the power method.
  Tensor sigma(const Tensor& weight, int64_t dim, double eps, int64_t steps);
};

}  // namespace parametrization

// weight = g v / |v|, the norms taken along all dimensions but dim (none: of the whole). g is
// parametrizations.weight.original0, v is original1. Source: Salimans and Kingma 2016.
template <TakesWeight Layer>
class WeightNorm : public Module {
 public:
  explicit WeightNorm(Layer layer, std::optional<int64_t> dim = 0)
      : layer_(std::move(layer)), dim_(dim),
        size_(parametrization::sizes_of_slices(layer_.weight, dim).detach().clone()) {}

  Tensor weight() const {
    const Tensor& v = layer_.weight;
    return v * (size_.tensor() / parametrization::sizes_of_slices(v, dim_));
  }
  Tensor forward(const Tensor& x) const { return layer_.forward(x, weight()); }
  Tensor operator()(const Tensor& x) { return call_forward(*this, x); }
  std::string describe() const override {
    return parametrization::describe_weight_norm(layer_.describe(), dim_);
  }
  void walk_fields(FieldWalker& walker) override {
    parametrization::WeightCalled renamed(walker);
    layer_.walk_fields(renamed);
    size_.mark_listed();
    walker.param("parametrizations.weight.original0", size_);
    renamed.weight("parametrizations.weight.original1");
  }

 private:
  Layer layer_;  // its weight is v
  std::optional<int64_t> dim_;
  Param size_;
};

// weight over an estimate of its largest singular value, as a matrix of its outputs. In training
// the estimate moves on at each call. Source: Miyato et al. 2018.
template <TakesWeight Layer>
class SpectralNorm : public Module {
 public:
  explicit SpectralNorm(Layer layer, SpectralNormOptions options = {})
      : layer_(std::move(layer)), options_(options),
        dim_(options.dim.value_or(parametrization::output_dim<Layer>)),
        largest_(layer_.weight, dim_, options.eps, random_number()) {}

  Tensor weight() {
    const int64_t steps = is_training() ? options_.n_power_iterations : 0;
    return layer_.weight.tensor() /
           largest_.sigma(layer_.weight.tensor(), dim_, options_.eps, steps);
  }
  Tensor forward(const Tensor& x) { return layer_.forward(x, weight()); }
  Tensor operator()(const Tensor& x) { return call_forward(*this, x); }
  std::string describe() const override {
    return parametrization::describe_spectral_norm(layer_.describe(), options_);
  }
  void walk_fields(FieldWalker& walker) override {
    parametrization::WeightCalled renamed(walker);
    layer_.walk_fields(renamed);
    renamed.weight("parametrizations.weight.original");
    walker.buffer("parametrizations.weight.0._u", largest_.u);
    walker.buffer("parametrizations.weight.0._v", largest_.v);
  }

 private:
  Layer layer_;
  SpectralNormOptions options_;
  int64_t dim_;
  parametrization::Largest largest_;
};

}  // namespace hebb::nn
