// The kernel around the inner loops of optimisers: lists of parameters in chunks that run in
// parallel.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/optimizer.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu {

inline double read_number(const Operand& operand, const void* data) {
  return visit(operand.dtype, [&](auto type) -> double {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>))
      return 0;  // refused by the entry
    else
      return double(*static_cast<const T*>(data));
  });
}

// What a step's numbers follow from besides its attributes.
struct StepOperands {
  double lr, step;
  std::optional<double> momentum;  // instead of the attributes' momentum or beta1
};

// Operands: params, grads, then `states` lists of the same length, lr, step, and of some operators
// an optional momentum. Outputs: params, states.
template <class Numbers>
class StepKernel : public Kernel {
 public:
  StepKernel(const Signature& s, int states, std::span<const StepRow<Numbers>> rows,
             std::string_view kernel_name, bool has_momentum = false)
      : states_(states) {
    name = kernel_name;
    const size_t numbers = s.in.size() - (has_momentum ? 3 : 2);
    count_ = numbers / size_t(states + 2);
    for (const Operand& in : s.in)
      wants_in.push_back(contiguous_strides(in.shape));
    for (int slot = 0; slot <= states; ++slot)
      for (size_t i = 0; i < count_; ++i)
        reuse.push_back(int(size_t(slot ? slot + 1 : 0) * count_ + i));
    for (size_t i = 0; i < count_; ++i) {
      const int64_t n = product(s.in[i].shape);
      StepPiece<Numbers> run = nullptr;
      for (const auto& row : rows)
        if (row.dtype == s.in[i].dtype && !run)
          run = row.piece;
      if (!run)
        complete_ = false;
      for (int64_t begin = 0; begin < n; begin += chunk)
        chunks_.push_back({i, begin, std::min(chunk, n - begin), item_size(s.in[i].dtype), run});
    }
    lr_ = s.in[numbers];
    step_ = s.in[numbers + 1];
    if (has_momentum)
      momentum_ = s.in.back();
  }
  bool complete() const { return complete_; }

  void run(const Buffers& b) const override {
    const size_t lr_at = count_ * size_t(states_ + 2);
    StepOperands given{read_number(lr_, b.in[lr_at]), read_number(step_, b.in[lr_at + 1]), {}};
    if (momentum_.defined)
      given.momentum = read_number(momentum_, b.in[lr_at + 2]);
    const Numbers numbers = compute(given);
    parallel_for(int64_t(chunks_.size()), 1, [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; ++k) {
        const Chunk& c = chunks_[size_t(k)];
        std::array<const void*, 5> in{};
        std::array<void*, 4> out{};
        for (size_t slot = 0; slot < size_t(states_ + 2); ++slot)
          in[slot] = static_cast<const char*>(b.in[slot * count_ + c.tensor]) + c.begin * c.item;
        for (size_t slot = 0; slot < size_t(states_ + 1); ++slot)
          out[slot] = static_cast<char*>(b.out[slot * count_ + c.tensor]) + c.begin * c.item;
        c.run(numbers, c.size, in.data(), out.data(), states_);
      }
    });
  }

 protected:
  virtual Numbers compute(const StepOperands& given) const = 0;

 private:
  struct Chunk {
    size_t tensor;
    int64_t begin, size, item;
    StepPiece<Numbers> run;
  };
  static constexpr int64_t chunk = 1 << 14;  // elements: some 300 KiB of traffic for Adam in f32
  size_t count_;
  int states_;
  bool complete_ = true;
  std::vector<Chunk> chunks_;
  Operand lr_, step_, momentum_;
};

template <class K, class Rows>
PreparedKernel made(const Signature& s, Rows rows, std::string_view name) {
  auto kernel = std::make_shared<K>(s, rows, name);
  return kernel->complete() ? kernel : nullptr;
}

}  // namespace hebb::cpu
