// Products over dimensions.

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/reduce.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class Product : public Kernel {
 public:
  explicit Product(const Signature& s) : axes_(s.in[0], s.attributes<ReduceAttrs>().dim) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    T* out = b.output<T>(0);
    parallel_for(axes_.kept.count, lines_per_chunk(axes_.reduced.count),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const T* base = in + axes_.kept.offset(i);
                     WideAccumulate<T> all(1);
                     for (int64_t k = 0; k < axes_.reduced.count; ++k)
                       all *= wide<WideAccumulate<T>>(base[axes_.reduced.offset(k)]);
                     out[i] = narrow<T>(all);
                   }
                 });
  }

 private:
  ReductionAxes axes_;
};

}  // namespace

PreparedKernel prod_plain(const Signature& s) {
  if (s.in[0].dtype != s.out[0].dtype)
    return nullptr;
  return visit_wrapping(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<Product<typename decltype(type)::type>>(s);
  });
}

}  // namespace hebb::cpu::impl
