// Copies between any two layouts and dtypes. As C++ converts, but: to bool is "not zero", complex
// to real drops the imaginary part, and a float beyond an integer's range (undefined in C++)
// becomes the nearest end of the range, NaN zero.

#include <cmath>
#include <cstring>
#include <limits>

#include "hebb/kernels/cpu/copy_transposed.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/loop.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
inline constexpr bool is_complex_type =
    std::is_same_v<T, std::complex<float>> || std::is_same_v<T, std::complex<double>>;

template <class To, class From>
To convert(From v) {
  if constexpr (std::is_same_v<To, From>) {
    return v;
  } else if constexpr (is_half_type<From>) {
    return convert<To>(float(v));
  } else if constexpr (is_complex_type<From> && !is_complex_type<To>) {
    if constexpr (std::is_same_v<To, bool>)
      return v != From(0);
    else
      return convert<To>(v.real());
  } else if constexpr (is_complex_type<To>) {
    if constexpr (is_complex_type<From>)
      return To(typename To::value_type(v.real()), typename To::value_type(v.imag()));
    else
      return To(convert<typename To::value_type>(v), 0);
  } else if constexpr (std::is_same_v<To, bool>) {
    return v != From(0);
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    using Limits = std::numeric_limits<To>;
    if (v >= From(Limits::min()) && v < From(Limits::max()))
      return To(v);
    if (std::isnan(v))
      return To(0);
    return v < 0 ? Limits::min() : Limits::max();
  } else if constexpr (is_half_type<To>) {
    return To(float(v));
  } else {
    return To(v);
  }
}

template <class To, class From>
void copy_run(int64_t n, char* const* data, const int64_t* stride) {
  char* to = data[0];
  const char* from = data[1];
  if (stride[0] == sizeof(To) && stride[1] == sizeof(From)) {
    if constexpr (std::is_same_v<To, From>) {
      std::memcpy(to, from, size_t(n) * sizeof(To));
    } else {
      To* __restrict t = reinterpret_cast<To*>(to);
      const From* __restrict f = reinterpret_cast<const From*>(from);
      for (int64_t i = 0; i < n; ++i)
        t[i] = convert<To>(f[i]);
    }
    return;
  }
  for (int64_t i = 0; i < n; ++i, to += stride[0], from += stride[1])
    *reinterpret_cast<To*>(to) = convert<To>(*reinterpret_cast<const From*>(from));
}

class CopyKernel : public Kernel {
 public:
  CopyKernel(const Signature& s, Inner inner) : nest_({s.out[0]}, {s.in[0]}), inner_(inner) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    char* data[] = {static_cast<char*>(b.out[0]), static_cast<char*>(b.in[0])};
    nest_.run(data, inner_);
  }

 private:
  LoopNest nest_;
  Inner inner_;
};

}  // namespace

PreparedKernel copy_plain(const Signature& s) {
  if (PreparedKernel fast = transposed_copy(s))
    return fast;
  return visit(s.out[0].dtype, [&](auto to) {
    return visit(s.in[0].dtype, [&](auto from) -> PreparedKernel {
      return make_kernel<CopyKernel>(
          s, copy_run<typename decltype(to)::type, typename decltype(from)::type>);
    });
  });
}

}  // namespace hebb::cpu::impl
