// The fast elementwise kernel: f32, in the widest vectors of the processor at hand. Compiled once per instruction set by
// Highway's foreach_target; the table is chosen at run time.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/elementwise_simd.cc"
#include "hebb/kernels/cpu/simd_targets.h"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/elementwise.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

struct Add { static V apply(V a, V b) { return hn::Add(a, b); } };
struct Sub { static V apply(V a, V b) { return hn::Sub(a, b); } };
struct Mul { static V apply(V a, V b) { return hn::Mul(a, b); } };
struct Div { static V apply(V a, V b) { return hn::Div(a, b); } };
struct Neg { static V apply(V a) { return hn::Neg(a); } };

// Every operand is dense, or one number for the whole run (stride 0); other strides go through a gathered block.
template <class F, size_t... I>
void loop(int64_t n, char* const* data, const int64_t* stride, std::index_sequence<I...>) {
  const D d;
  constexpr size_t arity = sizeof...(I);
  const int64_t lanes = int64_t(hn::Lanes(d));
  const std::array<const char*, arity> in{data[I + 1]...};
  const std::array<int64_t, arity> step{stride[I + 1]...};
  auto load = [&](size_t k, int64_t i, int64_t count) HWY_ATTR -> V {
    const auto* p = reinterpret_cast<const float*>(in[k] + i * step[k]);
    if (step[k] == 0) return hn::Set(d, *p);
    if (step[k] == sizeof(float)) return count == lanes ? hn::LoadU(d, p) : hn::MaskedLoad(hn::FirstN(d, size_t(count)), d, p);
    alignas(64) float block[64 / sizeof(float)] = {};
    for (int64_t j = 0; j < count; ++j) block[j] = *reinterpret_cast<const float*>(in[k] + (i + j) * step[k]);
    return hn::Load(d, block);
  };
  for (int64_t i = 0; i < n; i += lanes) {
    const int64_t count = std::min(lanes, n - i);
    const V v = F::apply(load(I, i, count)...);
    auto* out = reinterpret_cast<float*>(data[0] + i * stride[0]);
    if (stride[0] == sizeof(float)) {
      if (count == lanes) hn::StoreU(v, d, out);
      else hn::BlendedStore(v, hn::FirstN(d, size_t(count)), d, out);
    } else {
      alignas(64) float block[64 / sizeof(float)];
      hn::Store(v, d, block);
      for (int64_t j = 0; j < count; ++j) *reinterpret_cast<float*>(data[0] + (i + j) * stride[0]) = block[j];
    }
  }
}

template <class F, int Arity>
void run(int64_t n, char* const* data, const int64_t* stride) { loop<F>(n, data, stride, std::make_index_sequence<Arity>()); }

template <class F, int Arity>
Inner f32_only(DType dtype) { return dtype == DType::f32 ? run<F, Arity> : nullptr; }

constexpr ElementwiseRow rows[] = {
    {"add", f32_only<Add, 2>}, {"sub", f32_only<Sub, 2>}, {"mul", f32_only<Mul, 2>},
    {"div", f32_only<Div, 2>}, {"neg", f32_only<Neg, 1>},
};

std::span<const ElementwiseRow> simd_rows() { return rows; }

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(simd_rows);
namespace impl {

PreparedKernel elementwise_simd(const Signature& signature) {
  if (signature.out[0].dtype != DType::f32) return nullptr;
  for (const Operand& operand : signature.in)
    if (operand.defined && operand.dtype != DType::f32) return nullptr;
  return elementwise_kernel(signature, find_row(HWY_DYNAMIC_DISPATCH(simd_rows)(), signature), "simd");
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
