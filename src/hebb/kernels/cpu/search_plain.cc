// Searches in sorted numbers, distinct rows, and the tuples of indices that combinations are.

#include "hebb/kernels/search.h"

#include <algorithm>
#include <numeric>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/check_indices.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/smaller.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

// sorted [..., n], values [..., m], sorter? -> for each value how many elements lie before it.
template <class T>
class SearchSorted : public Kernel {
 public:
  explicit SearchSorted(const Signature& s)
      : right_(s.attributes<SearchAttrs>().right), narrow_(s.attributes<SearchAttrs>().out_int32),
        size_(s.in[0].shape.back()), one_row_(s.in[0].shape.size() == 1),
        per_row_(s.in[1].shape.empty() ? 1 : s.in[1].shape.back()), count_(product(s.in[1].shape)) {
    name = "plain";
    for (const Operand& in : s.in)
      wants_in.push_back(in.defined ? std::optional<Layout>(contiguous_strides(in.shape))
                                    : std::nullopt);
    if (s.in.size() > 2 && s.in[2].defined) {
      sorter_ = s.in[2];
      sorter_.strides = contiguous_strides(sorter_.shape);
    }
  }
  void run(const Buffers& b) const override {
    const int64_t* sorter = sorter_.defined ? b.input<int64_t>(2) : nullptr;
    if (sorter)
      check_indices(sorter_, sorter, "sorter", size_, "sorted_sequence's last dimension");
    const T* values = b.input<T>(1);
    parallel_for(count_, 1024, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = one_row_ ? 0 : i / per_row_ * size_;
        const int64_t found =
            position(b.input<T>(0) + row, sorter ? sorter + row : nullptr, values[i]);
        if (narrow_)
          b.output<int32_t>(0)[i] = int32_t(found);
        else
          b.output<int64_t>(0)[i] = found;
      }
    });
  }

 private:
  int64_t position(const T* sorted, const int64_t* order, T value) const {
    int64_t low = 0, high = size_;
    while (low < high) {
      const int64_t middle = low + (high - low) / 2;
      const T at = sorted[order ? order[middle] : middle];
      if (right_ ? smaller(value, at) : !smaller(at, value))
        high = middle;
      else
        low = middle + 1;
    }
    return low;
  }

  bool right_, narrow_;
  int64_t size_;
  bool one_row_;
  int64_t per_row_, count_;
  Operand sorter_;
};

// Rows [n, m] -> the distinct ones in lexicographic order (or, of neighbours, in their own), the
// index among them of each row, and how often each is there. No NaN equals another.
template <class T>
class UniqueRows : public Kernel {
 public:
  explicit UniqueRows(const Signature& s)
      : consecutive_(s.attributes<UniqueRowsAttrs>().consecutive), rows_(s.in[0].shape[0]),
        width_(s.in[0].shape[1]) {
    name = "plain";
    wants_in = {contiguous_strides(s.in[0].shape)};
    scratch_bytes = size_t(rows_) * sizeof(int64_t);
  }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    T* values = b.output<T>(0);
    auto *inverse = b.output<int64_t>(1), *counts = b.output<int64_t>(2);
    auto* order = static_cast<int64_t*>(b.scratch);
    std::iota(order, order + rows_, int64_t(0));
    if (!consecutive_)
      std::sort(order, order + rows_, [&](int64_t i, int64_t k) { return before(in, i, k); });
    int64_t count = 0;
    for (int64_t i = 0; i < rows_; ++i) {
      const T* row = in + order[i] * width_;
      if (count == 0 || !same(row, values + (count - 1) * width_)) {
        std::copy(row, row + width_, values + count * width_);
        counts[count++] = 0;
      }
      ++counts[count - 1];
      inverse[order[i]] = count - 1;
    }
    *b.output<int64_t>(3) = count;
  }

 private:
  bool same(const T* a, const T* b) const {
    for (int64_t i = 0; i < width_; ++i)
      if (!(wide_value(a[i]) == wide_value(b[i])))
        return false;
    return true;
  }
  bool before(const T* in, int64_t i, int64_t k) const {
    const T *a = in + i * width_, *b = in + k * width_;
    for (int64_t c = 0; c < width_; ++c) {
      if (smaller(a[c], b[c]))
        return true;
      if (smaller(b[c], a[c]))
        return false;
    }
    return i < k;
  }
  static auto wide_value(T v) {
    if constexpr (is_half_type<T>)
      return float(v);
    else
      return v;
  }

  bool consecutive_;
  int64_t rows_, width_;
};

// The rising r-tuples of numbers below n, in lexicographic order: [count, r].
class CombinationIndices : public Kernel {
 public:
  explicit CombinationIndices(const Signature& s)
      : n_(s.attributes<TupleAttrs>().n), again_(s.attributes<TupleAttrs>().with_replacement),
        count_(s.out[0].shape[0]), r_(s.out[0].shape[1]) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    auto* out = b.output<int64_t>(0);
    for (int64_t k = 0; k < count_; ++k, out += r_) {
      if (k == 0) {
        for (int64_t i = 0; i < r_; ++i)
          out[i] = again_ ? 0 : i;
        continue;
      }
      std::copy(out - r_, out, out);
      int64_t i = r_ - 1;
      while (out[i] == (again_ ? n_ - 1 : n_ - r_ + i))
        --i;
      ++out[i];
      for (int64_t next = i + 1; next < r_; ++next)
        out[next] = again_ ? out[i] : out[next - 1] + 1;
    }
  }

 private:
  int64_t n_;
  bool again_;
  int64_t count_, r_;
};

template <template <class> class K>
PreparedKernel of_real(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>))
      return nullptr;
    else
      return make_kernel<K<T>>(s);
  });
}

}  // namespace

PreparedKernel searchsorted_plain(const Signature& s) {
  return of_real<SearchSorted>(s);
}
PreparedKernel unique_rows_plain(const Signature& s) {
  return of_real<UniqueRows>(s);
}
PreparedKernel combination_indices_plain(const Signature& s) {
  return make_kernel<CombinationIndices>(s);
}

}  // namespace hebb::cpu::impl
