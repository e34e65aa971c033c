#include "hebb/kernels/cpu/dnnl_epilogue.h"

#include "hebb/kernels/activation.h"
#include "hebb/kernels/arithmetic.h"

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

// The sum with a tensor of the output's own shape.
bool is_plain_sum(const EpilogueStep& step, const Signature& s) {
  const Operand& other = s.in[first_other(s)];
  return step.op == "add" && static_cast<const AddAttrs*>(step.attrs)->alpha == 1 &&
         other.shape == s.out[0].shape && other.dtype == s.out[0].dtype;
}

}  // namespace

DnnlLayout::DnnlLayout(const dnnl::memory::desc& desc, DType dtype, const Dims& shape)
    : desc_(desc), plain_{true, dtype, shape, {}} {
  bytes = desc.get_size();
  id = "onednn" + dnnl_form(desc);
}

DnnlPrimitive DnnlLayout::way(const Dims& strides, bool pack) const {
  std::lock_guard lock(mutex_);
  for (const Way& known : ways_)
    if (known.pack == pack && known.strides == strides)
      return known.primitive;
  Operand operand = plain_;
  operand.strides = strides;
  const dnnl::memory::desc plain = dnnl_desc(operand, *dnnl_type(operand.dtype));
  const dnnl::memory::desc &from = pack ? plain : desc_, &to = pack ? desc_ : plain;
  const dnnl::reorder::primitive_desc pd(dnnl_engine(), from, dnnl_engine(), to);
  ways_.push_back({strides, pack,
                   DnnlPrimitive(dnnl::reorder(pd), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}})});
  return ways_.back().primitive;
}

void DnnlLayout::pack(const void* from, const Dims& strides, void* to) const {
  way(strides, true).run({const_cast<void*>(from), to});
}

void DnnlLayout::unpack(const void* from, void* to, const Dims& strides) const {
  way(strides, false).run({const_cast<void*>(from), to});
}

const DnnlLayout* dnnl_layout(const Operand& operand) {
  return dynamic_cast<const DnnlLayout*>(operand.opaque.get());
}

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
