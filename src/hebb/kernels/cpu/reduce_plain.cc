// Plain reductions over any set of dimensions of any layout. f16, bf16 and f32 are summed in f64
// and rounded once. The order of additions depends on the shape alone, so any number of threads
// gives the same bits.

#include <algorithm>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/add_up.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/reduce.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

constexpr int64_t chunk = reduction_chunk;

template <class In, class Out>
class SumKernel : public Kernel {
 public:
  SumKernel(const Signature& s, bool mean) : axes_(s.in[0], s.attributes<ReduceAttrs>().dim) {
    name = "plain";
    if (mean)
      divisor_ = double(axes_.reduced.count);
    pieces_ = std::max<int64_t>(1, (axes_.reduced.count + chunk - 1) / chunk);
    scratch_bytes = pieces_ > 1 ? size_t(axes_.kept.count * pieces_) * sizeof(Acc) : 0;
  }

  void run(const Buffers& b) const override {
    const In* in = b.input<In>(0);
    Out* out = b.output<Out>(0);
    auto* partial = static_cast<Acc*>(b.scratch);
    const int64_t grain =
        std::max<int64_t>(1, chunk / std::max<int64_t>(1, std::min(chunk, axes_.reduced.count)));
    parallel_for(axes_.kept.count * pieces_, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t piece = i % pieces_;
        const Acc sum =
            add_up<Acc>(axes_.reduced, in + axes_.kept.offset(i / pieces_), piece * chunk,
                        std::min(axes_.reduced.count, (piece + 1) * chunk), &widen);
        if (pieces_ == 1)
          out[i] = finish(sum);
        else
          partial[i] = sum;
      }
    });
    if (pieces_ > 1)
      for (int64_t i = 0; i < axes_.kept.count; ++i) {
        Acc sum = 0;
        for (int64_t p = 0; p < pieces_; ++p)
          sum += partial[i * pieces_ + p];
        out[i] = finish(sum);
      }
  }

 private:
  using Acc = WideAccumulate<Out>;  // integers wrap around

  static Acc widen(In v) { return wide<Acc>(v); }

  // The mean of an empty group is 0 / 0. A sum stays as it is.
  Out finish(Acc sum) const {
    if constexpr (std::is_integral_v<Out>)
      return Out(sum);
    else
      return divisor_ == 1 ? Out(sum) : Out(sum / Acc(divisor_));
  }

  ReductionAxes axes_;
  double divisor_ = 1;
  int64_t pieces_ = 1;
};

// For an output of another dtype than the input's: casts the values first.
class CastAndSum : public Kernel {
 public:
  CastAndSum(const Signature& s, bool mean) {
    name = "plain";
    const Operand cast{true, s.out[0].dtype, s.in[0].shape, contiguous_strides(s.in[0].shape)};
    copy_ = copy_plain({.op = "copy", .in = s.in, .out = {cast}, .out_fixed = true});
    Signature inner = s;
    inner.in = {cast};
    sum_ = (mean ? mean_plain : sum_plain)(inner);
    own_bytes_ = (size_t(product(cast.shape) * item_size(cast.dtype)) + 63) / 64 * 64;
    scratch_bytes = own_bytes_ + sum_->scratch_bytes;
  }
  void run(const Buffers& b) const override {
    void* cast[] = {b.scratch};
    copy_->run({b.in, cast, nullptr, b.on});
    sum_->run({cast, b.out, static_cast<char*>(b.scratch) + own_bytes_, b.on});
  }

 private:
  PreparedKernel copy_, sum_;
  size_t own_bytes_;
};

PreparedKernel reduction(const Signature& s, bool mean) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using In = typename decltype(type)::type;
    if (s.out[0].dtype == s.in[0].dtype)
      return make_kernel<SumKernel<In, In>>(s, mean);
    if constexpr (std::is_integral_v<In> && !std::is_same_v<In, int64_t>)
      if (s.out[0].dtype == DType::i64)
        return make_kernel<SumKernel<In, int64_t>>(s, mean);
    return make_kernel<CastAndSum>(s, mean);
  });
}

}  // namespace

PreparedKernel sum_plain(const Signature& s) {
  return reduction(s, false);
}
PreparedKernel mean_plain(const Signature& s) {
  return reduction(s, true);
}

}  // namespace hebb::cpu::impl
