// Dropout and its relatives. Dropout: while training, each value is zeroed with probability p and
// the others are divided by 1
// - p, so the expectation stays; in evaluation the input passes through. Source: Srivastava et al.
// 2014 (inverted form).
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct Dropout : Module {
  double p;
  explicit Dropout(double p = 0.5);  // Error: outside [0, 1]
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

// Whole channels of [N, C, spatial...]. Operators: ops/dropout.h.
struct Dropout1d : Module {
  double p;
  explicit Dropout1d(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Dropout2d : Module {
  double p;
  explicit Dropout2d(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct Dropout3d : Module {
  double p;
  explicit Dropout3d(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

// For selu: mean 0 and variance 1 stay. FeatureAlphaDropout: whole channels.
struct AlphaDropout : Module {
  double p;
  explicit AlphaDropout(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};
struct FeatureAlphaDropout : Module {
  double p;
  explicit FeatureAlphaDropout(double p = 0.5);
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

// Whole samples ("row"), or the whole batch ("batch"): for the branches of residual networks.
struct StochasticDepth : Module {
  double p;
  std::string mode;
  explicit StochasticDepth(double p, std::string mode = "row");
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()
};

// A fully connected layer whose weights, not its features, are dropped while training, each batch
// anew. Source: Wan et al. 2013.
struct DropConnectOptions {
  Size in, out;
  double p = 0.5;
  bool bias = true;
  HEBB_FIELDS(in, out, p, bias)
  static constexpr Note notes[] = {
      {.field = "in", .key = "in_features", .inferred = true, .at_least = 1},
      {.field = "out",
       .key = "out_features",
       .aliases = {"features"},
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "features that come out"},
      {.field = "p",
       .aliases = {"probability"},
       .place = 2,
       .at_least = 0,
       .at_most = 1,
       .what = "how likely a weight becomes 0"},
      {.field = "bias", .what = "whether a bias is added"}};
};
struct DropConnect : Module {
  Param weight;               // [out, in]
  std::optional<Param> bias;  // [out]
  explicit DropConnect(DropConnectOptions options);
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight, bias)

 private:
  DropConnectOptions options_;
};

}  // namespace hebb::nn
