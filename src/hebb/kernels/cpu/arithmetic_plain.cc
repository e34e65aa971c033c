// Plain arithmetic. Integers wrap around, as PyTorch's do; an integer divided by zero gives 0, as
// NumPy's does.

#include <cmath>
#include <limits>

#include "hebb/kernels/cpu/arithmetic_parameters.h"
#include "hebb/kernels/cpu/is_nan.h"

namespace hebb::cpu {
namespace {

// Signed overflow is undefined in C++: integers are computed as unsigned, the small ones as
// unsigned int.
template <class T, class F>
T wrapping(T a, T b, F f) {
  if constexpr (std::is_integral_v<T> && sizeof(T) < sizeof(int))
    return T(f(unsigned(a), unsigned(b)));
  else if constexpr (std::is_integral_v<T>)
    return T(f(std::make_unsigned_t<T>(a), std::make_unsigned_t<T>(b)));
  else
    return T(f(a, b));
}

template <class T>
inline constexpr bool is_real_float = std::is_floating_point_v<T>;

// A number from the attributes, in the operands' type.
template <class T>
T number(double value) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
    return T(int64_t(value));
  else
    return T(value);
}

struct Add {
  template <class T>
  static T apply(T a, T b) {
    if constexpr (std::is_same_v<T, bool>)
      return a || b;
    else
      return wrapping(a, b, [](auto x, auto y) { return x + y; });
  }
};
struct Sub {
  template <class T>
  static T apply(T a, T b) {
    return wrapping(a, b, [](auto x, auto y) { return x - y; });
  }
};
struct Mul {
  template <class T>
  static T apply(T a, T b) {
    if constexpr (std::is_same_v<T, bool>)
      return a && b;
    else
      return wrapping(a, b, [](auto x, auto y) { return x * y; });
  }
};
struct AddScaled {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T a, T b) {
    return Add::apply(a, Mul::apply(b, number<T>(p[0])));
  }
};
struct Div {
  template <class T>
  static T apply(T a, T b) {
    return a / b;
  }
};
struct Neg {
  template <class T>
  static T apply(T a) {
    if constexpr (std::is_integral_v<T>)
      return wrapping(T(0), a, [](auto x, auto y) { return x - y; });
    else
      return -a;
  }
};
struct Square {
  template <class T>
  static T apply(T a) {
    return Mul::apply(a, a);
  }
};

// The quotient of integers. Avoids the two cases that end a C++ program.
template <class T>
T quotient(T a, T b) {
  if (b == 0)
    return 0;
  if constexpr (std::is_signed_v<T>)
    if (b == T(-1))
      return Neg::apply(a);
  return T(a / b);
}

struct Fmod {  // the sign of a
  template <class T>
  static T apply(T a, T b) {
    if constexpr (is_real_float<T>)
      return std::fmod(a, b);
    else
      return b == 0 || (std::is_signed_v<T> && b == T(-1)) ? T(0) : T(a % b);
  }
};
struct Remainder {  // the sign of b
  template <class T>
  static T apply(T a, T b) {
    const T r = Fmod::apply(a, b);
    return r != 0 && (r < 0) != (b < 0) ? T(r + b) : r;
  }
};
struct DivTrunc {
  template <class T>
  static T apply(T a, T b) {
    if constexpr (is_real_float<T>)
      return std::trunc(a / b);
    else
      return quotient(a, b);
  }
};
struct DivFloor {  // Python's rule; exact even if a / b is rounded
  template <class T>
  static T apply(T a, T b) {
    if constexpr (is_real_float<T>) {
      if (b == 0)
        return a / b;
      const T mod = std::fmod(a, b);
      T div = (a - mod) / b;
      if (mod != 0 && (b < 0) != (mod < 0))
        div -= 1;
      if (div == 0)
        return std::copysign(T(0), a / b);
      const T floor = std::floor(div);
      return div - floor > T(0.5) ? floor + 1 : floor;
    } else {
      const T q = quotient(a, b);
      return Remainder::apply(a, b) != Fmod::apply(a, b) ? T(q - 1) : q;
    }
  }
};

// a to a negative power b, cut to an integer.
template <class T>
T one_over_power(T a, T b) {
  if (a == 1)
    return T(1);
  if (a == T(-1))
    return b % 2 ? T(-1) : T(1);
  return T(0);
}

struct Pow {
  template <class T>
  static T apply(T a, T b) {
    if constexpr (std::is_integral_v<T>) {
      if constexpr (std::is_signed_v<T>)
        if (b < 0)
          return one_over_power(a, b);
      T power = 1;
      for (; b != 0; b = T(b / 2), a = Mul::apply(a, a))
        if (b % 2 != 0)
          power = Mul::apply(power, a);
      return power;
    } else {
      return std::pow(a, b);
    }
  }
};

// Usually one exponent serves the whole run, and a simple one.
template <class T>
void pow_loop(int64_t n, char* const* data, const int64_t* stride) {
  using C = typename ComputeType<T>::type;
  auto each = [&](auto f) {
    for (int64_t i = 0; i < n; ++i)
      *reinterpret_cast<T*>(data[0] + i * stride[0]) =
          T(f(C(*reinterpret_cast<const T*>(data[1] + i * stride[1]))));
  };
  if constexpr (is_real_float<C>)
    if (stride[2] == 0) {
      const C exponent = C(*reinterpret_cast<const T*>(data[2]));
      if (exponent == 1)
        return each([](C x) { return x; });
      if (exponent == 2)
        return each([](C x) { return x * x; });
      if (exponent == 3)
        return each([](C x) { return x * x * x; });
      if (exponent == -1)
        return each([](C x) { return 1 / x; });
    }
  same_type_loop<Pow, 2, T>(n, data, stride);
}
template <class... Types>
Inner pick_pow(const Signature& s) {
  Inner found = nullptr;
  ((s.out[0].dtype == dtype_of<Types> ? void(found = pow_loop<Types>) : void()), ...);
  return found;
}

struct Atan2 {
  template <class T>
  static T apply(T a, T b) {
    return std::atan2(a, b);
  }
};

struct Maximum {  // NaN wins
  template <class T>
  static T apply(T a, T b) {
    return is_nan(a) || a >= b ? a : b;
  }
};
struct Minimum {
  template <class T>
  static T apply(T a, T b) {
    return is_nan(a) || a <= b ? a : b;
  }
};
struct Clamp {
  template <class T>
  static T apply(T x, T low, T high) {
    return Minimum::apply(Maximum::apply(x, low), high);
  }
};
struct ClampBackward {
  template <class T>
  static T apply(T g, T x, T low, T high) {
    return x > low && x < high ? g : T(0);
  }
};
struct ClampMinBackward {
  template <class T>
  static T apply(T g, T x, T low) {
    return x > low ? g : T(0);
  }
};
struct ClampMaxBackward {
  template <class T>
  static T apply(T g, T x, T high) {
    return x < high ? g : T(0);
  }
};

struct Lerp {  // from the nearer end, so that both ends are exact
  template <class T>
  static T apply(T a, T b, T weight) {
    const auto size = std::abs(weight);
    return size < decltype(size)(0.5) ? a + weight * (b - a) : b - (b - a) * (T(1) - weight);
  }
};
struct Addcmul {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T a, T b, T c) {
    return Add::apply(a, Mul::apply(number<T>(p[0]), Mul::apply(b, c)));
  }
};
struct Addcdiv {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T a, T b, T c) {
    return a + T(p[0]) * (b / c);
  }
};

#define EVERYTHING bool, HEBB_INTEGERS, HEBB_FLOATS, HEBB_COMPLEX
#define NUMBERS HEBB_INTEGERS, HEBB_FLOATS, HEBB_COMPLEX
#define REALS HEBB_INTEGERS, HEBB_FLOATS

template <class F>
constexpr auto reals = pick<F, 2, REALS>;

}  // namespace

std::span<const ElementwiseRow> arithmetic_rows() {
  static constexpr ElementwiseRow rows[] = {
      {"add",
       [](const Signature& s) {
         return has_alpha(s) ? pick<AddScaled, 2, NUMBERS>(s) : pick<Add, 2, EVERYTHING>(s);
       },
       add_parameters},
      {"sub",
       [](const Signature& s) {
         return has_alpha(s) ? pick<AddScaled, 2, NUMBERS>(s) : pick<Sub, 2, NUMBERS>(s);
       },
       sub_parameters},
      {"mul", pick<Mul, 2, EVERYTHING>},
      {"div",
       [](const Signature& s) {
         const auto& mode = s.attributes<DivAttrs>().rounding_mode;
         if (!mode)
           return pick<Div, 2, HEBB_FLOATS, HEBB_COMPLEX>(s);
         return *mode == "floor" ? reals<DivFloor>(s) : reals<DivTrunc>(s);
       }},
      {"neg", pick<Neg, 1, NUMBERS>},
      {"square", pick<Square, 1, NUMBERS>},
      {"pow", pick_pow<NUMBERS>},
      {"floor_divide", reals<DivFloor>},
      {"fmod", reals<Fmod>},
      {"remainder", reals<Remainder>},
      {"atan2", pick<Atan2, 2, HEBB_FLOATS>},
      {"maximum", pick<Maximum, 2, bool, REALS>},
      {"minimum", pick<Minimum, 2, bool, REALS>},
      {"clamp",
       [](const Signature& s) {
         if (s.in[1].defined && s.in[2].defined)
           return pick<Clamp, 3, REALS>(s);
         return s.in[1].defined ? reals<Maximum>(s) : reals<Minimum>(s);
       }},
      {"clamp_backward",
       [](const Signature& s) {
         if (s.in[2].defined && s.in[3].defined)
           return pick<ClampBackward, 4, HEBB_FLOATS>(s);
         return s.in[2].defined ? pick<ClampMinBackward, 3, HEBB_FLOATS>(s)
                                : pick<ClampMaxBackward, 3, HEBB_FLOATS>(s);
       }},
      {"lerp", pick<Lerp, 3, HEBB_FLOATS, HEBB_COMPLEX>},
      {"addcmul", pick<Addcmul, 3, NUMBERS>, addc_parameters},
      {"addcdiv", pick<Addcdiv, 3, HEBB_FLOATS, HEBB_COMPLEX>, addc_parameters},
  };
  return rows;
}

#undef EVERYTHING
#undef NUMBERS
#undef REALS

}  // namespace hebb::cpu
