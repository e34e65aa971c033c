// Power means of windows, and normalisation by neighbouring channels. Operators: ops/lp_pool.h.
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

template <int N>
struct LPPoolOptions {
  double norm_type = 2;
  Extent<N> kernel;
  std::optional<Extent<N>> stride = {};
  bool ceil_mode = false;
  HEBB_FIELDS(norm_type, kernel, stride, ceil_mode)
  static constexpr Note notes[] = {
      {.field = "norm_type", .place = 1, .needed = true, .above = 0, .what = "the power"},
      {.field = "kernel",
       .key = "kernel_size",
       .place = 2,
       .needed = true,
       .at_least = 1,
       .what = "size of the window: 2 or 2x3",
       .brief = true},
      {.field = "stride",
       .place = 3,
       .at_least = 1,
       .otherwise = "kernel",
       .what = "steps of the window; the kernel's size unless given",
       .brief = true},
      {.field = "ceil_mode", .place = 4, .what = "also windows that stick out at the end"}};
};

template <int N>
struct LPPool : Module {  // x [N, C, spatial...] -> [N, C, spatial'...]
  explicit LPPool(LPPoolOptions<N> options) : options_(options) {}
  LPPool(double norm_type, Extent<N> kernel)
      : LPPool(LPPoolOptions<N>{.norm_type = norm_type, .kernel = kernel}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  LPPoolOptions<N> options_;
};
extern template struct LPPool<1>;
extern template struct LPPool<2>;
extern template struct LPPool<3>;

struct LPPool1d : LPPool<1> {
  using LPPool::LPPool;
};
struct LPPool2d : LPPool<2> {
  using LPPool::LPPool;
};
struct LPPool3d : LPPool<3> {
  using LPPool::LPPool;
};

struct LocalResponseNormOptions {
  Size size;  // channels
  double alpha = 1e-4, beta = 0.75, k = 1;
  HEBB_FIELDS(size, alpha, beta, k)
  static constexpr Note notes[] = {
      {.field = "size",
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "neighbouring channels that count",
       .shown = Shown::plain},
      {.field = "alpha", .place = 2, .what = "the weight of the mean square"},
      {.field = "beta", .place = 3, .what = "the power"},
      {.field = "k", .place = 4, .what = "added to the weighted mean square"}};
};
struct LocalResponseNorm : Module {
  explicit LocalResponseNorm(LocalResponseNormOptions options) : options_(options) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 protected:
  LocalResponseNormOptions options_;
};

// The same of pictures, by PyTorch's older name and by the formula that it documents; its own class
// never lets go of channel 0 in its sums.
struct CrossMapLRN2d : LocalResponseNorm {
  using LocalResponseNorm::LocalResponseNorm;
  std::string describe() const override;
};

}  // namespace hebb::nn
