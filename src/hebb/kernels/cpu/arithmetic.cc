// Plain arithmetic: add, sub, mul, div, neg. Integers wrap around, as PyTorch's do.

#include "hebb/kernels/cpu/elementwise.h"

namespace hebb::cpu {
namespace {

// Signed overflow is undefined in C++: integers are computed as unsigned.
template <class T, class F>
T wrapping(T a, T b, F f) {
  if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) return T(f(std::make_unsigned_t<T>(a), std::make_unsigned_t<T>(b)));
  else return T(f(a, b));
}

struct Add {
  template <class T>
  static T apply(T a, T b) {
    if constexpr (std::is_same_v<T, bool>) return a || b;
    else return wrapping(a, b, [](auto x, auto y) { return x + y; });
  }
};
struct Sub {
  template <class T>
  static T apply(T a, T b) { return wrapping(a, b, [](auto x, auto y) { return x - y; }); }
};
struct Mul {
  template <class T>
  static T apply(T a, T b) {
    if constexpr (std::is_same_v<T, bool>) return a && b;
    else if constexpr (sizeof(T) < sizeof(int) && std::is_integral_v<T>) return T(unsigned(a) * unsigned(b));  // promoted to int otherwise
    else return wrapping(a, b, [](auto x, auto y) { return x * y; });
  }
};
struct Div {
  template <class T>
  static T apply(T a, T b) { return a / b; }
};
struct Neg {
  template <class T>
  static T apply(T a) { return wrapping(T(0), a, [](auto x, auto y) { return x - y; }); }
};
template <>
inline float Neg::apply<float>(float a) { return -a; }
template <>
inline double Neg::apply<double>(double a) { return -a; }

#define ALL_INTEGERS uint8_t, int8_t, uint16_t, int16_t, uint32_t, int32_t, uint64_t, int64_t
#define ALL_FLOATS Half, BFloat16, float, double
#define ALL_COMPLEX std::complex<float>, std::complex<double>

constexpr ElementwiseRow rows[] = {
    {"add", pick<Add, 2, bool, ALL_INTEGERS, ALL_FLOATS, ALL_COMPLEX>},
    {"sub", pick<Sub, 2, ALL_INTEGERS, ALL_FLOATS, ALL_COMPLEX>},
    {"mul", pick<Mul, 2, bool, ALL_INTEGERS, ALL_FLOATS, ALL_COMPLEX>},
    {"div", pick<Div, 2, ALL_FLOATS, ALL_COMPLEX>},
    {"neg", pick<Neg, 1, ALL_INTEGERS, ALL_FLOATS, ALL_COMPLEX>},
};

}  // namespace

std::span<const ElementwiseRow> arithmetic_rows() { return rows; }

}  // namespace hebb::cpu
