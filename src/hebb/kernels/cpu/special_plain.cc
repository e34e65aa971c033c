// Plain special functions, computed in f64: one row each. And what else is elementwise and not
// arithmetic: signs, neighbours, shifts, divisors, comparison within a tolerance.

#include "hebb/kernels/special.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/kernels/cpu/complex_logarithms.h"
#include "hebb/kernels/cpu/elementwise.h"
#include "hebb/kernels/cpu/is_nan.h"
#include "hebb/kernels/cpu/special_functions.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu {
namespace {

#define IN_DOUBLE(Name, expression) \
  struct Name {                     \
    template <class T>              \
    static T apply(T value) {       \
      const auto x = double(value); \
      return T(expression);         \
    }                               \
  };
IN_DOUBLE(Lgamma, special::lgamma(x))
IN_DOUBLE(Digamma, special::digamma(x))
IN_DOUBLE(Erfinv, special::erfinv(x))
IN_DOUBLE(Erfcx, special::erfcx(x))
IN_DOUBLE(Ndtr, special::ndtr(x))
IN_DOUBLE(Ndtri, special::ndtri(x))
IN_DOUBLE(LogNdtr, special::log_ndtr(x))
IN_DOUBLE(I0, special::i0(x))
IN_DOUBLE(I0e, special::i0e(x))
IN_DOUBLE(I1, special::i1(x))
IN_DOUBLE(I1e, special::i1e(x))
#undef IN_DOUBLE

struct Entr {  // -x log x
  template <class T>
  static T apply(T x) {
    if (x > 0)
      return -x * std::log(x);
    return x == 0 ? T(0) : x < 0 ? -std::numeric_limits<T>::infinity() : x;
  }
};
struct Polygamma {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    return T(special::polygamma(int(p[0]), double(x)));
  }
};
struct Logit {  // log(x / (1 - x)), of x within [p0, 1 - p0]; p0 < 0: anywhere
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    if (p[0] >= 0)
      x = x < T(p[0]) ? T(p[0]) : x > T(1 - p[0]) ? T(1 - p[0]) : x;
    return T(std::log(double(x) / (1 - double(x))));
  }
};
Parameters polygamma_parameters(const Signature& s) {
  return {double(s.attributes<PolygammaAttrs>().n)};
}
Parameters logit_parameters(const Signature& s) {
  return {s.attributes<LogitAttrs>().eps.value_or(-1)};
}

struct NanToNum {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    if constexpr (std::is_integral_v<T>)
      return x;
    else if constexpr (is_complex(dtype_of<T>))  // both parts by themselves
      return {apply(p, x.real()), apply(p, x.imag())};
    else
      return std::isnan(x) ? T(p[0]) : std::isinf(x) ? T(x > 0 ? p[1] : p[2]) : x;
  }
};
double largest(DType dtype) {
  switch (dtype) {
    case DType::f16:
      return 65504;
    case DType::bf16:
      return 0x1.fep127;
    case DType::f32:
    case DType::c64:
      return double(std::numeric_limits<float>::max());
    default:
      return std::numeric_limits<double>::max();
  }
}
Parameters nan_to_num_parameters(const Signature& s) {
  const auto& a = s.attributes<NanToNumAttrs>();
  const double most = largest(s.out[0].dtype);
  return {a.nan.value_or(0), a.posinf.value_or(most), a.neginf.value_or(-most)};
}

struct Logaddexp {  // log(e^a + e^b)
  template <class T>
  static T apply(T a, T b) {
    if constexpr (is_complex(dtype_of<T>)) {
      return complex_logaddexp(a, b);
    } else {
      if (std::isinf(a) && a == b)
        return a;
      const T most = is_nan(a) || a > b ? a : b;
      return most + std::log1p(std::exp(-std::abs(a - b)));
    }
  }
};
struct Logaddexp2 {
  template <class T>
  static T apply(T a, T b) {
    if (std::isinf(a) && a == b)
      return a;
    const T most = is_nan(a) || a > b ? a : b;
    return most + std::log1p(std::exp2(-std::abs(a - b))) * T(1.44269504088896340736);
  }
};
struct Xlogy {
  template <class T>
  static T apply(T x, T y) {
    return is_nan(y) ? y : x == 0 ? T(0) : x * std::log(y);
  }
};
struct Xlog1py {
  template <class T>
  static T apply(T x, T y) {
    return is_nan(y) ? y : x == 0 ? T(0) : x * std::log1p(y);
  }
};
struct Zeta {
  template <class T>
  static T apply(T x, T q) {
    return T(special::zeta(double(x), double(q)));
  }
};
struct Gammainc {
  template <class T>
  static T apply(T a, T x) {
    return T(special::gammainc(double(a), double(x)));
  }
};
struct Gammaincc {
  template <class T>
  static T apply(T a, T x) {
    return T(special::gammaincc(double(a), double(x)));
  }
};
struct GammaincByShape {
  template <class T>
  static T apply(T a, T x) {
    return T(special::gammainc_by_shape(double(a), double(x)));
  }
};
struct LogGammaSlope {
  template <class T>
  static T apply(T a, T log_x) {
    return T(special::log_gamma_slope(double(a), double(log_x)));
  }
};
struct Hypot {
  template <class T>
  static T apply(T a, T b) {
    return std::hypot(a, b);
  }
};
struct Copysign {
  template <class T>
  static T apply(T a, T b) {
    return std::copysign(a, b);
  }
};
struct Fmax {  // a number wins over NaN
  template <class T>
  static T apply(T a, T b) {
    return is_nan(b) || a >= b ? a : b;
  }
};
struct Fmin {
  template <class T>
  static T apply(T a, T b) {
    return is_nan(b) || a <= b ? a : b;
  }
};
struct Heaviside {  // 0 of NaN
  template <class T>
  static T apply(T x, T at_zero) {
    return x == T(0) ? at_zero : T(x > T(0));
  }
};

struct Nextafter {
  template <class T>
  static T apply(T from, T to) {
    return std::nextafter(from, to);
  }
};
// Halves are no floats here: their neighbours are other numbers.
template <class T>
T half_after(T from, T to) {
  const float a = float(from), b = float(to);
  if (std::isnan(a) || a == b)
    return std::isnan(a) ? from : to;
  if (std::isnan(b))
    return to;
  if (a == 0)
    return std::bit_cast<T>(uint16_t(b > 0 ? 0x0001 : 0x8001));
  const auto bits = std::bit_cast<uint16_t>(from);
  return std::bit_cast<T>(uint16_t((b > a) == (a > 0) ? bits + 1 : bits - 1));
}
template <class T>
void half_after_loop(int64_t n, char* const* data, const int64_t* stride) {
  for (int64_t i = 0; i < n; ++i)
    *reinterpret_cast<T*>(data[0] + i * stride[0]) =
        half_after(*reinterpret_cast<const T*>(data[1] + i * stride[1]),
                   *reinterpret_cast<const T*>(data[2] + i * stride[2]));
}
Inner pick_nextafter(const Signature& s) {
  if (s.out[0].dtype == DType::f16)
    return half_after_loop<Half>;
  if (s.out[0].dtype == DType::bf16)
    return half_after_loop<BFloat16>;
  return pick<Nextafter, 2, float, double>(s);
}

struct Gcd {
  template <class T>
  static T apply(T a, T b) {
    using U = std::make_unsigned_t<T>;
    auto x = size(a), y = size(b);
    while (y != 0) {
      const U rest = U(x % y);
      x = y;
      y = rest;
    }
    return T(x);
  }
  template <class T>
  static std::make_unsigned_t<T> size(T v) {
    using U = std::make_unsigned_t<T>;
    return v < 0 ? U(U(0) - U(v)) : U(v);
  }
};
struct Lcm {
  template <class T>
  static T apply(T a, T b) {
    using U = std::make_unsigned_t<T>;
    const U common = U(Gcd::apply(a, b));
    if (common == 0)
      return T(0);
    const T product = T(U(uint64_t(Gcd::size(a)) / common * Gcd::size(b)));  // wraps around
    return T(Gcd::size(product));
  }
};

struct ShiftLeft {
  template <class T>
  static T apply(T a, T by) {
    using U = std::make_unsigned_t<T>;
    if (by < 0 || uint64_t(by) >= sizeof(T) * 8)
      return T(0);
    return T(U(uint64_t(U(a)) << by));
  }
};
struct ShiftRight {  // of a negative number: ones come in
  template <class T>
  static T apply(T a, T by) {
    constexpr int most = int(sizeof(T)) * 8 - std::is_signed_v<T>;
    if (by < 0 || by >= T(most)) {
      if constexpr (std::is_signed_v<T>)
        return a < 0 ? T(-1) : T(0);
      return T(0);
    }
    return T(a >> by);
  }
};

struct Signbit {
  template <class T>
  static bool apply(T x) {
    if constexpr (std::is_floating_point_v<T>)
      return std::signbit(x);
    else
      return x < T(0);
  }
};
struct IsPosInf {
  template <class T>
  static bool apply(T x) {
    if constexpr (std::is_floating_point_v<T>)
      return std::isinf(x) && x > 0;
    else
      return false;
  }
};
struct IsNegInf {
  template <class T>
  static bool apply(T x) {
    if constexpr (std::is_floating_point_v<T>)
      return std::isinf(x) && x < 0;
    else
      return false;
  }
};
struct IsReal {
  template <class T>
  static bool apply(T x) {
    if constexpr (is_complex(dtype_of<T>))
      return x.imag() == 0;
    else
      return true;
  }
};

struct Isclose {  // |a - b| <= atol + rtol |b|
  using WithParameters = void;
  template <class T>
  static bool apply(const double* p, T a, T b) {
    if (a == b)
      return true;
    if (a != a && b != b)
      return p[2] != 0;
    if constexpr (std::is_integral_v<T>) {
      const double apart = a > b ? double(a) - double(b) : double(b) - double(a);
      return apart <= p[1] + p[0] * std::abs(double(b));
    } else {
      const double allowed = p[1] + p[0] * double(std::abs(b)), apart = double(std::abs(a - b));
      return std::isfinite(allowed) && apart <= allowed;
    }
  }
};
Parameters isclose_parameters(const Signature& s) {
  const auto& a = s.attributes<IscloseAttrs>();
  return {a.rtol, a.atol, double(a.equal_nan)};
}

// x = m 2^e with m from 0.5 to 1: e as i32.
template <class T>
void exponent_loop(int64_t n, char* const* data, const int64_t* stride) {
  for (int64_t i = 0; i < n; ++i) {
    int exponent = 0;
    const auto x = double(*reinterpret_cast<const T*>(data[1] + i * stride[1]));
    if (std::isfinite(x))
      std::frexp(x, &exponent);
    *reinterpret_cast<int32_t*>(data[0] + i * stride[0]) = exponent;
  }
}
Inner pick_exponent(const Signature& s) {
  switch (s.in[0].dtype) {
    case DType::f16:
      return exponent_loop<Half>;
    case DType::bf16:
      return exponent_loop<BFloat16>;
    case DType::f32:
      return exponent_loop<float>;
    case DType::f64:
      return exponent_loop<double>;
    default:
      return nullptr;
  }
}

template <class F>
constexpr auto real_one = pick<F, 1, HEBB_FLOATS>;
template <class F>
constexpr auto real_two = pick<F, 2, HEBB_FLOATS>;
template <class F>
constexpr auto asked_of_real = pick_predicate<F, 1, bool, HEBB_INTEGERS, HEBB_FLOATS>;

}  // namespace

std::span<const ElementwiseRow> special_rows() {
  static constexpr ElementwiseRow rows[] = {
      {"lgamma", real_one<Lgamma>},
      {"digamma", real_one<Digamma>},
      {"polygamma", real_one<Polygamma>, polygamma_parameters},
      {"erfinv", real_one<Erfinv>},
      {"special_erfcx", real_one<Erfcx>},
      {"special_ndtr", real_one<Ndtr>},
      {"special_ndtri", real_one<Ndtri>},
      {"special_log_ndtr", real_one<LogNdtr>},
      {"special_entr", real_one<Entr>},
      {"i0", real_one<I0>},
      {"special_i0e", real_one<I0e>},
      {"special_i1", real_one<I1>},
      {"special_i1e", real_one<I1e>},
      {"logit", real_one<Logit>, logit_parameters},
      {"nan_to_num", pick<NanToNum, 1, bool, HEBB_INTEGERS, HEBB_FLOATS, HEBB_COMPLEX>,
       nan_to_num_parameters},
      {"logaddexp", pick<Logaddexp, 2, HEBB_FLOATS, HEBB_COMPLEX>},
      {"logaddexp2", real_two<Logaddexp2>},
      {"xlogy", real_two<Xlogy>},
      {"special_xlog1py", real_two<Xlog1py>},
      {"special_zeta", real_two<Zeta>},
      {"special_gammainc", real_two<Gammainc>},
      {"special_gammaincc", real_two<Gammaincc>},
      {"gammainc_by_shape", real_two<GammaincByShape>},
      {"log_gamma_slope", real_two<LogGammaSlope>},
      {"hypot", real_two<Hypot>},
      {"copysign", real_two<Copysign>},
      {"fmax", pick<Fmax, 2, bool, HEBB_INTEGERS, HEBB_FLOATS>},
      {"fmin", pick<Fmin, 2, bool, HEBB_INTEGERS, HEBB_FLOATS>},
      {"heaviside", pick<Heaviside, 2, bool, HEBB_INTEGERS, HEBB_FLOATS>},
      {"nextafter", pick_nextafter},
      {"gcd", pick<Gcd, 2, HEBB_INTEGERS>},
      {"lcm", pick<Lcm, 2, HEBB_INTEGERS>},
      {"bitwise_left_shift", pick<ShiftLeft, 2, HEBB_INTEGERS>},
      {"bitwise_right_shift", pick<ShiftRight, 2, HEBB_INTEGERS>},
      {"signbit", asked_of_real<Signbit>},
      {"isposinf", asked_of_real<IsPosInf>},
      {"isneginf", asked_of_real<IsNegInf>},
      {"isreal", pick_predicate<IsReal, 1, bool, HEBB_INTEGERS, HEBB_FLOATS, HEBB_COMPLEX>},
      {"isclose", pick_predicate<Isclose, 2, bool, HEBB_INTEGERS, HEBB_FLOATS, HEBB_COMPLEX>,
       isclose_parameters},
      {"frexp_exponent", pick_exponent},
  };
  return rows;
}

}  // namespace hebb::cpu
