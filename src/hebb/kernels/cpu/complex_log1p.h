// log(1 + z) of complex numbers, which std has for real ones only.
#pragma once

#include <cmath>
#include <complex>

namespace hebb::cpu {

template <class Real>
std::complex<Real> complex_log1p(std::complex<Real> z) {  // without loss near 0
  const Real x = z.real(), y = z.imag();
  const bool near = std::abs(x) < Real(0.5) && std::abs(y) < Real(0.5);
  return {near ? std::log1p(x * (2 + x) + y * y) / 2 : std::log(std::hypot(1 + x, y)),
          std::atan2(y, 1 + x)};
}

}  // namespace hebb::cpu
