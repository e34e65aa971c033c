#include "hebb/kernels/cpu/dnnl_epilogue.h"

#include "hebb/kernels/activation.h"

namespace hebb::cpu {
namespace {

struct Function {
  dnnl::algorithm algorithm;
  float alpha = 0, beta = 0;
};

std::optional<Function> function_of(const EpilogueStep& step) {
  if (step.op == "relu")
    return Function{dnnl::algorithm::eltwise_relu};
  if (step.op == "leaky_relu")
    return Function{dnnl::algorithm::eltwise_relu,
                    float(static_cast<const LeakyReluAttrs*>(step.attrs)->negative_slope)};
  if (step.op == "relu6")
    return Function{dnnl::algorithm::eltwise_clip, 0, 6};
  if (step.op == "sigmoid")
    return Function{dnnl::algorithm::eltwise_logistic};
  if (step.op == "tanh")
    return Function{dnnl::algorithm::eltwise_tanh};
  if (step.op == "silu")
    return Function{dnnl::algorithm::eltwise_swish, 1};
  return std::nullopt;
}

}  // namespace

DnnlEpilogue dnnl_epilogue(const Signature& signature, size_t most) {
  DnnlEpilogue out;
  dnnl::post_ops ops;
  size_t functions = 0;
  for (const EpilogueStep& step : signature.epilogue) {
    if (out.steps == most)
      break;
    if (step.has_other) {
      if (out.steps > 0 || !is_plain_sum(step, signature))
        break;
      ops.append_sum(1);
      out.sums = true;
    } else {
      const std::optional<Function> function = function_of(step);
      if (!function || functions == 1)
        break;
#if DNNL_VERSION_MAJOR >= 3
      ops.append_eltwise(function->algorithm, function->alpha, function->beta);
#else
      ops.append_eltwise(1, function->algorithm, function->alpha, function->beta);
#endif
      ++functions;
    }
    ++out.steps;
  }
  out.attr.set_post_ops(ops);
  return out;
}

}  // namespace hebb::cpu
