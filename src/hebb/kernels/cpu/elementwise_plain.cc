// The elementwise kernel around a loop nest, and its plain form: any dtype, any strides. The oracle
// of the tests for the fast one.

#include "hebb/kernels/cpu/elementwise.h"

#include <algorithm>
#include <optional>

#include "hebb/kernels/cpu/epilogue.h"

namespace hebb::cpu {
namespace {

using Tables = std::span<const std::span<const ElementwiseRow>>;

// The first row that has the operator and takes its dtypes, or null.
const ElementwiseRow* find_row(const Signature& signature, Tables tables) {
  for (const auto& rows : tables)
    for (const ElementwiseRow& row : rows)
      if (row.op == signature.op && row.pick(signature))
        return &row;
  return nullptr;
}

// The signature without its epilogue.
Signature own_part(const Signature& s) {
  Signature own = s;
  own.in.resize(first_other(s));
  own.epilogue.clear();
  return own;
}

// A step of the epilogue, applied while a block of results is in the cache.
struct Follower {
  Inner inner;
  size_t other = 0;  // operand of the nest; 0: none
  bool other_first = false;
  Parameters parameters = {};
};

class ElementwiseKernel : public Kernel {
 public:
  ElementwiseKernel(const Signature& s, const ElementwiseRow& row, Inner inner, Tables tables,
                    std::string_view kernel_name)
      : inner_(inner), input_(s.in[0]), check_(row.check), own_inputs_(first_other(s)) {
    name = kernel_name;
    for (size_t k = 0; k < own_inputs_; ++k)
      if (s.in[k].defined)
        inputs_.push_back(k);
    if (row.parameters)
      parameters_ = row.parameters(s);
    Operands nested = operands(s, row);
    take_followers(s, tables, nested);
    nest_.emplace(s.out, nested);
    // Element i of the output depends on element i of the inputs alone, so the output may overwrite
    // an input of its shape. It may not overwrite an input that is read after the output was
    // written.
    for (size_t k = 0; k < own_inputs_; ++k)
      if (s.in[k].defined && s.in[k].shape == s.out[0].shape &&
          s.in[k].strides == s.out[0].strides && s.in[k].dtype == s.out[0].dtype) {
        reuse = {int(k)};
        break;
      }
  }
  void run(const Buffers& b) const override {
    if (check_)
      check_(input_, b.in[0]);
    std::array<char*, LoopNest::most_operands + 1> data{static_cast<char*>(b.out[0])};
    size_t n = 1;
    for (size_t k : inputs_)
      data[n++] = static_cast<char*>(b.in[k]);
    // The cast is safe: a loop writes only its first operand.
    if (has_parameters_)
      data[n++] = const_cast<char*>(reinterpret_cast<const char*>(parameters_.data()));
    if (followers_.empty())
      return nest_->run(data.data(), inner_);
    for (size_t k = 0; k < others_; ++k)
      data[n++] = static_cast<char*>(b.in[own_inputs_ + k]);
    nest_->run(data.data(), [&](int64_t count, char* const* at, const int64_t* stride) {
      run_chain(count, at, stride, n);
    });
  }

 private:
  Operands operands(const Signature& s, const ElementwiseRow& row) {
    Operands out;
    for (size_t k : inputs_)
      out.push_back(s.in[k]);
    has_parameters_ = row.parameters != nullptr;
    if (has_parameters_)
      out.push_back({true, DType::f64, {}, {}});
    return out;
  }

  void take_followers(const Signature& s, Tables tables, Operands& nested) {
    for (const EpilogueStep& step : s.epilogue) {
      Signature one{.op = step.op, .in = {s.out[0]}, .out = s.out, .attrs = step.attrs};
      if (step.has_other)
        one.in.insert(step.other_first ? 0 : 1, s.in[own_inputs_ + others_]);
      const ElementwiseRow* row = find_row(one, tables);
      if (!row || row->check || nested.size() + 1 + step.has_other > LoopNest::most_operands)
        return;
      Follower follower{.inner = row->pick(one), .other_first = step.other_first};
      if (row->parameters)
        follower.parameters = row->parameters(one);
      if (step.has_other) {
        nested.push_back(s.in[own_inputs_ + others_]);
        follower.other = nested.size();
        ++others_;
      }
      followers_.push_back(follower);
      ++epilogue;
    }
  }

  void run_chain(int64_t count, char* const* data, const int64_t* stride, size_t operands) const {
    constexpr int64_t block = 2048;  // 8 KiB of f32: the results stay in the nearest cache
    std::array<char*, LoopNest::most_operands + 1> at;
    for (int64_t begin = 0; begin < count; begin += block) {
      const int64_t n = std::min(block, count - begin);
      for (size_t k = 0; k < operands; ++k)
        at[k] = data[k] + begin * stride[k];
      inner_(n, at.data(), stride);
      for (const Follower& follower : followers_) {
        std::array<char*, 4> of{at[0], at[0]};
        std::array<int64_t, 4> by{stride[0], stride[0]};
        size_t last = 2;
        if (follower.other > 0) {
          of[2] = at[follower.other];
          by[2] = stride[follower.other];
          if (follower.other_first) {
            std::swap(of[1], of[2]);
            std::swap(by[1], by[2]);
          }
          last = 3;
        }
        of[last] = const_cast<char*>(reinterpret_cast<const char*>(follower.parameters.data()));
        by[last] = 0;
        follower.inner(n, of.data(), by.data());
      }
    }
  }

  std::optional<LoopNest> nest_;
  Inner inner_;
  Operand input_;
  void (*check_)(const Operand&, const void*);
  size_t own_inputs_, others_ = 0;  // of the operator, and of the epilogue
  std::vector<size_t> inputs_;      // the operator's defined inputs
  bool has_parameters_ = false;
  Parameters parameters_{};
  std::vector<Follower> followers_;
};

PreparedKernel elementwise_kernel(const Signature& signature, Tables tables,
                                  std::string_view name) {
  const Signature own = own_part(signature);
  const ElementwiseRow* row = find_row(own, tables);
  return row ? make_kernel<ElementwiseKernel>(signature, *row, row->pick(own), tables, name)
             : nullptr;
}

}  // namespace

namespace impl {

PreparedKernel elementwise_plain(const Signature& signature) {
  const std::array tables{arithmetic_rows(), activation_rows(), math_rows(),
                          comparison_rows(), loss_rows(),       special_rows()};
  return elementwise_kernel(signature, tables, "plain");
}

PreparedKernel elementwise_simd(const Signature& signature) {
  if (signature.out[0].dtype != DType::f32)
    return nullptr;
  for (const Operand& operand : signature.in)
    if (operand.defined && operand.dtype != DType::f32)
      return nullptr;
  const std::array tables{arithmetic_simd_rows(), activation_simd_rows(), math_simd_rows()};
  return elementwise_kernel(signature, tables, "simd");
}

}  // namespace impl
}  // namespace hebb::cpu
