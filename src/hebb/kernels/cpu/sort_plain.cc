// Sorting along one dimension, whole or for the first k.

#include <algorithm>
#include <numeric>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/cpu/smaller.h"
#include "hebb/kernels/gather.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

// Sorts lines and gives the elements' old positions. NaN counts as the largest. Keeps the first k
// elements.
template <class T>
class Sort : public Kernel {
 public:
  Sort(const Signature& s, int64_t dim, bool descending)
      : in_(s.in[0], dim), values_(s.out[0], dim), indices_(s.out[1], dim),
        descending_(descending) {
    name = "plain";
    scratch_bytes = size_t(in_.starts.count * in_.size) * sizeof(int64_t);
  }
  void run(const Buffers& b) const override {
    auto* scratch = static_cast<int64_t*>(b.scratch);
    parallel_for(in_.starts.count, std::max<int64_t>(1, 1024 / std::max<int64_t>(1, in_.size)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t line = begin; line < end; ++line) {
                     const T* in = b.input<T>(0) + in_.starts.offset(line);
                     T* values = b.output<T>(0) + values_.starts.offset(line);
                     int64_t* indices = b.output<int64_t>(1) + indices_.starts.offset(line);
                     int64_t* order = scratch + line * in_.size;
                     std::iota(order, order + in_.size, int64_t(0));
                     auto before = [&](int64_t i, int64_t k) {
                       const bool less = smaller(in[i * in_.step], in[k * in_.step]),
                                  more = smaller(in[k * in_.step], in[i * in_.step]);
                       // Equal elements stay in order.
                       if (less == more)
                         return i < k;
                       return descending_ ? more : less;
                     };
                     if (values_.size < in_.size)
                       std::partial_sort(order, order + values_.size, order + in_.size, before);
                     else
                       std::sort(order, order + in_.size, before);
                     for (int64_t i = 0; i < values_.size; ++i) {
                       values[i * values_.step] = in[order[i] * in_.step];
                       indices[i * indices_.step] = order[i];
                     }
                   }
                 });
  }

 private:
  Lines in_, values_, indices_;
  bool descending_;
};

PreparedKernel sort(const Signature& s, int64_t dim, bool descending) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>))
      return nullptr;
    else
      return make_kernel<Sort<T>>(s, dim, descending);
  });
}

}  // namespace

PreparedKernel sort_plain(const Signature& s) {
  return sort(s, s.attributes<SortAttrs>().dim, s.attributes<SortAttrs>().descending);
}
PreparedKernel topk_plain(const Signature& s) {
  return sort(s, s.attributes<TopkAttrs>().dim, s.attributes<TopkAttrs>().largest);
}

}  // namespace hebb::cpu::impl
