// Fourier transforms, plain: one line at a time, in f64. Also makes the plans.

#include <hwy/highway.h>

#include <cmath>
#include <numbers>

#include "hebb/kernels/cpu/fft_block-inl.h"
#include "hebb/kernels/cpu/fft_passes.h"
#include "hebb/kernels/cpu/kernels.h"

namespace hebb::cpu {

// The angle is taken from an eighth of a turn, where sine and cosine are right to the last digit.
std::complex<double> root_of_unity(int64_t k, int64_t n) {
  k %= n;
  k = k < 0 ? k + n : k;
  const int64_t eighths = 8 * k / n, rest = 8 * k - eighths * n;  // of n
  const bool back = eighths % 2 == 1;
  const double angle =
      std::numbers::pi / 4 * (double(back ? n - rest : rest) / double(n));  // up to pi / 4
  const double c = std::cos(angle), s = std::sin(angle);
  switch (eighths) {  // cos, -sin of the whole angle
    case 0:
      return {c, -s};
    case 1:
      return {s, -c};
    case 2:
      return {-s, -c};
    case 3:
      return {-c, -s};
    case 4:
      return {-c, s};
    case 5:
      return {-s, c};
    case 6:
      return {s, c};
    default:
      return {c, s};
  }
}

namespace {

template <class R>
std::complex<R> rounded(std::complex<double> z) {
  return {R(z.real()), R(z.imag())};
}

// 8 and 4 where possible, then 2, 3 and the other primes; nothing where one is too large.
std::vector<int64_t> radices(int64_t n) {
  std::vector<int64_t> found;
  for (int64_t p : {8, 4, 2, 3, 5})
    for (; n % p == 0 && n > 1; n /= p)
      found.push_back(p);
  for (int64_t p = 7; n > 1; p += 2) {
    if (p * p > n)
      p = n;
    if (p > most_radix)
      return {};
    for (; n % p == 0; n /= p)
      found.push_back(p);
  }
  return found;
}

// The smallest number from n on that has no prime factor above 5.
int64_t smooth_from(int64_t n) {
  for (;; ++n) {
    int64_t rest = n;
    for (int64_t p : {2, 3, 5})
      while (rest % p == 0)
        rest /= p;
    if (rest == 1)
      return n;
  }
}

}  // namespace

template <class R>
FftPlan<R>::FftPlan(int64_t length) : n(length) {
  const std::vector<int64_t> found = radices(n);
  if (n > 1 && found.empty()) {
    padded = std::make_unique<const FftPlan>(smooth_from(2 * n - 1));
    const int64_t m = padded->n;
    // The spectrum is computed in f64 whatever R is.
    const FftPlan<double> exact(m);
    std::vector<double> a(size_t(2 * m)), b(size_t(2 * m));
    for (int64_t k = 0; k < n; ++k) {
      const auto square = int64_t(__int128(k) * k % (2 * n));
      const std::complex<double> turn = root_of_unity(square, 2 * n);
      chirp.push_back(rounded<R>(turn));
      for (int64_t at : {k, (m - k) % m}) {
        a[size_t(2 * at)] = turn.real();
        a[size_t(2 * at + 1)] = -turn.imag();
      }
    }
    const double* spectrum_of =
        HWY_NAMESPACE::stages<HWY_NAMESPACE::OneLane<double>>(exact, a.data(), b.data());
    for (int64_t k = 0; k < m; ++k)
      spectrum.push_back(
          rounded<R>({spectrum_of[2 * k] / double(m), spectrum_of[2 * k + 1] / double(m)}));
    return;
  }
  int64_t inner = n, outer = 1;
  for (int64_t p : found) {
    inner /= p;
    stages.push_back({p, inner, outer, factors.size(), 0});
    for (int64_t r = 1; r < p; ++r)
      for (int64_t i = 0; i < inner; ++i)
        factors.push_back(rounded<R>(root_of_unity(r * i, p * inner)));
    stages.back().roots = factors.size();
    for (int64_t k = 0; k < p; ++k)
      factors.push_back(rounded<R>(root_of_unity(k, p)));
    outer *= p;
  }
}

template <class R>
FftLong<R>::FftLong(int64_t rows, int64_t columns) : first(rows), second(columns) {
  constexpr int64_t beyond = 64;  // numbers that a vector may read behind the last column
  turns.reserve(size_t(rows * columns + beyond));
  for (int64_t j = 0; j < rows; ++j)
    for (int64_t k = 0; k < columns; ++k)
      turns.push_back(rounded<R>(root_of_unity(j * k, rows * columns)));
  turns.resize(turns.size() + beyond);
}

template <class R>
std::unique_ptr<const FftLong<R>> FftLong<R>::of(int64_t n, bool full_vectors) {
  constexpr int64_t least = 16;  // a vector of lines
  for (auto rows = int64_t(std::sqrt(double(n))); rows >= least; --rows)
    if (n % rows == 0 && (!full_vectors || (rows % least == 0 && n / rows % least == 0)))
      return radices(rows).empty() || radices(n / rows).empty()
                 ? nullptr
                 : std::make_unique<const FftLong>(rows, n / rows);
  return nullptr;
}

template <class R>
FftLines<R>::FftLines(const Operand& from, const Operand& to, const FftTask& task, bool long_lines)
    : kind(task.kind), inverse(task.inverse), scale(R(task.scale)), paired(R(task.paired)),
      in(from, task.dim), out(to, task.dim) {
  n = kind == FftKind::to_real ? out.size : in.size;
  in_pairs = kind != FftKind::complex && n % 2 == 0;
  constexpr int64_t few = 4, short_line = 1024;
  const bool suits = (kind == FftKind::complex || in_pairs) && in.step == 1 && out.step == 1;
  if (long_lines && suits)
    long_plan = FftLong<R>::of(complex_points(), lines() > few && complex_points() <= short_line);
  if (!long_plan)
    plan = std::make_unique<const FftPlan<R>>(complex_points());
  if (in_pairs)
    for (int64_t k = 0; k <= n / 2; ++k)
      turns.push_back(rounded<R>(root_of_unity(k, n)));
}

template <class R>
FftPasses<R>::FftPasses(const Signature& s, FftKind kind, bool long_lines) {
  const auto& a = s.attributes<FftAlongAttrs>();
  const Operand &in = s.in[0], &out = s.out[0];
  const FftTask task{kind, a.dim, a.inverse, a.scale, a.paired};
  if (!a.across) {
    along = std::make_unique<const FftLines<R>>(in, out, task, long_lines);
    return;
  }
  const FftTask other{FftKind::complex, *a.across, a.inverse, 1};
  if (kind == FftKind::to_real) {
    Operand between = in;
    between.strides = contiguous_strides(in.shape);
    across = std::make_unique<const FftLines<R>>(in, between, other, long_lines);
    along = std::make_unique<const FftLines<R>>(between, out, task, long_lines);
  } else {
    along = std::make_unique<const FftLines<R>>(in, out, task, long_lines);
    across = std::make_unique<const FftLines<R>>(out, out, other, long_lines);
  }
  const auto dims = int64_t(in.shape.size()), first = wrap_dim(a.dim, dims),
             second = wrap_dim(*a.across, dims);
  if (std::min(first, second) != dims - 2)
    return;  // pictures lie in one another
  for (int64_t i = 0; i + 2 < dims; ++i)
    pictures *= in.shape[size_t(i)];
}

template struct FftPlan<float>;
template struct FftPlan<double>;
template struct FftLong<float>;
template struct FftLong<double>;
template struct FftLines<float>;
template struct FftLines<double>;
template struct FftPasses<float>;
template struct FftPasses<double>;

namespace impl {
namespace {

template <class T>
class FftPlain : public Kernel {
 public:
  FftPlain(const Signature& s, FftKind kind) : passes_(s, kind, false) { name = "plain"; }
  void run(const Buffers& b) const override {
    passes_.run<T>(b, HWY_NAMESPACE::run_blocks<HWY_NAMESPACE::OneLane<double>, T>);
  }

 private:
  FftPasses<double> passes_;
};

PreparedKernel fft_plain(const Signature& s, FftKind kind) {
  if (real_of(s.in[0].dtype) == DType::f32)
    return make_kernel<FftPlain<float>>(s, kind);
  return make_kernel<FftPlain<double>>(s, kind);
}

}  // namespace

PreparedKernel fft_c2c_plain(const Signature& s) {
  return fft_plain(s, FftKind::complex);
}
PreparedKernel fft_r2c_plain(const Signature& s) {
  return fft_plain(s, FftKind::to_complex);
}
PreparedKernel fft_c2r_plain(const Signature& s) {
  return fft_plain(s, FftKind::to_real);
}

}  // namespace impl
}  // namespace hebb::cpu
