// Bags of embeddings: sums, means or maxima of the rows of a table that the indices of a bag name.
// All operands are dense. Operands: input (indices, i64), weight [n, d], offsets?, weights of the
// indices?. Results: out [bags, d]; the bag of each index, -1 where it counts for nothing; for
// maxima the row that each one comes from, -1 of an empty bag.

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/embedding_bag.h"

namespace hebb::cpu::impl {
namespace {

enum class BagMode : uint8_t { mean, sum, max };

template <class T>
class EmbeddingBag : public Kernel {
  using A = Accumulate<T>;

 public:
  explicit EmbeddingBag(const Signature& s)
      : count_(product(s.in[0].shape)), rows_(s.in[1].shape[0]), width_(s.in[1].shape[1]),
        bags_(s.out[0].shape[0]), has_offsets_(s.in[2].defined), has_weights_(s.in[3].defined) {
    name = "plain";
    for (const Operand& in : s.in)
      wants_in.push_back(in.defined ? std::optional<Layout>(contiguous_strides(in.shape))
                                    : std::nullopt);
    const auto& a = s.attributes<EmbeddingBagAttrs>();
    mode_ = a.mode == "max" ? BagMode::max : a.mode == "sum" ? BagMode::sum : BagMode::mean;
    ends_given_ = a.include_last_offset;
    if (a.padding_idx)
      padding_ = *a.padding_idx < 0 ? *a.padding_idx + rows_ : *a.padding_idx;
    scratch_bytes = size_t(bags_ * width_) * sizeof(A);
  }

  void run(const Buffers& b) const override {
    check_values(b);
    parallel_for(bags_, std::max<int64_t>(1, 4096 / (1 + width_)), [&](int64_t begin, int64_t end) {
      for (int64_t bag = begin; bag < end; ++bag)
        one(b, bag);
    });
    mark_left_out(b);
  }

 private:
  // Where bag k begins; that of the bag behind the last one: where all ends.
  int64_t start(const Buffers& b, int64_t k) const {
    if (!has_offsets_)
      return bags_ == 0 ? 0 : k * (count_ / bags_);
    return k == bags_ && !ends_given_ ? count_ : b.input<int64_t>(2)[k];
  }

  void check_values(const Buffers& b) const {
    const auto* index = b.input<int64_t>(0);
    for (int64_t i = 0; i < count_; ++i)
      check(index[i] >= 0 && index[i] < rows_,
            "input holds {} at element {}, should be from 0 to {}: weight has {} rows", index[i], i,
            rows_ - 1, rows_);
    if (!has_offsets_ || (bags_ == 0 && !ends_given_))
      return;
    check(start(b, 0) == 0, "offsets[0] is {}, should be 0", start(b, 0));
    for (int64_t k = 0; k < bags_; ++k)
      check(start(b, k) <= start(b, k + 1) && start(b, k + 1) <= count_,
            "offsets[{}] is {}, should be from {} to {}: offsets do not fall, and input has {} "
            "indices",
            k + 1 < bags_ || ends_given_ ? k + 1 : k,
            k + 1 < bags_ || ends_given_ ? start(b, k + 1) : start(b, k), start(b, k), count_,
            count_);
  }

  void one(const Buffers& b, int64_t bag) const {
    const auto* index = b.input<int64_t>(0);
    const T* factors = has_weights_ ? b.input<T>(3) : nullptr;
    auto* bag_of = b.output<int64_t>(1);
    int64_t* from = mode_ == BagMode::max ? b.output<int64_t>(2) + bag * width_ : nullptr;
    A* sums = static_cast<A*>(b.scratch) + bag * width_;
    std::fill_n(sums, width_, A(0));
    if (from)
      std::fill_n(from, width_, int64_t(-1));
    int64_t counted = 0;
    for (int64_t i = start(b, bag); i < start(b, bag + 1); ++i) {
      bag_of[i] = index[i] == padding_ ? -1 : bag;
      if (index[i] == padding_)
        continue;
      const T* row = b.input<T>(1) + index[i] * width_;
      if (from)
        larger(row, index[i], sums, from);
      else
        add(row, factors ? wide<A>(factors[i]) : A(1), sums);
      ++counted;
    }
    const A share = mode_ == BagMode::mean && counted > 0 ? A(counted) : A(1);
    T* out = b.output<T>(0) + bag * width_;
    for (int64_t d = 0; d < width_; ++d)
      out[d] = narrow<T>(sums[d] / share);
  }
  void add(const T* row, A factor, A* sums) const {
    for (int64_t d = 0; d < width_; ++d)
      sums[d] += factor * wide<A>(row[d]);
  }
  void larger(const T* row, int64_t number, A* best, int64_t* from) const {
    for (int64_t d = 0; d < width_; ++d)
      if (from[d] < 0 || wide<A>(row[d]) > best[d]) {
        best[d] = wide<A>(row[d]);
        from[d] = number;
      }
  }

  // Indices behind the last bag's end, where that is given.
  void mark_left_out(const Buffers& b) const {
    for (int64_t i = bags_ == 0 ? 0 : start(b, bags_); i < count_; ++i)
      b.output<int64_t>(1)[i] = -1;
  }

  int64_t count_, rows_, width_, bags_, padding_ = -1;
  bool has_offsets_, has_weights_, ends_given_ = false;
  BagMode mode_ = BagMode::mean;
};

}  // namespace

PreparedKernel embedding_bag_plain(const Signature& s) {
  if (s.out_fixed && !is_row_major(s.out[0]))
    return nullptr;
  return visit_floating(s.in[1].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<EmbeddingBag<typename decltype(type)::type>>(s);
  });
}

}  // namespace hebb::cpu::impl
