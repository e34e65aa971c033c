// The exponential of matrices by scaling and squaring with a Padé approximant of order 13. Source:
// Higham, The Scaling and Squaring Method for the Matrix Exponential Revisited (2005), algorithm
// 2.3.

#include <eigen3/Eigen/LU>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/matrices.h"
#include "hebb/kernels/linalg.h"

namespace hebb::cpu::impl {
namespace {

template <class W>
Matrix<W> exponential(Matrix<W> a) {
  constexpr double b[] = {64764752532480000,
                          32382376266240000,
                          7771770303897600,
                          1187353796428800,
                          129060195264000,
                          10559470521600,
                          670442572800,
                          33522128640,
                          1323241920,
                          40840800,
                          960960,
                          16380,
                          182,
                          1};
  constexpr double largest = 5.371920351148152;  // the 1-norm up to which order 13 is right to f64
  const double norm = a.cwiseAbs().colwise().sum().maxCoeff();
  if (!std::isfinite(norm))
    return Matrix<W>::Constant(a.rows(), a.cols(), W(std::numeric_limits<double>::quiet_NaN()));
  const int halvings = norm > largest ? int(std::ceil(std::log2(norm / largest))) : 0;
  a *= std::ldexp(1.0, -halvings);
  const Matrix<W> one = Matrix<W>::Identity(a.rows(), a.cols()), a2 = a * a, a4 = a2 * a2,
                  a6 = a2 * a4;
  const Matrix<W> odd_tail = b[13] * a6 + b[11] * a4 + b[9] * a2,
                  even_tail = b[12] * a6 + b[10] * a4 + b[8] * a2;
  const Matrix<W> odd = a * (a6 * odd_tail + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * one),
                  even = a6 * even_tail + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * one;
  Matrix<W> out = Eigen::PartialPivLU<Matrix<W>>(even - odd).solve(even + odd);
  for (int i = 0; i < halvings; ++i)
    out = (out * out).eval();
  return out;
}

template <class W>
class MatrixExp : public Kernel {
 public:
  explicit MatrixExp(const Signature& s) : a_(s.in[0]), out_(s.out[0]) { name = "eigen"; }
  void run(const Buffers& b) const override {
    for_each_matrix(a_.count(), 2 * a_.rows, [&](int64_t i) {
      if (a_.rows > 0)
        out_.store(b.out[0], i, exponential<W>(a_.load<W>(b.in[0], i)));
    });
  }

 private:
  Matrices a_, out_;
};

}  // namespace

PreparedKernel linalg_matrix_exp_eigen(const Signature& s) {
  return dense_kernel<MatrixExp>(s);
}

}  // namespace hebb::cpu::impl
