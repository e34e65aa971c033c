// Matrix product of f32 by oneDNN's matmul primitive (brgemm), batched with broadcasting;
// transposed and sliced operands are read through their strides. bmm_broadcast has copied what
// oneDNN cannot read so; matmul, a part of other kernels, refuses it.

#include <algorithm>

#include "hebb/kernels/cpu/dnnl_epilogue.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"

namespace hebb::cpu::impl {
namespace {

using dnnl::memory;

class MatmulOneDnn : public Kernel {
 public:
  // weight: the layout of the second operand when it is packed, else nothing. added: the input that
  // the epilogue adds, or 0.
  MatmulOneDnn(const dnnl::matmul::primitive_desc& pd, bool bias,
               const std::optional<memory::desc>& weight, size_t steps, size_t added)
      : bias_(bias), sum_{added, pd.dst_desc().get_size()} {
    info_ = std::string("onednn:") + pd.impl_info_str();
    name = info_;
    scratch_bytes = pd.scratchpad_desc().get_size();
    std::vector<DnnlPrimitive::Argument> arguments{{DNNL_ARG_SRC, pd.src_desc()},
                                                   {DNNL_ARG_WEIGHTS, pd.weights_desc()},
                                                   {DNNL_ARG_DST, pd.dst_desc()},
                                                   {DNNL_ARG_SCRATCHPAD, pd.scratchpad_desc()}};
    if (bias)
      arguments.push_back({DNNL_ARG_BIAS, pd.bias_desc()});
    primitive_ = DnnlPrimitive(dnnl::matmul(pd), std::move(arguments));
    if (weight && *weight != pd.weights_desc())
      packs = {nullptr, std::make_shared<DnnlPacking>(*weight, pd.weights_desc())};
    epilogue = steps;
    if (added)
      reuse = {int(added)};
  }
  void run(const Buffers& b) const override {
    sum_.begin(b);
    primitive_.run({b.in[0], b.in[1], b.out[0], b.scratch, bias_ ? b.in[2] : nullptr});
  }
  std::unique_ptr<const BoundKernel> bind(const Buffers& b, size_t inputs,
                                          size_t outputs) const override {
    if (!sum_.is_there(b))
      return Kernel::bind(b, inputs, outputs);
    return std::make_unique<BoundDnnl>(
        primitive_, std::initializer_list<void*>{b.in[0], b.in[1], b.out[0], b.scratch,
                                                 bias_ ? b.in[2] : nullptr});
  }

 private:
  DnnlPrimitive primitive_;
  bool bias_;
  DnnlSum sum_;
  std::string info_;
};

// The same operand with leading sizes of 1 up to the rank.
memory::desc padded(const Operand& operand, size_t rank) {
  Operand wide = operand;
  while (wide.shape.size() < rank) {
    wide.shape.insert(0, 1);
    wide.strides.insert(0, 0);
  }
  // A size of 1 may have any stride. oneDNN tells the order of dimensions by their strides, so this
  // one's is beyond all that lies within it.
  int64_t extent = 1;
  for (size_t i = rank; i-- > 0;) {
    if (wide.shape[i] == 1)
      wide.strides[i] = extent;
    extent = std::max(extent, wide.shape[i] * wide.strides[i]);
  }
  return dnnl_desc(wide, memory::data_type::f32);
}

// oneDNN reads a matrix whose rows or columns are dense.
bool is_matrix(const Operand& o) {
  const size_t r = o.shape.size();
  for (size_t i = 0; i < r; ++i)
    if (o.strides[i] == 0 && o.shape[i] > 1)
      return false;  // repeated values
  return o.strides[r - 1] == 1 || o.strides[r - 2] == 1 || o.shape[r - 1] == 1 ||
         o.shape[r - 2] == 1;
}

// packed: the second operand, a weight, has the layout that the primitive prefers.
std::shared_ptr<MatmulOneDnn> matrix_product(const Signature& s, bool packed) {
  const size_t own = first_other(s);
  const bool bias = own > 2 && s.in[2].defined;
  for (const Operand& operand : s.in)
    if (operand.defined && operand.dtype != DType::f32)
      return nullptr;
  if (s.out[0].dtype != DType::f32 || !is_matrix(s.in[0]) || !is_matrix(s.in[1]))
    return nullptr;
  if (product(s.out[0].shape) == 0 || s.in[0].shape.back() == 0 ||
      (bias && s.in[2].strides[0] != 1 && s.in[2].shape[0] != 1))
    return nullptr;
  const size_t rank = s.out[0].shape.size();
  if (rank > 6)
    return nullptr;
  const memory::desc a = padded(s.in[0], rank), b = padded(s.in[1], rank),
                     out = padded(s.out[0], rank);
  memory::desc bias_desc;
  if (bias) {
    Operand row = s.in[2];
    while (row.shape.size() < rank) {
      row.shape.insert(0, 1);
      row.strides.insert(0, row.shape[1]);
    }
    row.strides.back() = 1;
    bias_desc = dnnl_desc(row, memory::data_type::f32);
  }
  const memory::desc weight =
      packed ? memory::desc(dnnl_dims(b), memory::data_type::f32, memory::format_tag::any) : b;
  DnnlEpilogue epilogue;
  const auto pd = with_longest_epilogue(
      s, epilogue,
      [&](const dnnl::primitive_attr& attr) {
        return bias ? dnnl_describe_with<dnnl::matmul>(attr, a, weight, bias_desc, out)
                    : dnnl_describe_with<dnnl::matmul>(attr, a, weight, out);
      },
      [](const auto& made) { return std::string_view(made.impl_info_str()).starts_with("brg"); });
  if (!pd)  // a layout, or a processor, that there is no brgemm for: matmul_simd.cc says why
    return nullptr;
  const size_t added = epilogue.sums ? own : 0;
  return std::make_shared<MatmulOneDnn>(*pd, bias, packed ? std::optional(b) : std::nullopt,
                                        epilogue.steps, added);
}

}  // namespace

PreparedKernel matmul_onednn(const Signature& s) {
  return matrix_product(s, false);
}
PreparedKernel matmul_packed_onednn(const Signature& s) {
  return matrix_product(s, true);
}

PreparedKernel bmm_broadcast_onednn(const Signature& given) {
  Signature s = given;
  std::vector<std::optional<Layout>> wants(s.in.size());
  for (size_t i = 0; i < 2; ++i)
    if (!is_matrix(s.in[i]))
      wants[i] = s.in[i].strides = contiguous_strides(s.in[i].shape);
  for (size_t i = 2; i < s.in.size(); ++i)  // operands of the epilogue have the output's layout
    if (s.in[i].shape == s.out[0].shape)
      wants[i] = unless_so(s.in[i], s.out[0].strides);
  auto kernel = matrix_product(s, false);
  if (kernel && std::any_of(wants.begin(), wants.end(), [](const auto& w) { return bool(w); }))
    kernel->wants_in = wants;
  return kernel;
}

}  // namespace hebb::cpu::impl
