// The inner loop of the fast elementwise kernels, in the widest f32 vectors of the instruction set
// that is being compiled. Included by the files *_simd.cc once per instruction set, after
// hwy/highway.h; hence no include guard of the usual kind. A function object has `static V
// apply(V...)`; one with `using WithParameters = void` gets `const float*` first.

#if defined(HEBB_SIMD_LOOP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_SIMD_LOOP_INL_H
#undef HEBB_SIMD_LOOP_INL_H
#else
#define HEBB_SIMD_LOOP_INL_H
#endif

#include <hwy/highway.h>

#include "hebb/kernels/cpu/elementwise.h"
#include "hebb/kernels/cpu/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE V number(double value) {
  return hn::Set(D(), float(value));
}

// Operand k of the lanes from i on: dense, or (bit k of Repeated) one number for the whole run.
template <unsigned Repeated, size_t K>
HWY_INLINE V load_lanes(const float* p, int64_t i) {
  if constexpr ((Repeated >> K & 1) != 0)
    return hn::Set(D(), *p);
  else
    return hn::LoadU(D(), p + i);
}
template <unsigned Repeated, size_t K>
HWY_INLINE V load_some(const float* p, int64_t i, size_t count) {
  if constexpr ((Repeated >> K & 1) != 0)
    return hn::Set(D(), *p);
  else
    return load_short(p + i, count);
}

template <class F, class... Vectors>
HWY_INLINE V apply_lanes([[maybe_unused]] const float* parameters, Vectors... v) {
  if constexpr (Parametric<F>)
    return F::apply(parameters, v...);
  else
    return F::apply(v...);
}

template <class F, unsigned Repeated, size_t... I>
void dense_loop(int64_t n, char* const* data, const float* parameters, std::index_sequence<I...>) {
  const D d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  auto* out = reinterpret_cast<float*>(data[0]);
  const std::array<const float*, sizeof...(I)> in{reinterpret_cast<const float*>(data[I + 1])...};
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    hn::StoreU(apply_lanes<F>(parameters, load_lanes<Repeated, I>(in[I], i)...), d, out + i);
  if (i < n) {
    const auto rest = size_t(n - i);
    store_short(apply_lanes<F>(parameters, load_some<Repeated, I>(in[I], i, rest)...), out + i,
                rest);
  }
}

// For any strides: gathers lanes into a block, and scatters them from a block.
template <class F, size_t... I>
void strided_loop(int64_t n, char* const* data, const int64_t* stride, const float* parameters,
                  std::index_sequence<I...>) {
  const D d;
  constexpr size_t most_lanes = HWY_MAX_BYTES / sizeof(float);
  const int64_t lanes = int64_t(hn::Lanes(d));
  HWY_ALIGN float block[sizeof...(I) + 1][most_lanes] = {};
  for (int64_t i = 0; i < n; i += lanes) {
    const int64_t count = std::min(lanes, n - i);
    for (size_t k = 1; k <= sizeof...(I); ++k)
      for (int64_t j = 0; j < count; ++j)
        block[k][j] = *reinterpret_cast<const float*>(data[k] + (i + j) * stride[k]);
    hn::Store(apply_lanes<F>(parameters, hn::Load(d, block[I + 1])...), d, block[0]);
    for (int64_t j = 0; j < count; ++j)
      *reinterpret_cast<float*>(data[0] + (i + j) * stride[0]) = block[0][j];
  }
}

template <class F, int Arity>
void simd_run(int64_t n, char* const* data, const int64_t* stride) {
  constexpr std::make_index_sequence<Arity> operands;
  std::array<float, most_parameters> parameters{};
  if constexpr (Parametric<F>)
    for (size_t k = 0; k < most_parameters; ++k)
      parameters[k] = float(reinterpret_cast<const double*>(data[Arity + 1])[k]);
  unsigned repeated = 0, other = stride[0] != sizeof(float);
  for (int k = 0; k < Arity; ++k)
    if (stride[k + 1] == 0)
      repeated |= 1u << k;
    else if (stride[k + 1] != sizeof(float))
      other = 1;
  if (!other && repeated == 0)
    return dense_loop<F, 0>(n, data, parameters.data(), operands);
  if constexpr (Arity == 2) {
    if (!other && repeated == 1)
      return dense_loop<F, 1>(n, data, parameters.data(), operands);
    if (!other && repeated == 2)
      return dense_loop<F, 2>(n, data, parameters.data(), operands);
  }
  if constexpr (Arity == 3) {
    if (!other && repeated == 4)
      return dense_loop<F, 4>(n, data, parameters.data(), operands);
    if (!other && repeated == 6)
      return dense_loop<F, 6>(n, data, parameters.data(), operands);
  }
  if constexpr (Arity == 4)
    if (!other && repeated == 12)
      return dense_loop<F, 12>(n, data, parameters.data(), operands);
  strided_loop<F>(n, data, stride, parameters.data(), operands);
}

template <class F, int Arity>
Inner pick_simd(const Signature&) {
  return simd_run<F, Arity>;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
