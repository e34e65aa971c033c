// ops/dropout.cc: the dropout family beside dropout itself, written in operators: a mask that
// broadcasts.

#include "hebb/ops/dropout.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pad.h"
#include "hebb/ops/pooling.h"
#include "hebb/ops/random.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/spatial.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/dropout.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view draws =
    "ONNX draws from a state of its own, not from a key, and for whole tensors only";

void check_dropout(const Tensor& input, double p) {
  check(p >= 0 && p <= 1, "p is {}, should be a probability between 0 and 1", p);
  check(is_floating(input.dtype()), "input is {}, should be floating", name(input.dtype()));
}

// Ones and zeros that stay with probability 1 - p, divided by it.
Tensor scaled_mask(const Dims& shape, double p, const Tensor& like, const Tensor& key) {
  return dropout(ones(shape, like.dtype(), like.device()), p, true, key);
}

// The first `kept` sizes, then ones.
Dims leading(const Dims& shape, size_t kept) {
  Dims out = shape;
  for (size_t i = kept; i < out.size(); ++i)
    out[i] = 1;
  return out;
}

// Whole channels; sizes of one sample and of a batch: their dimensions.
template <int64_t one_sample, int64_t batch>
Tensors compose_channels(const Call& c) {
  const auto& a = c.attributes<DropoutAttrs>();
  const Tensor& x = c.in(0);
  check_dropout(x, a.p);
  check(x.dim() == batch || x.dim() == one_sample, "input {} should have {} or {} dimensions",
        x.shape(), one_sample, batch);
  if (!a.training || a.p == 0)
    return {x};
  const bool sequences = batch == 4 && x.dim() == 3;  // dropout2d of [N, C, L]
  const size_t kept = x.dim() == batch || sequences ? 2 : 1;
  return {x * scaled_mask(leading(x.shape(), kept), a.p, x, c.in(1))};
}

// Source: selu's scale times its alpha, and the moments of what is dropped.
Tensors compose_alpha(const Call& c, const Dims& mask_shape) {
  const auto& a = c.attributes<AlphaDropoutAttrs>();
  const Tensor& x = c.in(0);
  check_dropout(x, a.p);
  if (!a.training || a.p == 0)
    return {x};
  if (a.p == 1)
    return {x * 0};
  constexpr double limit = 1.7580993408473766;
  const double scale = 1 / std::sqrt((limit * limit * a.p + 1) * (1 - a.p));
  const Tensor mask = bernoulli(full(mask_shape, 1 - a.p, x.dtype(), x.device()), c.in(1));
  return {x * (mask * scale) + ((mask - 1) * (limit * scale) + limit * scale * a.p)};
}

}  // namespace

constinit const Op op::dropout1d = {
    .name = "dropout1d",
    .what =
        "In training whole channels of [N, C, L] or [C, L] are 0 with probability p, the "
        "others are divided by 1 - p; else the input itself.",
    .source = "torch.nn.functional.dropout1d; Tompson et al. 2015",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<DropoutAttrs>,
    .no_onnx_because = draws,
    .compose = compose_channels<2, 3>,
};

constinit const Op op::dropout2d = {
    .name = "dropout2d",
    .what =
        "In training whole channels of [N, C, H, W] are 0 with probability p, the others are "
        "divided by 1 - p; else the input itself.",
    .source = "torch.nn.functional.dropout2d; Tompson et al. 2015",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<DropoutAttrs>,
    .no_onnx_because = draws,
    .compose = compose_channels<3, 4>,
};

constinit const Op op::dropout3d = {
    .name = "dropout3d",
    .what =
        "In training whole channels of [N, C, D, H, W] or one sample are 0 with probability p, "
        "the others are divided by 1 - p; else the input itself.",
    .source = "torch.nn.functional.dropout3d; Tompson et al. 2015",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<DropoutAttrs>,
    .no_onnx_because = draws,
    .compose = compose_channels<4, 5>,
};

constinit const Op op::alpha_dropout = {
    .name = "alpha_dropout",
    .what =
        "In training elements become selu's lower limit with probability p, scaled and shifted "
        "so that mean 0 and variance 1 stay; else the input.",
    .source = "torch.nn.functional.alpha_dropout; Klambauer et al. 2017",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<AlphaDropoutAttrs>,
    .no_onnx_because = draws,
    .compose = [](const Call& c) -> Tensors { return compose_alpha(c, c.in(0).shape()); },
};

constinit const Op op::feature_alpha_dropout = {
    .name = "feature_alpha_dropout",
    .what = "alpha_dropout of whole channels [N, C, ...].",
    .source = "torch.nn.functional.feature_alpha_dropout; Klambauer et al. 2017",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<AlphaDropoutAttrs>,
    .no_onnx_because = draws,
    .compose = [](const Call& c) -> Tensors {
      check(c.in(0).dim() >= 2, "input {} should be [N, C, ...]", c.in(0).shape());
      return compose_alpha(c, leading(c.in(0).shape(), 2));
    },
};

static Tensors compose_stochastic_depth(const Call& c) {
  const auto& a = c.attributes<StochasticDepthAttrs>();
  const Tensor& x = c.in(0);
  check_dropout(x, a.p);
  check(a.mode == "row" || a.mode == "batch", "mode is '{}', should be row or batch", a.mode);
  check(x.dim() >= 1 || a.mode == "batch", "input {} has no rows", x.shape());
  if (!a.training || a.p == 0)
    return {x};
  return {x * scaled_mask(leading(x.shape(), a.mode == "row" ? 1 : 0), a.p, x, c.in(1))};
}

constinit const Op op::stochastic_depth = {
    .name = "stochastic_depth",
    .what =
        "In training whole samples [N, ...] (row) or all of them (batch) are 0 with "
        "probability p, else divided by 1 - p; else the input itself.",
    .source = "torchvision.ops.stochastic_depth; Huang et al. 2016",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<StochasticDepthAttrs>,
    .no_onnx_because = draws,
    .compose = compose_stochastic_depth,
};

template <size_t n>
static Tensors compose_drop_block(const Call& c) {
  const auto& a = c.attributes<DropBlockAttrs>();
  const Tensor& x = c.in(0);
  check_dropout(x, a.p);
  check(x.dim() == int64_t(n) + 2, "input {} should have {} dimensions", x.shape(), n + 2);
  check(a.block_size >= 1, "block_size is {}, should be at least 1", a.block_size);
  if (!a.training || a.p == 0 || x.numel() == 0)
    return {x};
  int64_t side = a.block_size;
  for (int64_t size : spatial_sizes(x))
    side = std::min(side, size);
  check(side % 2 == 1, "block_size, at most the sizes of input {}, is {}, should be odd", x.shape(),
        side);
  // Corners of blocks, so many that their blocks cover a share p of the elements.
  double chance = a.p;
  Dims corners = x.shape(), around;
  for (size_t i = 0; i < n; ++i) {
    const int64_t size = x.size(int64_t(i) + 2), places = size - side + 1;
    chance *= double(size) / (double(side) * double(places));
    corners[i + 2] = places;
    around.push_back(side / 2);
    around.push_back(side / 2);
  }
  const Tensor drawn =
      bernoulli(full(corners, std::min(chance, 1.0), x.dtype(), x.device()), c.in(1));
  const MaxPoolOptions windows{.kernel_size = {side}, .stride = {1}, .padding = {side / 2}};
  const Tensor padded = pad(drawn, around);
  const Tensor dropped = n == 2 ? max_pool2d(padded, windows) : max_pool3d(padded, windows);
  const Tensor kept = 1 - dropped;
  return {x * kept * (double(kept.numel()) / (sum(kept) + a.eps))};
}

constinit const Op op::drop_block2d = {
    .name = "drop_block2d",
    .what =
        "In training squares of [N, C, H, W] are 0, about a share p of all elements, and the "
        "others are scaled; else the input itself.",
    .source = "torchvision.ops.drop_block2d; Ghiasi et al. 2018",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<DropBlockAttrs>,
    .no_onnx_because = draws,
    .compose = compose_drop_block<2>,
};

constinit const Op op::drop_block3d = {
    .name = "drop_block3d",
    .what =
        "In training cubes of [N, C, D, H, W] are 0, about a share p of all elements, and the "
        "others are scaled; else the input itself.",
    .source = "torchvision.ops.drop_block3d; Ghiasi et al. 2018",
    .inputs = {"input", "key?"},
    .attributes = attrs_type<DropBlockAttrs>,
    .no_onnx_because = draws,
    .compose = compose_drop_block<3>,
};

#define DROPOUT(name, Attributes)                                                    \
  Tensor name(const Tensor& input, double p, bool training, const Tensor& key) {     \
    return training ? call(op::name, {input, key}, Attributes{p, training}) : input; \
  }
DROPOUT(dropout1d, DropoutAttrs)
DROPOUT(dropout2d, DropoutAttrs)
DROPOUT(dropout3d, DropoutAttrs)
DROPOUT(alpha_dropout, AlphaDropoutAttrs)
DROPOUT(feature_alpha_dropout, AlphaDropoutAttrs)
#undef DROPOUT

Tensor stochastic_depth(const Tensor& input, double p, std::string_view mode, bool training,
                        const Tensor& key) {
  return training ? call(op::stochastic_depth, {input, key},
                         StochasticDepthAttrs{p, std::string(mode), training})
                  : input;
}

Tensor drop_block2d(const Tensor& input, double p, int64_t block_size, bool training,
                    const Tensor& key) {
  return call(op::drop_block2d, {input, key}, DropBlockAttrs{p, block_size, 1e-6, training});
}
Tensor drop_block3d(const Tensor& input, double p, int64_t block_size, bool training,
                    const Tensor& key) {
  return call(op::drop_block3d, {input, key}, DropBlockAttrs{p, block_size, 1e-6, training});
}

}  // namespace hebb
