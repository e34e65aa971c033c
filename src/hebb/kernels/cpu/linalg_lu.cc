// LU factors of batches of small matrices of any shape, with row exchanges.

#include <utility>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/matrices.h"
#include "hebb/kernels/linalg.h"

namespace hebb::cpu::impl {
namespace {

// A [..., m, n] -> LU [..., m, n], pivots [..., min(m, n)] (from 1), and for each row of L U which
// row of A it is [..., m].
template <class W>
class LuFactor : public Kernel {
 public:
  explicit LuFactor(const Signature& s)
      : a_(s.in[0]), lu_(s.out[0]), pivots_(s.out[1].shape.back()), rows_(a_.rows) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    for_each_matrix(a_.count(), std::max(a_.rows, a_.columns), [&](int64_t i) {
      Matrix<W> a = a_.load<W>(b.in[0], i);
      factor(a, b.output<int32_t>(1) + i * pivots_, b.output<int64_t>(2) + i * rows_);
      lu_.store(b.out[0], i, a);
    });
  }

 private:
  void factor(Matrix<W>& a, int32_t* pivots, int64_t* order) const {
    for (int64_t i = 0; i < rows_; ++i)
      order[i] = i;
    for (int64_t k = 0; k < pivots_; ++k) {
      int64_t best = k;
      for (int64_t i = k + 1; i < rows_; ++i)
        if (std::abs(a(i, k)) > std::abs(a(best, k)))
          best = i;
      pivots[k] = int32_t(best + 1);
      if (best != k) {
        a.row(k).swap(a.row(best));
        std::swap(order[k], order[best]);
      }
      if (a(k, k) == W(0))
        continue;
      const int64_t below = rows_ - k - 1, behind = a.cols() - k - 1;
      a.col(k).tail(below) /= a(k, k);
      a.bottomRightCorner(below, behind).noalias() -= a.col(k).tail(below) * a.row(k).tail(behind);
    }
  }
  Matrices a_, lu_;
  int64_t pivots_, rows_;
};

}  // namespace

PreparedKernel linalg_lu_factor_plain(const Signature& s) {
  return s.out_fixed ? nullptr : dense_kernel<LuFactor>(s);
}

}  // namespace hebb::cpu::impl
