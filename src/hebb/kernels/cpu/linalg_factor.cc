// Factors of batches of small matrices: QR, singular values, eigenvalues of Hermitian matrices.
// Vectors are right up to sign and phase; these are fixed, so that small changes of a matrix change
// them a little: the largest element of each left singular vector and eigenvector is positive.

#include <eigen3/Eigen/Eigenvalues>
#include <eigen3/Eigen/LU>
#include <eigen3/Eigen/QR>
#include <eigen3/Eigen/SVD>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/matrices.h"
#include "hebb/kernels/linalg.h"

namespace hebb::cpu::impl {
namespace {

// What turns the column's largest element into a positive one.
template <class W>
W turn_of(const Eigen::Ref<const Column<W>>& column) {
  int64_t at = 0;
  for (int64_t i = 1; i < column.size(); ++i)
    if (std::abs(column(i)) > std::abs(column(at)) * (1 + 1e-9))
      at = i;
  const double size = std::abs(column(at));
  if (!(size > 0))
    return W(1);
  if constexpr (is_complex_type<W>)
    return std::conj(column(at)) / size;
  else
    return column(at) < 0 ? W(-1) : W(1);
}

// A = Q R: [..., m, n] -> [..., m, k], [..., k, n] with k = min(m, n), or m where they are
// complete.
template <class W>
class Qr : public Kernel {
 public:
  explicit Qr(const Signature& s)
      : a_(s.in[0]), r_(s.out[1]), with_q_(s.attributes<QrAttrs>().mode != "r") {
    name = "eigen";
    if (with_q_)
      q_ = Matrices(s.out[0]);
  }
  void run(const Buffers& b) const override {
    for_each_matrix(a_.count(), std::max(a_.rows, a_.columns), [&](int64_t i) {
      if (a_.rows == 0)
        return;
      const int64_t k = r_.rows;
      if (a_.columns == 0) {
        if (with_q_)
          q_.store(b.out[0], i, Matrix<W>::Identity(a_.rows, q_.columns).eval());
        return;
      }
      const Eigen::HouseholderQR<Matrix<W>> qr(a_.load<W>(b.in[0], i));
      const Matrix<W> r = qr.matrixQR().topRows(k).template triangularView<Eigen::Upper>();
      r_.store(b.out[1], i, r);
      if (with_q_)
        q_.store(b.out[0], i,
                 Matrix<W>(qr.householderQ() * Matrix<W>::Identity(a_.rows, q_.columns)));
    });
  }

 private:
  Matrices a_, q_, r_;
  bool with_q_;
};

// A = U diag(S) Vh, S falling.
template <class W>
class Svd : public Kernel {
 public:
  explicit Svd(const Signature& s)
      : a_(s.in[0]), u_(s.out[0]), s_(s.out[1], Matrices::vectors), vh_(s.out[2]) {
    name = "eigen";
  }
  void run(const Buffers& b) const override {
    FirstBad bad;
    for_each_matrix(a_.count(), std::max(a_.rows, a_.columns), [&](int64_t i) {
      if (s_.rows == 0) {
        u_.store(b.out[0], i, Matrix<W>::Identity(u_.rows, u_.columns).eval());
        vh_.store(b.out[2], i, Matrix<W>::Identity(vh_.rows, vh_.columns).eval());
        return;
      }
      const Matrix<W> a = a_.load<W>(b.in[0], i);
      if (!a.allFinite())
        return bad.at(i);
      const unsigned full = Eigen::ComputeFullU | Eigen::ComputeFullV,
                     thin = Eigen::ComputeThinU | Eigen::ComputeThinV;
      const bool square_u = u_.columns == u_.rows, square_v = vh_.rows == vh_.columns;
      const unsigned what = square_u && square_v ? full : thin;
      write(b, i, Eigen::JacobiSVD<Matrix<W>>(a, what));
    });
    bad.check(a_.count(), "has values that are not finite: there are no singular values");
  }

 private:
  void write(const Buffers& b, int64_t i, const Eigen::JacobiSVD<Matrix<W>>& svd) const {
    Matrix<W> u = svd.matrixU(), v = svd.matrixV();
    for (int64_t k = 0; k < std::max(u.cols(), v.cols()); ++k) {
      const W turn = k < u.cols() ? turn_of<W>(u.col(k)) : turn_of<W>(v.col(k));
      if (k < u.cols())
        u.col(k) *= turn;
      if (k < v.cols())
        v.col(k) *= turn;
    }
    u_.store(b.out[0], i, u);
    s_.store(b.out[1], i, Column<double>(svd.singularValues()));
    vh_.store(b.out[2], i, Matrix<W>(v.adjoint()));
  }
  Matrices a_, u_, s_, vh_;
};

// A = Q diag(L) Q^H, L rising, of which one triangle is read.
template <class W>
class Eigh : public Kernel {
 public:
  explicit Eigh(const Signature& s)
      : a_(s.in[0]), l_(s.out[0], Matrices::vectors), q_(s.out[1]),
        upper_(s.attributes<EighAttrs>().UPLO[0] == 'U' ||
               s.attributes<EighAttrs>().UPLO[0] == 'u') {
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
      const Eigen::SelfAdjointEigenSolver<Matrix<W>> eigen(a);  // reads the lower triangle
      if (!a.allFinite() || eigen.info() != Eigen::Success)
        return bad.at(i);
      Matrix<W> q = eigen.eigenvectors();
      for (int64_t k = 0; k < q.cols(); ++k)
        q.col(k) *= turn_of<W>(q.col(k));
      l_.store(b.out[0], i, Column<double>(eigen.eigenvalues()));
      q_.store(b.out[1], i, q);
    });
    bad.check(a_.count(), "has no eigenvalues: it has values that are not finite");
  }

 private:
  Matrices a_, l_, q_;
  bool upper_;
};

// The derivatives of the determinant by the elements, det(A) A^-T, also where A is singular: with
// A = U S V^H they are det(U V^H) conj(U) C V^T, of C the products of all other singular values.
template <class W>
class Cofactors : public Kernel {
 public:
  explicit Cofactors(const Signature& s) : a_(s.in[0]), out_(s.out[0]) { name = "eigen"; }
  void run(const Buffers& b) const override {
    for_each_matrix(a_.count(), a_.rows, [&](int64_t i) {
      if (a_.rows == 0)
        return;
      const Eigen::JacobiSVD<Matrix<W>> svd(a_.load<W>(b.in[0], i),
                                            Eigen::ComputeFullU | Eigen::ComputeFullV);
      const Matrix<W>&u = svd.matrixU(), &v = svd.matrixV();
      const auto& values = svd.singularValues();
      Column<W> others(a_.rows);
      for (int64_t k = 0; k < a_.rows; ++k) {
        double rest = 1;
        for (int64_t j = 0; j < a_.rows; ++j)
          rest *= j == k ? 1 : values(j);
        others(k) = rest;
      }
      const W turn = u.determinant() * Matrix<W>(v.adjoint()).determinant();
      out_.store(b.out[0], i,
                 Matrix<W>(turn * (u.conjugate() * others.asDiagonal() * v.transpose())));
    });
  }

 private:
  Matrices a_, out_;
};

// V diag(1 / S) U^H without small singular values; [..., m, n] -> [..., n, m].
template <class W>
class PseudoInverse : public Kernel {
 public:
  explicit PseudoInverse(const Signature& s)
      : a_(s.in[0]), out_(s.out[0]), attrs_(s.attributes<PseudoInverseAttrs>()) {
    name = "eigen";
  }
  void run(const Buffers& b) const override {
    FirstBad bad;
    for_each_matrix(a_.count(), std::max(a_.rows, a_.columns), [&](int64_t i) {
      if (a_.rows == 0 || a_.columns == 0)
        return;
      Matrix<W> a = a_.load<W>(b.in[0], i);
      if (attrs_.hermitian)
        a = Matrix<W>(a.template selfadjointView<Eigen::Lower>());
      if (!a.allFinite())
        return bad.at(i);
      const Eigen::JacobiSVD<Matrix<W>> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
      Column<double> inverse = svd.singularValues();
      const double cut = std::max(*attrs_.atol, *attrs_.rtol * inverse(0));
      for (double& value : inverse)
        value = value > cut ? 1 / value : 0;
      out_.store(
          b.out[0], i,
          Matrix<W>(svd.matrixV() * inverse.cast<W>().asDiagonal() * svd.matrixU().adjoint()));
    });
    bad.check(a_.count(), "has values that are not finite: it has no pseudo-inverse");
  }

 private:
  Matrices a_, out_;
  PseudoInverseAttrs attrs_;
};

}  // namespace

PreparedKernel cofactors_eigen(const Signature& s) {
  return dense_kernel<Cofactors>(s);
}
PreparedKernel pseudo_inverse_eigen(const Signature& s) {
  return dense_kernel<PseudoInverse>(s);
}
PreparedKernel linalg_qr_eigen(const Signature& s) {
  return dense_kernel<Qr>(s);
}
PreparedKernel linalg_svd_eigen(const Signature& s) {
  return dense_kernel<Svd>(s);
}
PreparedKernel linalg_eigh_eigen(const Signature& s) {
  return dense_kernel<Eigh>(s);
}

}  // namespace hebb::cpu::impl
