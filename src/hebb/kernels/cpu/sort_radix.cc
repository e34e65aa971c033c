// Sorting along one dimension by counting digits, and the first k of a line by the k best so far.

#include <algorithm>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/cpu/radix_sort.h"
#include "hebb/kernels/gather.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

// What both kernels share: a line of the input, and what comes out of it.
template <class T>
class SortLines : public Kernel {
 public:
  using Key = SortKey<T>;
  SortLines(const Signature& s, int64_t dim, bool descending)
      : in_(s.in[0], dim), values_(s.out[0], dim), indices_(s.out[1], dim),
        flip_(descending ? std::numeric_limits<Key>::max() : Key(0)) {}

 protected:
  struct Line {
    const T* in;
    T* values;
    int64_t* indices;
  };
  Line line(const Buffers& b, int64_t i) const {
    return {b.input<T>(0) + in_.starts.offset(i), b.output<T>(0) + values_.starts.offset(i),
            b.output<int64_t>(1) + indices_.starts.offset(i)};
  }
  // Small ones come first.
  Key key(T value) const { return sort_key(value) ^ flip_; }
  void write(const Line& line, const SortEntry<Key>* sorted) const {
    parallel_for(values_.size, RadixSort<Key>::piece, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        line.values[i * values_.step] = line.in[sorted[i].at * in_.step];
        line.indices[i * indices_.step] = sorted[i].at;
      }
    });
  }

  Lines in_, values_, indices_;
  Key flip_;  // all ones turn the order round
};

template <class T>
class SortRadix : public SortLines<T> {
 public:
  SortRadix(const Signature& s, int64_t dim, bool descending) : SortLines<T>(s, dim, descending) {
    this->name = "radix";
  }
  void run(const Buffers& b) const override {
    const Lines& in = this->in_;
    parallel_for(in.starts.count, std::max<int64_t>(1, (1 << 16) / in.size),
                 [&](int64_t begin, int64_t end) {
                   RadixSort<SortKey<T>> sorting(in.size);
                   for (int64_t i = begin; i < end; ++i) {
                     const auto line = this->line(b, i);
                     this->write(line, sorting.sort([&](int64_t k) {
                       return this->key(line.in[k * in.step]);
                     }));
                   }
                 });
  }
};

// Walks through a line with the k best in a heap, whose top is the worst of them. Most values are
// compared with that one only. Long lines are cut into pieces, whose best ones are compared at the
// end.
template <class T>
class TopkHeap : public SortLines<T> {
 public:
  using Entry = SortEntry<SortKey<T>>;
  TopkHeap(const Signature& s)
      : SortLines<T>(s, s.attributes<TopkAttrs>().dim, s.attributes<TopkAttrs>().largest),
        k_(this->values_.size), largest_(s.attributes<TopkAttrs>().largest) {
    this->name = "heap";
    pieces_ = this->in_.size / std::max(least_piece, 8 * k_);
    pieces_ = std::max<int64_t>(1, pieces_);
  }
  void run(const Buffers& b) const override {
    const Lines& in = this->in_;
    parallel_for(in.starts.count, std::max<int64_t>(1, (1 << 15) / in.size),
                 [&](int64_t begin, int64_t end) {
                   std::vector<Entry> best(size_t(pieces_ * k_));
                   for (int64_t i = begin; i < end; ++i) {
                     const auto line = this->line(b, i);
                     parallel_for(pieces_, 1, [&](int64_t p, int64_t) {
                       find(line.in, p * in.size / pieces_, (p + 1) * in.size / pieces_,
                            best.data() + p * k_);
                     });
                     std::partial_sort(best.begin(), best.begin() + k_, best.end());
                     this->write(line, best.data());
                   }
                 });
  }

 private:
  static constexpr int64_t least_piece = 1 << 16, block = 32;

  // The k best of [begin, end), which has so many, in the order of a heap.
  void find(const T* in, int64_t begin, int64_t end, Entry* best) const {
    const int64_t step = this->in_.step;
    for (int64_t i = 0; i < k_; ++i)
      best[i] = {this->key(in[(begin + i) * step]), uint32_t(begin + i)};
    std::make_heap(best, best + k_);
    int64_t i = begin + k_;
    for (; i + block <= end; i += block)
      if (step != 1 || any_passes(in + i, in[best[0].at]))
        compare(in, i, i + block, best);
    compare(in, i, end, best);
  }

  // Whether one of a block may be better than the value. NaN passes always: its key decides.
  bool any_passes(const T* values, T worst) const {
    if constexpr (is_half_type<T>) {
      return true;
    } else {
      int passes = 0;
      if (largest_)
        for (int64_t i = 0; i < block; ++i)
          passes |= !(values[i] <= worst);
      else
        for (int64_t i = 0; i < block; ++i)
          passes |= !(values[i] >= worst);
      return passes;
    }
  }

  // Of equal values the first ones stay.
  void compare(const T* in, int64_t begin, int64_t end, Entry* best) const {
    for (int64_t i = begin; i < end; ++i) {
      const auto key = this->key(in[i * this->in_.step]);
      if (key >= best[0].key)
        continue;
      std::pop_heap(best, best + k_);
      best[k_ - 1] = {key, uint32_t(i)};
      std::push_heap(best, best + k_);
    }
  }

  int64_t k_;
  bool largest_;
  int64_t pieces_;
};

// Nothing for what entries cannot number.
template <class Make>
PreparedKernel for_lines(const Signature& s, const Make& make) {
  const int64_t n = product(s.in[0].shape);
  if (n == 0 || n > std::numeric_limits<uint32_t>::max())
    return nullptr;
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    if constexpr (is_complex(dtype_of<typename decltype(type)::type>))
      return nullptr;
    else
      return make(type);
  });
}

}  // namespace

PreparedKernel sort_radix(const Signature& s) {
  const auto& a = s.attributes<SortAttrs>();
  return for_lines(s, [&](auto type) {
    return make_kernel<SortRadix<typename decltype(type)::type>>(s, a.dim, a.descending);
  });
}
PreparedKernel topk_radix(const Signature& s) {
  const auto& a = s.attributes<TopkAttrs>();
  const int64_t size = Lines(s.in[0], a.dim).size;
  return for_lines(s, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if (a.k == 0)
      return nullptr;
    return 8 * a.k <= size ? make_kernel<TopkHeap<T>>(s)
                           : make_kernel<SortRadix<T>>(s, a.dim, a.largest);
  });
}

}  // namespace hebb::cpu::impl
