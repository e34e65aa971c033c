#include "hebb/nn/layer_norm.h"

#include "hebb/base/check.h"
#include "hebb/nn/extra_repr.h"
#include "hebb/nn/init.h"
#include "hebb/ops/create.h"
#include "hebb/ops/layer_norm.h"

namespace hebb::nn {

LayerNorm::LayerNorm(LayerNormOptions options) : options_(std::move(options)) {
  check_in(options_.eps > 0, ErrorKind::usage, "LayerNorm", "eps is {}, should be above 0",
           options_.eps);
  if (!options_.affine)
    return;
  weight.emplace(init::empty_weight("LayerNorm", options_.shape));
  bias.emplace(zeros(options_.shape));
  init::ones_(weight->tensor());
}

Tensor LayerNorm::forward(const Tensor& x) const {
  return layer_norm(x, options_.shape, weight ? weight->tensor() : Tensor(),
                    bias ? bias->tensor() : Tensor(), options_.eps);
}

std::string LayerNorm::describe() const {
  return fmt::format("LayerNorm({}, eps={}, elementwise_affine={})", shown(options_.shape),
                     options_.eps, shown(options_.affine));
}

}  // namespace hebb::nn
