// Logarithms of sums of complex numbers, which std has for real ones only.
#pragma once

#include <cmath>
#include <complex>
#include <limits>

namespace hebb::cpu {

template <class Real>
std::complex<Real> complex_log1p(std::complex<Real> z) {  // without loss near 0
  const Real x = z.real(), y = z.imag();
  const bool near = std::abs(x) < Real(0.5) && std::abs(y) < Real(0.5);
  return {near ? std::log1p(x * (2 + x) + y * y) / 2 : std::log(std::hypot(1 + x, y)),
          std::atan2(y, 1 + x)};
}

// log(e^a + e^b) from the one with the larger real part; of equal ones from a, which says by how
// many turns the result is off the principal value, as PyTorch does. NaN in a part makes both NaN.
template <class Real>
std::complex<Real> complex_logaddexp(std::complex<Real> a, std::complex<Real> b) {
  constexpr Real nan = std::numeric_limits<Real>::quiet_NaN();
  for (Real part : {a.real(), a.imag(), b.real(), b.imag()})
    if (std::isnan(part))
      return {nan, nan};
  if (std::isinf(a.real()) && a.real() == b.real())
    return a.real() < 0 ? b : std::log(std::exp(a) + std::exp(b));
  const bool first = a.real() >= b.real();
  const std::complex<Real> most = first ? a : b, least = first ? b : a;
  return most + complex_log1p(std::exp(least - most));
}

}  // namespace hebb::cpu
