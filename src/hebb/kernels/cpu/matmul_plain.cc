// Plain matrix product, batched with broadcasting, any strides. f16 and bf16 accumulate in f32, f32
// in f64. The oracle of the tests, and the only kernel for f64 and integers, so it is blocked for
// speed.

#include <algorithm>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/epilogue.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"

namespace hebb::cpu::impl {
namespace {

// input [..., m, k] x other [..., k, n] (+ bias [n], in.size() == 3) -> [..., m, n]
template <class T>
class MatmulPlain : public Kernel {
 public:
  explicit MatmulPlain(const Signature& s) : a_(s.in[0]), b_(s.in[1]), out_(s.out[0]) {
    name = "plain";
    const size_t rank = out_.shape.size();
    m_ = out_.shape[rank - 2];
    n_ = out_.shape[rank - 1];
    k_ = a_.shape.back();
    if (first_other(s) > 2 && s.in[2].defined)
      bias_stride_ = s.in[2].strides[0];
    for (size_t i = 0; i + 2 < rank; ++i)
      batches_ *= out_.shape[i];
    scratch_bytes = 0;
  }

  void run(const Buffers& buffers) const override {
    using Acc = Accumulate<T>;
    const T *a = buffers.input<T>(0), *b = buffers.input<T>(1),
            *bias = bias_stride_ >= 0 ? buffers.input<T>(2) : nullptr;
    T* out = buffers.output<T>(0);
    const int64_t as = a_.strides[a_.strides.size() - 2], ak = a_.strides.back();
    const int64_t bk = b_.strides[b_.strides.size() - 2], bn = b_.strides.back();
    const int64_t os = out_.strides[out_.strides.size() - 2], on = out_.strides.back();
    parallel_for(batches_ * m_, std::max<int64_t>(1, 65536 / std::max<int64_t>(1, n_ * k_)),
                 [&](int64_t begin, int64_t end) {
                   Acc row[block];
                   for (int64_t r = begin; r < end; ++r) {
                     const int64_t batch = r / m_, i = r % m_;
                     const T* pa = a + offset(a_, batch) + i * as;
                     const T* pb = b + offset(b_, batch);
                     T* po = out + offset(out_, batch) + i * os;
                     for (int64_t first = 0; first < n_; first += block) {
                       const int64_t here = std::min(block, n_ - first);
                       for (int64_t j = 0; j < here; ++j)
                         row[j] = bias ? Acc(bias[(first + j) * bias_stride_]) : Acc(0);
                       for (int64_t p = 0; p < k_; ++p) {
                         const Acc x = Acc(pa[p * ak]);
                         const T* pbp = pb + p * bk + first * bn;
                         for (int64_t j = 0; j < here; ++j)
                           row[j] += x * Acc(pbp[j * bn]);
                       }
                       for (int64_t j = 0; j < here; ++j)
                         po[(first + j) * on] = T(row[j]);
                     }
                   }
                 });
  }

 private:
  // The offset of a batch's matrix; sizes of 1 are repeated.
  int64_t offset(const Operand& operand, int64_t batch) const {
    const size_t rank = out_.shape.size(), skip = rank - operand.shape.size();
    int64_t at = 0;
    for (size_t i = rank - 2; i-- > 0;) {
      const int64_t index = batch % out_.shape[i];
      batch /= out_.shape[i];
      if (i >= skip && operand.shape[i - skip] != 1)
        at += index * operand.strides[i - skip];
    }
    return at;
  }

  Operand a_, b_, out_;
  static constexpr int64_t block = 256;  // columns at a time
  int64_t m_ = 0, n_ = 0, k_ = 0, batches_ = 1, bias_stride_ = -1;
};

}  // namespace

PreparedKernel matmul_plain(const Signature& s) {
  return visit_wrapping(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if (s.in[1].dtype != s.in[0].dtype)
      return nullptr;
    if constexpr (std::is_same_v<T, bool>)
      return nullptr;
    else
      return make_kernel<MatmulPlain<T>>(s);
  });
}

}  // namespace hebb::cpu::impl
