// The largest or smallest element along dimensions, and its position: of equal elements the first.
// NaN wins, as in PyTorch. amax, amin -> values; max, min -> values, indices; argmax, argmin ->
// indices.

#include <algorithm>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/is_nan.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/extreme.h"
#include "hebb/kernels/reduce.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

struct ExtremeOutputs {  // which output is what; -1: none
  int values = -1, indices = -1;
};

template <class T, bool Largest>
class Extreme : public Kernel {
 public:
  Extreme(const Signature& s, const Dims& dim, ExtremeOutputs outputs)
      : axes_(s.in[0], dim), outputs_(outputs) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    T* values = outputs_.values >= 0 ? b.output<T>(size_t(outputs_.values)) : nullptr;
    int64_t* indices =
        outputs_.indices >= 0 ? b.output<int64_t>(size_t(outputs_.indices)) : nullptr;
    parallel_for(
        axes_.kept.count,
        std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, axes_.reduced.count)),
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
                if (!beats(v, most))
                  continue;
                most = v;
                best = at + j;
              }
            }
            if (values)
              values[i] = T(most);
            if (indices)
              indices[i] = best;
          }
        });
  }

 private:
  using C = typename ComputeType<T>::type;
  static bool beats(C v, C most) {
    if (is_nan(v))
      return !is_nan(most);
    return Largest ? v > most : v < most;
  }
  ReductionAxes axes_;
  ExtremeOutputs outputs_;
};

template <bool Largest>
PreparedKernel extreme(const Signature& s, const Dims& dim, ExtremeOutputs outputs) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>))
      return nullptr;
    else
      return make_kernel<Extreme<T, Largest>>(s, dim, outputs);
  });
}

Dims one_or_all(const Signature& s) {
  const auto& dim = s.attributes<ExtremeAttrs>().dim;
  return dim ? Dims{*dim} : Dims{};
}
const Dims& several(const Signature& s) {
  return s.attributes<ReduceAttrs>().dim;
}

}  // namespace

PreparedKernel max_plain(const Signature& s) {
  return extreme<true>(s, one_or_all(s), {.values = 0, .indices = 1});
}
PreparedKernel min_plain(const Signature& s) {
  return extreme<false>(s, one_or_all(s), {.values = 0, .indices = 1});
}
PreparedKernel amax_plain(const Signature& s) {
  return extreme<true>(s, several(s), {.values = 0});
}
PreparedKernel amin_plain(const Signature& s) {
  return extreme<false>(s, several(s), {.values = 0});
}
PreparedKernel argmax_plain(const Signature& s) {
  return extreme<true>(s, one_or_all(s), {.indices = 0});
}
PreparedKernel argmin_plain(const Signature& s) {
  return extreme<false>(s, one_or_all(s), {.indices = 0});
}

}  // namespace hebb::cpu::impl
