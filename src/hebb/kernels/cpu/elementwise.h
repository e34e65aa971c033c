// What the elementwise kernels share: an inner loop made from a function object, tables of operators, and the kernel around a
// loop nest. A function object has `template <class T> static R apply(T...)`; f16 and bf16 are computed in float.
#pragma once

#include <array>
#include <complex>
#include <span>
#include <utility>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/loop.h"

namespace hebb::cpu {

template <class T>
struct ComputeType { using type = T; };
template <>
struct ComputeType<Half> { using type = float; };
template <>
struct ComputeType<BFloat16> { using type = float; };

// All inputs are In; the output is Out.
template <class F, class Out, class In, size_t... I>
void elementwise_loop(int64_t n, char* const* data, const int64_t* stride, std::index_sequence<I...>) {
  using C = typename ComputeType<In>::type;
  const bool dense = stride[0] == sizeof(Out) && ((stride[I + 1] == sizeof(In)) && ...);
  if (dense) {
    Out* out = reinterpret_cast<Out*>(data[0]);
    const std::array<const In*, sizeof...(I)> in{reinterpret_cast<const In*>(data[I + 1])...};
    for (int64_t i = 0; i < n; ++i) out[i] = Out(F::template apply<C>(C(in[I][i])...));
    return;
  }
  for (int64_t i = 0; i < n; ++i)
    *reinterpret_cast<Out*>(data[0] + i * stride[0]) =
        Out(F::template apply<C>(C(*reinterpret_cast<const In*>(data[I + 1] + i * stride[I + 1]))...));
}

template <class F, int Arity, class In>
void same_type_loop(int64_t n, char* const* data, const int64_t* stride) {
  elementwise_loop<F, In, In>(n, data, stride, std::make_index_sequence<Arity>());
}
template <class F, int Arity, class In>
void predicate_loop(int64_t n, char* const* data, const int64_t* stride) {
  elementwise_loop<F, bool, In>(n, data, stride, std::make_index_sequence<Arity>());
}

// The inner loop for a dtype among Types, or null.
template <class F, int Arity, class... Types>
Inner pick(DType dtype) {
  Inner found = nullptr;
  ((dtype == dtype_of<Types> ? void(found = same_type_loop<F, Arity, Types>) : void()), ...);
  return found;
}
template <class F, int Arity, class... Types>
Inner pick_predicate(DType dtype) {
  Inner found = nullptr;
  ((dtype == dtype_of<Types> ? void(found = predicate_loop<F, Arity, Types>) : void()), ...);
  return found;
}

struct ElementwiseRow {
  std::string_view op;
  Inner (*pick)(DType dtype);  // by the dtype of the last input
};

// The kernel for the operator's row, or nothing when there is none for the dtype.
PreparedKernel elementwise_kernel(const Signature& signature, Inner inner, std::string_view name);
Inner find_row(std::span<const ElementwiseRow> rows, const Signature& signature);

// The tables, one per family.
std::span<const ElementwiseRow> arithmetic_rows();

}  // namespace hebb::cpu
