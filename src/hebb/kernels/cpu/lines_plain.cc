// Kernels that run along one dimension: running sums and products, products, sorting; and copies of whole tensors into one.

#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/gather.h"
#include "hebb/kernels/reduce.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
WideAccumulate<T> widen(T v) { return widened<WideAccumulate<T>>(v); }

int64_t lines_per_chunk(int64_t size) { return std::max<int64_t>(1, 8192 / std::max<int64_t>(1, size)); }

template <class T>
class RunningSum : public Kernel {
 public:
  explicit RunningSum(const Signature& s) : in_(s.in[0], s.attributes<ScanAttrs>().dim), out_(s.out[0], s.attributes<ScanAttrs>().dim) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    parallel_for(in_.starts.count, lines_per_chunk(in_.size), [&](int64_t begin, int64_t end) {
      for (int64_t line = begin; line < end; ++line) {
        const T* in = b.input<T>(0) + in_.starts.offset(line);
        T* out = b.output<T>(0) + out_.starts.offset(line);
        WideAccumulate<T> sum(0);
        for (int64_t i = 0; i < in_.size; ++i) {
          sum += widen(in[i * in_.step]);
          out[i * out_.step] = narrowed<T>(sum);
        }
      }
    });
  }

 private:
  Lines in_, out_;
};

template <class T>
class Product : public Kernel {
 public:
  explicit Product(const Signature& s) : axes_(s.in[0], s.attributes<ReduceAttrs>().dim) { name = "plain"; }
  void run(const Buffers& b) const override {
    const T* in = b.input<T>(0);
    T* out = b.output<T>(0);
    parallel_for(axes_.kept.count, lines_per_chunk(axes_.reduced.count), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const T* base = in + axes_.kept.offset(i);
        WideAccumulate<T> all(1);
        for (int64_t k = 0; k < axes_.reduced.count; ++k) all *= widen(base[axes_.reduced.offset(k)]);
        out[i] = narrowed<T>(all);
      }
    });
  }

 private:
  ReductionAxes axes_;
};

// Sorted lines and where their elements were; NaN counts as the largest. The first k of them are kept.
template <class T>
class Sort : public Kernel {
 public:
  Sort(const Signature& s, int64_t dim, bool descending)
      : in_(s.in[0], dim), values_(s.out[0], dim), indices_(s.out[1], dim), descending_(descending) {
    name = "plain";
    scratch_bytes = size_t(in_.starts.count * in_.size) * sizeof(int64_t);
  }
  void run(const Buffers& b) const override {
    auto* scratch = static_cast<int64_t*>(b.scratch);
    parallel_for(in_.starts.count, std::max<int64_t>(1, 1024 / std::max<int64_t>(1, in_.size)), [&](int64_t begin, int64_t end) {
      for (int64_t line = begin; line < end; ++line) {
        const T* in = b.input<T>(0) + in_.starts.offset(line);
        T* values = b.output<T>(0) + values_.starts.offset(line);
        int64_t* indices = b.output<int64_t>(1) + indices_.starts.offset(line);
        int64_t* order = scratch + line * in_.size;
        std::iota(order, order + in_.size, int64_t(0));
        auto before = [&](int64_t i, int64_t k) {
          const bool less = smaller(in[i * in_.step], in[k * in_.step]), more = smaller(in[k * in_.step], in[i * in_.step]);
          return less != more ? (descending_ ? more : less) : i < k;  // equals stay in order
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
  static bool smaller(T a, T b) {
    if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>) {
      return std::isnan(float(b)) ? !std::isnan(float(a)) : float(a) < float(b);
    } else if constexpr (std::is_floating_point_v<T>) {
      return std::isnan(b) ? !std::isnan(a) : a < b;
    } else {
      return a < b;
    }
  }
  Lines in_, values_, indices_;
  bool descending_;
};

PreparedKernel sort(const Signature& s, int64_t dim, bool descending) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>))
      return nullptr;
    else
      return std::make_shared<Sort<T>>(s, dim, descending);
  });
}

class Flip : public Kernel {
 public:
  explicit Flip(const Signature& s) {
    name = "plain";
    Operand backwards = s.in[0];
    const auto rank = int64_t(backwards.shape.size());
    for (int64_t d : s.attributes<FlipAttrs>().dims) {
      const auto axis = size_t(wrap_dim(d, rank));
      if (backwards.shape[axis] > 1) offset_ += (backwards.shape[axis] - 1) * backwards.strides[axis] * item_size(backwards.dtype);
      backwards.strides[axis] = -backwards.strides[axis];
    }
    copy_ = copy_plain({.op = "copy", .in = {backwards}, .out = s.out, .out_fixed = true});
  }
  void run(const Buffers& b) const override {
    void* last[] = {static_cast<char*>(b.in[0]) + offset_};
    copy_->run({last, b.out, nullptr});
  }

 private:
  PreparedKernel copy_;
  int64_t offset_ = 0;  // bytes
};

// Tensors side by side along one dimension: each is copied into its window.
class Concatenate : public Kernel {
 public:
  explicit Concatenate(const Signature& s) {
    name = "plain";
    const Operand& out = s.out[0];
    const auto axis = size_t(wrap_dim(s.attributes<AlongAttrs>().dim, int64_t(out.shape.size())));
    int64_t at = 0;
    for (size_t i = 0; i < s.in.size(); ++i) {
      if (s.in[i].shape.size() != out.shape.size() || product(s.in[i].shape) == 0) continue;  // an empty one has nothing to add
      const Operand window{true, out.dtype, s.in[i].shape, out.strides};
      parts_.push_back({copy_plain({.op = "copy", .in = {s.in[i]}, .out = {window}, .out_fixed = true}), i,
                        at * out.strides[axis] * item_size(out.dtype)});
      at += s.in[i].shape[axis];
    }
  }
  void run(const Buffers& b) const override {
    for (const Part& part : parts_) {
      void* in[] = {b.in[part.input]};
      void* out[] = {static_cast<char*>(b.out[0]) + part.offset};
      part.copy->run({in, out, nullptr});
    }
  }

 private:
  struct Part {
    PreparedKernel copy;
    size_t input;
    int64_t offset;  // bytes
  };
  std::vector<Part> parts_;
};

}  // namespace

PreparedKernel cumsum_plain(const Signature& s) {
  if (s.in[0].dtype != s.out[0].dtype) return nullptr;  // the entry casts first
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel { return std::make_shared<RunningSum<typename decltype(type)::type>>(s); });
}
PreparedKernel prod_plain(const Signature& s) {
  if (s.in[0].dtype != s.out[0].dtype) return nullptr;
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel { return std::make_shared<Product<typename decltype(type)::type>>(s); });
}
PreparedKernel sort_plain(const Signature& s) { return sort(s, s.attributes<SortAttrs>().dim, s.attributes<SortAttrs>().descending); }
PreparedKernel topk_plain(const Signature& s) { return sort(s, s.attributes<TopkAttrs>().dim, s.attributes<TopkAttrs>().largest); }
PreparedKernel flip_plain(const Signature& s) { return std::make_shared<Flip>(s); }
PreparedKernel cat_plain(const Signature& s) { return std::make_shared<Concatenate>(s); }

}  // namespace hebb::cpu::impl
