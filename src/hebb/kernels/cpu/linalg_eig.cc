// Eigenvalues and eigenvectors of batches of small square matrices of any kind.

#include <eigen3/Eigen/Eigenvalues>
#include <numeric>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/matrices.h"
#include "hebb/kernels/linalg.h"

namespace hebb::cpu::impl {
namespace {

using Z = std::complex<double>;

// A V = V diag(L): L rises by real and then by imaginary part. Vectors have length 1, and the
// largest of their elements is positive.
template <class W>
class Eig : public Kernel {
  using Solver = std::conditional_t<is_complex_type<W>, Eigen::ComplexEigenSolver<Matrix<W>>,
                                    Eigen::EigenSolver<Matrix<W>>>;

 public:
  explicit Eig(const Signature& s) : a_(s.in[0]), l_(s.out[0], Matrices::vectors), v_(s.out[1]) {
    name = "eigen";
  }
  void run(const Buffers& b) const override {
    FirstBad bad;
    for_each_matrix(a_.count(), 2 * a_.rows, [&](int64_t i) {
      if (a_.rows == 0)
        return;
      const Matrix<W> a = a_.load<W>(b.in[0], i);
      if (!a.allFinite())
        return bad.at(i);
      const Solver eigen(a);
      if (eigen.info() != Eigen::Success)
        return bad.at(i);
      write(b, i, eigen.eigenvalues(), eigen.eigenvectors());
    });
    bad.check(a_.count(), "has no eigenvalues: it has values that are not finite");
  }

 private:
  void write(const Buffers& b, int64_t i, const Column<Z>& values, const Matrix<Z>& vectors) const {
    std::vector<int64_t> order(static_cast<size_t>(values.size()));
    std::iota(order.begin(), order.end(), int64_t(0));
    std::stable_sort(order.begin(), order.end(), [&](int64_t x, int64_t y) {
      return std::pair(values(x).real(), values(x).imag()) <
             std::pair(values(y).real(), values(y).imag());
    });
    Column<Z> sorted(values.size());
    Matrix<Z> v(vectors.rows(), vectors.cols());
    for (int64_t k = 0; k < values.size(); ++k) {
      sorted(k) = values(order[size_t(k)]);
      v.col(k) = vectors.col(order[size_t(k)]);
      int64_t at = 0;
      for (int64_t r = 1; r < v.rows(); ++r)
        if (std::abs(v(r, k)) > std::abs(v(at, k)) * (1 + 1e-9))
          at = r;
      const double size = std::abs(v(at, k));
      v.col(k) *= size > 0 ? std::conj(v(at, k)) / (size * v.col(k).norm()) : Z(1);
    }
    l_.store(b.out[0], i, sorted);
    v_.store(b.out[1], i, v);
  }
  Matrices a_, l_, v_;
};

}  // namespace

PreparedKernel linalg_eig_eigen(const Signature& s) {
  return dense_kernel<Eig>(s);
}

}  // namespace hebb::cpu::impl
