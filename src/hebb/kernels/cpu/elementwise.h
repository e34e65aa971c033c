// Shared by the elementwise kernels: an inner loop made from a function object, tables of
// operators, and the kernel around a loop nest. A function object has `template <class T> static R
// apply(T...)`; f16 and bf16 are computed in float.
#pragma once

#include <array>
#include <complex>
#include <span>
#include <utility>

#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/loop.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu {

// A function object with `using WithParameters = void` gets the parameters of its row first:
// apply<T>(const double* p, T...).
template <class F>
concept Parametric = requires {
  typename F::WithParameters;
};

template <class F, class T, class... Values>
auto apply_to([[maybe_unused]] const double* parameters, Values... values) {
  if constexpr (Parametric<F>)
    return F::template apply<T>(parameters, values...);
  else
    return F::template apply<T>(values...);
}

// All inputs are In; the output is Out.
template <class F, class Out, class In, size_t... I>
void elementwise_loop(int64_t n, char* const* data, const int64_t* stride,
                      std::index_sequence<I...>) {
  const double* p = nullptr;
  if constexpr (Parametric<F>)
    p = reinterpret_cast<const double*>(data[sizeof...(I) + 1]);
  const bool dense = stride[0] == sizeof(Out) && ((stride[I + 1] == sizeof(In)) && ...);
  if (dense) {
    Out* out = reinterpret_cast<Out*>(data[0]);
    const std::array<const In*, sizeof...(I)> in{reinterpret_cast<const In*>(data[I + 1])...};
    for (int64_t i = 0; i < n; ++i)
      out[i] = Out(apply_to<F, In>(p, in[I][i]...));
    return;
  }
  for (int64_t i = 0; i < n; ++i)
    *reinterpret_cast<Out*>(data[0] + i * stride[0]) =
        Out(apply_to<F, In>(p, *reinterpret_cast<const In*>(data[I + 1] + i * stride[I + 1])...));
}

struct HalfOperands {
  int inputs;
  // Whether the output is a half, too; whether parameters come after the inputs.
  bool output, parameters;
};
// Runs a loop for float on operands of f16 or bf16 (H), a block at a time. Separate loops would
// double the compiled code.
template <class H>
void run_in_floats(Inner loop, HalfOperands operands, int64_t n, char* const* data,
                   const int64_t* stride);

template <class F, int Arity, class In>
void same_type_loop(int64_t n, char* const* data, const int64_t* stride) {
  if constexpr (is_half_type<In>)
    run_in_floats<In>(same_type_loop<F, Arity, float>,
                      {.inputs = Arity, .output = true, .parameters = Parametric<F>}, n, data,
                      stride);
  else
    elementwise_loop<F, In, In>(n, data, stride, std::make_index_sequence<Arity>());
}
template <class F, int Arity, class In>
void predicate_loop(int64_t n, char* const* data, const int64_t* stride) {
  if constexpr (is_half_type<In>)
    run_in_floats<In>(predicate_loop<F, Arity, float>,
                      {.inputs = Arity, .output = false, .parameters = Parametric<F>}, n, data,
                      stride);
  else
    elementwise_loop<F, bool, In>(n, data, stride, std::make_index_sequence<Arity>());
}

// The dtype by which a row is picked: that of the last defined operand.
inline DType picking_dtype(const Signature& s) {
  for (size_t k = s.in.size(); k-- > 0;)
    if (s.in[k].defined)
      return s.in[k].dtype;
  return s.out[0].dtype;
}

// The inner loop for the operands' dtype among Types, or null.
template <class F, int Arity, class... Types>
Inner pick(const Signature& s) {
  const DType dtype = picking_dtype(s);
  Inner found = nullptr;
  ((dtype == dtype_of<Types> ? void(found = same_type_loop<F, Arity, Types>) : void()), ...);
  return found;
}
template <class F, int Arity, class... Types>
Inner pick_predicate(const Signature& s) {
  const DType dtype = picking_dtype(s);
  Inner found = nullptr;
  ((dtype == dtype_of<Types> ? void(found = predicate_loop<F, Arity, Types>) : void()), ...);
  return found;
}

#define HEBB_INTEGERS uint8_t, int8_t, uint16_t, int16_t, uint32_t, int32_t, uint64_t, int64_t
#define HEBB_FLOATS Half, BFloat16, float, double
#define HEBB_COMPLEX std::complex<float>, std::complex<double>

// Functions of one number of several kinds.
template <class F>
constexpr auto real_or_complex = pick<F, 1, HEBB_FLOATS, HEBB_COMPLEX>;
template <class F>
constexpr auto any_real = pick<F, 1, HEBB_INTEGERS, HEBB_FLOATS>;

inline constexpr size_t most_parameters = 4;
using Parameters = std::array<double, most_parameters>;

struct ElementwiseRow {
  std::string_view op;
  Inner (*pick)(const Signature& signature);
  // Numbers from the attributes, which the loop reads as its last operand.
  Parameters (*parameters)(const Signature& signature) = nullptr;
  // Checks the first operand's values. Throws an Error before anything is written.
  void (*check)(const Operand& input, const void* data) = nullptr;
};

// The tables, one per family: any dtype here, f32 in vectors in the files *_simd.cc.
std::span<const ElementwiseRow> arithmetic_rows();
std::span<const ElementwiseRow> activation_rows();
std::span<const ElementwiseRow> math_rows();
std::span<const ElementwiseRow> comparison_rows();
std::span<const ElementwiseRow> loss_rows();
std::span<const ElementwiseRow> special_rows();
std::span<const ElementwiseRow> arithmetic_simd_rows();
std::span<const ElementwiseRow> activation_simd_rows();
std::span<const ElementwiseRow> math_simd_rows();

}  // namespace hebb::cpu
