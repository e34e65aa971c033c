// The dropout family beside dropout itself (ops/random.h): whole channels, whole samples, and forms
// that keep mean 0 and variance 1. The input comes back when not training. Random choices are a
// function of key; left out, one is drawn.
#pragma once

#include <string>
#include <string_view>

#include "hebb/base/fields.h"
#include "hebb/kernels/random.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Whole channels of [N, C, spatial...] become 0, the others are divided by 1 - p. One sample has no
// N; dropout2d takes [N, C, L] for a batch of sequences, as PyTorch does. Source: Tompson et al.
// 2015.
Tensor dropout1d(const Tensor& input, double p = 0.5, bool training = true, const Tensor& key = {});
Tensor dropout2d(const Tensor& input, double p = 0.5, bool training = true, const Tensor& key = {});
Tensor dropout3d(const Tensor& input, double p = 0.5, bool training = true, const Tensor& key = {});

// Elements become selu's limit at minus infinity, and the result is scaled and shifted so that mean
// 0 and variance 1 stay. feature_: whole channels [N, C, ...]. Source: Klambauer et al. 2017.
Tensor alpha_dropout(const Tensor& input, double p = 0.5, bool training = true,
                     const Tensor& key = {});
Tensor feature_alpha_dropout(const Tensor& input, double p = 0.5, bool training = true,
                             const Tensor& key = {});

// Whole samples [N, ...] become 0 ("row"), or all of them ("batch"); the others are divided by 1 -
// p. Source: torchvision.ops.stochastic_depth; Huang et al. 2016.
Tensor stochastic_depth(const Tensor& input, double p, std::string_view mode, bool training = true,
                        const Tensor& key = {});

// Squares of block_size of [N, C, H, W] become 0, so many that about a share p of the elements
// does; the others are scaled so that the mean stays. 3d: cubes of [N, C, D, H, W]. Source:
// torchvision.ops.drop_block2d; Ghiasi et al. 2018.
Tensor drop_block2d(const Tensor& input, double p, int64_t block_size, bool training = true,
                    const Tensor& key = {});
Tensor drop_block3d(const Tensor& input, double p, int64_t block_size, bool training = true,
                    const Tensor& key = {});

struct DropBlockAttrs {
  double p = 0;
  int64_t block_size = 1;
  double eps = 1e-6;  // added to the number of elements that stay
  bool training = true;
  HEBB_FIELDS(p, block_size, eps, training)
};
struct StochasticDepthAttrs {
  double p = 0;
  std::string mode;  // "row" or "batch"
  bool training = true;
  HEBB_FIELDS(p, mode, training)
};
struct AlphaDropoutAttrs {
  double p = 0.5;
  bool training = false;  // PyTorch's default here
  HEBB_FIELDS(p, training)
};

}  // namespace hebb
