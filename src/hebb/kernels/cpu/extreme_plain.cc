// The largest or smallest element along dimensions, and where it is: the first one of equals; NaN wins, as in PyTorch.
// amax, amin -> values; max, min -> values, indices; argmax, argmin -> indices.

#include <algorithm>
#include <cmath>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/extreme.h"
#include "hebb/kernels/reduce.h"

namespace hebb::cpu::impl {
namespace {

Dims dims_of(const Signature& s) {
  if (s.op.starts_with("am")) return s.attributes<ReduceAttrs>().dim;
  const auto& dim = s.attributes<ExtremeAttrs>().dim;
  return dim ? Dims{*dim} : Dims{};
}

template <class T, bool Largest>
class Extreme : public Kernel {
 public:
  explicit Extreme(const Signature& s) : axes_(s.in[0], dims_of(s)) {
    name = "plain";
    values_ = s.op.starts_with("arg") ? -1 : 0;
    indices_ = s.op.starts_with("arg") ? 0 : s.out.size() > 1 ? 1 : -1;
  }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    T* values = values_ >= 0 ? b.output<T>(size_t(values_)) : nullptr;
    int64_t* indices = indices_ >= 0 ? b.output<int64_t>(size_t(indices_)) : nullptr;
    parallel_for(axes_.kept.count, std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, axes_.reduced.count)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const T* base = in + axes_.kept.offset(i);
                     int64_t best = 0;
                     C most = C(base[0]);
                     const int64_t row = axes_.reduced.shape.empty() ? 1 : axes_.reduced.shape.back(),
                                   step = axes_.reduced.shape.empty() ? 0 : axes_.reduced.stride.back();
                     for (int64_t at = 0; at < axes_.reduced.count; at += row) {
                       const T* p = base + axes_.reduced.offset(at);
                       for (int64_t j = 0; j < row; ++j) {
                         const C v = C(p[j * step]);
                         if (!beats(v, most)) continue;
                         most = v;
                         best = at + j;
                       }
                     }
                     if (values) values[i] = T(most);
                     if (indices) indices[i] = best;
                   }
                 });
  }

 private:
  using C = typename ComputeType<T>::type;
  static bool beats(C v, C most) {
    if constexpr (std::is_floating_point_v<C>)
      if (std::isnan(v)) return !std::isnan(most);
    return Largest ? v > most : v < most;
  }
  ReductionAxes axes_;
  int values_, indices_;
};

}  // namespace

PreparedKernel extreme_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>)) return nullptr;
    else if (s.op.ends_with("max")) return make_kernel<Extreme<T, true>>(s);
    else return make_kernel<Extreme<T, false>>(s);
  });
}

}  // namespace hebb::cpu::impl
