// nonzero and unique: the number of output elements depends on values.

#include <algorithm>
#include <numeric>

#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/smaller.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

Axes all_axes(const Operand& operand) {
  Axes axes;
  for (size_t i = 0; i < operand.shape.size(); ++i)
    axes.add(operand.shape[i], operand.strides[i]);
  return axes;
}

// The positions, one per row, in row-major order.
template <class T>
class Nonzero : public Kernel {
 public:
  explicit Nonzero(const Signature& s) : in_(all_axes(s.in[0])), shape_(s.in[0].shape) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    auto* out = b.output<int64_t>(0);
    const size_t dims = shape_.size();
    int64_t count = 0, index = 0;
    in_.each([&](int64_t at) {
      if (in[at] != T(0)) {
        int64_t rest = index;
        for (size_t i = dims; i-- > 0;) {
          out[size_t(count) * dims + i] = rest % shape_[i];
          rest /= shape_[i];
        }
        ++count;
      }
      ++index;
    });
    *b.output<int64_t>(1) = count;
  }

 private:
  Axes in_;
  Dims shape_;
};

// The distinct values in order, the index of each element among them, and how often each occurs. No
// NaN equals another.
template <class T>
class Unique : public Kernel {
 public:
  explicit Unique(const Signature& s) : in_(all_axes(s.in[0])) {
    name = "plain";
    scratch_bytes = size_t(in_.count) * sizeof(int64_t);
  }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    auto* values = b.output<T>(0);
    auto *inverse = b.output<int64_t>(1), *counts = b.output<int64_t>(2);
    auto* order = static_cast<int64_t*>(b.scratch);
    std::iota(order, order + in_.count, int64_t(0));
    std::sort(order, order + in_.count, [&](int64_t i, int64_t k) {
      const T a = in[in_.offset(i)], c = in[in_.offset(k)];
      const bool less = smaller(a, c);
      return less != smaller(c, a) ? less : i < k;
    });
    int64_t count = 0;
    for (int64_t i = 0; i < in_.count; ++i) {
      const T value = in[in_.offset(order[i])];
      if (count == 0 || values[count - 1] != value) {
        values[count] = value;
        counts[count++] = 0;
      }
      ++counts[count - 1];
      inverse[order[i]] = count - 1;
    }
    *b.output<int64_t>(3) = count;
  }

 private:
  Axes in_;
};

}  // namespace

PreparedKernel nonzero_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<Nonzero<typename decltype(type)::type>>(s);
  });
}

PreparedKernel unique_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>))
      return nullptr;
    else
      return make_kernel<Unique<T>>(s);
  });
}

}  // namespace hebb::cpu::impl
