// The elementwise kernel around a loop nest, and its plain form: any dtype, any strides. The tests'
// oracle for the fast one.

#include "hebb/kernels/cpu/elementwise.h"

namespace hebb::cpu {
namespace {

class ElementwiseKernel : public Kernel {
 public:
  ElementwiseKernel(const Signature& s, const ElementwiseRow& row, Inner inner,
                    std::string_view kernel_name)
      : nest_(s.out, operands(s, row)), inner_(inner), input_(s.in[0]), check_(row.check) {
    name = kernel_name;
    // Element i of the output depends on element i of the inputs alone, so it may lie where an
    // input of its shape lies.
    for (size_t k = 0; k < s.in.size(); ++k)
      if (s.in[k].defined && s.in[k].shape == s.out[0].shape &&
          s.in[k].strides == s.out[0].strides && s.in[k].dtype == s.out[0].dtype) {
        reuse = {int(k)};
        break;
      }
    for (size_t k = 0; k < s.in.size(); ++k)
      if (s.in[k].defined)
        inputs_.push_back(k);
    if (row.parameters)
      parameters_ = row.parameters(s);
  }
  void run(const Buffers& b) const override {
    if (check_)
      check_(input_, b.in[0]);
    std::array<char*, 8> data{static_cast<char*>(b.out[0])};
    for (size_t k = 0; k < inputs_.size(); ++k)
      data[k + 1] = static_cast<char*>(b.in[inputs_[k]]);
    // Not written to: a loop reads all operands but the first.
    data[inputs_.size() + 1] = const_cast<char*>(reinterpret_cast<const char*>(parameters_.data()));
    nest_.run(data.data(), inner_);
  }

 private:
  static Operands operands(const Signature& s, const ElementwiseRow& row) {
    Operands out;
    for (const Operand& operand : s.in)
      if (operand.defined)
        out.push_back(operand);
    if (row.parameters)
      out.push_back({true, DType::f64, {}, {}});
    return out;
  }
  LoopNest nest_;
  Inner inner_;
  Operand input_;
  void (*check_)(const Operand&, const void*);
  std::vector<size_t> inputs_;
  Parameters parameters_{};
};

}  // namespace

PreparedKernel elementwise_kernel(const Signature& signature, std::span<const ElementwiseRow> rows,
                                  std::string_view name) {
  for (const ElementwiseRow& row : rows)
    if (row.op == signature.op)
      if (Inner inner = row.pick(signature))
        return make_kernel<ElementwiseKernel>(signature, row, inner, name);
  return nullptr;
}

namespace impl {

PreparedKernel elementwise_plain(const Signature& signature) {
  for (const auto& rows :
       {arithmetic_rows(), activation_rows(), math_rows(), comparison_rows(), loss_rows()})
    if (PreparedKernel kernel = elementwise_kernel(signature, rows, "plain"))
      return kernel;
  return nullptr;
}

PreparedKernel elementwise_simd(const Signature& signature) {
  if (signature.out[0].dtype != DType::f32)
    return nullptr;
  for (const Operand& operand : signature.in)
    if (operand.defined && operand.dtype != DType::f32)
      return nullptr;
  for (const auto& rows : {arithmetic_simd_rows(), activation_simd_rows(), math_simd_rows()})
    if (PreparedKernel kernel = elementwise_kernel(signature, rows, "simd"))
      return kernel;
  return nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
