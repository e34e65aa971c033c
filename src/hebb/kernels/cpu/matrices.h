// Batches of small matrices, [..., rows, columns] of any layout, for Eigen. Everything is computed
// in f64 (complex numbers: c128) and rounded once, whatever the operands' dtype.
#pragma once

#include <eigen3/Eigen/Core>
#include <algorithm>
#include <atomic>
#include <complex>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu {

template <class W>
using Matrix = Eigen::Matrix<W, Eigen::Dynamic, Eigen::Dynamic>;
template <class W>
using Column = Eigen::Matrix<W, Eigen::Dynamic, 1>;

template <class W>
inline constexpr bool is_complex_type = is_complex(dtype_of<W>);

class Matrices {
 public:
  enum Kind { matrices, vectors, numbers };  // [..., n, m], [..., n], [...]

  Matrices() = default;
  explicit Matrices(const Operand& o, Kind kind = matrices) : dtype_(o.dtype) {
    const size_t own = kind == matrices ? 2 : kind == vectors ? 1 : 0, outer = o.shape.size() - own;
    for (size_t i = 0; i < outer; ++i)
      starts_.add(o.shape[i], o.strides[i]);
    if (own > 0) {
      rows = o.shape[outer];
      down_ = o.strides[outer];
    }
    if (own > 1) {
      columns = o.shape[outer + 1];
      right_ = o.strides[outer + 1];
    }
  }
  int64_t count() const { return starts_.count; }

  template <class W>
  Matrix<W> load(const void* base, int64_t index) const {
    Matrix<W> m(rows, columns);
    visit_values([&](auto type) {
      using T = typename decltype(type)::type;
      if constexpr (is_complex_type<T> == is_complex_type<W>) {
        const T* from = static_cast<const T*>(base) + starts_.offset(index);
        for (int64_t k = 0; k < columns; ++k)
          for (int64_t i = 0; i < rows; ++i)
            m(i, k) = wide<W>(from[i * down_ + k * right_]);
      }
    });
    return m;
  }

  template <class M>
  void store(void* base, int64_t index, const M& m) const {
    using W = typename M::Scalar;
    visit_values([&](auto type) {
      using T = typename decltype(type)::type;
      if constexpr (is_complex_type<T> == is_complex_type<W>) {
        T* to = static_cast<T*>(base) + starts_.offset(index);
        for (int64_t k = 0; k < columns; ++k)
          for (int64_t i = 0; i < rows; ++i)
            to[i * down_ + k * right_] = narrow<T>(W(m(i, k)));
      }
    });
  }

  int64_t rows = 1, columns = 1;

 private:
  template <class F>
  void visit_values(F&& f) const {
    switch (dtype_) {
      case DType::f16:
        return f(Type<Half>{});
      case DType::bf16:
        return f(Type<BFloat16>{});
      case DType::f32:
        return f(Type<float>{});
      case DType::f64:
        return f(Type<double>{});
      case DType::c64:
        return f(Type<std::complex<float>>{});
      default:
        return f(Type<std::complex<double>>{});
    }
  }
  Axes starts_;
  int64_t down_ = 0, right_ = 0;
  DType dtype_ = DType::f32;
};

// Calls f(i) for every matrix of a batch, whose work is about n³ operations.
template <class F>
void for_each_matrix(int64_t count, int64_t n, const F& f) {
  const double work = std::max(1.0, double(n) * double(n) * double(n));
  parallel_for(count, std::max<int64_t>(1, int64_t(50000 / work)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      f(i);
  });
}

// The first matrix of a batch that has no answer. Errors are thrown after the loop.
class FirstBad {
 public:
  void at(int64_t index) {
    int64_t before = first_.load();
    while (index < before && !first_.compare_exchange_weak(before, index)) {}
  }
  // "", or "matrix 3 of the batch " where there are several.
  void check(int64_t count, std::string_view problem) const {
    const int64_t first = first_.load();
    if (first == none)
      return;
    hebb::check(count != 1, "the matrix {}", problem);
    hebb::check(false, "matrix {} of the batch {}", first, problem);
  }

 private:
  static constexpr int64_t none = std::numeric_limits<int64_t>::max();
  std::atomic<int64_t> first_ = none;
};

// K<double> or K<std::complex<double>>, by the first operand's dtype.
template <template <class> class K>
PreparedKernel dense_kernel(const Signature& s) {
  const DType dtype = s.in[0].dtype;
  if (is_complex(dtype))
    return make_kernel<K<std::complex<double>>>(s);
  return is_floating(dtype) ? make_kernel<K<double>>(s) : nullptr;
}

}  // namespace hebb::cpu
