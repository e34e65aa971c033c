// The values of windows, each computed in f64 from its own position.

#include <cmath>
#include <numbers>

#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/fourier.h"

namespace hebb::cpu::impl {
namespace {

// The modified Bessel function of order 0, by its power series: all terms are positive.
double bessel_i0(double x) {
  double term = 1, sum = 1;
  for (int k = 1; term > sum * 1e-17; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

double value(const WindowAttrs& a, int64_t i) {
  if (a.kind == "cosines") {
    const double angle = 2 * std::numbers::pi * double(i) / double(a.period);
    return a.a - a.b * std::cos(angle) + a.c * std::cos(2 * angle);
  }
  const double along = 2 * double(i) / double(a.period) - 1;  // from -1 to 1
  if (a.kind == "triangle")
    return 1 - std::abs(along);
  return bessel_i0(a.a * std::sqrt(std::max(0.0, 1 - along * along))) / bessel_i0(a.a);
}

template <class T>
class Window : public Kernel {
 public:
  explicit Window(const Signature& s) : attrs_(s.attributes<WindowAttrs>()) { name = "plain"; }
  void run(const Buffers& b) const override {
    for (int64_t i = 0; i < attrs_.length; ++i)
      b.output<T>(0)[i] = narrow<T>(value(attrs_, i));
  }

 private:
  WindowAttrs attrs_;
};

}  // namespace

PreparedKernel window_plain(const Signature& s) {
  return visit_floating(s.out[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<Window<typename decltype(type)::type>>(s);
  });
}

}  // namespace hebb::cpu::impl
