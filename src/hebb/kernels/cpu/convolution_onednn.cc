// Convolution and its gradients by oneDNN: f32, and bf16 where the processor has it. Inputs and
// outputs are channels-last, in which oneDNN's direct convolution is as fast as in its own blocked
// layouts and which plain strides can say. In inference the weight is packed once in the layout
// that the primitive wants; in training, where it changes at every step, it is reordered at every
// run. oneDNN's reference code (hundreds of times slower) is never taken: the next kernel gets its
// turn. Plans prefer kernels of our own, where they fit.

#include <algorithm>
#include <string_view>

#include "hebb/kernels/convolution.h"
#include "hebb/kernels/cpu/dnnl_epilogue.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"

namespace hebb::cpu::impl {
namespace {

using dnnl::memory;
using dnnl::prop_kind;
constexpr auto direct = dnnl::algorithm::convolution_direct;

memory::dims to_dnnl(const Dims& dims, int64_t less = 0) {
  memory::dims out;
  for (int64_t d : dims)
    out.push_back(d - less);
  return out;
}

memory::desc plain_desc(const Dims& shape, const Dims& strides, memory::data_type type) {
  return memory::desc(to_dnnl(shape), type, to_dnnl(strides));
}

memory::desc channels_last(const Dims& shape, memory::data_type type) {
  return plain_desc(shape, channels_last_strides(shape), type);
}

// [O, C / groups, kernel...] as [groups, O / groups, C / groups, kernel...] where there are groups.
Operand grouped(Operand weight, int64_t groups) {
  if (groups == 1)
    return weight;
  const int64_t step = weight.strides[0];
  weight.shape[0] /= groups;
  weight.shape.insert(0, groups);
  weight.strides.insert(0, step * weight.shape[1]);
  return weight;
}

// The weight as the reorder will read it: as it lies when that is row-major or channels-last, else
// copied to be row-major.
Operand readable(Operand weight) {
  weight.strides = is_channels_last(weight) && !is_row_major(weight)
                       ? channels_last_strides(weight.shape)
                       : contiguous_strides(weight.shape);
  return weight;
}

memory::desc any_layout(const Operand& weight, memory::data_type type) {
  return memory::desc(to_dnnl(weight.shape), type, memory::format_tag::any);
}

// A convolution as oneDNN describes it. x, w, y: input, weight, output, in whichever role.
struct Problem {
  memory::data_type type;
  Operand x, w, y;
  Operand weight;  // w with its groups
  bool bias = false;
  memory::desc x_desc, w_desc, y_desc, bias_desc;
  memory::dims stride, dilation, left, right;

  Problem(const ConvolutionAttrs& a, memory::data_type type, const Operand& x, const Operand& w,
          const Operand& y, bool bias)
      : type(type), x(x), w(w), y(y), weight(grouped(w, a.groups)), bias(bias) {
    x_desc = channels_last(x.shape, type);
    y_desc = channels_last(y.shape, type);
    w_desc = any_layout(weight, type);
    if (bias)
      bias_desc = plain_desc({w.shape[0]}, {1}, type);
    stride = to_dnnl(a.stride);
    dilation = to_dnnl(a.dilation, 1);
    left = to_dnnl(a.padding);
    right = to_dnnl(a.padding_end);
  }

  dnnl::convolution_forward::primitive_desc forward(
      prop_kind kind, const dnnl::primitive_attr& attr = dnnl_attr()) const {
    return dnnl_describe_with<dnnl::convolution_forward>(
        attr, kind, direct, x_desc, w_desc, bias_desc, y_desc, stride, dilation, left, right);
  }
  dnnl::convolution_backward_data::primitive_desc backward_input() const {
    const auto hint = forward(prop_kind::forward_training);
    return dnnl_describe_gradient<dnnl::convolution_backward_data>(
        hint, direct, x_desc, w_desc, y_desc, stride, dilation, left, right);
  }
  dnnl::convolution_backward_weights::primitive_desc backward_weight() const {
    const auto hint = forward(prop_kind::forward_training);
    return dnnl_describe_gradient<dnnl::convolution_backward_weights>(
        hint, direct, x_desc, w_desc, y_desc, stride, dilation, left, right);
  }
};

// The problem of a signature, or nothing when oneDNN would not take it.
std::optional<Problem> problem_of(const Signature& s, const Operand& x, const Operand& w,
                                  const Operand& y, bool bias) {
  const std::optional<memory::data_type> type = dnnl_type(x.dtype);
  if (!type || product(x.shape) == 0 || product(y.shape) == 0 || product(w.shape) == 0)
    return std::nullopt;
  for (int64_t pad : s.attributes<ConvolutionAttrs>().padding_end)
    if (pad < 0)
      return std::nullopt;
  return Problem(s.attributes<ConvolutionAttrs>(), *type, x, readable(w), y, bias);
}

bool is_reference(std::string_view implementation) {
  return implementation.find("ref") != std::string_view::npos;
}

// The weight moves between the caller's layout and the primitive's.
class Reorder {
 public:
  Reorder() = default;
  Reorder(const memory::desc& from, const memory::desc& to)
      : from_(from), to_(to), needed_(from != to) {
    if (!needed_)
      return;
    const dnnl::reorder::primitive_desc pd(dnnl_engine(), from, dnnl_engine(), to, dnnl_attr());
    primitive_ = dnnl::reorder(pd);
    scratch_ = pd.scratchpad_desc();
  }
  bool needed() const { return needed_; }
  size_t scratch_bytes() const { return needed_ ? scratch_.get_size() : 0; }
  void run(void* from, void* to, void* scratch) const {
    primitive_.execute(dnnl_stream(), {{DNNL_ARG_FROM, dnnl_memory(from_, from)},
                                       {DNNL_ARG_TO, dnnl_memory(to_, to)},
                                       {DNNL_ARG_SCRATCHPAD, dnnl_memory(scratch_, scratch)}});
  }

 private:
  dnnl::reorder primitive_;
  memory::desc from_, to_, scratch_;
  bool needed_ = false;
};

// What the three kernels share: scratch holds the weight in the primitive's layout, then what
// primitives need.
class OneDnnKernel : public Kernel {
 protected:
  void set_name(std::string_view implementation) {
    info_ = "onednn:" + std::string(implementation);
    name = info_;
  }
  void plan_scratch(const memory::desc& weight, size_t primitive_bytes) {
    weight_bytes_ = reorder_.needed() ? align_up(weight.get_size()) : 0;
    scratch_bytes = weight_bytes_ + std::max(primitive_bytes, reorder_.scratch_bytes());
  }
  void* scratch(const Buffers& b) const { return static_cast<char*>(b.scratch) + weight_bytes_; }

  Reorder reorder_;

 private:
  std::string info_;
  size_t weight_bytes_ = 0;
};

class OneDnnForward : public OneDnnKernel {
 public:
  OneDnnForward(const Problem& p, const Signature& s,
                const dnnl::convolution_forward::primitive_desc& pd, const DnnlEpilogue& steps) {
    set_name(pd.impl_info_str());
    std::vector<DnnlPrimitive::Argument> arguments{{DNNL_ARG_SRC, pd.src_desc()},
                                                   {DNNL_ARG_WEIGHTS, pd.weights_desc()},
                                                   {DNNL_ARG_DST, pd.dst_desc()},
                                                   {DNNL_ARG_SCRATCHPAD, pd.scratchpad_desc()}};
    if (p.bias)  // the last one, so that a run may always give its address
      arguments.push_back({DNNL_ARG_BIAS, p.bias_desc});
    primitive_ = DnnlPrimitive(dnnl::convolution_forward(pd), std::move(arguments));
    const memory::desc given = dnnl_desc(p.weight, p.type);
    if (s.in[1].constant && given != pd.weights_desc())
      packs = {nullptr, std::make_shared<DnnlPacking>(given, pd.weights_desc())};
    else
      reorder_ = Reorder(given, pd.weights_desc());
    plan_scratch(pd.weights_desc(), pd.scratchpad_desc().get_size());
    const Dims out = channels_last_strides(p.y.shape);
    wants_in = {unless_so(p.x, channels_last_strides(p.x.shape)), unless_so(s.in[1], p.w.strides),
                p.bias ? std::optional<Layout>(Dims{1}) : std::nullopt};
    gives_out = {out};
    epilogue = steps.steps;
    if (steps.sums) {
      sum_ = {first_other(s), pd.dst_desc().get_size()};
      wants_in.push_back(out);
      reuse = {int(sum_.input)};
    }
  }
  void run(const Buffers& b) const override {
    void* weight = b.in[1];
    if (reorder_.needed())
      reorder_.run(b.in[1], weight = b.scratch, scratch(b));
    sum_.begin(b);
    primitive_.run({b.in[0], weight, b.out[0], scratch(b), b.in[2]});
  }
  std::unique_ptr<const BoundKernel> bind(const Buffers& b, size_t inputs,
                                          size_t outputs) const override {
    if (reorder_.needed() || !sum_.is_there(b))
      return Kernel::bind(b, inputs, outputs);
    return std::make_unique<BoundDnnl>(
        primitive_, std::initializer_list<void*>{b.in[0], b.in[1], b.out[0], scratch(b), b.in[2]});
  }

 private:
  DnnlPrimitive primitive_;
  DnnlSum sum_;
};

class OneDnnBackwardInput : public OneDnnKernel {
 public:
  OneDnnBackwardInput(const Problem& p, const Operand& weight,
                      const dnnl::convolution_backward_data::primitive_desc& pd)
      : primitive_(pd), x_(pd.diff_src_desc()), w_(pd.weights_desc()), y_(pd.diff_dst_desc()),
        scratch_(pd.scratchpad_desc()) {
    set_name(pd.impl_info_str());
    reorder_ = Reorder(dnnl_desc(p.weight, p.type), w_);
    plan_scratch(w_, scratch_.get_size());
    wants_in = {unless_so(p.y, channels_last_strides(p.y.shape)), unless_so(weight, p.w.strides)};
    gives_out = {channels_last_strides(p.x.shape)};
  }
  void run(const Buffers& b) const override {
    void* weight = b.in[1];
    if (reorder_.needed())
      reorder_.run(b.in[1], weight = b.scratch, scratch(b));
    primitive_.execute(dnnl_stream(), {{DNNL_ARG_DIFF_DST, dnnl_memory(y_, b.in[0])},
                                       {DNNL_ARG_WEIGHTS, dnnl_memory(w_, weight)},
                                       {DNNL_ARG_DIFF_SRC, dnnl_memory(x_, b.out[0])},
                                       {DNNL_ARG_SCRATCHPAD, dnnl_memory(scratch_, scratch(b))}});
  }

 private:
  dnnl::convolution_backward_data primitive_;
  memory::desc x_, w_, y_, scratch_;
};

class OneDnnBackwardWeight : public OneDnnKernel {
 public:
  OneDnnBackwardWeight(const Problem& p, const Operand&,
                       const dnnl::convolution_backward_weights::primitive_desc& pd)
      : primitive_(pd), x_(pd.src_desc()), w_(pd.diff_weights_desc()), y_(pd.diff_dst_desc()),
        scratch_(pd.scratchpad_desc()) {
    set_name(pd.impl_info_str());
    reorder_ = Reorder(w_, dnnl_desc(p.weight, p.type));
    plan_scratch(w_, scratch_.get_size());
    wants_in = {unless_so(p.x, channels_last_strides(p.x.shape)),
                unless_so(p.y, channels_last_strides(p.y.shape))};
  }
  void run(const Buffers& b) const override {
    void* weight = reorder_.needed() ? b.scratch : b.out[0];
    primitive_.execute(dnnl_stream(), {{DNNL_ARG_SRC, dnnl_memory(x_, b.in[0])},
                                       {DNNL_ARG_DIFF_DST, dnnl_memory(y_, b.in[1])},
                                       {DNNL_ARG_DIFF_WEIGHTS, dnnl_memory(w_, weight)},
                                       {DNNL_ARG_SCRATCHPAD, dnnl_memory(scratch_, scratch(b))}});
    if (reorder_.needed())
      reorder_.run(weight, b.out[0], scratch(b));
  }

 private:
  dnnl::convolution_backward_weights primitive_;
  memory::desc x_, w_, y_, scratch_;
};

// The kernel around the primitive that `describe` answers with, unless oneDNN has only reference
// code for it.
template <class K, class F, class... More>
PreparedKernel made(const std::optional<Problem>& problem, const Operand& weight, F&& describe,
                    const More&... more) {
  if (!problem)
    return nullptr;
  try {
    const auto pd = describe(*problem);
    if (is_reference(pd.impl_info_str()))
      return nullptr;
    return make_kernel<K>(*problem, weight, pd, more...);
  } catch (const dnnl::error&) {
    return nullptr;  // a combination that oneDNN does not implement on this processor
  }
}

bool fits(const Signature& s, const Operand& out) {
  return !s.out_fixed || is_channels_last(out);
}

// The forward kernel of the problem, with as much of the epilogue as oneDNN takes along.
PreparedKernel forward_kernel(const Problem& problem, const Signature& s) {
  const prop_kind kind = s.inference ? prop_kind::forward_inference : prop_kind::forward_training;
  DnnlEpilogue epilogue;
  const auto pd = with_longest_epilogue(
      s, epilogue, [&](const dnnl::primitive_attr& attr) { return problem.forward(kind, attr); },
      [](const auto& made) { return !is_reference(made.impl_info_str()); });
  return pd ? make_kernel<OneDnnForward>(problem, s, *pd, epilogue) : nullptr;
}

}  // namespace

PreparedKernel convolution_onednn(const Signature& s) {
  for (const Prepare own : {convolution_winograd, convolution_one_channel})
    if (PreparedKernel kernel = own(s))
      return kernel;
  if (!fits(s, s.out[0]))
    return nullptr;
  const std::optional<Problem> problem = problem_of(s, s.in[0], s.in[1], s.out[0], s.in[2].defined);
  return problem ? forward_kernel(*problem, s) : nullptr;
}

PreparedKernel conv_backward_input_onednn(const Signature& s) {
  if (!fits(s, s.out[0]))
    return nullptr;
  return made<OneDnnBackwardInput>(problem_of(s, s.out[0], s.in[1], s.in[0], false), s.in[1],
                                   [](const Problem& p) { return p.backward_input(); });
}

PreparedKernel conv_backward_weight_onednn(const Signature& s) {
  if (s.out_fixed && !is_row_major(s.out[0]))
    return nullptr;
  return made<OneDnnBackwardWeight>(problem_of(s, s.in[0], s.out[0], s.in[1], false), s.out[0],
                                    [](const Problem& p) { return p.backward_weight(); });
}

}  // namespace hebb::cpu::impl
