// Linear systems, determinants and Cholesky factors of batches of small matrices.

#include "hebb/kernels/linalg.h"

#include <eigen3/Eigen/Cholesky>
#include <eigen3/Eigen/LU>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/matrices.h"

namespace hebb::cpu::impl {
namespace {

// A X = B: [..., n, n], [..., n, k] -> [..., n, k].
template <class W>
class Solve : public Kernel {
 public:
  explicit Solve(const Signature& s) : a_(s.in[0]), b_(s.in[1]), x_(s.out[0]) { name = "eigen"; }
  void run(const Buffers& b) const override {
    FirstBad singular;
    for_each_matrix(a_.count(), a_.rows, [&](int64_t i) {
      if (a_.rows == 0 || b_.columns == 0)
        return;
      const Eigen::PartialPivLU<Matrix<W>> lu(a_.load<W>(b.in[0], i));
      if ((lu.matrixLU().diagonal().array() == W(0)).any())
        return singular.at(i);
      x_.store(b.out[0], i, Matrix<W>(lu.solve(b_.load<W>(b.in[1], i))));
    });
    singular.check(a_.count(), "is singular: it has no inverse");
  }

 private:
  Matrices a_, b_, x_;
};

// The same for a triangle of A; X A = B with left = false.
template <class W>
class SolveTriangular : public Kernel {
 public:
  explicit SolveTriangular(const Signature& s)
      : a_(s.in[0]), b_(s.in[1]), x_(s.out[0]), attrs_(s.attributes<SolveTriangularAttrs>()) {
    name = "eigen";
  }
  void run(const Buffers& b) const override {
    for_each_matrix(a_.count(), std::max(a_.rows, b_.columns), [&](int64_t i) {
      if (b_.rows == 0 || b_.columns == 0)
        return;
      const Matrix<W> a = a_.load<W>(b.in[0], i);
      Matrix<W> x = b_.load<W>(b.in[1], i);
      if (attrs_.upper)
        attrs_.unitriangular ? solve<Eigen::UnitUpper>(a, x) : solve<Eigen::Upper>(a, x);
      else
        attrs_.unitriangular ? solve<Eigen::UnitLower>(a, x) : solve<Eigen::Lower>(a, x);
      x_.store(b.out[0], i, x);
    });
  }

 private:
  template <unsigned Triangle>
  void solve(const Matrix<W>& a, Matrix<W>& x) const {
    if (attrs_.left)
      a.template triangularView<Triangle>().solveInPlace(x);
    else
      a.template triangularView<Triangle>().template solveInPlace<Eigen::OnTheRight>(x);
  }
  Matrices a_, b_, x_;
  SolveTriangularAttrs attrs_;
};

// The determinant's sign (of complex numbers: a number of magnitude 1; 0 of singular matrices) and
// the logarithm of its magnitude.
template <class W>
class SignAndLog : public Kernel {
 public:
  explicit SignAndLog(const Signature& s)
      : a_(s.in[0]), sign_(s.out[0], Matrices::numbers), log_(s.out[1], Matrices::numbers) {
    name = "eigen";
  }
  void run(const Buffers& b) const override {
    for_each_matrix(a_.count(), a_.rows, [&](int64_t i) {
      W sign = 1;
      double log = 0;
      if (a_.rows > 0) {
        const Eigen::PartialPivLU<Matrix<W>> lu(a_.load<W>(b.in[0], i));
        sign = W(lu.permutationP().determinant());
        for (const W& pivot : lu.matrixLU().diagonal()) {
          const double size = std::abs(pivot);
          log += std::log(size);
          sign = size == 0 ? W(0) : sign * (pivot / size);
        }
      }
      sign_.store(b.out[0], i, Matrix<W>::Constant(1, 1, sign).eval());
      log_.store(b.out[1], i, Matrix<double>::Constant(1, 1, log).eval());
    });
  }

 private:
  Matrices a_, sign_, log_;
};

template <class W>
class Determinant : public Kernel {
 public:
  explicit Determinant(const Signature& s) : a_(s.in[0]), out_(s.out[0], Matrices::numbers) {
    name = "eigen";
  }
  void run(const Buffers& b) const override {
    for_each_matrix(a_.count(), a_.rows, [&](int64_t i) {
      const W det = a_.rows == 0
                        ? W(1)
                        : Eigen::PartialPivLU<Matrix<W>>(a_.load<W>(b.in[0], i)).determinant();
      out_.store(b.out[0], i, Matrix<W>::Constant(1, 1, det).eval());
    });
  }

 private:
  Matrices a_, out_;
};

// A = L L^H, of which one triangle is read.
template <class W>
class Cholesky : public Kernel {
 public:
  explicit Cholesky(const Signature& s)
      : a_(s.in[0]), out_(s.out[0]), upper_(s.attributes<CholeskyAttrs>().upper) {
    name = "eigen";
  }
  void run(const Buffers& b) const override {
    FirstBad bad;
    for_each_matrix(a_.count(), a_.rows, [&](int64_t i) {
      if (a_.rows == 0)
        return;
      Matrix<W> a = a_.load<W>(b.in[0], i);
      if (upper_)
        a = a.adjoint().eval();
      const Eigen::LLT<Matrix<W>> llt(a);
      Matrix<W> l = llt.matrixL();
      if (llt.info() != Eigen::Success || !l.allFinite())
        return bad.at(i);
      if (upper_)
        l = l.adjoint().eval();
      out_.store(b.out[0], i, l);
    });
    bad.check(a_.count(), "is not positive definite");
  }

 private:
  Matrices a_, out_;
  bool upper_;
};

}  // namespace

PreparedKernel linalg_solve_eigen(const Signature& s) {
  return dense_kernel<Solve>(s);
}
PreparedKernel linalg_solve_triangular_eigen(const Signature& s) {
  return dense_kernel<SolveTriangular>(s);
}
PreparedKernel linalg_slogdet_eigen(const Signature& s) {
  return dense_kernel<SignAndLog>(s);
}
PreparedKernel linalg_det_eigen(const Signature& s) {
  return dense_kernel<Determinant>(s);
}
PreparedKernel linalg_cholesky_eigen(const Signature& s) {
  return dense_kernel<Cholesky>(s);
}

}  // namespace hebb::cpu::impl
