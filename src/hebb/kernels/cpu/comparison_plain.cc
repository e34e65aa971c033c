// Plain comparisons, logic and predicates, which give bool, and the choice between two operands by
// a condition.

#include <cmath>

#include "hebb/kernels/cpu/elementwise.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu {
namespace {

struct Eq {
  template <class T>
  static bool apply(T a, T b) {
    return a == b;
  }
};
struct Ne {
  template <class T>
  static bool apply(T a, T b) {
    return a != b;
  }
};
struct Lt {
  template <class T>
  static bool apply(T a, T b) {
    return a < b;
  }
};
struct Le {
  template <class T>
  static bool apply(T a, T b) {
    return a <= b;
  }
};
struct Gt {
  template <class T>
  static bool apply(T a, T b) {
    return a > b;
  }
};
struct Ge {
  template <class T>
  static bool apply(T a, T b) {
    return a >= b;
  }
};

struct And {
  template <class T>
  static bool apply(T a, T b) {
    return a != T(0) && b != T(0);
  }
};
struct Or {
  template <class T>
  static bool apply(T a, T b) {
    return a != T(0) || b != T(0);
  }
};
struct Xor {
  template <class T>
  static bool apply(T a, T b) {
    return (a != T(0)) != (b != T(0));
  }
};
struct Not {
  template <class T>
  static bool apply(T a) {
    return a == T(0);
  }
};

struct IsNan {
  template <class T>
  static bool apply(T v) {
    return v != v;
  }
};
struct IsFinite {
  template <class T>
  static bool apply(T v) {
    if constexpr (std::is_integral_v<T>)
      return true;
    else if constexpr (std::is_floating_point_v<T>)
      return std::isfinite(v);
    else
      return std::isfinite(v.real()) && std::isfinite(v.imag());
  }
};
struct IsInf {
  template <class T>
  static bool apply(T v) {
    if constexpr (std::is_integral_v<T>)
      return false;
    else if constexpr (std::is_floating_point_v<T>)
      return std::isinf(v);
    else
      return std::isinf(v.real()) || std::isinf(v.imag());
  }
};

struct BitAnd {
  template <class T>
  static T apply(T a, T b) {
    return T(a & b);
  }
};
struct BitOr {
  template <class T>
  static T apply(T a, T b) {
    return T(a | b);
  }
};
struct BitXor {
  template <class T>
  static T apply(T a, T b) {
    return T(a ^ b);
  }
};
struct BitNot {
  template <class T>
  static T apply(T a) {
    if constexpr (std::is_same_v<T, bool>)
      return !a;
    else
      return T(~a);
  }
};

// The condition is always bool. Values are copied unchanged, so only their size matters.
template <class T>
void where_loop(int64_t n, char* const* data, const int64_t* stride) {
  if (stride[0] == sizeof(T) && stride[1] == 1 && stride[2] == sizeof(T) &&
      stride[3] == sizeof(T)) {
    T* out = reinterpret_cast<T*>(data[0]);
    const auto* condition = reinterpret_cast<const uint8_t*>(data[1]);
    const T *yes = reinterpret_cast<const T*>(data[2]), *no = reinterpret_cast<const T*>(data[3]);
    for (int64_t i = 0; i < n; ++i)
      out[i] = condition[i] ? yes[i] : no[i];
    return;
  }
  for (int64_t i = 0; i < n; ++i)
    *reinterpret_cast<T*>(data[0] + i * stride[0]) = *reinterpret_cast<const T*>(
        *(data[1] + i * stride[1]) ? data[2] + i * stride[2] : data[3] + i * stride[3]);
}

Inner pick_where(const Signature& s) {
  switch (item_size(s.out[0].dtype)) {
    case 1:
      return where_loop<uint8_t>;
    case 2:
      return where_loop<uint16_t>;
    case 4:
      return where_loop<uint32_t>;
    case 8:
      return where_loop<uint64_t>;
    default:
      return where_loop<std::complex<double>>;
  }
}

#define REALS bool, HEBB_INTEGERS, HEBB_FLOATS

template <class F>
constexpr auto ordered = pick_predicate<F, 2, REALS>;
template <class F>
constexpr auto any_two = pick_predicate<F, 2, REALS, HEBB_COMPLEX>;
template <class F>
constexpr auto any_one = pick_predicate<F, 1, REALS, HEBB_COMPLEX>;

}  // namespace

std::span<const ElementwiseRow> comparison_rows() {
  static constexpr ElementwiseRow rows[] = {
      {"eq", any_two<Eq>},
      {"ne", any_two<Ne>},
      {"lt", ordered<Lt>},
      {"le", ordered<Le>},
      {"gt", ordered<Gt>},
      {"ge", ordered<Ge>},
      {"logical_and", any_two<And>},
      {"logical_or", any_two<Or>},
      {"logical_xor", any_two<Xor>},
      {"logical_not", any_one<Not>},
      {"isnan", any_one<IsNan>},
      {"isinf", any_one<IsInf>},
      {"isfinite", any_one<IsFinite>},
      {"bitwise_and", pick<BitAnd, 2, bool, HEBB_INTEGERS>},
      {"bitwise_or", pick<BitOr, 2, bool, HEBB_INTEGERS>},
      {"bitwise_xor", pick<BitXor, 2, bool, HEBB_INTEGERS>},
      {"bitwise_not", pick<BitNot, 1, bool, HEBB_INTEGERS>},
      {"where", pick_where},
  };
  return rows;
}

#undef REALS

}  // namespace hebb::cpu
