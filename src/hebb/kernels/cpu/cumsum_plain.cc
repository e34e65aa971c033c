// Running sums along one dimension.

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/gather.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class RunningSum : public Kernel {
 public:
  explicit RunningSum(const Signature& s)
      : in_(s.in[0], s.attributes<ScanAttrs>().dim), out_(s.out[0], s.attributes<ScanAttrs>().dim) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    parallel_for(in_.starts.count, lines_per_chunk(in_.size), [&](int64_t begin, int64_t end) {
      for (int64_t line = begin; line < end; ++line) {
        const T* in = b.input<T>(0) + in_.starts.offset(line);
        T* out = b.output<T>(0) + out_.starts.offset(line);
        WideAccumulate<T> sum(0);
        for (int64_t i = 0; i < in_.size; ++i) {
          sum += wide<WideAccumulate<T>>(in[i * in_.step]);
          out[i * out_.step] = narrow<T>(sum);
        }
      }
    });
  }

 private:
  Lines in_, out_;
};

}  // namespace

PreparedKernel cumsum_plain(const Signature& s) {
  if (s.in[0].dtype != s.out[0].dtype)
    return nullptr;  // the entry casts first
  return visit_wrapping(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<RunningSum<typename decltype(type)::type>>(s);
  });
}

}  // namespace hebb::cpu::impl
