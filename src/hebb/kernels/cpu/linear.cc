// y = x Wᵀ + b through the kernels of the matrix product: leading dimensions become rows, the
// weight is read transposed. input [..., in], weight [out, in], bias [out] -> [..., out]. A vector
// of weights is a matrix of one row.

#include <algorithm>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"

namespace hebb::cpu::impl {
namespace {

class Linear : public Kernel {
 public:
  Linear(PreparedKernel product, const Signature& s, bool copies_input)
      : product_(std::move(product)) {
    name = product_->name;
    scratch_bytes = product_->scratch_bytes;
    packs = product_->packs;
    reuse = product_->reuse;
    epilogue = product_->epilogue;
    wants_in.resize(s.in.size());
    if (copies_input)
      wants_in[0] = contiguous_strides(s.in[0].shape);
    for (size_t i = 3; i < s.in.size(); ++i)  // operands of the epilogue have the output's layout
      if (s.in[i].shape == s.out[0].shape)
        wants_in[i] = unless_so(s.in[i], s.out[0].strides);
  }
  void run(const Buffers& b) const override { product_->run(b); }
  std::unique_ptr<const BoundKernel> bind(const Buffers& b, size_t inputs,
                                          size_t outputs) const override {
    return product_->bind(b, inputs, outputs);
  }

 private:
  PreparedKernel product_;
};

// The operand as a matrix of rows; nothing when its leading dimensions cannot be merged.
std::optional<Operand> as_rows(const Operand& o) {
  if (std::find(o.shape.begin(), o.shape.end() - 1, 0) != o.shape.end() - 1)
    return Operand{true, o.dtype, {0, o.shape.back()}, {o.shape.back(), 1}};
  Operand rows{true, o.dtype, {1, o.shape.back()}, {o.shape.back(), o.strides.back()}};
  for (size_t i = o.shape.size() - 1; i-- > 0;) {
    if (o.shape[i] == 1)
      continue;
    if (rows.shape[0] == 1)
      rows.strides[0] = o.strides[i];
    else if (o.strides[i] != rows.strides[0] * rows.shape[0])
      return std::nullopt;
    rows.shape[0] *= o.shape[i];
  }
  return rows;
}

// weight [in], bias [] -> [...] as weight [1, in], bias [1] -> [..., 1]. Steps of an epilogue go
// with other kernels: what they read has no last dimension of 1.
Signature as_matrix(const Signature& given) {
  Signature s = given;
  Operand &weight = s.in[1], &bias = s.in[2], &out = s.out[0];
  weight.strides.insert(0, weight.shape[0] * weight.strides[0]);
  weight.shape.insert(0, 1);
  if (bias.defined)
    bias.shape = bias.strides = {1};
  out.shape.push_back(1);
  out.strides.push_back(1);
  s.in.resize(3);
  s.epilogue = {};
  return s;
}

PreparedKernel prepare(const Signature& given, Prepare product) {
  const Signature s = given.in[1].shape.size() == 1 ? as_matrix(given) : given;
  std::optional<Operand> input = as_rows(s.in[0]);
  const std::optional<Operand> out = as_rows(s.out[0]);
  if (!out)
    return nullptr;
  bool repeats = false;  // repeated values, which the fast kernel cannot read
  for (size_t i = 0; i < s.in[0].shape.size(); ++i)
    repeats |= s.in[0].shape[i] > 1 && s.in[0].strides[i] == 0;
  const bool copies = !input || repeats;
  if (copies)
    input = as_rows({true, s.in[0].dtype, s.in[0].shape, contiguous_strides(s.in[0].shape)});
  const Operand& w = s.in[1];
  Signature inner{.op = s.op,
                  .in = {*input,
                         {.defined = true,
                          .dtype = w.dtype,
                          .shape = {w.shape[1], w.shape[0]},
                          .strides = {w.strides[1], w.strides[0]},
                          .constant = w.constant},
                         s.in[2]},
                  .out = {*out},
                  .out_fixed = s.out_fixed,
                  .threads = s.threads,
                  .inference = s.inference,
                  .epilogue = s.epilogue};
  for (size_t i = 3; i < s.in.size(); ++i)
    inner.in.push_back(s.in[i].shape == s.out[0].shape ? *out : s.in[i]);
  PreparedKernel kernel = product(inner);
  return kernel ? make_kernel<Linear>(std::move(kernel), s, copies) : nullptr;
}

}  // namespace

PreparedKernel linear_onednn(const Signature& s) {
  return prepare(s, s.in[1].constant ? matmul_packed_onednn : matmul_onednn);
}
PreparedKernel linear_simd(const Signature& s) {
  return prepare(s, matmul_simd);
}
PreparedKernel linear_plain(const Signature& s) {
  return prepare(s, matmul_plain);
}

}  // namespace hebb::cpu::impl
