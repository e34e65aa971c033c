// Matrix product of f32 by oneDNN's matmul primitive (brgemm), batched with broadcasting;
// transposed and sliced operands are read through their strides. bmm_broadcast has copied what
// oneDNN cannot read so; matmul, a part of other kernels, refuses it.

#include "hebb/kernels/cpu/dnnl.h"
#include "hebb/kernels/cpu/kernels.h"

namespace hebb::cpu::impl {
namespace {

using dnnl::memory;

class MatmulOneDnn : public Kernel {
 public:
  MatmulOneDnn(dnnl::matmul::primitive_desc pd, bool bias)
      : primitive_(pd), a_(pd.src_desc()), b_(pd.weights_desc()), out_(pd.dst_desc()),
        scratch_(pd.scratchpad_desc()), bias_(bias) {
    info_ = std::string("onednn:") + pd.impl_info_str();
    name = info_;
    scratch_bytes = scratch_.get_size();
    if (bias)
      bias_desc_ = pd.bias_desc();
  }
  void run(const Buffers& b) const override {
    std::unordered_map<int, memory> args{{DNNL_ARG_SRC, dnnl_memory(a_, b.in[0])},
                                         {DNNL_ARG_WEIGHTS, dnnl_memory(b_, b.in[1])},
                                         {DNNL_ARG_DST, dnnl_memory(out_, b.out[0])},
                                         {DNNL_ARG_SCRATCHPAD, dnnl_memory(scratch_, b.scratch)}};
    if (bias_)
      args.emplace(DNNL_ARG_BIAS, dnnl_memory(bias_desc_, b.in[2]));
    primitive_.execute(dnnl_stream(), args);
  }

 private:
  dnnl::matmul primitive_;
  memory::desc a_, b_, out_, scratch_, bias_desc_;
  bool bias_;
  std::string info_;
};

// The same operand with leading sizes of 1 up to the rank.
memory::desc padded(const Operand& operand, size_t rank) {
  Operand wide = operand;
  while (wide.shape.size() < rank) {
    wide.shape.insert(0, 1);
    wide.strides.insert(0, 0);
  }
  for (size_t i = 0; i < rank;
       ++i)  // a size of 1 may carry any stride; oneDNN wants one that could be real
    if (wide.shape[i] == 1)
      wide.strides[i] =
          i + 1 < rank ? wide.shape[i + 1] * std::max<int64_t>(wide.strides[i + 1], 1) : 1;
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

std::shared_ptr<MatmulOneDnn> matrix_product(const Signature& s) {
  const bool bias = s.in.size() > 2 && s.in[2].defined;
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
  try {
    auto pd = bias ? dnnl_describe<dnnl::matmul>(a, b, bias_desc, out)
                   : dnnl_describe<dnnl::matmul>(a, b, out);
    return std::make_shared<MatmulOneDnn>(std::move(pd), bias);
  } catch (const dnnl::error&) {
    return nullptr;  // not every layout is supported; the plain kernel takes all
  }
}

}  // namespace

PreparedKernel matmul_onednn(const Signature& s) {
  return matrix_product(s);
}

PreparedKernel bmm_broadcast_onednn(const Signature& given) {
  Signature s = given;
  std::vector<std::optional<Dims>> wants(2);
  for (size_t i = 0; i < 2; ++i)
    if (!is_matrix(s.in[i]))
      wants[i] = s.in[i].strides = contiguous_strides(s.in[i].shape);
  auto kernel = matrix_product(s);
  if (kernel && (wants[0] || wants[1]))
    kernel->wants_in = wants;
  return kernel;
}

}  // namespace hebb::cpu::impl
