// The plain elementwise kernel: any dtype, any strides. The tests' oracle for the fast one.

#include "hebb/kernels/cpu/elementwise.h"

namespace hebb::cpu {
namespace {

class ElementwiseKernel : public Kernel {
 public:
  ElementwiseKernel(const Signature& s, Inner inner, std::string_view kernel_name) : nest_(s.out, present(s.in)), inner_(inner) {
    name = kernel_name;
    // Element i of the output depends on element i of the inputs alone, so it may lie where an input of its shape lies.
    for (size_t k = 0; k < s.in.size(); ++k)
      if (s.in[k].defined && s.in[k].shape == s.out[0].shape && s.in[k].strides == s.out[0].strides && s.in[k].dtype == s.out[0].dtype) {
        reuse = {int(k)};
        break;
      }
    for (size_t k = 0; k < s.in.size(); ++k)
      if (s.in[k].defined) inputs_.push_back(k);
  }
  void run(const Buffers& b) const override {
    std::array<char*, 8> data{static_cast<char*>(b.out[0])};
    for (size_t k = 0; k < inputs_.size(); ++k) data[k + 1] = static_cast<char*>(b.in[inputs_[k]]);
    nest_.run(data.data(), inner_);
  }

 private:
  static std::vector<Operand> present(const std::vector<Operand>& operands) {
    std::vector<Operand> out;
    for (const Operand& operand : operands)
      if (operand.defined) out.push_back(operand);
    return out;
  }
  LoopNest nest_;
  Inner inner_;
  std::vector<size_t> inputs_;
};

}  // namespace

PreparedKernel elementwise_kernel(const Signature& signature, Inner inner, std::string_view name) {
  return inner ? std::make_shared<ElementwiseKernel>(signature, inner, name) : nullptr;
}

Inner find_row(std::span<const ElementwiseRow> rows, const Signature& signature) {
  for (const ElementwiseRow& row : rows)
    if (row.op == signature.op) return row.pick(signature.in.back().dtype);
  return nullptr;
}

namespace impl {

PreparedKernel elementwise_plain(const Signature& signature) {
  for (const auto& rows : {arithmetic_rows()})
    if (Inner inner = find_row(rows, signature)) return elementwise_kernel(signature, inner, "plain");
  return nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
