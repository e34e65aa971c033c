// The types in which kernels compute with values of T and keep sums of them.
#pragma once

#include <complex>
#include <cstdint>
#include <type_traits>

#include "hebb/tensor/element_types.h"
#include "hebb/tensor/half.h"

namespace hebb::cpu {

// f16 and bf16 are computed in f32.
template <class T>
struct ComputeType {
  using type = std::conditional_t<is_half_type<T>, float, T>;
};

// Sums and products of sums: f32 in f64, f16 and bf16 in f32, integers in unsigned types, because
// overflow of signed ones is undefined.
template <class T>
struct AccumulateIn {
  using type = typename ComputeType<T>::type;
};
template <>
struct AccumulateIn<float> {
  using type = double;
};
template <>
struct AccumulateIn<std::complex<float>> {
  using type = std::complex<double>;
};
template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) struct AccumulateIn<T> {
  using type = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
};
template <class T>
using Accumulate = typename AccumulateIn<T>::type;

// For long sums, and where speed does not matter: floating types in f64; integers and bool in 64
// bits, which wrap around.
template <class T>
using WideAccumulate =
    std::conditional_t<std::is_integral_v<T>, uint64_t,
                       std::conditional_t<is_half_type<T>, double, Accumulate<T>>>;

}  // namespace hebb::cpu
